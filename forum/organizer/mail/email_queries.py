"""Whom and what an email is about, when an organizer wants to see it before anyone gets it."""

from sqlalchemy import select

from forum.db import db
from forum.events.models import Event
from forum.registration.models import AddressChange, Offer, Registration, SessionPlace, Status


def latest_offer(registration: Registration) -> Offer | None:
    """Return the offer that was made to someone last, if any."""
    return db.session.scalars(
        select(Offer)
        .where(Offer.registration_id == registration.id)
        .order_by(Offer.id.desc())
        .limit(1)
    ).first()


def latest_session_place(registration: Registration) -> SessionPlace | None:
    """Return someone's newest place in a session with limited places, if she has one."""
    return db.session.scalars(
        select(SessionPlace)
        .where(
            SessionPlace.registration_id == registration.id,
            SessionPlace.status == Status.CONFIRMED,
        )
        .order_by(SessionPlace.id.desc())
        .limit(1)
    ).first()


def latest_address_change(registration: Registration) -> AddressChange | None:
    """Return the change of address that someone asked for last, if any."""
    return db.session.scalars(
        select(AddressChange)
        .where(AddressChange.registration_id == registration.id)
        .order_by(AddressChange.id.desc())
        .limit(1)
    ).first()


def event_before(event: Event) -> Event | None:
    """Return the last event that began before another, if there was one."""
    return db.session.scalars(
        select(Event)
        .where(Event.starts_at < event.starts_at)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(1)
    ).first()
