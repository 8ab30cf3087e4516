"""Letting a restored database know what the one before it knew for good."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from forum.accounts.actions import end_again
from forum.care.returning_actions import know_again
from forum.config import current_settings
from forum.db import after_commit
from forum.privacy import carried
from forum.privacy.carried import Carried


def set_aside(known: Carried, folder: Path) -> None:
    """Write what is carried over into the file, with what waits there already, whole or not at all.

    Readable by us alone from its first byte. Raises OSError where it cannot be written.
    """
    known = known | carried.waiting(folder)
    if known == Carried():
        return
    target = carried.file(folder)
    near = target.with_name(f".{target.name}.new")
    near.unlink(missing_ok=True)
    with os.fdopen(os.open(near, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(json.dumps(asdict(known)).encode())
        file.flush()
        os.fsync(file)
    near.replace(target)


def carry_over(*, now: datetime) -> tuple[int, int]:
    """Let the database know what was carried over; the file goes once that is committed.

    Returns how many people are held, and how many organizers were ended again.
    """
    known = carried.waiting()
    if known == Carried():
        return 0, 0
    held = know_again(carried.remembered_rows(known), carried.key_rows(known), now=now)
    ended = end_again(known.ended, now=now)
    path = carried.file(current_settings().instance)
    after_commit(lambda: path.unlink(missing_ok=True))
    return held, ended
