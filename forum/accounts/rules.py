"""Who may do what at the desk, and for how long. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.accounts.models import Organizer, OrganizerRole, SignIn
from forum.fingerprint import fingerprint

LINK_LIFE = timedelta(minutes=15)
"""How long a mailed sign-in link opens the desk."""
IDLE = timedelta(minutes=30)
"""After this long without a page, one signs in again."""
LONGEST = timedelta(hours=12)
"""However busy, one signs in again after this long."""
CONFIRMED_FOR = timedelta(minutes=10)
"""How long a passkey's yes opens what leaves the house, such as an export."""
READS_FOR = timedelta(minutes=30)
"""How long it opens what people told us, to be read at the desk."""
ALLOWED_FOR = timedelta(days=1)
"""How long somebody else's word lets a passkey be added."""
KEPT_FOR = timedelta(hours=1)
"""How long a form that could not be taken is kept for who typed it."""
FORMS_PER_CLIENT = 20
"""How many of one connection are kept within `TRY_WINDOW`."""
TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 5
TRIES_PER_CLIENT = 20
"""Larger than for one address: a whole office may come from one."""

RANKS = tuple(OrganizerRole)
"""From the one who may do least to the one who may do most."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What an organizer may do, and the names of the passkeys that open the desk for her."""

    email: str
    created_at: datetime
    """When she was added: another account of this address has another instant."""
    role: OrganizerRole
    passkeys: frozenset[str]
    has_had_passkey: bool = False
    """She has, or had one: without one, the next needs somebody else's word."""


def lesser(one: OrganizerRole, other: OrganizerRole) -> OrganizerRole:
    """Return the role of two that may do less."""
    return min(one, other, key=RANKS.index)


def may(role: OrganizerRole, needed: OrganizerRole) -> bool:
    """Tell whether a role is enough for what needs another. Each includes those before it."""
    return RANKS.index(role) >= RANKS.index(needed)


def is_alive(sign_in: SignIn, *, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a sign-in still opens the desk. `seen_at` is when its browser last came."""
    return (
        sign_in.ended_at is None
        and sign_in.organizer.is_active
        and now < sign_in.expires_at
        and now - max(seen_at, sign_in.last_seen_at) < IDLE
    )


def is_confirmed(sign_in: SignIn, *, now: datetime) -> bool:
    """Tell whether a passkey has said yes lately enough for what leaves the house."""
    return sign_in.passkey_at is not None and now - sign_in.passkey_at < CONFIRMED_FOR


def may_read(sign_in: SignIn, *, now: datetime) -> bool:
    """Tell whether a passkey has said yes lately enough to read what people told us."""
    return sign_in.passkey_at is not None and now - sign_in.passkey_at < READS_FOR


def may_add_passkey(organizer: Organizer, *, has_one: bool, now: datetime) -> bool:
    """Tell whether a passkey may be added to an account, `has_one` or not.

    The first one ever is taken on trust. One that comes after all others are gone is not: whoever
    holds the mailbox alone must not become whoever had the passkey (ASVS 5.0, 6.4.3).
    """
    until = organizer.passkey_allowed_until
    return has_one or not organizer.has_had_passkey or (until is not None and now < until)


def fingerprint_of(organizer: Organizer) -> str:
    """Return what is another one once an owner has changed who someone is or what she may do."""
    return fingerprint(organizer.name, organizer.role, organizer.is_active)
