"""What has been kept long enough. `rules` says how long.

An event counts as over from the latest end that it ever had, and never from before a worker
first saw it over (`Event.kept_from`): a date that was mistyped makes nothing due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Attempt, KeptForm, SignIn, SignInLink
from forum.audit.models import AuditEntry
from forum.care.models import Task
from forum.db import db
from forum.events.models import Event
from forum.outbox.models import Message
from forum.outbox.queries import WAITING
from forum.privacy import rules
from forum.privacy.consents import counts
from forum.privacy.key_queries import column, sealed_columns
from forum.privacy.models import Consent
from forum.privacy.name_queries import holds_more_than_a_name
from forum.registration.models import AddressChange, InviteLink, Registration

Ids = Select[int]
YES = "purge_yes"
"""The purpose of an attempt that says: so many people may go in one purge."""


@dataclass(frozen=True)
class Going:
    """People of one event of whom something would go: so many of them."""

    event: Event
    number: int


@dataclass(frozen=True)
class LargePurge:
    """A purge that would take so many people at once that someone is to be asked first."""

    events: Sequence[Going]
    """Whose answers or registrations would go, the earliest event first."""
    number: int
    """How many people they are: what is typed to say yes."""


def number_due(due: Callable[[datetime], Ids], *, now: datetime) -> int:
    """Return how many of a kind are due to go."""
    return db.session.scalar(select(func.count()).select_from(due(now).subquery())) or 0


def going(due: Callable[[datetime], Ids], *, now: datetime) -> list[Going]:
    """Return the people whom a kind that is about registrations would take, event by event."""
    rows = db.session.execute(
        select(Event, func.count())
        .join(Registration, Registration.event_id == Event.id)
        .where(Registration.id.in_(due(now).order_by(None)))
        .group_by(Event.id)
        .order_by(Event.starts_at, Event.id)
    )
    return [Going(event, number) for event, number in rows]


def large_purge(*, now: datetime) -> LargePurge | None:
    """Return what is to be asked before the next purge; None when it may go on."""
    events = going(_people, now=now)
    number = sum(each.number for each in events)
    everybody = db.session.scalar(select(func.count()).select_from(Registration)) or 0
    if rules.is_too_many(number, everybody) and number > _allowed(now):
        return LargePurge(events, number)
    return None


def _people(now: datetime) -> Ids:
    """Return the registrations that are due in whole or in part."""
    either = (answers(now), details(now), registrations(now).order_by(None))
    return select(Registration.id).where(or_(*(Registration.id.in_(each) for each in either)))


def _allowed(now: datetime) -> int:
    """Return the number of people to whom someone has said yes today."""
    lately = Attempt.at.between(now - rules.ATTEMPTS, now + rules.SKEW)
    said = select(Attempt.subject).where(Attempt.purpose == YES, lately)
    return max((int(each) for each in db.session.scalars(said)), default=0)


def _over_since(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of an event that was over before then, by all that is known."""
    return Event.kept_from < before, Event.ends_at < before


def answers(now: datetime) -> Ids:
    """Return the registrations whose sealed answers, and notes on calls, are to be emptied."""
    kept = [column(kind, name) for kind, name in sealed_columns() if kind is Registration]
    has_notes = exists().where(
        Task.registration_id == Registration.id, Task.notes_sealed.is_not(None)
    )
    return (
        select(Registration.id)
        .join(Registration.event)
        .where(
            *_over_since(now - rules.ANSWERS),
            or_(*(each.is_not(None) for each in kept), has_notes),
        )
    )


def registrations(now: datetime) -> Ids:
    """Return the registrations that are due: those of who did not ask for an invitation."""
    return (
        select(Registration.id)
        .join(Registration.event)
        .where(*_over_since(now - rules.UNINVITED), ~_is_invited(now))
        .order_by(Registration.event_id, Registration.id)
    )


def details(now: datetime) -> Ids:
    """Return the registrations that are kept for an invitation alone, and hold more than it needs.

    What waits to be sent is decided first: it may be about what would go.
    """
    waits = exists().where(
        Message.registration_id == Registration.id,
        Message.state.in_(WAITING),
        Message.email != "invitation",
    )
    return (
        select(Registration.id)
        .join(Registration.event)
        .where(
            *_over_since(now - rules.UNINVITED), _is_invited(now), ~waits, holds_more_than_a_name()
        )
    )


def _is_invited(now: datetime) -> ColumnElement[bool]:
    return exists().where(Consent.registration_id == Registration.id, counts(now=now))


def reasons(now: datetime) -> Ids:
    """Return the messages of which is due what a mail server answered."""
    return _messages_past(now - rules.ANSWERS).where(Message.reason.is_not(None))


def messages(now: datetime) -> Ids:
    """Return the messages that are due."""
    return _messages_past(now - rules.MESSAGES)


def _messages_past(before: datetime) -> Ids:
    """Return messages that are over, written before then, about an event that ended before then.

    Next year's invitation is written to last year's registration: that is why both count. It stays
    until the event that it invites to is over, so that nobody is invited to one twice.
    """
    invites_to = Message.facts["event"].as_integer()
    invited = aliased(Event)
    is_ahead = exists().where(
        invited.id == invites_to, or_(invited.kept_from >= before, invited.ends_at >= before)
    )
    return (
        select(Message.id)
        .outerjoin(Message.registration)
        .outerjoin(Registration.event)
        .where(
            Message.state.not_in(WAITING),
            Message.created_at < before,
            ~and_(Message.email == "invitation", is_ahead),
            or_(Message.registration_id.is_(None), and_(*_over_since(before))),
        )
    )


def address_changes(now: datetime) -> Ids:
    """Return the changes of address that are due."""
    return select(AddressChange.id).where(AddressChange.created_at < now - rules.ADDRESS_CHANGES)


def sign_ins(now: datetime) -> Ids:
    """Return the organizers' sign-ins that are due."""
    ended_at = func.coalesce(SignIn.ended_at, SignIn.expires_at)
    return select(SignIn.id).where(ended_at < now - rules.SIGN_INS)


def sign_in_links(now: datetime) -> Ids:
    """Return the mailed links to the desk that are due."""
    return select(SignInLink.id).where(SignInLink.expires_at < now - rules.SIGN_INS)


def invite_links(now: datetime) -> Ids:
    """Return the invite links that are due."""
    return select(InviteLink.id).join(InviteLink.event).where(*_over_since(now - rules.UNINVITED))


def kept_forms(now: datetime) -> Ids:
    """Return the kept forms that nobody can bring back any more."""
    return select(KeptForm.id).where(KeptForm.kept_until < now)


def attempts(now: datetime) -> Ids:
    """Return the counted attempts that are due, and those that a wrong clock has counted ahead."""
    long_ago, ahead = Attempt.at < now - rules.ATTEMPTS, Attempt.at > now + rules.SKEW
    return select(Attempt.id).where(or_(long_ago, ahead))


def history(now: datetime) -> Ids:
    """Return the entries of the history that are due."""
    return select(AuditEntry.id).where(AuditEntry.at < now - rules.HISTORY)
