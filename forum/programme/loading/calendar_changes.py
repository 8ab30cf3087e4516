"""What people's calendars show of events and sessions, and whether it has changed."""

from collections.abc import Iterator
from datetime import datetime

from forum.db import db
from forum.events.models import Event, EventStatus, Room, Session, SessionStatus
from forum.programme.queries import Stored

Shown = tuple[object, ...]


class CalendarChanges:
    """How everything stood before a change."""

    def __init__(self, stored: Stored) -> None:
        """Remember what calendars show of all that is stored."""
        self._stored = stored
        self._before: list[tuple[Event | Session, Shown]] = [
            (each, self._shown(each))
            for event in stored.events.values()
            for each in _entries(event)
        ]

    def raise_sequences(self, now: datetime) -> None:
        """Raise the SEQUENCE of all with another time, place or way in, or that is called off.

        The one session of a webcast is the same calendar entry as its event, and keeps its number.
        """
        db.session.flush()
        for each, before in self._before:
            if self._shown(each) != before:
                each.sequence += 1
                each.updated_at = now

    def _shown(self, each: Event | Session) -> Shown:
        is_off = each.status in {EventStatus.CANCELLED, SessionStatus.CANCELLED}
        is_streamed = each.is_streamed if isinstance(each, Session) else None
        room = next((row for row in self._stored.rooms.values() if row.id == each.room_id), None)
        return (each.starts_at, each.ends_at, is_off, is_streamed, *self._place(room))

    def _place(self, room: Room | None) -> Shown:
        venue = self._stored.venue
        return (
            (venue.name, venue.address) if venue else None,
            (room.key, room.name, room.dial_in, room.stream_url) if room else None,
        )


def _entries(event: Event) -> Iterator[Event | Session]:
    """Yield what calendars may hold of an event: itself, and each of its sessions."""
    yield event
    yield from event.sessions
