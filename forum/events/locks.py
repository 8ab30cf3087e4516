"""Taking an event and its sessions for a change: the locks, and whether someone was faster."""

from sqlalchemy import CursorResult, select, update

from forum.db import db
from forum.errors import ChangedMeanwhile
from forum.events.models import Event, Session


def claim(event: Event, version: int) -> None:
    """Take the event for a change, if it is still as the organizer saw it.

    This is the lock on both engines; the event is read afresh. Raises ChangedMeanwhile.
    """
    taken = db.session.execute(
        update(Event)
        .where(Event.id == event.id, Event.version == version)
        .values(version=Event.version + 1, revision=Event.revision + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(event)
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise ChangedMeanwhile


def hold_all(event: Event) -> None:
    """Lock an event's sessions, before the event itself, for a change that may move them."""
    held = select(Session.id).where(Session.event_id == event.id).order_by(Session.id)
    db.session.execute(held.with_for_update())
