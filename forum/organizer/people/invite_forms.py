"""What an organizer decides about an invite link."""

from datetime import datetime

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional

from forum.i18n import _, lazy
from forum.organizer.fields import MomentField, moment
from forum.web.forms import CheckboxesField, Form, at_most, options, tidy

LONGEST_LABEL = 100
MOST_PEOPLE = 100_000
LIFTS = {
    "opening": lazy("Register before registration opens"),
    "closing": lazy("Register after registration has closed"),
    "capacity": lazy("Get a place even if it is full"),
}
"""What a link allows, by the names of the limits in `Overrides`."""


class InviteForm(Form):
    """A new link: what it allows, for how many people, until when: `expires_at`."""

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

    expires_at: datetime | None

    def __init__(self, zone: str, *, now: datetime) -> None:
        """Ask for times on the clock of `zone`, later than now."""
        super().__init__()
        self._zone, self._now = zone, now

    def check(self) -> None:
        """Read the instant after which the link is dead, or say that it is past."""
        self.expires_at = moment(self, "until", self.until.data, self._zone)
        if self.expires_at is not None and self.expires_at <= self._now:
            self.say(_("Choose a time that is still to come"), "until")
