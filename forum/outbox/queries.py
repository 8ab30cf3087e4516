"""What the desk and the worker ask about the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.events.models import Event, Programme
from forum.outbox.models import Heartbeat, Message, MessageState
from forum.outbox.rules import Trouble
from forum.registration.models import Registration

STUCK_AFTER = timedelta(minutes=5)
SILENT_AFTER = timedelta(seconds=60)
TROUBLE_AFTER = timedelta(minutes=2)
"""A mail server that does not answer the first other try, a minute later, is in trouble."""


WAITING = (MessageState.QUEUED, MessageState.SENDING)
IS_QUEUED = (Message.state.in_(WAITING), Message.state == MessageState.QUEUED)
"""The first is what the index of those that wait is about."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message as its holder has it: another holder, or another claim, is another one."""

    message_id: int
    owner: str
    number: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox does: the answer to "is mail going out?".

    `overdue` counts messages that have been due for five minutes and have not been sent; those that
    wait on purpose, for quiet hours or for another try, are not due. `trouble` is what has kept a
    worker from sending for two minutes. `stumbles_over` are events whose waitlist and reminders a
    worker cannot see to, which keeps no other mail back. `stopped_at` is since when an organizer
    has stopped all emails. `last_beat_at` is None when no worker has ever run.
    """

    workers: int
    last_beat_at: datetime | None
    overdue: int
    failed: int
    trouble: Trouble | None
    stopped_at: datetime | None = None
    stumbles_over: Sequence[Event] = ()

    @property
    def is_well(self) -> bool:
        """Tell whether mail is going out."""
        is_held_up = self.overdue > 0 or self.trouble or self.stopped_at
        return self.workers > 0 and not is_held_up


@dataclass(frozen=True)
class Some:
    """Which emails of the outbox: of one kind, about one event, to one person. None is all.

    `before` leaves those that wait and are due before an instant, `is_overdue` those that should
    have left by then.
    """

    email: str | None = None
    event: Event | None = None
    person: Registration | None = None
    before: datetime | None = None
    is_overdue: bool = False

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what is true of them."""
        found = []
        if self.email:
            found.append(Message.email == self.email)
        if self.event is not None:
            its = select(Registration.id).where(Registration.event_id == self.event.id)
            found.append(Message.registration_id.in_(its))
        if self.person is not None:
            found.append(Message.registration_id == self.person.id)
        if self.before is not None:
            overdue = (Message.state.in_(WAITING), Message.due_at <= self.before - STUCK_AFTER)
            found += overdue if self.is_overdue else (*IS_QUEUED, Message.due_at < self.before)
        return found


ALL = Some()


def messages(
    some: Some = ALL, *, state: MessageState | None = None, is_returned: bool = False
) -> Select[Message]:
    """Return the outbox, newest first, to be paged by the desk; or only what came back."""
    query = (
        select(Message)
        .options(joinedload(Message.registration), joinedload(Message.organizer))
        .where(*some.conditions)
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    if state is not None:
        query = query.where(Message.state == state)
    if is_returned:
        query = query.where(Message.returned_at.is_not(None))
    return query


def has_reached(of: type[Message] = Message) -> ColumnElement[bool]:
    """Return what is true of an email that has left and reached her, as far as we know.

    Not of one that came back, and not of one to a wrong address that was put right since. `of` is
    an alias of Message, where a query has one.
    """
    return and_(of.returned_at.is_(None), of.strayed_at.is_(None))


def is_lost() -> ColumnElement[bool]:
    """Return what is true of an email that was to reach her, and could not, or has not."""
    left = Message.state == MessageState.SENT
    return or_(Message.state == MessageState.FAILED, and_(left, ~has_reached()))


def is_untold() -> ColumnElement[bool]:
    """Return what is true of an email that was to tell her something, and has not."""
    return or_(Message.state == MessageState.DROPPED, is_lost())


def none_arrived(email: str, registration: Registration, *, about: tuple[str, int]) -> bool:
    """Tell whether someone was written to about something, and no email arrived, as far as we know.

    Each waits with us, was dropped or failed, or went where it did not reach her. `about` is a fact
    that the email keeps, by its name.
    """
    name, number = about
    told = select(Message.state, has_reached()).where(
        Message.registration_id == registration.id,
        Message.email == email,
        Message.facts[name].as_integer() == number,
    )
    found = db.session.execute(told).all()
    arrived = any(state == MessageState.SENT and is_reached for state, is_reached in found)
    return bool(found) and not arrived


def may_have_left(email: str, registration: Registration, *, since: datetime) -> bool:
    """Tell whether an email to someone has left since then, or may have.

    One that is being sent, and one of which a try did not end well: whoever fell silent after the
    last word may have taken it.
    """
    has_left = and_(Message.state == MessageState.SENT, Message.sent_at >= since)
    was_tried = and_(Message.state == MessageState.QUEUED, Message.attempts > 0)
    is_leaving = or_(Message.state == MessageState.SENDING, was_tried)
    found = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email == email,
        or_(has_left, is_leaving),
    )
    return db.session.scalar(select(found.exists())) or False


def counts(some: Some = ALL) -> dict[MessageState, int]:
    """Return how many messages are in each state; every state is named."""
    number = func.count().label("number")
    chosen = select(Message.state, number).where(*some.conditions)
    rows = db.session.execute(chosen.group_by(Message.state))
    return dict.fromkeys(MessageState, 0) | {row.state: row.number for row in rows}


def of_registration(registration_id: int) -> list[Message]:
    """Return what was, or will be, written to one person, newest first."""
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.registration_id == registration_id)
            .order_by(Message.created_at.desc(), Message.id.desc())
        )
    )


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a message that waits to be claimed.

    While all emails are stopped, only those to organizers leave: they have to sign in.
    """
    is_stopped = select(Programme.id).where(Programme.mail_stopped_at.is_not(None)).exists()
    return (
        *IS_QUEUED,
        Message.due_at <= now,
        or_(Message.organizer_id.is_not(None), ~is_stopped),
    )


def is_any_due(*, now: datetime) -> bool:
    """Tell whether a message waits to be claimed."""
    return db.session.scalar(select(select(Message.id).where(*is_due(now)).exists())) or False


def held() -> list[Held]:
    """Return what workers hold."""
    rows = db.session.execute(
        select(Message.id, Message.lease_owner, Message.claims).where(
            Message.state == MessageState.SENDING
        )
    )
    return [Held(message_id, owner or "", number) for message_id, owner, number in rows]


def number_failed() -> int:
    """Return how many messages will not be tried again by themselves."""
    failed = select(func.count()).where(Message.state == MessageState.FAILED)
    return db.session.scalar(failed) or 0


def health(*, now: datetime) -> Health:
    """Return how the outbox does at this instant.

    A beat from later than now was written under a clock that was wrong, and says nothing.
    """
    beats = select(func.max(Heartbeat.beat_at)).where(Heartbeat.beat_at <= now + SILENT_AFTER)
    is_alive = Heartbeat.beat_at.between(now - SILENT_AFTER, now + SILENT_AFTER)
    overdue = select(func.count()).where(*Some(before=now, is_overdue=True).conditions)
    return Health(
        workers=db.session.scalar(select(func.count()).where(is_alive)) or 0,
        last_beat_at=db.session.scalar(beats),
        overdue=db.session.scalar(overdue) or 0,
        failed=number_failed(),
        trouble=_trouble(is_alive, now=now),
        stopped_at=db.session.scalar(select(func.min(Programme.mail_stopped_at))),
        stumbles_over=_stumbles_over(is_alive),
    )


def _stumbles_over(is_alive: ColumnElement[bool]) -> Sequence[Event]:
    """Return the events that a living worker cannot see to."""
    said = select(Heartbeat.stumbles_over).where(is_alive, Heartbeat.stumbles_over.is_not(None))
    numbers = {int(each) for row in db.session.scalars(said) for each in (row or "").split(",")}
    if not numbers:
        return ()
    return db.session.scalars(select(Event).where(Event.id.in_(numbers)).order_by(Event.id)).all()


def _trouble(is_alive: ColumnElement[bool], *, now: datetime) -> Trouble | None:
    """Return what has kept a living worker from sending for the longest time."""
    row = db.session.execute(
        select(Heartbeat.trouble, Heartbeat.trouble_since)
        .where(is_alive, Heartbeat.trouble_since <= now - TROUBLE_AFTER)
        .order_by(Heartbeat.trouble_since)
        .limit(1)
    ).one_or_none()
    return Trouble(row.trouble, row.trouble_since) if row else None
