"""Why something about what we keep is refused, each in a sentence fit to show."""

from forum.errors import Refusal
from forum.i18n import _


class WrongNumber(Refusal):
    """What cannot be undone is asked for with another number than it concerns."""

    def __init__(self, number: int) -> None:
        """Say how many people it concerns now."""
        super().__init__(
            _("It is about %(number)s people. Type that number, or leave it.", number=number),
            field="people",
        )
