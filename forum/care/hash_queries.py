"""Keyed hashes, by which we know again what we no longer keep. Nothing here changes anything.

HMAC-SHA256 (RFC 2104) under keys of their own, so that a table of hashes alone names nobody. The
first key ever kept makes all new ones. The keys that follow from the data keys are tried besides:
hashes were made under them before keys were kept.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import select

from forum.care.models import HashKey, HashPurpose
from forum.config import current_settings
from forum.db import db
from forum.sealed import Unreadable

DERIVED_FOR = {
    HashPurpose.PERSON: b"forum.suppression",
    HashPurpose.ADDRESS: b"forum.address",
}
NAME_LENGTH = 16


def hashes(said: bytes, keys: Sequence[bytes]) -> list[str]:
    """Return the hashes under which something may be stored, that of the key that stays first."""
    return [hmac.digest(key, said, hashlib.sha256).hex() for key in keys]


def hash_keys(purpose: HashPurpose) -> list[bytes]:
    """Return the keys of hashes for a purpose, the one that new ones are made under first."""
    kept = kept_keys(purpose)
    return [*kept, *(key for key in derived_keys(purpose) if key not in kept)]


def kept_keys(purpose: HashPurpose) -> list[bytes]:
    """Return the keys that are kept and can be read, the oldest first.

    One that no data key opens is left out: `keys check` and `doctor` count it.
    """
    rows = db.session.scalars(
        select(HashKey).where(HashKey.purpose == purpose).order_by(HashKey.id)
    )
    return [key for row in rows if (key := _opened(row))]


def derived_keys(purpose: HashPurpose) -> list[bytes]:
    """Return the keys that follow from the data keys, the newest first."""
    return [_derived(key, purpose) for key in current_settings().data_keys]


def name_of(key: bytes) -> str:
    """Return what a key is known by."""
    return hashlib.sha256(key).hexdigest()[:NAME_LENGTH]


def data_keys_not_kept() -> set[str]:
    """Return the data keys from which hashes may hang that are not kept: none may be dropped."""
    kept = set(db.session.scalars(select(HashKey.name)))
    return {
        key
        for key in current_settings().data_keys
        if not kept.issuperset(name_of(_derived(key, purpose)) for purpose in HashPurpose)
    }


def _derived(data_key: str, purpose: HashPurpose) -> bytes:
    raw = base64.urlsafe_b64decode(data_key)
    return hmac.digest(raw, DERIVED_FOR[purpose], hashlib.sha256)


def _opened(row: HashKey) -> bytes | None:
    try:
        return bytes.fromhex(row.key)
    except Unreadable:
        return None
