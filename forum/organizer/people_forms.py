"""What an organizer enters about people who register."""

import phonenumbers
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Optional, ValidationError

from forum.accounts.forms import LONGEST_EMAIL, tidy
from forum.events.models import Event, Session
from forum.events.words import MODES
from forum.i18n import LANGUAGES, _, lazy
from forum.organizer.fields import CheckboxesField, DeskForm, at_most, options
from forum.registration.asked import Overrides, Request

LONGEST_NAME = 200
LONGEST_NOTE = 2000
HOME_REGION = "US"
"""Where a number without a country code is."""


class SearchForm(DeskForm):
    """Words to find a person by. Sent by POST, because a name does not belong in an address."""

    words = StringField(lazy("Name or email"), [at_most(LONGEST_NAME)], filters=[tidy])


class ModeForm(DeskForm):
    """Another way to attend."""

    mode = RadioField(lazy("How they attend"), [InputRequired(lazy("Choose one"))])


class PersonForm(DeskForm):
    """Someone who registers by phone."""

    form_key = HiddenField()
    name = StringField(
        lazy("Name"),
        [DataRequired(lazy("Enter a name")), at_most(LONGEST_NAME)],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    phone = TelField(
        lazy("Phone number"),
        [InputRequired(lazy("Enter a phone number"))],
        filters=[tidy],
        description=lazy("We call when something changes. It is kept encrypted."),
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        lazy("Email address"),
        [
            Optional(),
            at_most(LONGEST_EMAIL),
            Email(lazy("Enter an email address like name@example.org")),
        ],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )
    mode = RadioField(lazy("How they attend"), [InputRequired(lazy("Choose a way to attend"))])
    sessions = CheckboxesField(lazy("Sessions with limited places"), coerce=int)
    language = SelectField(lazy("Language"), choices=options(LANGUAGES.items()))
    needs = TextAreaField(lazy("Things that would help"), [at_most(LONGEST_NOTE)])
    food = TextAreaField(lazy("Food"), [at_most(LONGEST_NOTE)])
    note = TextAreaField(lazy("Note"), [at_most(LONGEST_NOTE)])
    beyond_capacity = BooleanField(lazy("Register even if it is full"))
    after_closing = BooleanField(lazy("Register even if registration has closed"))
    before_opening = BooleanField(lazy("Register even if registration has not opened"))

    def offer(self, event: Event, sessions: list[Session]) -> None:
        """Let her choose from what the event has."""
        self.mode.choices = options((str(gate.mode), MODES[gate.mode]) for gate in event.gates)
        self.sessions.choices = options((each.id, each.title) for each in sessions)

    def validate_phone(self, field: TelField) -> None:
        """Refuse what cannot be dialed, and keep the number in its international form."""
        try:
            number = phonenumbers.parse(field.data or "", HOME_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(_("Enter a phone number with its area code"))
        field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def request(self, event: Event) -> Request:
        """Return what she asks for; times are on the event's clock until she says another."""
        return Request(
            name=tidy(self.name.data),
            email=tidy(self.email.data).lower() or None,
            mode=next(gate.mode for gate in event.gates if gate.mode == self.mode.data),
            timezone=event.timezone,
            language=self.language.data,
            phone=tidy(self.phone.data),
            sessions=tuple(self.sessions.data or ()),
            needs=tidy(self.needs.data),
            food=tidy(self.food.data),
            note=tidy(self.note.data),
            form_key=self.form_key.data or None,
        )

    def overrides(self) -> Overrides:
        """Return the limits that the organizer sets aside."""
        return Overrides(
            opening=self.before_opening.data,
            closing=self.after_closing.data,
            capacity=self.beyond_capacity.data,
        )
