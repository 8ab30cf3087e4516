"""The locks on an event, its agenda and its sessions, and whether someone was faster.

Whoever locks several takes them in this order, so that no two wait for each other: gates
(`registration.places.gates`), sessions, the event.
"""

from typing import Any

from sqlalchemy import CursorResult, select, update

from forum.db import Record, db
from forum.errors import ChangedMeanwhile
from forum.events.models import Event, Session


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


def lock_sessions(event: Event) -> None:
    """Lock an event's sessions, before the event itself, for a change that may move them."""
    locked = select(Session.id).where(Session.event_id == event.id).order_by(Session.id)
    db.session.execute(locked.with_for_update())
