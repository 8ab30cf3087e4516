"""Keeping the keys of hashes, so that no change of data keys forgets whom they know again."""

from datetime import datetime

from forum.care import hash_queries
from forum.care.models import HashKey, HashPurpose
from forum.db import db, insert_once


def keep_keys(*, now: datetime) -> None:
    """Keep, encrypted, every key of hashes that follows from a data key. Twice is once."""
    for purpose in HashPurpose:
        kept = hash_queries.kept_keys(purpose)
        for key in hash_queries.derived_keys(purpose):
            if key not in kept:
                _keep(key, purpose, now=now)


def lasting_hash(purpose: HashPurpose, said: bytes, *, now: datetime) -> str:
    """Return the hash under which something is stored from now on; its key is kept first."""
    if not hash_queries.kept_keys(purpose):
        keep_keys(now=now)
    return hash_queries.hashes(said, hash_queries.hash_keys(purpose))[0]


def _keep(key: bytes, purpose: HashPurpose, *, now: datetime) -> None:
    row = HashKey(purpose=purpose, name=hash_queries.name_of(key))
    row.key = key.hex()
    values = {
        "purpose": purpose,
        "name": row.name,
        "key_sealed": row.key_sealed,
        "created_at": now,
    }
    db.session.connection().execute(insert_once(HashKey, "name"), values)
