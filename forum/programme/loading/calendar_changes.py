"""What people's calendars show of events and sessions, and whether it has changed."""

from collections.abc import Iterator
from datetime import datetime

from forum.db import db
from forum.events.models import Event, EventStatus, Room, Session, SessionStatus
from forum.events.rules import is_online_only
from forum.programme.queries import Stored
from forum.tongues import Bilingual, Text, text

Shown = tuple[object, ...]


class CalendarChanges:
    """How everything stood before a change."""

    def __init__(self, stored: Stored) -> None:
        """Remember what calendars show of all that is stored."""
        self._stored = stored
        self._before: list[tuple[Event | Session, Shown, Shown]] = [
            (each, self._shown(each), self._worded(each))
            for event in stored.events.values()
            for each in _entries(event)
        ]

    def raise_sequences(self, now: datetime) -> None:
        """Raise the SEQUENCE of all with another time, place or way in, or that is called off.

        The one session of a webcast is the same calendar entry as its event, and keeps its number.
        Where only words are others, such as whom to call, the entry is of another time: a calendar
        program that asks by date alone would never read them.
        """
        db.session.flush()
        for each, shown, worded in self._before:
            if self._shown(each) != shown:
                each.sequence += 1
                each.updated_at = now
            elif self._worded(each) != worded:
                each.updated_at = now

    def _shown(self, each: Event | Session) -> Shown:
        is_off = each.status in {EventStatus.CANCELLED, SessionStatus.CANCELLED}
        is_streamed = each.is_streamed if isinstance(each, Session) else None
        room = next((row for row in self._stored.rooms.values() if row.id == each.room_id), None)
        event = each if isinstance(each, Event) else each.event
        to_call = self._to_call(each) if isinstance(each, Event) else ()
        return (
            each.starts_at,
            each.ends_at,
            is_off,
            is_streamed,
            to_call,
            is_online_only(event),
            *self._place(room),
        )

    def _worded(self, each: Event | Session) -> Shown:
        """Return what entries say besides, in words that a file keeps elsewhere."""
        venue, programme = self._stored.venue, self._stored.programme
        return (
            _said(venue, "arrival"),
            (
                programme.quiet_name,
                programme.contact_phone,
                programme.phone_hours,
                programme.contact_email,
            )
            if programme
            else None,
            (_said(each.track, "name"), [(who.name, _said(who, "role")) for who in each.speakers])
            if isinstance(each, Session)
            else [_said(room, "name") for room in self._rooms_to_call(each)],
        )

    def _to_call(self, event: Event) -> Shown:
        """Return the numbers that one can listen by, the first one first."""
        return tuple(room.dial_in for room in self._rooms_to_call(event))

    def _rooms_to_call(self, event: Event) -> list[Room]:
        heard = (
            {event.room_id}
            if event.room_id is not None
            else {
                session.room_id
                for session in event.sessions
                if session.is_streamed and session.status == SessionStatus.SCHEDULED
            }
        )
        found = [room for room in self._stored.rooms.values() if room.id in heard]
        return sorted(
            (room for room in found if room.dial_in), key=lambda room: (room.position, room.id)
        )

    def _place(self, room: Room | None) -> Shown:
        venue = self._stored.venue
        return (
            (_said(venue, "name"), venue.address) if venue else None,
            (room.key, _said(room, "name"), room.dial_in, room.stream_url) if room else None,
        )


def _said(row: Bilingual | None, column: str) -> Text | None:
    """Return a text in every language that it is there in; None where there is no such row."""
    return None if row is None else text(row, column)


def _entries(event: Event) -> Iterator[Event | Session]:
    """Yield what calendars may hold of an event: itself, and each of its sessions."""
    yield event
    yield from event.sessions
