"""What may be said of an event at a moment: is it open, are places left. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Gate,
    Mode,
    Room,
    Session,
    SessionStatus,
)
from forum.fingerprint import fingerprint

FEW = 0.1
"""The share of places under which few are left."""
FEW_AT_LEAST = 3
JOIN_OPENS = 15
"""How many minutes before its start something can be joined, unless its event says another."""

UNTOLD_FOR = timedelta(hours=1)
"""How long what names a new day waits once an event was moved: the day may have been a slip."""


def untold_until(moved_at: datetime, useful_until: datetime) -> datetime:
    """Return until when an email waits that would name the day of an event that was moved.

    For an hour, or half as long as it would still help, so that a short one comes in time.
    """
    return moved_at + min(UNTOLD_FOR, (useful_until - moved_at) / 2)


def has_no_stream(session: Session) -> bool:
    """Tell whether a session is marked as online and there is nowhere to watch it."""
    return _is_shown(session) and not _has_address(session)


def is_watchable(session: Session) -> bool:
    """Tell whether a session is shown online, and where is known."""
    return _is_shown(session) and _has_address(session)


def _is_shown(session: Session) -> bool:
    return session.is_streamed and session.status == SessionStatus.SCHEDULED


def _has_address(session: Session) -> bool:
    return session.room is not None and bool(session.room.stream_url)


class Standing(StrEnum):
    """Where an event stands towards those who would register."""

    CANCELLED = "cancelled"
    OVER = "over"
    ANNOUNCED = "announced"
    NOT_OPEN = "not_open"
    OPEN = "open"
    CLOSED = "closed"


class PlacesLeft(StrEnum):
    """How many places are left, as pages say it: never a number."""

    UNLIMITED = "unlimited"
    LEFT = "left"
    FEW = "few"
    FULL = "full"


class Limited(Protocol):
    """Whatever has places: a gate, or a session with limited ones."""

    capacity: int | None

    @property
    def left(self) -> int | None:
        """Return how many places are free, or None when there is no limit."""


def standing(event: Event, now: datetime) -> Standing:
    """Decide where the event stands; its gates say until when each mode takes registrations."""
    if event.status == EventStatus.CANCELLED:
        return Standing.CANCELLED
    if now >= event.ends_at:
        return Standing.OVER
    if not event.takes_registrations:
        return Standing.ANNOUNCED
    if event.registration_opens_at is not None and now < event.registration_opens_at:
        return Standing.NOT_OPEN
    if any(is_open(gate, now) for gate in event.gates):
        return Standing.OPEN
    return Standing.CLOSED


def is_open(gate: Gate, now: datetime) -> bool:
    """Tell whether this mode still takes registrations; the event itself may be over."""
    return gate.closes_at is None or now < gate.closes_at


def is_online_only(event: Event) -> bool:
    """Tell whether nobody can come to a place: a webcast, or a forum without a gate in person.

    A forum that offers no way to attend yet is taken to be in its place.
    """
    modes = {gate.mode for gate in event.gates}
    return event.kind == EventKind.WEBCAST or (bool(modes) and Mode.IN_PERSON not in modes)


def dial_in_rooms(event: Event) -> list[Room]:
    """Return the rooms that one can listen to by phone, as `queries.dial_in_rooms` does.

    Of what happens at the event as it is in memory, stored or only supposed.
    """
    if event.room_id is not None:
        rooms = [event.room]
    else:
        streamed = (
            each
            for each in event.sessions
            if each.is_streamed and each.status == SessionStatus.SCHEDULED
        )
        rooms = [each.room for each in streamed]
    heard = {room.id: room for room in rooms if room is not None and room.dial_in is not None}
    return sorted(heard.values(), key=lambda room: (room.position, room.id))


def places_left(limited: Limited) -> PlacesLeft:
    """Decide which word tells how many places are left.

    Public pages show this word, so a page changes (and the event's revision rises) only when the
    word does.
    """
    if limited.capacity is None or limited.left is None:
        return PlacesLeft.UNLIMITED
    left = limited.left
    if left == 0:
        return PlacesLeft.FULL
    return PlacesLeft.FEW if left <= max(FEW_AT_LEAST, limited.capacity * FEW) else PlacesLeft.LEFT


def stream_fingerprint(room: Room) -> str:
    """Return what is another one once a room's stream has got another address or number."""
    return fingerprint(room.stream_url, room.dial_in)


def next_change(event: Event, now: datetime) -> datetime | None:
    """Return the next instant at which time alone changes what is said of the event."""
    return min((at for at in _turning_points(event) if at > now), default=None)


def days_of(event: Event) -> tuple[datetime, datetime]:
    """Return the midnights before and after an event on its own clock, as instants in UTC."""
    zone = ZoneInfo(event.timezone)
    first = event.starts_at.astimezone(zone).date()
    begins = datetime.combine(first, time(), zone).astimezone(UTC)
    return begins, midnight_after(event.ends_at, event.timezone)


def midnight_after(ends_at: datetime, timezone: str) -> datetime:
    """Return when the last day is over in a zone of what ends at an instant, in UTC.

    What ends at midnight ends with the day before.
    """
    zone = ZoneInfo(timezone)
    last = (ends_at - timedelta.resolution).astimezone(zone).date()
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def is_its_day(event: Event, now: datetime) -> bool:
    """Tell whether this is one of the days of an event, on its own clock."""
    begins, ends = days_of(event)
    return begins <= now < ends


def hours_on(span: str, timezone: str, at: datetime) -> tuple[datetime, datetime]:
    """Return from when to when somebody answers, "07:00-17:00", on the day of an instant."""
    zone = ZoneInfo(timezone)
    day = at.astimezone(zone).date()
    opens, closes = (datetime.combine(day, time.fromisoformat(each)) for each in span.split("-"))
    return opens.replace(tzinfo=zone), closes.replace(tzinfo=zone)


def _turning_points(event: Event) -> Iterator[datetime]:
    yield event.ends_at
    if event.day_phone or event.day_hours:  # on its days, whom to call is said
        yield from days_of(event)
    if event.day_hours:
        yield from _hours_end(event)
    if event.registration_opens_at is not None:
        yield event.registration_opens_at
    for gate in event.gates:
        if gate.closes_at is not None:
            yield gate.closes_at


def _hours_end(event: Event) -> Iterator[datetime]:
    """Yield, on each day of an event, when nobody answers any more, and the midnight after it."""
    day, last = days_of(event)
    while day < last:
        closes = hours_on(event.day_hours, event.timezone, day)[1].astimezone(UTC)
        day = midnight_after(closes, event.timezone)
        yield from (closes, day)


def join_opens(event: Event) -> timedelta:
    """Return how long before its start something of this event can be joined."""
    minutes = (event.details or {}).get("opens_min_before")
    return timedelta(minutes=JOIN_OPENS if minutes is None else minutes)
