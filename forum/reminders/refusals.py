"""Why a reminder rule cannot become what is wanted, in words fit to show."""

from forum.errors import Refusal
from forum.i18n import _


class SameRule(Refusal):
    """Another rule reminds the same people at the same time."""

    def __init__(self) -> None:
        """Say it at the lead."""
        super().__init__(
            _("Another reminder goes to the same people at the same time. Change that one."),
            field="number",
        )


class RuleIsKept(Refusal):
    """A rule cannot be removed: what it sent names it, or a programme file does."""

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__(_("This reminder is kept. You can switch it off."))
