"""The signed stamp in each form: which form it is, and how long ago it was shown.

Sending the same form twice is known by its key. A form that comes back sooner than a person can
fill it in was filled in by a program; there is no longest time.
"""

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from forum.config import current_settings

LEAST_SECONDS = 3
FILLED = "filled-"
"""How the key of a form begins that we have filled in: she has only to press."""


@dataclass(frozen=True, slots=True)
class FormKey:
    """One shown form: its key, and its age in seconds when it was read."""

    key: str
    age: float


def new_stamp(*, is_filled: bool = False) -> str:
    """Return a stamp to put into a form that is being shown; `is_filled`: not empty, but by us."""
    return _signer().sign(f"{FILLED if is_filled else ''}{secrets.token_urlsafe(16)}").decode()


def read_stamp(stamp: str, *, now: float) -> FormKey | None:
    """Return what a stamp says, or None for one that we did not make. `now`: seconds since 1970."""
    try:
        key, shown_at = _signer().unsign(stamp, return_timestamp=True)
    except BadSignature:
        return None
    return FormKey(key.decode(), now - shown_at.timestamp())


def is_too_soon(form: FormKey) -> bool:
    """Tell whether a form came back sooner than a person can fill it in; lifted with the limits."""
    is_quick = form.age < LEAST_SECONDS and not form.key.startswith(FILLED)
    return is_quick and current_settings().limits and not current_app.testing


def _signer() -> TimestampSigner:
    oldest_first = list(reversed(current_settings().secret_keys))
    return TimestampSigner(oldest_first, salt="forum.form")
