"""What a change of zone law moves: clocks on walls stay as they are, the instants do not."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.db import db
from forum.events.models import Event, Gate, Session
from forum.offsets import ZONE, by_the_wall
from forum.registration.models import Registration, Status

START = "starts_at"


class Shift(NamedTuple):
    """An instant that the clock on the wall shows at another one now."""

    row: Event | Session | Gate
    name: str
    was: datetime
    becomes: datetime


def moved_by_law(*, now: datetime) -> list[tuple[Event, list[Shift]]]:
    """Return the events that are not over and have instants to move, each with these."""
    coming = (
        select(Event)
        .where(Event.ends_at > now)
        .options(selectinload(Event.sessions), selectinload(Event.gates))
        .order_by(Event.starts_at, Event.id)
    )
    found = ((event, shifts(event)) for event in db.session.scalars(coming))
    return [(event, moved) for event, moved in found if moved]


def shifts(event: Event) -> list[Shift]:
    """Return the instants of an event, its sessions and its gates that the law has moved."""
    rows: list[Event | Session | Gate] = [event, *event.sessions, *event.gates]
    return [shift for row in rows for shift in _of(row, event)]


def _of(row: Event | Session | Gate, event: Event) -> Iterator[Shift]:
    known = row.offsets or {}
    if known.get(ZONE) != event.timezone:
        return
    for name, ahead in known.items():
        at = None if name == ZONE else getattr(row, name)
        if at is not None and (becomes := by_the_wall(at, ahead, event.timezone)) != at:
            yield Shift(row, name, at, becomes)


def on_other_clocks(event: Event) -> int:
    """Return how many people with a place or a number read its times on another zone's clock."""
    others = select(func.count()).where(
        Registration.event_id == event.id,
        Registration.status != Status.CANCELLED,
        Registration.timezone != event.timezone,
    )
    return db.session.scalar(others) or 0


def in_words(event: Event, shifted: Sequence[Shift]) -> str:
    """Say to the operator what the law has moved, by the event's start or else the first."""
    first = min(shifted, key=lambda each: (not isinstance(each.row, Event), each.name != START))
    said, right = (
        f"{at.astimezone(ZoneInfo(event.timezone)):%Y-%m-%d %H:%M}"
        for at in (first.was, first.becomes)
    )
    return (
        f"{event.slug}: the law of {event.timezone} has changed. It says {said} where it was to be"
        f" {right} ({len(shifted)} instants in all)."
    )
