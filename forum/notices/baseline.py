"""What attendees are told of when and how something is: the facts that notices compare. Pure.

Instants are UTC in ISO 8601, rooms are ids; the join address and the phone number are those of
the room, as long as something is streamed from it.

What is stored as told is what was told last. When something has changed since then, `later` lists
how it became and when: whoever registered after that has been told so from the start.
"""

from datetime import UTC, datetime
from typing import Any

from forum.events.models import Event, EventKind, Room, Session
from forum.events.rules import is_online_only

Facts = dict[str, Any]
LATER = "later"
AT = "at"


def of(happening: Event | Session) -> Facts:
    """Return what is told of an event or a session."""
    return of_event(happening) if isinstance(happening, Event) else of_session(happening)


def of_event(event: Event) -> Facts:
    """Return what is told of an event as a whole; of a webcast, also how to join."""
    return {
        "starts_at": _instant(event.starts_at),
        "ends_at": _instant(event.ends_at),
        "status": str(event.status),
        "is_online": event.kind == EventKind.FORUM and is_online_only(event),
        **_joining(event.room, is_streamed=True),
    }


def of_session(session: Session) -> Facts:
    """Return what is told of one session."""
    return {
        "starts_at": _instant(session.starts_at),
        "ends_at": _instant(session.ends_at),
        "status": str(session.status),
        "is_streamed": session.is_streamed,
        **_joining(session.room, is_streamed=session.is_streamed),
    }


def states(stored: Facts) -> list[Facts]:
    """Return what anyone may have been told, the oldest first, each as bare facts."""
    return [_bare(each) for each in (stored, *stored.get(LATER, ()))]


def whole(stored: Facts, now_is: Facts, changed_at: datetime | None) -> Facts:
    """Return what is stored as told, with how it is now as the last that it became."""
    if changed_at is None or states(stored)[-1] == now_is:
        return stored
    return changed(stored, now_is, changed_at)


def instants(stored: Facts) -> list[datetime]:
    """Return when it became different since it was told last."""
    return [datetime.fromisoformat(each[AT]) for each in stored.get(LATER, ())]


def seen(stored: Facts, registered_at: datetime) -> Facts:
    """Return what somebody has been told who registered at an instant."""
    facts = stored
    for state in stored.get(LATER, ()):
        if datetime.fromisoformat(state[AT]) < registered_at:
            facts = state
    return _bare(facts)


def changed(stored: Facts, now_is: Facts, at: datetime) -> Facts:
    """Return what to store as told when something becomes different at an instant."""
    return {**stored, LATER: [*stored.get(LATER, ()), {**now_is, AT: at.isoformat()}]}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _bare(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if name not in {LATER, AT}}


def _joining(room: Room | None, *, is_streamed: bool) -> Facts:
    return {
        "room_id": room and room.id,
        "stream_url": room.stream_url if room and is_streamed else None,
        "dial_in": room.dial_in if room and is_streamed else None,
    }
