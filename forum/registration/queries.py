"""Registrations, as they are asked for. Nothing here changes anything."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.errors import Missing
from forum.events.models import Event, Mode, Session, SessionStatus
from forum.links import read_token
from forum.registration.models import (
    CareState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.rules import Waiting

SAME_PERSON = (
    select(Registration)
    .where(
        Registration.event_id == bindparam("event_id"),
        Registration.email == bindparam("email"),
        Registration.name_key == bindparam("name_key"),
    )
    .order_by(Registration.cancelled_at.is_not(None), Registration.id.desc())
)
"""Made once, as what runs for every registration: building costs more than running."""
LIMITED_SESSIONS = (
    select(Session)
    .where(
        Session.event_id == bindparam("event_id"),
        Session.capacity.is_not(None),
        Session.status == SessionStatus.SCHEDULED,
    )
    .order_by(Session.starts_at, Session.position)
)


def by_token(token: str, purpose: str = "my") -> Registration:
    """Return the registration that a personal link opens, with its event and gates.

    Raises Missing for a token that we did not sign, that was revoked, or whose registration is
    gone: one and the same answer.
    """
    public_id, version = read_token(purpose, token)
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.public_id == public_id)
        .options(joinedload(Registration.event).selectinload(Event.gates))
    )
    if registration is None or registration.link_version != version:
        raise Missing
    return registration


def event_now(event_id: int) -> Event:
    """Return an event as it is now, whatever was read of it before."""
    return db.session.get_one(Event, event_id, populate_existing=True)


def fresh(numbers: Sequence[int]) -> list[Registration]:
    """Return registrations as they are now, whatever was read of them before, in this order."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda each: numbers.index(each.id))


def same_person(event_id: int, email: str, name_key: str) -> Sequence[Registration]:
    """Return all of a person's registrations for an event, the living one first."""
    person = {"event_id": event_id, "email": email, "name_key": name_key}
    return db.session.scalars(SAME_PERSON, person).all()


def by_form(event_id: int, form_key: str) -> Registration | None:
    """Return what this very form has brought before, if anything."""
    return db.session.scalar(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.form_key == form_key,
            Registration.companion_of_id.is_(None),
        )
        .order_by(Registration.id)
        .limit(1)
    )


def living(email: str) -> Sequence[Registration]:
    """Return every registration of an address that is not cancelled, the next event first."""
    return db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.email == email,
            Registration.status != Status.CANCELLED,
            Registration.care_state != CareState.REMEMBERED,
        )
        .order_by(Event.starts_at, Registration.id)
    ).all()


def line(event_id: int, mode: Mode) -> list[Waiting]:
    """Return who waits for a place in this mode, first come first. The remembered do not wait."""
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.wait_no,
            func.coalesce(Registration.companion_of_id, Registration.id),
            Registration.pair_rule,
        )
        .where(
            Registration.event_id == event_id,
            Registration.waits_for == mode,
            Registration.care_state != CareState.REMEMBERED,
        )
        .order_by(Registration.wait_no)
    )
    return [Waiting(*row) for row in rows]  # type: ignore[arg-type]  # all have a number


def number_waiting(event_id: int, mode: Mode, *, up_to: int | None = None) -> int:
    """Return how many wait for a place in this mode, or how many up to a wait number."""
    counted = select(func.count()).where(
        Registration.event_id == event_id,
        Registration.waits_for == mode,
        Registration.care_state != CareState.REMEMBERED,
    )
    if up_to is not None:
        counted = counted.where(Registration.wait_no <= up_to)
    return db.session.scalar(counted) or 0


def line_number(registration: Registration) -> int | None:
    """Return her place in the line, counted from 1, or None when she does not wait."""
    if registration.waits_for is None:
        return None
    return number_waiting(registration.event_id, registration.waits_for, up_to=registration.wait_no)


def places(registration: Registration) -> Sequence[SessionPlace]:
    """Return her places and waits in sessions with limited places, in the order of the day."""
    return db.session.scalars(
        select(SessionPlace)
        .join(SessionPlace.session)
        .where(
            SessionPlace.registration_id == registration.id,
            SessionPlace.status != Status.CANCELLED,
        )
        .options(joinedload(SessionPlace.session).joinedload(Session.room))
        .order_by(Session.starts_at, Session.position)
    ).all()


def sessions_waiting(registration: Registration) -> int:
    """Return in how many of her sessions she waits for a place."""
    counted = select(func.count()).where(
        SessionPlace.registration_id == registration.id, SessionPlace.status == Status.WAITLISTED
    )
    return db.session.scalar(counted) or 0


def limited_sessions(event: Event) -> list[Session]:
    """Return an event's sessions with limited places, in the order of the day."""
    return list(db.session.scalars(LIMITED_SESSIONS, {"event_id": event.id}))


def streamed_sessions(event: Event) -> list[Session]:
    """Return what can be watched of an event, in the order of the day, each with its room."""
    return list(
        db.session.scalars(
            select(Session)
            .where(
                Session.event_id == event.id,
                Session.is_streamed,
                Session.status == SessionStatus.SCHEDULED,
            )
            .options(joinedload(Session.room))
            .order_by(Session.starts_at, Session.position)
        )
    )


def companions(registration: Registration) -> Sequence[Registration]:
    """Return those who come with her, or with whom she comes, and have not cancelled."""
    linked = Registration.companion_of_id == registration.id
    if registration.companion_of_id is not None:  # "id IS NULL" would read the whole table
        linked |= Registration.id == registration.companion_of_id
    return db.session.scalars(
        select(Registration)
        .where(linked, Registration.status != Status.CANCELLED)
        .order_by(Registration.id)
    ).all()
