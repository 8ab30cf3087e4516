"""What became of an event as a whole, and what would if it went online. Nothing here changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm.attributes import set_committed_value

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Event, EventStatus, Room, Session, SessionKind, SessionStatus
from forum.i18n import day_on


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
    coming = to_come(event, now=now)
    _read_rooms(coming)
    for session in coming:
        found[_becomes(session)].append(session)
    return Prospect(**{name: tuple(sessions) for name, sessions in found.items()})


def to_come(event: Event, *, now: datetime) -> list[Session]:
    """Return an event's sessions that are not over by now, in their order."""
    return [each for each in event.sessions if _takes_place(each) and each.ends_at > now]


def is_past(session: Session, *, now: datetime) -> bool:
    """Tell whether a session of a public event is over, or would be: it is as it was."""
    return session.event.status == EventStatus.PUBLISHED and session.ends_at <= now


def held(event: Event, *, now: datetime) -> list[Session]:
    """Return an event's sessions that have taken place by now, by time."""
    over = [each for each in event.sessions if _takes_place(each) and each.ends_at <= now]
    return sorted(over, key=lambda each: (each.starts_at, each.id))


def rest_starts_at(event: Event, *, now: datetime) -> datetime:
    """Return when begins what is still to come of an event: all of it before anything is held."""
    if not held(event, now=now):
        return event.starts_at
    coming = (each.starts_at for each in to_come(event, now=now))
    return min(coming, default=event.starts_at)


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


def day_before(event: Event) -> datetime | None:
    """Return the start that an event had on another day before it was postponed, or None.

    An event that was put off by a slip and is on its old day again has no new one.
    """
    today = day_on(event.starts_at, event.timezone)
    starts = (at for at in planned_before(event) if day_on(at, event.timezone) != today)
    return next(starts, None)


def _read_rooms(sessions: Sequence[Session]) -> None:
    """Read the rooms of some sessions, all at once."""
    numbers = {each.room_id for each in sessions}
    rooms = {room.id: room for room in db.session.scalars(select(Room).where(Room.id.in_(numbers)))}
    for each in sessions:
        if each.room_id in rooms:
            set_committed_value(each, "room", rooms[each.room_id])


def _takes_place(session: Session) -> bool:
    return session.status == SessionStatus.SCHEDULED


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
