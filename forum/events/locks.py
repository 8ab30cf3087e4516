"""The locks on an event, its agenda and its sessions, and whether someone was faster.

Whoever locks several takes them in this order, each kind in ascending id, so that no two wait for
each other: mailboxes, gates, sessions, the event, rooms. Registrations are locked one by one where
nothing else is locked afterwards, or under the gates of their event. Who holds gates raises the
event's revision last of all (`db.before_commit`): others hold the event and wait for a session.
"""

import hashlib
from typing import Any

from sqlalchemy import CursorResult, func, select, update

from forum.db import Record, db, is_sqlite
from forum.errors import ChangedMeanwhile
from forum.events.models import Event, Gate, Session


def lock_mailboxes(*addresses: str | None) -> None:
    """Let nobody else register with these addresses, or say what may reach them, until the end.

    Whoever registers takes on the care state of her person: it must not change at that moment, and
    no registration may be missed by who changes it. On SQLite one transaction writes at a time.
    """
    if is_sqlite():
        return
    hashes = {hashlib.sha256(each.encode()).digest()[:8] for each in addresses if each}
    for number in sorted(int.from_bytes(each, signed=True) for each in hashes):
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def lock_version(row: Record, version: int) -> None:
    """Lock an event, or what has a version too, if it is still as the organizer saw it.

    Reads it anew. An event's public pages will be made anew. Raises ChangedMeanwhile.
    """
    kind: Any = type(row)
    raised: dict[str, Any] = {"version": kind.version + 1}
    if isinstance(row, Event):
        raised["revision"] = Event.revision + 1
    locked = db.session.execute(
        update(kind)
        .where(kind.id == row.id, kind.version == version)
        .values(raised)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(locked, CursorResult) or locked.rowcount != 1:
        raise ChangedMeanwhile
    db.session.refresh(row)


def lock_agenda(event: Event) -> None:
    """Lock an event for a change of its agenda, and read it anew; its pages will be made anew.

    Two organizers' changes are checked one after the other.
    """
    db.session.execute(
        update(Event)
        .where(Event.id == event.id)
        .values(revision=Event.revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(event)


def lock_sessions(*events: Event) -> None:
    """Lock events' gates and sessions, before the events, for what changes places or moves them."""
    numbers = [event.id for event in events]
    for kind in (Gate, Session):
        locked = select(kind.id).where(kind.event_id.in_(numbers)).order_by(kind.id)
        db.session.execute(locked.with_for_update())


def raise_revision(event_id: int) -> None:
    """Make an event's public pages anew."""
    raised = update(Event).where(Event.id == event_id).values(revision=Event.revision + 1)
    db.session.execute(raised)
