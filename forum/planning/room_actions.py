"""What an organizer does to a room: giving its stream another address or number.

It is the one address and number of all its sessions, so all of them change in one step.
"""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import lock_row
from forum.errors import ChangedMeanwhile
from forum.events import queries
from forum.events.locks import lock_agenda, lock_sessions
from forum.events.models import Event, Room, SessionStatus
from forum.events.rules import stream_fingerprint
from forum.notices.righting_actions import put_right
from forum.notices.watching import watched


def change_room(  # noqa: PLR0913 - what it shall be, by name
    room: Room,
    *,
    stream_url: str | None,
    dial_in: str | None,
    seen: str,
    by: Organizer,
    now: datetime,
) -> None:
    """Give a room another stream address or number; nobody is told before a notice is sent.

    Public pages of its coming events are made anew, and the SEQUENCE of what people's calendars
    hold of it rises (RFC 5546 2.1.4). `seen` is the room's `stream_fingerprint`
    as the organizer saw it.
    Raises ChangedMeanwhile.
    """
    concerned = sorted(queries.streamed_from(room, now=now), key=lambda event: event.id)
    lock_sessions(*concerned)
    for event in concerned:
        lock_agenda(event)
    lock_row(room)
    if seen != stream_fingerprint(room):
        raise ChangedMeanwhile
    wanted = {"stream_url": stream_url, "dial_in": dial_in}
    changed = sorted(name for name, value in wanted.items() if getattr(room, name) != value)
    if not changed:
        return
    was = standing(room)
    with watched(*concerned, now=now):
        room.stream_url, room.dial_in = stream_url, dial_in
        for event in concerned:
            _raise_sequences(event, room, now=now)
    put_right(*concerned, now=now)
    facts = {"changed": changed, **differences(was, standing(room))}
    record(Action.ROOM_CHANGED, room, facts, now=now, organizer=by)


def _raise_sequences(event: Event, room: Room, *, now: datetime) -> None:
    event.updated_at = now
    if event.room_id == room.id:
        event.sequence += 1
    for session in event.sessions:
        is_on = session.status == SessionStatus.SCHEDULED
        if session.room_id == room.id and session.is_streamed and is_on:
            session.sequence += 1
            session.updated_at = now
