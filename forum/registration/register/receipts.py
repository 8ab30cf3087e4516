"""What registering came to, carried to the page that says so. Signed, and about nobody."""

from dataclasses import asdict, dataclass
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer

from forum.config import current_settings
from forum.errors import Missing
from forum.events.models import Mode
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

    @cached_property
    def is_confirmed(self) -> bool:
        """Tell whether there is a place."""
        return self.status == Status.CONFIRMED

    @property
    def how(self) -> Mode:
        """Return the mode."""
        return Mode(self.mode)


def receipt_for(outcome: Outcome, slug: str, *, is_discreet: bool, timezone: str) -> Receipt:
    """Return what may be shown of an outcome at the event with this slug."""
    other = outcome.companion
    return Receipt(
        event=slug,
        mode=outcome.mode.value,
        status=outcome.status.value,
        line_number=outcome.line_number,
        companion=other.status.value if other else None,
        companion_line_number=other.line_number if other else None,
        sessions_waiting=outcome.sessions_waiting,
        is_discreet=is_discreet,
        timezone=timezone,
        sessions_booked=outcome.sessions_booked,
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
