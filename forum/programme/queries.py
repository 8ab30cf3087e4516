"""What the database holds of the programme, by the ids that a programme file uses."""

from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from forum.db import Record, db
from forum.events.models import (
    Appearance,
    Event,
    Gate,
    Programme,
    Room,
    Session,
    Speaker,
    Track,
    Venue,
)
from forum.registration.models import Registration, Status

R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class Stored:
    """All rows of the programme; loading adds the new ones to it."""

    programme: Programme | None
    venue: Venue | None
    rooms: dict[str, Room] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)


def lock_places() -> None:
    """Lock all gates, sessions and events, in this order, before a whole programme changes."""
    for kind in (Gate, Session, Event):
        _all(select(kind).order_by(kind.id).with_for_update())


def stored() -> Stored:
    """Return the programme as it is."""
    events = select(Event).order_by(Event.starts_at, Event.id)
    agenda = selectinload(Event.sessions)
    events = events.options(
        selectinload(Event.gates),
        agenda.selectinload(Session.appearances).selectinload(Appearance.speaker),
    )
    return Stored(
        programme=db.session.scalars(select(Programme)).first(),
        venue=db.session.scalars(select(Venue).order_by(Venue.id)).first(),
        rooms={each.key: each for each in _all(select(Room).order_by(Room.position, Room.id))},
        tracks={each.key: each for each in _all(select(Track).order_by(Track.position, Track.id))},
        speakers={
            each.key: each for each in _all(select(Speaker).order_by(Speaker.position, Speaker.id))
        },
        events={each.key: each for each in _all(events)},
    )


def has_registrations(gate: Gate) -> bool:
    """Say whether anyone attends, or waits to attend, in this mode."""
    living = select(Registration.id).where(
        Registration.event_id == gate.event_id,
        Registration.mode == gate.mode,
        Registration.status != Status.CANCELLED,
    )
    return db.session.scalars(living.limit(1)).first() is not None


def _all(rows: Select[R]) -> list[R]:
    return list(db.session.scalars(rows))
