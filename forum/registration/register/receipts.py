"""What registering came to, carried to the page that says so. Signed, and about nobody."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer

from forum.config import current_settings
from forum.errors import Missing
from forum.events.models import Event, Mode
from forum.registration.models import Status
from forum.registration.outcomes import Outcome


@dataclass(frozen=True)
class Receipt:
    """An outcome without a name: enough to say it, too little to tell whose it is."""

    event: str
    mode: str
    status: str
    line_number: int | None
    companion: str | None
    companion_line_number: int | None
    sessions_waiting: int
    is_discreet: bool
    timezone: str
    sessions_booked: int = 0
    starts_at: str = ""
    """When the event was to start then; a receipt of an older release does not say."""

    @cached_property
    def is_confirmed(self) -> bool:
        """Tell whether there is a place."""
        return self.status == Status.CONFIRMED

    @property
    def how(self) -> Mode:
        """Return the mode."""
        return Mode(self.mode)

    @property
    def planned_at(self) -> datetime | None:
        """Return when the event was to start then, if that is known."""
        return datetime.fromisoformat(self.starts_at) if self.starts_at else None


def receipt_for(outcome: Outcome, event: Event, *, is_discreet: bool, timezone: str) -> Receipt:
    """Return what may be shown of an outcome at an event."""
    other = outcome.companion
    return Receipt(
        event=event.slug,
        mode=outcome.mode.value,
        status=outcome.status.value,
        line_number=outcome.line_number,
        companion=other.status.value if other else None,
        companion_line_number=other.line_number if other else None,
        sessions_waiting=outcome.sessions_waiting,
        is_discreet=is_discreet,
        timezone=timezone,
        sessions_booked=outcome.sessions_booked,
        starts_at=event.starts_at.isoformat(),
    )


def sign(receipt: Receipt) -> str:
    """Return the receipt as it stands in an address."""
    return str(_signer().dumps(list(asdict(receipt).values())))


def read(text: str) -> Receipt:
    """Return the receipt in an address. Raises Missing for what we did not sign."""
    try:
        return Receipt(*_signer().loads(text))
    except (BadSignature, TypeError):
        raise Missing from None


def _signer() -> URLSafeSerializer:
    oldest_first = list(reversed(current_settings().secret_keys))
    return URLSafeSerializer(oldest_first, salt="forum.receipt")
