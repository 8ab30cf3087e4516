"""What an organizer wants a reminder rule to be: values, checked by a form."""

from dataclasses import dataclass, field
from typing import Any

WHOM = ("lead", "local_time", "modes", "roles", "session_id", "is_for_waitlist")
"""What decides who is reminded when: a rule of which one changes is armed anew."""


@dataclass(frozen=True, kw_only=True)
class ReminderPlan:
    """A rule as it shall be; its columns are those of `models.Reminder`."""

    lead: str
    local_time: str | None = None
    modes: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    session_id: int | None = None
    is_for_waitlist: bool = False
    offers: tuple[str, ...] = ()
    blocks: tuple[str, ...] | None = None
    words: dict[str, str] = field(default_factory=dict)
    is_on: bool = True

    @property
    def columns(self) -> dict[str, Any]:
        """Return each column with its value."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
