"""Keeping what we promised about time: the purge, the tombstones, and the keys.

Called by commands and by every worker. Each step is a short transaction of its own; whatever
ends it in the middle, the next run goes on from there.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select

from forum.accounts.kept_actions import forget_old_forms
from forum.care.asking_actions import ask_again
from forum.care.hash_actions import keep_keys
from forum.db import db, is_sqlite, transaction
from forum.privacy import actions as privacy
from forum.privacy import (
    carrying_actions,
    purge_actions,
    purge_queries,
    tombstone_actions,
    tombstones,
)
from forum.privacy.key_actions import Pass, reseal_some
from forum.privacy.key_queries import sealed_columns
from forum.privacy.purge_queries import Going, large_purge, number_due
from forum.registration.models import Registration

ROUNDS_EVERY = timedelta(hours=1)
log = structlog.get_logger()


def purge(
    *, now: datetime, goes_on: Callable[[], bool] = lambda: True, people: int | None = None
) -> dict[str, int]:
    """End everything that was kept long enough. Returns how many of each kind ended.

    Nobody's registration or answers go while the purge would take so many people at once that
    someone is to be asked first, unless `people` is their number. `goes_on` is asked before every
    step, so that a worker can stop.
    """
    note_over(now=now)
    ended = {}
    asked = large_purge(now=now)
    is_asked = asked is not None and asked.number != people
    db.session.rollback()
    for expiry in purge_actions.EXPIRIES:
        number, some = 0, int(not (expiry.is_of_people and is_asked))
        while some and goes_on():
            with transaction():
                some = purge_actions.end_some(expiry, now=now)
            number += some
        ended[expiry.name] = number
    forget_deleted()
    return ended


def due(*, now: datetime) -> dict[str, int]:
    """Return how many of each kind a purge would end. Changes nothing."""
    return {each.name: number_due(each.due, now=now) for each in purge_actions.EXPIRIES}


def going(*, now: datetime) -> dict[str, list[Going]]:
    """Return whom a purge would take, by what goes of them and event by event. Changes nothing."""
    return {
        each.name: purge_queries.going(each.due, now=now)
        for each in purge_actions.EXPIRIES
        if each.is_of_people
    }


def note_over(*, now: datetime) -> None:
    """Keep which events are over: from then on counts how long what is about them is kept."""
    with transaction():
        purge_actions.note_over(now=now)


def erase_again(*, now: datetime) -> int:
    """Erase whom a restored database has brought back, and let table and file know the same.

    Returns how many were erased.
    """
    returned = tombstones.come_back()
    for number in returned:
        with transaction():
            registration = db.session.scalar(select(Registration).where(Registration.id == number))
            if registration is not None:
                privacy.erase_again(registration, now=now)
    if tombstones.only_in_file():
        with transaction():
            tombstone_actions.inform_table(now=now)
    tombstone_actions.inform_file()
    db.session.rollback()
    return len(returned)


def carry_over(*, now: datetime) -> tuple[int, int]:
    """Let a restored database know who is remembered and which organizers were ended.

    Returns how many people are held, and how many organizers were ended again.
    """
    with transaction():
        return carrying_actions.carry_over(now=now)


def recall(*, now: datetime) -> None:
    """Do to a database that may have been restored what has to be done before a mail leaves it.

    The log is told numbers only.
    """
    held, ended = carry_over(now=now)
    if held or ended:
        log.warning("carried_over", people=held, organizers=ended)
    again = erase_again(now=now)
    if again:
        log.warning("erased_again", people=again)


def forget_deleted() -> bool:
    """Take deleted values out of SQLite's write-ahead log too. False: a reader was in the way.

    The file itself forgets at once (`PRAGMA secure_delete`), but not before the log is written
    back to it. PostgreSQL does it in its own time (autovacuum).
    """
    if not is_sqlite():
        return True
    db.session.rollback()
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((is_busy, _frames, _written),) = cursor.fetchall()
        cursor.close()
    finally:
        connection.close()
    return not is_busy


def rotate_keys(*, now: datetime) -> tuple[int, int]:
    """Encrypt everything under the newest data key, and keep what hashes hang from older ones.

    Returns how many values were encrypted anew, and how many could not be read.
    """
    with transaction():
        keep_keys(now=now)
    passes = [Pass(record, name) for record, name in sealed_columns()]
    for going in passes:
        while not going.is_over:
            with transaction():
                reseal_some(going)
    forget_deleted()
    return sum(each.sealed for each in passes), sum(each.unreadable for each in passes)


class Housekeeper:
    """A worker's part: it looks every hour, and one worker a day purges."""

    def __init__(self) -> None:
        """Be due at once: a worker that starts may find a restored database."""
        self._last_at = datetime.min.replace(tzinfo=UTC)

    def look(self, *, now: datetime, goes_on: Callable[[], bool]) -> None:
        """Do what is due. The log is told numbers only.

        A last look that is to come was under a clock that was wrong, and says nothing.
        """
        if self._last_at <= now < self._last_at + ROUNDS_EVERY:
            return
        self._last_at = now
        with transaction():
            keep_keys(now=now)
        recall(now=now)
        note_over(now=now)
        with transaction():
            again = ask_again(now=now)
        if again:
            log.warning("asked_again", people=again)
        with transaction():
            forget_old_forms(now=now)
        with transaction():
            is_my_turn = purge_actions.begin_purge(now=now)
        if is_my_turn:
            log.info("purged", **purge(now=now, goes_on=goes_on))
        forget_deleted()
