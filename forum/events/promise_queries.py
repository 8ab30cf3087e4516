"""What is promised of the recordings of several events, in a constant number of queries."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from forum.db import db
from forum.events.models import Event, EventStatus, Session, SessionStatus
from forum.events.promise_rules import Promise, promise

RECORDED = (
    select(Session.event_id)
    .where(Session.is_recorded, Session.status == SessionStatus.SCHEDULED)
    .distinct()
)


def promises(events: Iterable[Event], *, zone: str, now: datetime) -> dict[int, Promise]:
    """Return what is promised of these events, by their numbers; `zone` is the programme's."""
    events = list(events)
    if not events:
        return {}
    numbers = [event.id for event in events]
    recorded = set(db.session.scalars(RECORDED.where(Session.event_id.in_(numbers))))
    found = {
        event.id: promise(event, is_recorded=event.id in recorded, zone=zone, now=now)
        for event in events
    }
    return {number: each for number, each in found.items() if each is not None}


def promise_of(event: Event, *, zone: str, now: datetime) -> Promise | None:
    """Return what is promised of one event; `zone` is the programme's."""
    return promises([event], zone=zone, now=now).get(event.id)


def promise_moves(
    event: Event, ended_at: datetime, *, zone: str, now: datetime
) -> tuple[date, date] | None:
    """Return by when recordings were promised while an event ended at that instant, and are now.

    None where nothing is promised, or by the same day; `zone` is the programme's.
    """
    if ended_at == event.ends_at or (current := promise_of(event, zone=zone, now=now)) is None:
        return None
    before = promise(event, is_recorded=True, zone=zone, now=now, ends_at=ended_at)
    return None if before is None or before.day == current.day else (before.day, current.day)


def open_promises(*, zone: str, now: datetime) -> list[tuple[Event, Promise]]:
    """Return what is over and still owed its recordings, the longest promised first."""
    over = select(Event).where(Event.status == EventStatus.PUBLISHED, Event.ends_at <= now)
    events = db.session.scalars(over).all()
    found = promises(events, zone=zone, now=now)
    owed = [(each, found[each.id]) for each in events if each.id in found]
    return sorted(
        ((each, owing) for each, owing in owed if owing.is_open),
        key=lambda pair: (pair[1].day, pair[0].id),
    )
