"""What people change of what they told us: few answers at a time, each form a part of them."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from forum.i18n import lazy
from forum.registration.details import Part, Way, known_of, of, questions, told_in
from forum.registration.fields import email_field
from forum.registration.models import Registration

LONGEST_VERSION = 9


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

    def details(self) -> dict[str, Any]:
        """Return what is wanted. Call it on a form that is valid."""
        return told_in(self)


class AddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF says nothing of its types
    """Where to write from now on."""

    email = email_field(
        lazy("New email address"),
        lazy("We send a link there. Nothing changes until it is opened."),
        "email",
        required=lazy("Enter your new email address"),
    )
    for_others = BooleanField(lazy("Also for my other events"))


def _form_of(part: Part) -> type[PartForm]:
    class Form(PartForm):
        """The details of one part."""

        vars().update(questions(of(part), Way.CHANGED))

    return Form


PARTS: dict[str, type[PartForm]] = {part.value: _form_of(part) for part in Part}


def part_form(part: str, registration: Registration) -> PartForm:
    """Return the form of a part with what we know, or with what was sent. Raises KeyError."""
    return PARTS[part](data={"version": registration.version, **known_of(registration)})
