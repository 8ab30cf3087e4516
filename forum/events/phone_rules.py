"""Which number to call at which hour, for those who listen by phone: pure answers."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from forum.events.models import Event, Room, SessionStatus


class PhoneHours(NamedTuple):
    """From when to when a room can be heard by its number."""

    starts_at: datetime
    ends_at: datetime
    room: Room


class Listening(NamedTuple):
    """One number for each hour, and whether others can be heard at the same time."""

    hours: tuple[PhoneHours, ...] = ()
    has_others: bool = False


def heard(event: Event) -> list[PhoneHours]:
    """Return what can be heard of an event, as `queries.heard` does.

    Of what happens at the event as it is in memory, stored or only supposed.
    """
    if event.room_id is not None:
        spans = [PhoneHours(event.starts_at, event.ends_at, event.room)] if event.room else []
    else:
        spans = [
            PhoneHours(each.starts_at, each.ends_at, each.room)
            for each in event.sessions
            if each.is_streamed and each.status == SessionStatus.SCHEDULED and each.room
        ]
    return [each for each in spans if each.room.dial_in is not None]


def by_hour(spans: Iterable[PhoneHours]) -> Listening:
    """Return one number for each hour at which something can be heard, in the order of time.

    Of several at once it is that of the first room. Neighbors with one number are one, also over
    a break, so that nobody calls another number who need not.
    """
    spans = list(spans)
    has_others = False
    found: list[PhoneHours] = []
    for starts_at, ends_at in pairwise(sorted({at for each in spans for at in each[:2]})):
        on_now = [each for each in spans if each.starts_at <= starts_at and ends_at <= each.ends_at]
        rooms = sorted((each.room for each in on_now), key=lambda room: (room.position, room.id))
        if not rooms:
            continue
        has_others |= any(room.dial_in != rooms[0].dial_in for room in rooms)
        if found and found[-1].room.dial_in == rooms[0].dial_in:
            found[-1] = found[-1]._replace(ends_at=ends_at)
        else:
            found.append(PhoneHours(starts_at, ends_at, rooms[0]))
    return Listening(tuple(found), has_others)
