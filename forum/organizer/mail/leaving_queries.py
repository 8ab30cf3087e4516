"""What leaves soon besides reminders: what waits in the outbox, and offers that end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from forum.care.pause_queries import pause_over_at
from forum.care.rules import KEPT_BACK, ONLY_IF_CHANGED, Purpose
from forum.db import db
from forum.emails.kinds import KINDS, Subject
from forum.events.models import Event, EventStatus
from forum.incoming.queries import blocked_among
from forum.incoming.rules import STOPPING
from forum.outbox.models import Message
from forum.outbox.queries import Some
from forum.registration.models import Offer, OfferState, Registration
from forum.reminders.queries import EMAIL as REMINDER

AHEAD = timedelta(hours=48)
"""How far the first page looks ahead."""


@dataclass(frozen=True, slots=True)
class MailWaiting:
    """Emails of one kind, about one event, that wait in the outbox."""

    email: str
    event: Event | None
    """None where they go to organizers."""
    at: datetime
    """When the first of them leaves, in UTC; it may be due already."""
    has_later: bool
    """Others leave later."""
    number: int
    unsure: int
    """How many more wait that are sent only where something has changed in a silence."""
    quiet: int
    """How many more wait that are not sent.

    Because people want quiet or are to be asked first, or no email reaches them.
    """


@dataclass(frozen=True, slots=True)
class OffersEnding:
    """Offers of one event that end, unless they are answered before."""

    event: Event
    at: datetime
    """When the first of them ends, in UTC."""
    has_later: bool
    """Others end later."""
    number: int
    """How many people are told."""


def mail_waiting(*, now: datetime) -> list[MailWaiting]:
    """Return what waits in the outbox and leaves soon; a reminder only once its time has passed.

    Before, it is among the reminders that fall due (`reminders.leaving_queries`).
    """
    is_to_come = and_(
        Message.email == REMINDER, Message.facts["due"].as_integer() >= int(now.timestamp())
    )
    first, last = func.min(Message.due_at), func.max(Message.due_at)
    is_over = pause_over_at(Message.due_at, first=now, last=now + AHEAD)
    waiting = (*Some(before=now + AHEAD).conditions, ~is_to_come)
    speaks = or_(*(_speaks(each, is_over) for each in Purpose))
    leaves = or_(Message.registration_id.is_(None), and_(speaks, ~_unreached(waiting)))
    is_unsure = func.coalesce(Message.facts[ONLY_IF_CHANGED].as_boolean(), false())
    rows = db.session.execute(
        select(
            *(Message.email, Registration.event_id, first, last),
            func.count().filter(leaves, ~is_unsure),
            func.count().filter(leaves, is_unsure),
            func.count().filter(~leaves),
        )
        .outerjoin(Message.registration)
        .where(*waiting)
        .group_by(Message.email, Registration.event_id)
        .order_by(first, Message.email, Registration.event_id)
    ).all()
    events = _events({event_id for _email, event_id, *_rest in rows})
    return [
        MailWaiting(email, events.get(event_id), at, until > max(at, now), *numbers)
        for email, event_id, at, until, *numbers in rows
    ]


def offers_ending(*, now: datetime) -> list[OffersEnding]:
    """Return by event the open offers that end soon: who has not answered is told so."""
    first, last = func.min(Offer.ends_at), func.max(Offer.ends_at)
    people = func.count() + func.count(Offer.partner_id)
    rows = db.session.execute(
        select(Offer.event_id, first, last, people)
        .join(Event, Event.id == Offer.event_id)
        .where(
            Offer.state == OfferState.OPEN,
            Offer.ends_at < now + AHEAD,
            Event.status == EventStatus.PUBLISHED,
        )
        .group_by(Offer.event_id)
        .order_by(first, Offer.event_id)
    ).all()
    events = _events({event_id for event_id, *_rest in rows})
    return [
        OffersEnding(events[event_id], at, until > at, number)
        for event_id, at, until, number in rows
    ]


def _speaks(purpose: Purpose, is_over: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match emails for a purpose to those from whom nothing keeps them back when they are due.

    `is_over` matches those whose pause is over by then.
    """
    emails = [name for name, kind in KINDS.items() if kind.purpose == purpose]
    is_let = Registration.care_state.not_in(sorted(KEPT_BACK[purpose]))
    return and_(Message.email.in_(emails), or_(is_let, is_over))


def _unreached(waiting: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Match emails to people whose address takes none, or who have none or stopped them by now.

    Those about an address go to another one.
    """
    blocked = blocked_among(select(Registration.email).join(Message).where(*waiting).distinct())
    stopped = sorted(each for each, kind in blocked.items() if kind in STOPPING)
    elsewhere = sorted(name for name, kind in KINDS.items() if kind.subject == Subject.ADDRESS)
    unwanted = sorted(name for name, kind in KINDS.items() if kind.stop)
    return and_(
        Message.email.not_in(elsewhere),
        or_(
            Registration.email.is_(None),
            Registration.email.in_(stopped),
            and_(Message.email == REMINDER, ~Registration.wants_reminders),
            and_(Message.email.in_(unwanted), Registration.email.in_(sorted(blocked))),
        ),
    )


def _events(numbers: set[int | None]) -> dict[int, Event]:
    found = db.session.scalars(select(Event).where(Event.id.in_(numbers - {None})))
    return {event.id: event for event in found}
