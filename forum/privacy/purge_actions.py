"""How goes what has been kept long enough.

Each kind is found by a query and ended a few rows at a time, so it may be stopped at any moment:
the next run finds what is left.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import and_, case, delete, func, or_, select, update

from forum.accounts.models import Attempt, KeptForm, Organizer, SignIn, SignInLink
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import Record, before_commit, db
from forum.events.locks import raise_revision
from forum.events.models import Event, Gate, Programme, Session
from forum.events.rules import PlacesLeft, places_left
from forum.outbox.models import Message
from forum.privacy import purge_queries, rules
from forum.privacy.key_queries import column, sealed_columns
from forum.privacy.refusals import WrongNumber
from forum.privacy.removal_actions import leave_names, remove, remove_rows
from forum.registration.models import (
    AddressChange,
    InviteLink,
    Offer,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.places.gates import lock_gates_of_all, touch_beside

AT_ONCE = 200
"""Rows that go in one transaction, so that nobody who registers waits long."""


@dataclass(frozen=True)
class Expiry:
    """A kind of thing that ends. `name` is said to operators after a number: "12 answers"."""

    name: str
    due: Callable[[datetime], purge_queries.Ids]
    """Returns the query for the ids of what is due to go."""
    end: Callable[[Sequence[int], datetime], None]
    """Ends those of these ids."""
    is_of_people: bool = False
    """The ids are registrations, and what goes cannot be had again."""


def end_some(expiry: Expiry, *, now: datetime) -> int:
    """End a few of a kind. Returns how many; none means that the kind is done."""
    numbers = db.session.scalars(expiry.due(now).limit(AT_ONCE)).all()
    if numbers:
        expiry.end(numbers, now)
    return len(numbers)


def begin_purge(*, now: datetime) -> bool:
    """Tell whether the day's purge is this worker's, and keep that it is."""
    _lock_turns()
    lately = Attempt.at.between(now - rules.PURGES, now + rules.SKEW)
    today = and_(Attempt.purpose == "purge", lately)
    if db.session.scalar(select(Attempt.id).where(today).limit(1)) is not None:
        return False
    db.session.add(Attempt(purpose="purge", subject="", at=now))
    return True


def note_over(*, now: datetime) -> None:
    """Keep of each event from when it counts as over; forget it of those that are to come again.

    A clock that was wrong is not believed later: what counts from after now without an end that
    was announced so late was noted under one that was ahead; and an event that ends before it was
    seen over comes again only to one that is behind.
    """
    ends, kept, latest = Event.ends_at, Event.kept_from, Event.latest_end_at
    is_unseen = or_(kept.is_(None), and_(kept > now + rules.SKEW, kept > latest))
    over, again = and_(ends < now, is_unseen), and_(ends >= now, ends >= kept)
    for event in db.session.scalars(select(Event).where(or_(over, again))):
        is_over = event.ends_at < now
        event.kept_from = (
            rules.kept_from(event.latest_end_at, seen_over_at=now) if is_over else None
        )


def allow(number: int | None, *, by: Organizer, now: datetime) -> None:
    """Let the next purge take as many people as it asks about: `number` is what was typed.

    The yes counts for a day; a worker purges within the hour. Raises WrongNumber.
    """
    question = purge_queries.large_purge(now=now)
    if question is None:
        return
    if number != question.number:
        raise WrongNumber(question.number)
    db.session.execute(delete(Attempt).where(Attempt.purpose == "purge"))
    db.session.add(Attempt(purpose=purge_queries.YES, subject=str(number), at=now))
    for each in question.events:
        record(Action.PURGE_ALLOWED, each.event, {"people": each.number}, now=now, organizer=by)


def _lock_turns() -> None:
    """Let one worker after another look whose turn it is."""
    db.session.scalars(select(Programme.id).with_for_update()).all()


def _empty_answers(numbers: Sequence[int], _now: datetime) -> None:
    kept = [column(kind, name) for kind, name in sealed_columns() if kind is Registration]
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_(numbers))
        .values(dict.fromkeys((*kept, Registration.phone_code)))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Task)
        .where(Task.registration_id.in_(numbers))
        .values(notes_sealed=None)
        .execution_options(synchronize_session=False)
    )


def _remove_registrations(numbers: Sequence[int], now: datetime) -> None:
    """Remove people of events long past, and count the places anew.

    The events' histories keep how many came, and how.
    """
    rows = db.session.execute(
        select(Registration.event_id, Registration.mode, Registration.status).where(
            Registration.id.in_(numbers)
        )
    ).all()
    events = sorted({row.event_id for row in rows})
    lock_gates_of_all(events)
    touch_beside(numbers, now=now)
    remove(numbers)
    for number in events:
        _count_anew(number)
        came = Counter(
            row.mode.value
            for row in rows
            if row.event_id == number and row.status == Status.CONFIRMED
        )
        facts = {"kept": "long enough", **came}
        record(Action.ERASED, db.session.get_one(Event, number), facts, now=now)


def _leave_names(numbers: Sequence[int], _now: datetime) -> None:
    """Keep of people of an event long past what inviting them needs, and count its places anew."""
    held = select(Registration.event_id).where(Registration.id.in_(numbers)).distinct()
    events = sorted(db.session.scalars(held))
    lock_gates_of_all(events)
    leave_names(numbers)
    for number in events:
        _count_anew(number)


def _count_anew(event_id: int) -> None:
    """Let an event's counters of places say what its rows say, and its pages, too."""
    event = db.session.get_one(Event, event_id)
    before = _places_said(event)
    taken = select(func.count()).where(
        Registration.event_id == Gate.event_id,
        Registration.mode == Gate.mode,
        Registration.status == Status.CONFIRMED,
    )
    held = select(func.coalesce(func.sum(case((Offer.partner_id.is_(None), 1), else_=2)), 0)).where(
        Offer.event_id == Gate.event_id, Offer.mode == Gate.mode, Offer.state == OfferState.OPEN
    )
    chosen = select(func.count()).where(
        SessionPlace.session_id == Session.id, SessionPlace.status == Status.CONFIRMED
    )
    for statement in (
        update(Gate)
        .where(Gate.event_id == event_id)
        .values(taken=taken.scalar_subquery(), held=held.scalar_subquery()),
        update(Session).where(Session.event_id == event_id).values(taken=chosen.scalar_subquery()),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()
    if _places_said(event) != before:
        before_commit(raise_revision, event_id)


def _places_said(event: Event) -> list[PlacesLeft]:
    """Return what pages of a past event say of places: of its sessions alone."""
    return [places_left(each) for each in event.sessions]


def _empty_reasons(numbers: Sequence[int], _now: datetime) -> None:
    db.session.execute(
        update(Message)
        .where(Message.id.in_(numbers))
        .values(reason=None)
        .execution_options(synchronize_session=False)
    )


def _remove(kind: type[Record], numbers: Sequence[int], _now: datetime) -> None:
    remove_rows(kind, kind.id.in_(numbers))


EXPIRIES = (
    Expiry("people's answers", purge_queries.answers, _empty_answers, is_of_people=True),
    Expiry("reasons of messages", purge_queries.reasons, _empty_reasons),
    Expiry("messages", purge_queries.messages, partial(_remove, Message)),
    Expiry("registrations", purge_queries.registrations, _remove_registrations, is_of_people=True),
    Expiry("details beside names", purge_queries.details, _leave_names, is_of_people=True),
    Expiry("changes of address", purge_queries.address_changes, partial(_remove, AddressChange)),
    Expiry("invite links", purge_queries.invite_links, partial(_remove, InviteLink)),
    Expiry("sign-ins", purge_queries.sign_ins, partial(_remove, SignIn)),
    Expiry("sign-in links", purge_queries.sign_in_links, partial(_remove, SignInLink)),
    Expiry("kept forms", purge_queries.kept_forms, partial(_remove, KeptForm)),
    Expiry("counted attempts", purge_queries.attempts, partial(_remove, Attempt)),
    Expiry("entries of the history", purge_queries.history, partial(_remove, AuditEntry)),
)
