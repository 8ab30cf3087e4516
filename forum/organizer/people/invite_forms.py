"""What an organizer decides about an invite link."""

from datetime import datetime

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional

from forum.accounts.forms import tidy
from forum.i18n import _, lazy
from forum.organizer.fields import CheckboxesField, DeskForm, MomentField, at_most, options

LONGEST_LABEL = 100
MOST_PEOPLE = 100_000
LIFTS = {
    "opening": lazy("Register before registration opens"),
    "closing": lazy("Register after registration has closed"),
    "capacity": lazy("Get a place even if it is full"),
}
"""What a link allows, by the names of the limits in `Overrides`."""


class InviteForm(DeskForm):
    """A new link: what it allows, for how many people, until when."""

    label = StringField(
        lazy("What is it for?"),
        [DataRequired(lazy("Enter what the link is for")), at_most(LONGEST_LABEL)],
        filters=[tidy],
        description=lazy("Only organizers see this, such as “Speakers and their families”."),
        render_kw={"autocomplete": "off"},
    )
    lifts = CheckboxesField(
        lazy("Whoever has the link can"),
        [DataRequired(lazy("Choose what the link allows"))],
        choices=options(LIFTS.items()),
    )
    people = IntegerField(
        lazy("For how many people"),
        [Optional(), NumberRange(1, MOST_PEOPLE, lazy("Enter a number from 1 to 100,000"))],
        description=lazy("Leave empty for any number."),
        render_kw={"inputmode": "numeric"},
    )
    until = MomentField(
        lazy("Works until"),
        [Optional()],
        description=lazy("Leave empty to let it work until the event is over."),
    )

    def expires_at(self, zone: str, *, now: datetime) -> datetime | None:
        """Return the instant after which the link is dead; says so at the field if that is past."""
        expires_at = self.moment("until", self.until.data, zone, None)
        if expires_at is not None and expires_at <= now:
            self.say(_("Choose a time that is still to come"), "until")
        return expires_at
