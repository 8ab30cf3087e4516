"""Events as the public may see them, and what belongs to them, in a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from forum.db import db
from forum.errors import Missing, Renamed
from forum.events.models import (
    Appearance,
    Event,
    EventKind,
    EventStatus,
    OldSlug,
    Programme,
    Room,
    Session,
    SessionStatus,
    Venue,
)
from forum.events.phone_rules import PhoneHours

VISIBLE = select(Event).where(Event.status != EventStatus.DRAFT).options(selectinload(Event.gates))
"""What the public may see. Made once: building a statement costs more than running it."""
PUBLISHED = (
    select(Event)
    .where(Event.status != EventStatus.DRAFT, Event.slug == bindparam("slug"))
    .options(joinedload(Event.gates))
)
WHOLE_SESSIONS = select(Session).options(
    joinedload(Session.room),
    joinedload(Session.track),
    selectinload(Session.appearances).joinedload(Appearance.speaker),
)
_DIAL_IN = select(Room).where(Room.dial_in.is_not(None)).order_by(Room.position, Room.id)
_ONE_ROOM = _DIAL_IN.where(Room.id == bindparam("number"))
_STREAMED_ROOMS = _DIAL_IN.where(
    Room.id.in_(
        select(Session.room_id).where(
            Session.event_id == bindparam("number"),
            Session.is_streamed,
            Session.status == SessionStatus.SCHEDULED,
        )
    )
)

_HEARD = (
    select(Session.starts_at, Session.ends_at, Room)
    .join(Session.room)
    .where(
        Session.event_id == bindparam("number"),
        Session.is_streamed,
        Session.status == SessionStatus.SCHEDULED,
        Room.dial_in.is_not(None),
    )
)


def programme() -> Programme:
    """Return the one programme. Raises Missing while none has been loaded."""
    found = db.session.scalar(select(Programme).order_by(Programme.id).limit(1))
    if found is None:
        raise Missing
    return found


def venue() -> Venue | None:
    """Return where people come to."""
    return db.session.scalar(select(Venue).order_by(Venue.id).limit(1))


def published(slug: str) -> Event:
    """Return an event that everyone may see, with its gates. Raises Missing for any other.

    A cancelled event stays readable. Raises Renamed for a name that it had before.
    """
    event = db.session.scalars(PUBLISHED, {"slug": slug}).unique().one_or_none()
    if event is not None:
        return event
    moved = renamed(slug)
    if moved is not None and moved.status != EventStatus.DRAFT:
        raise Renamed(moved.slug)
    raise Missing


def renamed(slug: str) -> Event | None:
    """Return the event that had this name in addresses before it got another one, or None."""
    return db.session.scalar(
        select(Event).join(OldSlug, OldSlug.event_id == Event.id).where(OldSlug.slug == slug)
    )


def named(name: str) -> Event | None:
    """Return any event, also a draft, by its slug or its id in the programme file."""
    return db.session.scalar(select(Event).where((Event.slug == name) | (Event.key == name)))


def upcoming(now: datetime, *, kind: EventKind | None = None) -> Sequence[Event]:
    """Return what is not over yet, the next one first; cancelled events are among them."""
    chosen = VISIBLE.where(Event.ends_at > now).order_by(Event.starts_at, Event.id)
    if kind is not None:
        chosen = chosen.where(Event.kind == kind)
    return db.session.scalars(chosen).all()


def past(now: datetime) -> Sequence[Event]:
    """Return what is over, the newest first."""
    chosen = VISIBLE.where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.id)
    return db.session.scalars(chosen).all()


def next_forum(now: datetime) -> Event | None:
    """Return the next forum that takes place."""
    return db.session.scalar(
        select(Event)
        .where(
            Event.kind == EventKind.FORUM,
            Event.status == EventStatus.PUBLISHED,
            Event.ends_at > now,
        )
        .order_by(Event.starts_at, Event.id)
        .limit(1)
    )


def sessions(event: Event) -> Sequence[Session]:
    """Return the event's sessions in order, each with its room, track and speakers."""
    return db.session.scalars(
        WHOLE_SESSIONS.where(Session.event_id == event.id).order_by(
            Session.starts_at, Session.position, Session.id
        )
    ).all()


def streamed_from(room: Room, *, now: datetime) -> Sequence[Event]:
    """Return the coming events, drafts too, of which something is streamed from a room."""
    streamed = select(Session.event_id).where(
        Session.room_id == room.id, Session.is_streamed, Session.status == SessionStatus.SCHEDULED
    )
    return db.session.scalars(
        select(Event)
        .where(
            or_(Event.room_id == room.id, Event.id.in_(streamed)),
            Event.ends_at > now,
            Event.status != EventStatus.CANCELLED,
        )
        .order_by(Event.starts_at, Event.id)
    ).all()


def dial_in_rooms(event: Event) -> Sequence[Room]:
    """Return the rooms of an event that one can listen to by phone, in the programme's order."""
    if event.room_id is not None:
        return db.session.scalars(_ONE_ROOM, {"number": event.room_id}).all()
    return db.session.scalars(_STREAMED_ROOMS, {"number": event.id}).all()


def heard(event: Event) -> list[PhoneHours]:
    """Return from when to when each room of an event can be heard by phone."""
    if event.room_id is not None:
        rooms = db.session.scalars(_ONE_ROOM, {"number": event.room_id})
        return [PhoneHours(event.starts_at, event.ends_at, room) for room in rooms]
    return [PhoneHours(*row) for row in db.session.execute(_HEARD, {"number": event.id})]


def session_of(event: Event, key: str) -> Session:
    """Return one session with its room, track and speakers. Raises Missing if there is none."""
    found = db.session.scalar(
        WHOLE_SESSIONS.where(Session.event_id == event.id, Session.key == key)
    )
    if found is None:
        raise Missing
    return found
