"""What an owner enters about who works here."""

from wtforms import BooleanField, EmailField, RadioField, StringField
from wtforms.validators import DataRequired, Email, InputRequired

from forum.accounts.models import Organizer
from forum.accounts.rules import fingerprint_of
from forum.addresses import LONGEST_ADDRESS
from forum.i18n import lazy
from forum.organizer.words import ORGANIZER_ROLES
from forum.web.forms import Form, SeenForm, at_most, options, tidy

LONGEST_NAME = 200


class OrganizerForm(Form):
    """An organizer's name and role."""

    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Enter a name")), at_most(LONGEST_NAME)],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(
        lazy("Role"),
        [InputRequired(lazy("Choose a role"))],
        choices=options(ORGANIZER_ROLES.items()),
    )


class NewOrganizerForm(OrganizerForm):
    """Someone new, and where her sign-in links go."""

    email = EmailField(
        lazy("Email address"),
        [
            InputRequired(lazy("Enter an email address")),
            at_most(LONGEST_ADDRESS),
            Email(lazy("Enter an email address like name@example.org")),
        ],
        filters=[tidy],
        description=lazy("Sign-in links go there."),
        render_kw={"autocomplete": "off"},
    )


class ChangeOrganizerForm(OrganizerForm, SeenForm):
    """Someone who works here, or no longer does."""

    is_active = BooleanField(
        lazy("May sign in"),
        description=lazy("Without this, they are signed out everywhere at once."),
    )

    def __init__(self, organizer: Organizer, *, is_sent: bool = True) -> None:
        """Show what was sent, or how the organizer stands."""
        stands = {
            "seen": fingerprint_of(organizer),
            "name": organizer.name,
            "role": organizer.role,
            "is_active": organizer.is_active,
        }
        super().__init__(stands, is_sent=is_sent)
