"""Who comes with someone: asked when she registers, and later on her own page."""

from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from forum.events import words
from forum.events.models import Event, Mode
from forum.i18n import _, lazy
from forum.registration.details import fit
from forum.registration.fields import email_field, name_field, text_field
from forum.registration.models import PairRule
from forum.registration.requests import Companion
from forum.web.forms import Form, answer, options

SAME = "same"
PAIRS = options(
    [
        (PairRule.TOGETHER.value, lazy("We want to come together, or wait together")),
        (PairRule.EITHER.value, lazy("Either of us is fine, if there is one place")),
    ]
)


def companion_name(required: str = "") -> StringField:
    """Return the field for the name of whoever comes along."""
    return name_field(lazy("Name of the person with you"), "off", required=required)


def companion_email() -> EmailField:
    """Return the field for an address of the companion's own."""
    return email_field(
        lazy("Email address of that person"), lazy("Leave it empty if you share yours."), "off"
    )


def companion_mode() -> RadioField:
    """Return the field for how the companion attends."""
    return RadioField(lazy("How will that person take part?"), validate_choice=False, default=SAME)


def companion_needs() -> TextAreaField:
    """Return the field for what would help the companion."""
    return text_field(
        lazy("What would help that person to take part?"),
        lazy("For example: a wheelchair, a seat near the door, large print, ASL."),
    )


def companion_food() -> TextAreaField:
    """Return the field for what the companion needs or avoids to eat."""
    return text_field(lazy("Is there food that the person needs or avoids?"))


def pair_rule() -> RadioField:
    """Return the field for what two want when there is one place."""
    return RadioField(
        lazy("If there is only one place left"),
        choices=PAIRS,
        validate_choice=False,
        default=PairRule.TOGETHER.value,
    )


def offer_modes(field: RadioField, event: Event) -> None:
    """Let the companion attend as the asker does, or in any way that the event has."""
    modes = [(gate.mode.value, words.MODES[gate.mode]) for gate in event.gates]
    field.choices = options([(SAME, lazy("The same way as me")), *modes])


def places_are_limited(event: Event) -> bool:
    """Tell whether two could find one place only; else nobody is asked what they want then."""
    return any(gate.capacity is not None for gate in event.gates)


def check_mode(field: RadioField, event: Event) -> None:
    """Raise ValidationError for what is not in the list; left out is the same way."""
    if field.data and field.data not in {SAME, *(gate.mode.value for gate in event.gates)}:
        raise ValidationError(_("Choose from the list"))


def chosen_mode(field: RadioField) -> Mode | None:
    """Return the companion's own way to attend, or None for the same as the asker's."""
    return Mode(field.data) if field.data in set(Mode) else None


def chosen_rule(field: RadioField) -> PairRule:
    """Return what two want; without a word they stay together."""
    return PairRule.EITHER if field.data == PairRule.EITHER else PairRule.TOGETHER


class CompanionForm(Form):
    """Someone who is to come along, added later. Field names are those of the refusals."""

    stamp = HiddenField("", name="mark")
    website = StringField(lazy("Leave this empty"))
    companion_name = companion_name(required=lazy("Enter the name of the person"))
    companion_email = companion_email()
    companion_mode = companion_mode()
    companion_needs = companion_needs()
    companion_food = companion_food()
    pair_rule = pair_rule()

    def __init__(self, event: Event) -> None:
        """Fit the form to an event."""
        super().__init__()
        self._event = event
        fit(self, event)
        offer_modes(self.companion_mode, event)
        self.asks_pair_rule = places_are_limited(event)

    def validate_companion_mode(self, field: RadioField) -> None:
        """Raise ValidationError for what is not in the list."""
        check_mode(field, self._event)

    def companion(self) -> Companion:
        """Return who is to come along. Call it on a form that is valid."""
        return Companion(
            name=answer(self.companion_name),
            email=answer(self.companion_email) or None,
            mode=chosen_mode(self.companion_mode),
            needs=answer(self.companion_needs),
            food=answer(self.companion_food) if "companion_food" in self else "",
        )

    def rule(self) -> PairRule:
        """Return what two want when there is one place."""
        return chosen_rule(self.pair_rule)
