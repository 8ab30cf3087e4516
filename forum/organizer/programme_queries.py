"""Events of any status and what one chooses from when editing them."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from forum.db import db
from forum.errors import Missing, Renamed
from forum.events import queries
from forum.events.models import Event, Gate, Room, Session, Speaker, Track
from forum.registration.models import InviteLink, SessionPlace, Status


def event(slug: str) -> Event:
    """Return an event, drafts too, with its gates. Raises Missing, Renamed for an old name."""
    found = db.session.scalar(
        select(Event)
        .where(Event.slug == slug)
        .options(selectinload(Event.gates), joinedload(Event.room))
    )
    if found is not None:
        return found
    moved = queries.renamed(slug)
    if moved is not None:
        raise Renamed(moved.slug)
    raise Missing


def session_of(event: Event, session_id: int) -> Session:
    """Return a session of this event. Raises Missing."""
    found = db.session.get(Session, session_id)
    if found is None or found.event_id != event.id:
        raise Missing
    return found


def gate_of(event: Event, mode: str) -> Gate:
    """Return the gate of a mode that the event offers. Raises Missing."""
    found = next((gate for gate in event.gates if gate.mode == mode), None)
    if found is None:
        raise Missing
    return found


def all_events() -> list[Event]:
    """Return every event, the latest first."""
    latest = select(Event).order_by(Event.starts_at.desc(), Event.id.desc())
    return list(db.session.scalars(latest.options(selectinload(Event.gates))))


def rooms() -> list[Room]:
    """Return all rooms in their order."""
    return list(db.session.scalars(select(Room).order_by(Room.position, Room.id)))


def room(room_id: int) -> Room:
    """Return one room. Raises Missing."""
    found = db.session.get(Room, room_id)
    if found is None:
        raise Missing
    return found


def tracks() -> list[Track]:
    """Return all tracks in their order."""
    return list(db.session.scalars(select(Track).order_by(Track.position, Track.id)))


def speakers() -> list[Speaker]:
    """Return everyone who may speak, by name."""
    return list(db.session.scalars(select(Speaker).order_by(Speaker.name, Speaker.id)))


def waiting(event: Event) -> Counter[int]:
    """Return how many wait for a place in each session, by its id."""
    rows = db.session.execute(
        select(SessionPlace.session_id, func.count().label("number"))
        .join(SessionPlace.session)
        .where(Session.event_id == event.id, SessionPlace.status == Status.WAITLISTED)
        .group_by(SessionPlace.session_id)
    )
    return Counter({row.session_id: row.number for row in rows})


def invite_links(event: Event) -> list[InviteLink]:
    """Return an event's invite links, the newest first, each with who made it."""
    chosen = select(InviteLink).where(InviteLink.event_id == event.id)
    made_by = joinedload(InviteLink.organizer)
    return list(db.session.scalars(chosen.options(made_by).order_by(InviteLink.id.desc())))


def invite_link(event: Event, invite_id: int) -> InviteLink:
    """Return an invite link of this event. Raises Missing."""
    found = db.session.get(InviteLink, invite_id)
    if found is None or found.event_id != event.id:
        raise Missing
    return found
