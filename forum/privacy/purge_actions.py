"""What has been kept long enough, and how it goes. `rules` says how long.

Each kind is found by a query and ended a few rows at a time, so it may be stopped at any moment:
the next run finds what is left.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Select, and_, case, exists, func, or_, select, update

from forum.accounts.models import Attempt, SignIn, SignInLink
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.db import Record, db
from forum.events.models import Event, Gate, Programme, Session
from forum.outbox.models import Message
from forum.outbox.queries import WAITING
from forum.privacy import rules
from forum.privacy.consents import counts
from forum.privacy.key_queries import column, sealed_columns
from forum.privacy.models import Consent
from forum.privacy.removal_actions import remove, remove_rows
from forum.registration.models import (
    AddressChange,
    InviteLink,
    Offer,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.places.gates import lock_all_gates

AT_ONCE = 200
"""Rows that go in one transaction, so that nobody who registers waits long."""
Ids = Select[int]


@dataclass(frozen=True)
class Expiry:
    """A kind of thing that ends. `name` is said to operators after a number: "12 answers"."""

    name: str
    due: Callable[[datetime], Ids]
    """Returns the query for the ids of what is due to go."""
    end: Callable[[Sequence[int], datetime], None]
    """Ends those of these ids."""


def number_due(expiry: Expiry, *, now: datetime) -> int:
    """Return how many of a kind are due to go. Changes nothing."""
    return db.session.scalar(select(func.count()).select_from(expiry.due(now).subquery())) or 0


def end_some(expiry: Expiry, *, now: datetime) -> int:
    """End a few of a kind. Returns how many; none means that the kind is done."""
    numbers = db.session.scalars(expiry.due(now).limit(AT_ONCE)).all()
    if numbers:
        expiry.end(numbers, now)
    return len(numbers)


def begin_purge(*, now: datetime) -> bool:
    """Tell whether the day's purge is this worker's, and keep that it is."""
    _lock_turns()
    today = and_(Attempt.purpose == "purge", Attempt.at > now - rules.PURGES)
    if db.session.scalar(select(Attempt.id).where(today).limit(1)) is not None:
        return False
    db.session.add(Attempt(purpose="purge", subject="", at=now))
    return True


def _lock_turns() -> None:
    """Let one worker after another look whose turn it is."""
    db.session.scalars(select(Programme.id).with_for_update()).all()


def _answers(now: datetime) -> Ids:
    kept = [column(kind, name) for kind, name in sealed_columns() if kind is Registration]
    return (
        select(Registration.id)
        .join(Registration.event)
        .where(Event.ends_at < now - rules.ANSWERS, or_(*(each.is_not(None) for each in kept)))
    )


def _empty_answers(numbers: Sequence[int], _now: datetime) -> None:
    kept = [column(kind, name) for kind, name in sealed_columns() if kind is Registration]
    db.session.execute(
        update(Registration)
        .where(Registration.id.in_(numbers))
        .values(dict.fromkeys(kept))
        .execution_options(synchronize_session=False)
    )


def _registrations(now: datetime) -> Ids:
    is_invited = exists().where(Consent.registration_id == Registration.id, counts(now=now))
    return (
        select(Registration.id)
        .join(Registration.event)
        .where(Event.ends_at < now - rules.UNINVITED, ~is_invited)
        .order_by(Registration.event_id, Registration.id)
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
    for number in sorted({row.event_id for row in rows}):
        lock_all_gates(number)
    remove(numbers)
    for number in sorted({row.event_id for row in rows}):
        _count_anew(number)
        came = Counter(
            row.mode.value
            for row in rows
            if row.event_id == number and row.status == Status.CONFIRMED
        )
        facts = {"kept": "long enough", **came}
        record(Action.ERASED, db.session.get_one(Event, number), facts, now=now)


def _count_anew(event_id: int) -> None:
    """Let an event's counters of places say what its rows say."""
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


def _reasons(now: datetime) -> Ids:
    return _messages_past(now - rules.ANSWERS).where(Message.reason.is_not(None))


def _empty_reasons(numbers: Sequence[int], _now: datetime) -> None:
    db.session.execute(
        update(Message)
        .where(Message.id.in_(numbers))
        .values(reason=None)
        .execution_options(synchronize_session=False)
    )


def _messages(now: datetime) -> Ids:
    return _messages_past(now - rules.MESSAGES)


def _messages_past(before: datetime) -> Ids:
    """Return messages that are over, written before then, about an event that ended before then.

    Next year's invitation is written to last year's registration: that is why both count.
    """
    return (
        select(Message.id)
        .outerjoin(Message.registration)
        .outerjoin(Registration.event)
        .where(
            Message.state.not_in(WAITING),
            Message.created_at < before,
            or_(Message.registration_id.is_(None), Event.ends_at < before),
        )
    )


def _address_changes(now: datetime) -> Ids:
    return select(AddressChange.id).where(AddressChange.created_at < now - rules.ADDRESS_CHANGES)


def _sign_ins(now: datetime) -> Ids:
    ended_at = func.coalesce(SignIn.ended_at, SignIn.expires_at)
    return select(SignIn.id).where(ended_at < now - rules.SIGN_INS)


def _sign_in_links(now: datetime) -> Ids:
    return select(SignInLink.id).where(SignInLink.expires_at < now - rules.SIGN_INS)


def _invite_links(now: datetime) -> Ids:
    ended = Event.ends_at < now - rules.UNINVITED
    return select(InviteLink.id).join(InviteLink.event).where(ended)


def _attempts(now: datetime) -> Ids:
    return select(Attempt.id).where(Attempt.at < now - rules.ATTEMPTS)


def _history(now: datetime) -> Ids:
    return select(AuditEntry.id).where(AuditEntry.at < now - rules.HISTORY)


def _remove(kind: type[Record], numbers: Sequence[int], _now: datetime) -> None:
    remove_rows(kind, kind.id.in_(numbers))


EXPIRIES = (
    Expiry("people's answers", _answers, _empty_answers),
    Expiry("reasons of messages", _reasons, _empty_reasons),
    Expiry("messages", _messages, partial(_remove, Message)),
    Expiry("registrations", _registrations, _remove_registrations),
    Expiry("changes of address", _address_changes, partial(_remove, AddressChange)),
    Expiry("invite links", _invite_links, partial(_remove, InviteLink)),
    Expiry("sign-ins", _sign_ins, partial(_remove, SignIn)),
    Expiry("sign-in links", _sign_in_links, partial(_remove, SignInLink)),
    Expiry("counted attempts", _attempts, partial(_remove, Attempt)),
    Expiry("entries of the history", _history, partial(_remove, AuditEntry)),
)
