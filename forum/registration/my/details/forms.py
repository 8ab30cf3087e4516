"""What people change of what they told us: few answers at a time, each form a part of them."""

from typing import Any

from wtforms import BooleanField

from forum.i18n import lazy
from forum.registration.details import Part, Way, fit, known_of, of, questions, told_in
from forum.registration.fields import email_field
from forum.registration.models import Registration
from forum.web.forms import Form, VersionedForm


class PartForm(VersionedForm):
    """One part of someone's details, and the version of them that its editor has seen."""

    zone = ""
    """Where she is at the time: a phone number may be typed as it is dialed there."""

    def details(self) -> dict[str, Any]:
        """Return what is wanted. Call it on a form that is valid."""
        return told_in(self)


class AddressForm(Form):
    """Where to write from now on."""

    elsewhere = "email"
    email = email_field(
        lazy("New email address"),
        lazy("We send a link there. Nothing changes until you press the button on its page."),
        "email",
        required=lazy("Enter your new email address"),
    )
    for_others = BooleanField(lazy("Also for my other events"))


def _form_of(part: Part, way: Way) -> type[PartForm]:
    class OnePart(PartForm):
        """The details of one part."""

        vars().update(questions(of(part), way))

    return OnePart


PARTS: dict[str, type[PartForm]] = {part.value: _form_of(part, Way.CHANGED) for part in Part}
AT_DESK = {part.value: _form_of(part, Way.NOTED) for part in Part}


def part_form(
    part: str, registration: Registration, *, is_sent: bool = True, is_at_desk: bool = False
) -> PartForm:
    """Return the form of a part with what was sent, or else with what we know. Raises KeyError.

    It asks her, or tells the desk what to note of her.
    """
    known = {"version": registration.version, **known_of(registration)}
    form = (AT_DESK if is_at_desk else PARTS)[part](known, is_sent=is_sent)
    fit(form, registration.event, kept={name for name, value in known.items() if value})
    form.zone = registration.timezone
    return form
