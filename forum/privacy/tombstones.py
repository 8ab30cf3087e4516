"""Who was erased, kept where a restored database does not reach: a file of hashes beside it.

The table has the same hashes, and each tells the other what it lacks. A public id is 128 random
bits, so its hash leads nowhere.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from forum.config import current_settings
from forum.db import db
from forum.privacy.models import Tombstone
from forum.registration.models import Registration

HASH_LENGTH = 64
"""Hex digits of a SHA-256. A line of another length was cut by a crash, and counts for nothing."""
AT_ONCE = 5_000


def hash_of(public_id: str) -> str:
    """Return the name under which an erased registration is remembered."""
    return hashlib.sha256(public_id.encode()).hexdigest()


def file() -> Path:
    """Return where the file is, whether it exists or not."""
    return current_settings().instance / "tombstones"


def only_in_file() -> set[str]:
    """Return the hashes that the database lacks: it was restored from before those people went."""
    return _in_file() - _in_table()


def only_in_table() -> set[str]:
    """Return the hashes that the file lacks: it is new, on another machine, or was full."""
    return _in_table() - _in_file()


def come_back() -> Sequence[int]:
    """Return the ids of those whom a restored database has although they were erased."""
    erased = only_in_file()
    if not erased:
        return []
    rows = db.session.execute(
        select(Registration.id, Registration.public_id).execution_options(yield_per=AT_ONCE)
    )
    return [number for number, public_id in rows if hash_of(public_id) in erased]


def _in_table() -> set[str]:
    return set(db.session.scalars(select(Tombstone.public_id_hash)))


def _in_file() -> set[str]:
    path = file()
    if not path.exists():
        return set()
    lines = path.read_text(encoding="ascii", errors="replace").split()
    return {line for line in lines if len(line) == HASH_LENGTH}
