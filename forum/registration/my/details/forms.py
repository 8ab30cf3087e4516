"""What people change of what they told us: few answers at a time, each form a part of them."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import InputRequired, Length

from forum.i18n import LANGUAGES, lazy
from forum.quiet_hours import DAYS
from forum.registration.fields import (
    CheckboxesField,
    PhoneNumber,
    answer,
    answers,
    email_field,
    name_field,
    phone_in_words,
    text_field,
    tidy,
)
from forum.registration.models import Registration, Role
from forum.registration.register.form import ROLES, TITLES, UNSAID, WEEK
from forum.registration.requests import Details
from forum.registration.zone_field import ZoneField

LONGEST_VERSION = 9
NEUTRAL, FULL = "neutral", "full"


class PartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF says nothing of its types
    """One part of someone's details, and the version of them that its editor has seen."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that was read; 0, which none has, for anything odd."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) <= LONGEST_VERSION else 0

    def see(self, registration: Registration) -> None:
        """Take the version that is shown now."""
        self.version.raw_data, self.version.data = None, str(registration.version)

    def refuse(self, sentence: str, field: str | None) -> None:
        """Show a sentence beside the field that it concerns, or above all."""
        if field is None or field not in self:
            self.form_errors.append(sentence)
        else:
            self[field].errors = [*self[field].errors, sentence]

    def details(self) -> Details:
        """Return what is wanted. Call it on a form that is valid."""
        raise NotImplementedError


class ReachForm(PartForm):
    """Who she is and where she can be called."""

    name = name_field(lazy("Name"), "name", required=lazy("Enter a name"))
    phone = StringField(
        lazy("Phone number"),
        [Length(max=40, message=lazy("Enter a shorter phone number")), PhoneNumber()],
        filters=[tidy],
        render_kw={"type": "tel", "autocomplete": "tel"},
        description=lazy("Only for calling about this event. Deleted 30 days after it."),
    )

    def details(self) -> Details:
        """Return what is wanted."""
        return {"name": answer(self.name), "phone": answer(self.phone)}


class AboutForm(PartForm):
    """What she is, and what she needs for it."""

    roles = CheckboxesField(
        lazy("Who are you?"),
        choices=[role for role in ROLES if role.value != UNSAID],
        description=lazy("Leave all empty if you would rather not say."),
    )
    is_first_time = BooleanField(lazy("This is my first time"))
    wants_certificate = BooleanField(lazy("I need a certificate of attendance"))

    def details(self) -> Details:
        """Return what is wanted."""
        said = answers(self.roles)
        return {
            "roles": tuple(role.value for role in Role if role in said),
            "is_first_time": bool(self.is_first_time.data),
            "wants_certificate": bool(self.wants_certificate.data),
        }


class HelpForm(PartForm):
    """What would help her, in her own words."""

    needs = text_field(
        lazy("What would help you to take part?"),
        lazy("For example: a wheelchair, a seat near the door, large print, ASL."),
    )
    food = text_field(lazy("Is there food that you need or avoid?"))
    question = text_field(
        lazy("Do you have a question for the speakers?"),
        lazy("It is read out without your name."),
    )
    note = text_field(lazy("Is there anything else that we should know?"))

    def details(self) -> Details:
        """Return what is wanted."""
        return {
            "needs": answer(self.needs),
            "food": answer(self.food),
            "question": answer(self.question),
            "note": answer(self.note),
        }


class MailForm(PartForm):
    """How and when we write to her."""

    titles = RadioField(
        lazy("Words in our emails and in your calendar"),
        [InputRequired(lazy("Choose one of the two"))],
        choices=TITLES,
        validate_choice=False,
    )
    language = RadioField(
        lazy("Language of our emails"),
        [InputRequired(lazy("Choose a language"))],
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validate_choice=False,
    )
    timezone = ZoneField(lazy("Your time zone"), validate_choice=False)
    quiet_days = CheckboxesField(
        lazy("Days on which we should not write to you"),
        choices=WEEK,
        description=lazy("Such as treatment days. Reminders then come earlier."),
    )

    def details(self) -> Details:
        """Return what is wanted; a forged choice is the neutral one."""
        days, language = answers(self.quiet_days), answer(self.language)
        return {
            "is_discreet": self.titles.data != FULL,
            "language": language if language in LANGUAGES else "en",
            "timezone": answer(self.timezone),
            "quiet_days": tuple(day for day in DAYS if day in days),
        }


class AddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF says nothing of its types
    """Where to write from now on."""

    email = email_field(
        lazy("New email address"),
        lazy("We send a link there. Nothing changes until it is opened."),
        "email",
        required=lazy("Enter your new email address"),
    )
    for_others = BooleanField(lazy("Also for my other events"))


PARTS: dict[str, type[PartForm]] = {
    "reach": ReachForm,
    "about": AboutForm,
    "help": HelpForm,
    "mail": MailForm,
}


def part_form(part: str, registration: Registration) -> PartForm:
    """Return the form of a part with what we know, or with what was sent. Raises KeyError."""
    known = {
        "version": registration.version,
        "name": registration.name,
        "phone": phone_in_words(registration.phone),
        "roles": list(registration.roles),
        "is_first_time": registration.is_first_time,
        "wants_certificate": registration.wants_certificate,
        "needs": registration.needs,
        "food": registration.food,
        "question": registration.question,
        "note": registration.note,
        "titles": NEUTRAL if registration.is_discreet else FULL,
        "language": registration.language,
        "timezone": registration.timezone,
        "quiet_days": list(registration.quiet_days),
    }
    return PARTS[part](data=known)
