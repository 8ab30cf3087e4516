"""Where an event is in time: how far ahead, on its day with what runs now, or over. Pure.

Days are those of the event's own clock, or of the one in whose zone it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from forum.events.models import Event, Session, SessionKind, SessionStatus

DAY = timedelta(days=1)
COUNTED = timedelta(hours=1)
"""How long before the start minutes are counted."""
WEEK = 7
FROM_WEEKS, FROM_MONTHS = 14, 60
"""From how many days on weeks are counted, and from how many months."""
MONTH = 365.2425 / 12
"""Days."""


class EventPhase(StrEnum):
    """Where an event is, seen from a moment."""

    AHEAD = "ahead"
    ON_ITS_DAYS = "on its days"
    OVER = "over"


class Unit(StrEnum):
    """What is counted until an event."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Distance(NamedTuple):
    """How far ahead something is; weeks and months are rounded."""

    number: int
    unit: Unit


@dataclass(frozen=True)
class Course:
    """What runs at a moment, and what comes next."""

    running: tuple[Session, ...]
    coming: tuple[Session, ...]
    """All that begin at the next time at which something begins."""
    turns_at: datetime | None
    """When the next of them begins or ends; None when all is over."""


def phase(event: Event, now: datetime, zone: str | None = None) -> EventPhase:
    """Tell where an event is; from the first to the last of its days it is on its days."""
    if now >= event.ends_at:
        return EventPhase.OVER
    is_ahead = _day(now, event, zone) < _day(event.starts_at, event, zone)
    return EventPhase.AHEAD if is_ahead else EventPhase.ON_ITS_DAYS


def ahead(event: Event, now: datetime, zone: str | None = None) -> Distance:
    """Return how far ahead the first day of an event is."""
    days = (_day(event.starts_at, event, zone) - _day(now, event, zone)).days
    if days < FROM_WEEKS:
        return Distance(days, Unit.DAYS)
    if days < FROM_MONTHS:
        return Distance(round(days / WEEK), Unit.WEEKS)
    return Distance(round(days / MONTH), Unit.MONTHS)


def is_same_day(at: datetime, other: datetime, event: Event, zone: str | None = None) -> bool:
    """Tell whether two instants are on one day."""
    return _day(at, event, zone) == _day(other, event, zone)


def morning_of(at: datetime, event: Event, zone: str | None = None) -> datetime:
    """Return when the day of an instant begins, in UTC."""
    clock = ZoneInfo(zone or event.timezone)
    return datetime.combine(_day(at, event, zone), time(), clock).astimezone(UTC)


def next_morning(event: Event, now: datetime, zone: str | None = None) -> datetime:
    """Return when the next day begins, in UTC."""
    clock = ZoneInfo(zone or event.timezone)
    return datetime.combine(_day(now, event, zone) + DAY, time(), clock).astimezone(UTC)


def course(sessions: Iterable[Session], now: datetime) -> Course:
    """Return what runs and what comes next; rooms that are open all day are no part of it."""
    timed = [
        each
        for each in sessions
        if each.status == SessionStatus.SCHEDULED and each.kind != SessionKind.DROPIN
    ]
    starts_at = min((each.starts_at for each in timed if each.starts_at > now), default=None)
    turns = [at for each in timed for at in (each.starts_at, each.ends_at) if at > now]
    return Course(
        running=tuple(each for each in timed if each.starts_at <= now < each.ends_at),
        coming=tuple(each for each in timed if each.starts_at == starts_at),
        turns_at=min(turns, default=None),
    )


def _day(at: datetime, event: Event, zone: str | None) -> date:
    return at.astimezone(ZoneInfo(zone or event.timezone)).date()
