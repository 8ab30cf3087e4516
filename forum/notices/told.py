"""What attendees are told of when and how something is: the facts that notices compare. Pure.

Instants are UTC in ISO 8601, rooms are ids; the join address and the phone number are those of
the room, as long as something is streamed from it.
"""

from typing import Any

from forum.events.models import Event, Room, Session


def of_event(event: Event) -> dict[str, Any]:
    """Return what is told of an event as a whole; of a webcast, also how to join."""
    return {
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "status": str(event.status),
        **_joining(event.room, is_streamed=True),
    }


def of_session(session: Session) -> dict[str, Any]:
    """Return what is told of one session."""
    return {
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "status": str(session.status),
        "is_streamed": session.is_streamed,
        **_joining(session.room, is_streamed=session.is_streamed),
    }


def _joining(room: Room | None, *, is_streamed: bool) -> dict[str, Any]:
    return {
        "room_id": room and room.id,
        "stream_url": room.stream_url if room and is_streamed else None,
        "dial_in": room.dial_in if room and is_streamed else None,
    }
