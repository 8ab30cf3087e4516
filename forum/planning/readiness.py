"""What an event still needs before the public may see it. Pure."""

from datetime import datetime
from enum import StrEnum

from forum.events.models import Event, EventKind, SessionStatus


class Lacking(StrEnum):
    """One thing that is not ready."""

    OVER = "over"
    SESSIONS = "sessions"
    ROOM = "room"
    MODES = "modes"
    QUIET_TITLE = "quiet_title"


def missing(event: Event, *, now: datetime) -> list[Lacking]:
    """Return everything that stands in the way of publishing."""
    scheduled = [each for each in event.sessions if each.status == SessionStatus.SCHEDULED]
    found = {
        Lacking.OVER: event.ends_at <= now,
        Lacking.SESSIONS: not scheduled,
        Lacking.ROOM: event.kind == EventKind.WEBCAST and event.room_id is None,
        Lacking.MODES: event.takes_registrations and not event.gates,
        Lacking.QUIET_TITLE: not event.quiet_title.strip(),
    }
    return [each for each, is_missing in found.items() if is_missing]
