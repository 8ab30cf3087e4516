"""Places in sessions with few of them: chosen, waited for, given up, and whose turn it is.

The same lock and line as an event's own places: `seq` on the session's row. Only those who have
a place in the room at the event itself get one here; others wait.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import contains_eager

from forum.db import Facts, before_commit, db
from forum.events.locks import raise_revision
from forum.events.models import Mode, Session, SessionStatus
from forum.events.rules import places_left
from forum.i18n import _
from forum.registration.models import Registration, SessionPlace, Status
from forum.registration.places.session_queries import GAVE_UP
from forum.registration.refusals import SessionNotOffered, SessionsNeedRoom
from forum.registration.telling import tell

Stood = tuple[int, str, int | None]
"""How someone stood in a session: its id, her status, and her number where she waited."""


def check(event_id: int, mode: Mode, wanted: Iterable[int], *, now: datetime) -> None:
    """Raise SessionsNeedRoom or SessionNotOffered, as `choose` does for someone new.

    Asked of everybody who registers: who is known already must get the same answer.
    """
    if mode != Mode.IN_PERSON:
        raise _needs_room()
    wanted = set(wanted)
    found = db.session.scalars(select(Session).where(Session.id.in_(wanted)))
    if {each.id for each in found if _is_offered(each, event_id, now)} != wanted:
        raise _not_offered()


def number_full(wanted: Iterable[int]) -> int:
    """Return how many of these sessions have no place left."""
    counted = select(func.count()).where(
        Session.id.in_(set(wanted)), Session.taken >= Session.capacity
    )
    return db.session.scalar(counted) or 0


def choose(registration: Registration, wanted: Iterable[int], *, now: datetime) -> None:
    """Make `wanted` her sessions: take new places, keep the old, give up the others.

    Raises SessionNotOffered for a session that has no places to choose at her event, and
    SessionsNeedRoom for someone who does not attend in person.
    """
    wanted = set(wanted)
    mine = {each.session_id: each for each in _places_of(registration)}
    kept = {number for number, each in mine.items() if each.status != Status.CANCELLED}
    changed = sorted(wanted ^ kept)
    if not changed:
        return
    if wanted and Mode.IN_PERSON not in (registration.mode, registration.waits_for):
        raise _needs_room()
    for number in changed:
        session = _lock_session(number)
        with _word_watched(session):
            if number not in wanted:
                _give_up(session, mine[number])
            elif _is_offered(session, registration.event_id, now):
                place = mine.get(number) or SessionPlace(
                    registration_id=registration.id, session_id=number, status=Status.CANCELLED
                )
                db.session.add(place)
                place.status, place.wait_no = Status.WAITLISTED, session.seq
            else:
                raise _not_offered()
            _fill(session, untold={registration.id}, now=now)
    registration.updated_at = now


def beyond_choice(registration: Registration, *, now: datetime) -> set[int]:
    """Return those of her sessions that nobody chooses any more: over, or without a limit."""
    mine = {each.session_id for each in _places_of(registration) if each.status != Status.CANCELLED}
    found = db.session.scalars(select(Session).where(Session.id.in_(mine)))
    return {each.id for each in found if not _is_offered(each, registration.event_id, now)}


def give_up_all(registration: Registration, *, now: datetime) -> None:
    """Free every place she has in sessions, such as when she cancels."""
    choose(registration, (), now=now)


def fill_for(registrations: Sequence[Registration], *, now: datetime) -> None:
    """Let those who have just got their place at the event take their turn in sessions."""
    numbers = {
        each.session_id
        for registration in registrations
        for each in _places_of(registration)
        if each.status == Status.WAITLISTED
    }
    untold = {each.id for each in registrations}
    for number in sorted(numbers):
        session = _lock_session(number)
        with _word_watched(session):
            _fill(session, untold=untold, now=now)
    for registration in registrations:
        registration.updated_at = now


def move_line(session: Session, *, now: datetime) -> None:
    """Give the free places of a session to those who have waited longest for it, and tell them.

    For whoever has changed how many places it has, and has locked its agenda: public pages say so.
    """
    db.session.flush()
    _fill(_lock_session(session.id), untold=(), now=now)


def would_get(session: Session, capacity: int | None) -> list[Registration]:
    """Return who would get a place at once if a session had this capacity, in the line's order.

    Changes nothing and needs no lock.
    """
    free = None if capacity is None else max(0, capacity - session.taken)
    places = _next(session, free).options(contains_eager(SessionPlace.registration))
    return [each.registration for each in db.session.scalars(places)]


def standing(registration: Registration) -> list[Stood]:
    """Return her sessions and how she stands in each, for `put_back`."""
    return sorted(
        (each.session_id, each.status.value, each.wait_no)
        for each in _places_of(registration)
        if each.status != Status.CANCELLED
    )


def given_up(registration: Registration, before: Iterable[Stood]) -> Facts:
    """Return what an email keeps of the sessions that she had before and has no more."""
    kept = {number for number, *_ in standing(registration)}
    gone = [number for number, *_ in before if number not in kept]
    return {GAVE_UP: gone} if gone else {}


def put_back(
    registration: Registration,
    standing: Iterable[Sequence[Any]],
    ways: Collection[Mode],
    *,
    now: datetime,
) -> None:
    """Give someone her sessions back: the first in line where all places are taken by now.

    Where she only waited she has her old number. `standing` is as kept: an older release kept none.
    `ways` are those in which the event is attended: in a session of one that has gone online is
    everybody who had chosen it. Where she does not come and others do, she has none.
    """
    is_online = Mode.IN_PERSON not in ways
    if not is_online and Mode.IN_PERSON not in (registration.mode, registration.waits_for):
        return
    mine = {each.session_id: each for each in _places_of(registration)}
    for number, was, *wait_no in sorted(standing, key=itemgetter(0)):
        session, place = _lock_session(number), mine[number]
        place.status = Status.WAITLISTED
        place.wait_no = next(iter(wait_no), None) or 0
        with _word_watched(session):
            if is_online and (
                session.capacity is None or (session.left and was == Status.CONFIRMED)
            ):
                place.status, place.wait_no = Status.CONFIRMED, None
                session.taken += 1
            _fill(session, untold={registration.id}, now=now)


def _places_of(registration: Registration) -> Sequence[SessionPlace]:
    if registration.id is None:
        return []
    return db.session.scalars(
        select(SessionPlace)
        .where(SessionPlace.registration_id == registration.id)
        .execution_options(populate_existing=True)
    ).all()


def _lock_session(number: int) -> Session:
    session = db.session.scalar(
        update(Session)
        .where(Session.id == number)
        .values(seq=Session.seq + 1)
        .returning(Session)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if session is None:
        raise SessionNotOffered(
            _("One of the sessions you chose is not part of this event. Please choose again."),
            field="sessions",
        )
    return session


@contextmanager
def _word_watched(session: Session) -> Iterator[None]:
    """Raise the event's revision if the word for a session's places is another one afterwards.

    Whoever gives a place up does so in here, too: it may be nobody's then. Of a canceled session
    no page says the word.
    """
    before = places_left(session)
    yield
    if places_left(session) != before and session.status != SessionStatus.CANCELLED:
        before_commit(raise_revision, session.event_id)


def _needs_room() -> SessionsNeedRoom:
    return SessionsNeedRoom(
        _("Sessions with limited places are in the room. Choose them if you come in person."),
        field="sessions",
    )


def _not_offered() -> SessionNotOffered:
    return SessionNotOffered(
        _("One of the sessions you chose has no places to book. Please choose again."),
        field="sessions",
    )


def _is_offered(session: Session, event_id: int, now: datetime) -> bool:
    return (
        session.event_id == event_id
        and session.capacity is not None
        and session.status == SessionStatus.SCHEDULED
        and session.ends_at > max(session.event.starts_at, now)
    )


def _give_up(session: Session, place: SessionPlace) -> None:
    if place.status == Status.CONFIRMED:
        session.taken -= 1
    place.status, place.wait_no = Status.CANCELLED, None


def _next(session: Session, free: int | None) -> Select[SessionPlace]:
    """Return who gets so many free places of a session, in the line's order; None: everyone."""
    return (
        select(SessionPlace)
        .join(SessionPlace.registration)
        .where(
            SessionPlace.session_id == session.id,
            SessionPlace.status == Status.WAITLISTED,
            Registration.status == Status.CONFIRMED,
            Registration.mode == Mode.IN_PERSON,
        )
        .order_by(SessionPlace.wait_no)
        .limit(free)
    )


def _fill(session: Session, *, untold: Collection[int], now: datetime) -> None:
    """Give free places to those who have waited longest, and tell all but those who know.

    `untold` are ids of registrations: whoever has just asked sees it, and whoever has just got a
    place at the event reads it in that email. A canceled session gives none: should it come back,
    its line moves then.
    """
    db.session.flush()
    if session.status == SessionStatus.CANCELLED:
        return
    for place in db.session.scalars(_next(session, session.left)).all():
        place.status, place.wait_no = Status.CONFIRMED, None
        place.registration.updated_at = now  # her feed has one entry more
        session.taken += 1
        if place.registration_id not in untold:
            occasion = f"{session.id}, {session.seq}"
            facts = {"session": session.id}
            tell("session_place", place.registration, occasion, facts=facts, now=now)
    db.session.flush()
