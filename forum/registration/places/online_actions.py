"""A whole event goes online: everyone's place, every wait, every offer, in one go.

The caller has locked the event's gates and sessions. Nobody is told here. Everything is done
in sets: it takes as many statements for a thousand people as for one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db
from forum.events.models import Event, Gate, Mode, Session, SessionStatus
from forum.registration import queries
from forum.registration.models import (
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.places import offers

AFAR = Mode.WEBCAST
"""How those attend from now on who would have come."""
LINES = (Mode.IN_PERSON, AFAR)
"""The lines that are served to the last: nobody is left out."""


@dataclass(frozen=True)
class Moved:
    """How many attend by webcast now and did not before, and how many only wait no longer."""

    moved: int
    relieved: int


def end_offers(event: Event, *, now: datetime) -> None:
    """End the open offers of the lines that are served to the last, without a word."""
    for gate in event.gates:
        if gate.mode in LINES:
            for offer in queries.open_offers(event.id, gate.mode):
                offers.close(gate, offer, OfferState.WITHDRAWN, now=now)


def close_the_room(event: Event) -> Gate:
    """Let nobody choose to come any more.

    Returns the gate of the webcast, a new one where there was none. Nothing is asked of the
    database, so it can be supposed (`forum.supposing`).
    """
    gates = {gate.mode: gate for gate in event.gates}
    webcast = gates.get(AFAR) or _open(event)
    if Mode.IN_PERSON in gates:
        event.gates.remove(gates[Mode.IN_PERSON])
        db.session.delete(gates[Mode.IN_PERSON])
    return webcast


def would_move(event: Event) -> Moved:
    """Return how many `move_everyone` would move now."""
    return Moved(_number(event, _moves()), _number(event, _waits_only()))


def move_everyone(event: Event, webcast: Gate | None, *, by: Organizer, now: datetime) -> Moved:
    """Give a place by webcast to all who would come, and to all who wait for the room or for it.

    Whoever waits for the room and attends in another way meanwhile goes on doing so, and waits no
    longer. The webcast takes as many as are needed. Paused and held people are moved too. The
    room is closed before, and the webcast's gate is the one from there (`close_the_room`).
    """
    webcast = webcast or _open(event)
    moved = would_move(event)
    _free_of_limits(event, now=now)
    db.session.flush()
    _move(event, now=now)
    _relieve(event, now=now)
    phone = next((gate for gate in event.gates if gate.mode == Mode.PHONE), None)
    _count_anew(event, webcast, phone, by=by, now=now)
    db.session.flush()
    if phone is not None:
        offers.move_line(phone, now=now)
    return moved


def _open(event: Event) -> Gate:
    gate = Gate(mode=AFAR, capacity=None, taken=0, held=0, seq=0)
    event.gates.append(gate)
    return gate


def _moves() -> ColumnElement[bool]:
    """Return what is true of those who are given a place by webcast."""
    in_the_room = and_(Registration.mode == Mode.IN_PERSON, Registration.status != Status.CANCELLED)
    return or_(in_the_room, Registration.waits_for == AFAR)


def _waits_only() -> ColumnElement[bool]:
    """Return what is true of those who only stop waiting for the room."""
    return and_(Registration.waits_for == Mode.IN_PERSON, Registration.mode != Mode.IN_PERSON)


def _number(event: Event, which: ColumnElement[bool]) -> int:
    counted = select(func.count()).where(Registration.event_id == event.id, which)
    return db.session.scalar(counted) or 0


def _move(event: Event, *, now: datetime) -> None:
    """Give them a place. Whoever also waits to listen by phone keeps that number."""
    waits_on = Registration.waits_for == Mode.PHONE
    _change(
        event,
        _moves(),
        mode=AFAR,
        status=Status.CONFIRMED,
        waits_for=case((waits_on, Registration.waits_for)),
        wait_no=case((waits_on, Registration.wait_no)),
        wants_offers=case((waits_on, Registration.wants_offers), else_=True),
        short_notice=case((waits_on, Registration.short_notice)),
        auto_take_until=case((waits_on, Registration.auto_take_until)),
        sequence=Registration.sequence + 1,
        version=Registration.version + 1,
        updated_at=now,
    )


def _relieve(event: Event, *, now: datetime) -> None:
    _change(
        event,
        _waits_only(),
        waits_for=None,
        wait_no=None,
        wants_offers=True,
        short_notice=None,
        auto_take_until=None,
        version=Registration.version + 1,
        updated_at=now,
    )


def _change(event: Event, which: ColumnElement[bool], **values: object) -> None:
    db.session.execute(
        update(Registration)
        .where(Registration.event_id == event.id, which)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    for row in db.session:
        if isinstance(row, Registration):
            db.session.expire(row)


def _free_of_limits(event: Event, *, now: datetime) -> None:
    """Let everyone into the limited sessions to come: a stream has no last chair."""
    for session in event.sessions:
        is_to_come = session.status == SessionStatus.SCHEDULED and session.ends_at > now
        if session.capacity is None or not is_to_come:
            continue
        session.capacity = None
        db.session.flush()
        db.session.execute(
            update(SessionPlace)
            .where(SessionPlace.session_id == session.id, SessionPlace.status == Status.WAITLISTED)
            .values(status=Status.CONFIRMED, wait_no=None)
            .execution_options(synchronize_session=False)
        )
        session.taken = _number_in(session)


def _number_in(session: Session) -> int:
    counted = select(func.count()).where(
        SessionPlace.session_id == session.id, SessionPlace.status == Status.CONFIRMED
    )
    return db.session.scalar(counted) or 0


def _count_anew(
    event: Event, webcast: Gate, phone: Gate | None, *, by: Organizer, now: datetime
) -> None:
    """Count the places at the gates that stay; the webcast has as many as are needed."""
    counted = (
        select(Registration.mode, func.count().label("number"))
        .where(Registration.event_id == event.id, Registration.status == Status.CONFIRMED)
        .group_by(Registration.mode)
    )
    numbers = {row.mode: row.number for row in db.session.execute(counted)}
    if phone is not None:
        phone.taken = numbers.get(Mode.PHONE, 0)
    webcast.taken = numbers.get(AFAR, 0)
    was = webcast.capacity
    if was is not None and was < webcast.taken:
        webcast.capacity = webcast.taken
        facts = {
            "event": webcast.event_id,
            "mode": webcast.mode,
            "from": was,
            "to": webcast.capacity,
        }
        record(Action.CAPACITY_CHANGED, webcast, facts, organizer=by, now=now)
