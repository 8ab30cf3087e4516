"""Why something about what we keep is refused, each in a sentence fit to show."""

from forum.errors import Refusal
from forum.i18n import ngettext


class WrongNumber(Refusal):
    """What cannot be undone is asked for with another number than it concerns."""

    def __init__(self, number: int) -> None:
        """Say how many people it concerns now."""
        super().__init__(
            ngettext(
                "It is about %(num)d person. Type that number, or leave it.",
                "It is about %(num)d people. Type that number, or leave it.",
                number,
            ),
            field="people",
        )
