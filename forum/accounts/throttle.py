"""How often something may be tried, counted in the database over all processes."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import delete, func, select

from forum.accounts.models import Attempt
from forum.accounts.rules import TRY_WINDOW
from forum.config import current_settings
from forum.db import db, is_sqlite
from forum.errors import Refusal
from forum.i18n import _


class TooOften(Refusal):
    """It was tried too many times in a short while."""

    def __init__(self) -> None:
        """Say when to come back."""
        super().__init__(
            _("That was tried many times in a short while. Please wait 15 minutes, then try again.")
        )


def count(purpose: str, subject: str, *, most: int, now: datetime) -> None:
    """Count one try of `purpose` by `subject`. Raises TooOften beyond `most` in 15 minutes.

    `subject` is an address or the like; only a keyed hash of it is stored. A refused try does
    not count, so that someone who keeps trying is let in again in time. Lifted with the limits,
    except where a single try is allowed, because that is not about numbers.
    """
    key = _key(purpose, subject)
    _lock_tries(key)
    same = (Attempt.purpose == purpose, Attempt.subject == key)
    db.session.execute(delete(Attempt).where(*same, Attempt.at <= now - TRY_WINDOW))
    tries = db.session.scalar(select(func.count()).select_from(Attempt).where(*same)) or 0
    if tries >= most and (current_settings().limits or most == 1):
        raise TooOften
    db.session.add(Attempt(purpose=purpose, subject=key, at=now))
    db.session.flush()


def _key(purpose: str, subject: str) -> str:
    secret = current_settings().secret_keys[0].encode()
    return hmac.new(secret, f"{purpose}:{subject}".encode(), hashlib.sha256).hexdigest()


def _lock_tries(key: str) -> None:
    """Let the tries of one subject come one after another; SQLite's writers do anyway."""
    if not is_sqlite():
        number = int.from_bytes(bytes.fromhex(key[:16]), signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
