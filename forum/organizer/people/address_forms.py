"""What an organizer enters when emails shall go to another address of someone."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from forum.i18n import _, lazy
from forum.registration.models import Registration
from forum.registration.my.details.forms import AddressForm
from forum.web.forms import options

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

    def __init__(self, person: Registration) -> None:
        """Ask for the address; why it changes only where there is one."""
        super().__init__()
        self.email.description = ""
        if person.email is None:
            del self.why

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
