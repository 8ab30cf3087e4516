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
    OldSlug,
    Programme,
    Room,
    Session,
    Speaker,
    Track,
    Venue,
)
from forum.registration.models import Offer, OfferState, Registration, Status

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
    old_slugs: dict[str, str] = field(default_factory=dict)
    """The id of the event to which each name leads that one had in addresses."""


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
        old_slugs={each.slug: each.event.key for each in _all(select(OldSlug))},
    )


def had_people(event: Event) -> bool:
    """Tell whether anyone ever registered, though she may have canceled since."""
    found = select(Registration.id).where(Registration.event_id == event.id).limit(1)
    return db.session.scalar(found) is not None


def use_of(gate: Gate) -> str | None:
    """Say in what way people count on a mode, or None when it can be left out.

    Looks at all that can point to it: how she attends, what she waits for, and open offers.
    """
    living = select(Registration.id).where(
        Registration.event_id == gate.event_id, Registration.status != Status.CANCELLED
    )
    offered = select(Offer.id).where(
        Offer.event_id == gate.event_id, Offer.mode == gate.mode, Offer.state == OfferState.OPEN
    )
    uses = {
        "people are registered for it": living.where(Registration.mode == gate.mode),
        "people wait for it": living.where(Registration.waits_for == gate.mode),
        "people are offered a place in it": offered,
    }
    found = (text for text, rows in uses.items() if db.session.scalar(rows.limit(1)) is not None)
    return next(found, None)


def _all(rows: Select[R]) -> list[R]:
    return list(db.session.scalars(rows))
