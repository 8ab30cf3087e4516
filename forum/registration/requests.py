"""What someone asks for when she registers: a value, checked by the form, not yet a record."""

from dataclasses import dataclass

from forum.events.models import Mode
from forum.registration.models import PairRule


@dataclass(frozen=True, kw_only=True)
class Companion:
    """Someone who comes along.

    Without an address of his own, the asker's is shared; without a mode, he attends as she does.
    """

    name: str
    email: str | None = None
    mode: Mode | None = None
    needs: str = ""
    """What would help him, as the asker says it for him."""
    food: str = ""
    """What he needs or avoids, as the asker says it for him."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What someone tells us of herself: each of `details.DETAILS`, kept under the same name."""

    name: str
    phone: str = ""
    roles: tuple[str, ...] = ()
    is_first_time: bool = False
    wants_certificate: bool = False
    needs: str = ""
    food: str = ""
    question: str = ""
    note: str = ""
    is_discreet: bool | None = None
    """None leaves it to the rule for her role."""
    language: str = "en"
    timezone: str
    quiet_days: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Request(Details):
    """A request for a place at one event."""

    email: str | None
    """None for someone who is reached by phone only."""
    mode: Mode
    companion: Companion | None = None
    pair_rule: PairRule = PairRule.TOGETHER
    sessions: tuple[int, ...] = ()
    """Ids of sessions with limited places."""
    form_key: str | None = None
    """Names the one form that was filled in, so that sending it twice is known from a second
    person's asking."""


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """Which limits an organizer sets aside, knowingly; each is written into the audit."""

    opening: bool = False
    closing: bool = False
    capacity: bool = False

    def __bool__(self) -> bool:
        """Tell whether any limit is set aside."""
        return self.opening or self.closing or self.capacity

    def in_words(self) -> list[str]:
        """Return their names, for the audit."""
        return [name for name in ("opening", "closing", "capacity") if getattr(self, name)]


NONE = Overrides()
