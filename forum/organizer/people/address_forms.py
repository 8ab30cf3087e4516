"""What an organizer enters when emails shall go to another address of someone."""

from collections.abc import Collection, Sequence

from wtforms import RadioField
from wtforms.validators import InputRequired

from forum.i18n import _, lazy
from forum.registration.models import Registration
from forum.registration.my.details.forms import AddressForm
from forum.web.forms import CheckboxesField, answers, options

ANOTHER, MISTYPED = "another", "mistyped"


class DeskAddressForm(AddressForm):
    """The address, and whether the one we have was a slip. Asked only where we have one."""

    why = RadioField(
        lazy("Why does it change?"),
        [InputRequired(lazy("Choose why it changes"))],
        choices=options(
            [
                (MISTYPED, lazy("The address was mistyped: nobody who should reads it")),
                (ANOTHER, lazy("They have another address now")),
            ]
        ),
    )

    along = CheckboxesField(lazy("If it was mistyped: also correct it for"))

    def __init__(
        self, person: Registration, beside: Sequence[Registration], readers: Collection[int]
    ) -> None:
        """Ask for the address; why it changes only where there is one.

        `beside` came in together with the person at that address; `readers` of them have shown
        that it is theirs, and are not ticked.
        """
        tied = [each.public_id for each in beside if each.id not in readers]
        super().__init__({"along": tied})
        self.email.description = ""
        self.readers = [each.public_id for each in beside if each.id in readers]
        self.along.choices = options((each.public_id, each.name) for each in beside)
        if person.email is None:
            del self.why
        if person.email is None or not beside:
            del self.along

    @property
    def chosen(self) -> list[str]:
        """Return the public ids of those who are corrected along with the person."""
        return answers(self.along) if "along" in self else []

    def readers_hints(self) -> dict[str, str]:
        """Return why somebody is not ticked from the start."""
        said = _("Has used a personal link or answered from this address: it is probably right.")
        return dict.fromkeys(self.readers, said)

    @property
    def was_mistyped(self) -> bool:
        """Tell whether the address that we have is a slip."""
        return "why" in self and bool(self.why.data == MISTYPED)

    def hints(self) -> dict[str, str]:
        """Return what happens, for each answer."""
        return {
            MISTYPED: _(
                "For this event only. The new address gets a new confirmation at once. The old"
                " address is told nothing, and the personal link that went there no longer works."
            ),
            ANOTHER: _(
                "The new address gets a link. Nothing changes until the person opens it. Then the"
                " old address is told."
            ),
        }
