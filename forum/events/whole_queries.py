"""What became of an event as a whole, and what would if it went online. Nothing here changes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Event, Session, SessionKind, SessionStatus


@dataclass(frozen=True)
class Prospect:
    """What takes place when an event goes online.

    `online` sessions are seen already, breaks stay; `could_be` are in a room that is streamed, and
    are shown too if the desk says so; the others cannot take place. What is over by now has taken
    place, and is none of these.
    """

    online: tuple[Session, ...]
    breaks: tuple[Session, ...]
    could_be: tuple[Session, ...]
    lost: tuple[Session, ...]

    @property
    def is_possible(self) -> bool:
        """Tell whether anything at all could be seen from afar."""
        return bool(self.online or self.could_be)


def prospect(event: Event, *, now: datetime) -> Prospect:
    """Sort an event's coming sessions by what becomes of them when nobody comes to the place."""
    found: dict[str, list[Session]] = {"online": [], "breaks": [], "could_be": [], "lost": []}
    for session in event.sessions:
        if session.status == SessionStatus.SCHEDULED and session.ends_at > now:
            found[_becomes(session)].append(session)
    return Prospect(**{name: tuple(sessions) for name, sessions in found.items()})


def went_online_at(event: Event) -> datetime | None:
    """Return when a whole event went online that people could have come to, or None."""
    entry = db.session.scalars(_deeds(event, Action.EVENT_WENT_ONLINE).limit(1)).first()
    return None if entry is None else entry.at


def was_cancelled(event: Event) -> bool:
    """Tell whether an event was called off at the desk, so that people have been told."""
    return db.session.scalars(_deeds(event, Action.EVENT_CANCELLED).limit(1)).first() is not None


def planned_before(event: Event) -> list[datetime]:
    """Return the starts that an event had before it was postponed, the latest first."""
    entries = db.session.scalars(_deeds(event, Action.EVENT_POSTPONED))
    return [datetime.fromisoformat(entry.facts["from"]) for entry in entries]


def _becomes(session: Session) -> str:
    if session.is_streamed:
        return "online"
    if session.kind == SessionKind.BREAK:
        return "breaks"
    return "could_be" if session.room is not None and session.room.is_streamed else "lost"


def _deeds(event: Event, action: Action) -> Select[AuditEntry]:
    return (
        select(AuditEntry)
        .where(
            AuditEntry.action == action,
            AuditEntry.subject_kind == Event.__tablename__,
            AuditEntry.subject_id == event.id,
        )
        .order_by(AuditEntry.id.desc())
    )
