"""Keeping the table and the file of tombstones, and each informed of the other."""

import os
from collections.abc import Iterable
from datetime import datetime

import structlog

from forum.db import after_commit, db
from forum.privacy import tombstones
from forum.privacy.models import Tombstone

log = structlog.get_logger()


def set_up(public_id: str, *, now: datetime) -> None:
    """Keep that she was erased: in the table now, in the file once that is committed."""
    its_hash = tombstones.hash_of(public_id)
    db.session.add(Tombstone(public_id_hash=its_hash, erased_at=now))
    after_commit(lambda: _append([its_hash]))


def inform_table(*, now: datetime) -> None:
    """Keep in the table what only the file has."""
    missing = sorted(tombstones.only_in_file())
    db.session.add_all(Tombstone(public_id_hash=each, erased_at=now) for each in missing)


def inform_file() -> None:
    """Write into the file what only the table has. Changes no record."""
    _append(sorted(tombstones.only_in_table()))


def _append(hashes: Iterable[str]) -> None:
    """Write hashes at the end of the file, down to the disk, each a line of its own.

    A full disk delays it until the worker's next round: the table has them already.
    """
    lines = "".join(f"\n{each}\n" for each in hashes)
    if not lines:
        return
    try:
        file = os.open(tombstones.file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, lines.encode("ascii"))
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        log.warning("tombstones_not_written", error=type(error).__name__)
