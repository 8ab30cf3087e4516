"""Who is in whose care, and what waits for a human. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from forum.care.call_rules import ANSWERS_ALSO_SAID_BY, NEWS_ALSO_SAID_BY
from forum.care.hash_queries import hash_keys, hashes
from forum.care.models import HashPurpose, Suppression, Task, TaskKind
from forum.care.rules import FIRST_WORDS, GONE, GOODBYE, KEPT_BACK, Purpose, kept_back
from forum.db import db
from forum.errors import Missing
from forum.names import doubts_of, earlier_key, may_be_same, name_key, whole_doubts
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import has_reached, is_untold
from forum.registration.models import CareState, Registration, Status

LIVELY = frozenset({CareState.ACTIVE, CareState.PAUSED})
"""States that a person decides on herself."""
MAILBOX = ""
"""Stands for the name in the code by which all who are remembered in one mailbox are found."""
DEEP = frozenset({CareState.HELD, CareState.REMEMBERED})
"""States that a person does not decide on herself."""


@dataclass(frozen=True)
class Consequences:
    """What remembering someone would do, to be read before it is done."""

    freed: Sequence[Registration]
    """Her places and waits that would go to the line."""
    held: Sequence[Registration]
    """Who would hear nothing until a human has asked; one of each person."""
    in_doubt: Sequence[Registration]
    """Who may be her under another writing: they hear nothing until a human has found out."""
    unsent: Sequence[Message]
    """Emails to her that wait, and would not go."""


def reached_for(purpose: Purpose, of: type[Registration] = Registration) -> ColumnElement[bool]:
    """Return what is true of the registrations that the table does not keep back for good.

    Whether a pause is over depends on her clock: ask `kept_back` of each where the table keeps
    paused people back. `of` is an alias of Registration, where a query has one.
    """
    for_good = KEPT_BACK[purpose] - {CareState.PAUSED}
    return of.care_state.not_in(sorted(for_good))


def reached(
    people: Iterable[Registration], purpose: Purpose, *, now: datetime
) -> Iterable[Registration]:
    """Yield those of some people whom nothing keeps back."""
    return (each for each in people if kept_back(each, purpose, now=now) is None)


def same_person(registration: Registration) -> Select[Registration]:
    """Return all registrations of one person: the same name and address, over all events.

    Without an address, a name alone says too little: only this registration.
    """
    query = mailbox(registration)
    if registration.email is None:
        return query
    return query.where(Registration.is_named(registration.person_key))


def elsewhere(registration: Registration, *more: ColumnElement[bool]) -> Sequence[Registration]:
    """Return her other registrations that live, of which `more` is true as well."""
    others = same_person(registration).where(
        Registration.id != registration.id, Registration.status != Status.CANCELLED, *more
    )
    return db.session.scalars(others).all()


def mailbox(registration: Registration) -> Select[Registration]:
    """Return all registrations of one address, of whomever; without one, only this one."""
    query = select(Registration).order_by(Registration.id)
    if registration.email is None:
        return query.where(Registration.id == registration.id)
    return query.where(Registration.email == registration.email)


def alike(registration: Registration) -> list[Registration]:
    """Return the registrations of one mailbox that may be this person's, hers among them.

    The same name, or one that has something in common with it (`forum.names.may_be_same`).
    """
    return [
        each
        for each in db.session.scalars(mailbox(registration)).unique()
        if each.person_key == registration.person_key or may_be_same(each.name, registration.name)
    ]


def written_as(*people: Registration) -> list[Registration]:
    """Return all registrations of one mailbox under any of the names of these people."""
    keys = {each.person_key for each in people}
    found = db.session.scalars(mailbox(people[0])).unique()
    return [each for each in found if each.person_key in keys]


def in_doubt(registration: Registration) -> list[Registration]:
    """Return who may be this person under another writing of her name; one of each.

    The first who lives. Whoever is linked to her is somebody else, and is asked besides.
    """
    hers = db.session.scalars(same_person(registration)).unique().all()
    others = {
        each.person_key for each in (*hers, *linked(hers)) if each.email == registration.email
    }
    found = (
        each
        for each in alike(registration)
        if each.person_key not in others and each.care_state not in GONE and each not in hers
    )
    return one_of_each(sorted(found, key=lambda each: each.status == Status.CANCELLED))


def linked(people: Sequence[Registration]) -> Sequence[Registration]:
    """Return who comes with any of these, or with whom any of these comes, and has not canceled."""
    numbers = [each.id for each in people]
    above = [each.companion_of_id for each in people if each.companion_of_id is not None]
    return db.session.scalars(
        select(Registration)
        .where(
            or_(Registration.companion_of_id.in_(numbers), Registration.id.in_(above)),
            Registration.id.not_in(numbers),
            Registration.status != Status.CANCELLED,
        )
        .order_by(Registration.id)
    ).all()


def one_of_each(people: Iterable[Registration]) -> list[Registration]:
    """Return one registration of each person, the first."""
    first: dict[object, Registration] = {}
    for each in people:
        first.setdefault((each.person_key, each.email) if each.email else each.id, each)
    return list(first.values())


def consequences(registration: Registration, *, now: datetime) -> Consequences:
    """Return what `care.actions.remember` would do now."""
    hers = db.session.scalars(same_person(registration)).unique().all()
    waiting = (
        select(Message)
        .where(
            Message.registration_id.in_([each.id for each in hers]),
            Message.state == MessageState.QUEUED,
        )
        .order_by(Message.due_at, Message.id)
    )
    return Consequences(
        freed=[each for each in hers if has_place(each, now=now)],
        held=[
            each for each in one_of_each(linked(hers)) if each.care_state != CareState.REMEMBERED
        ],
        in_doubt=in_doubt(registration),
        unsent=db.session.scalars(waiting).all(),
    )


def has_place(registration: Registration, *, now: datetime) -> bool:
    """Tell whether someone has or waits for a place at an event that is not over."""
    return registration.status != Status.CANCELLED and now < registration.event.ends_at


def person_hashes(name: str, email: str) -> list[str]:
    """Return the keyed hashes of a person, the one that stays first."""
    return hashes(said_of(name_key(name), email), hash_keys(HashPurpose.PERSON))


def said_of(key: str, email: str) -> bytes:
    """Return what the hash of a person is made of, whose name is compared as `key`."""
    return f"{key}\0{email}".encode()


def suppressions(name: str, email: str) -> Select[Suppression]:
    """Return whoever is remembered and may be of this name and address.

    Names are compared as `forum.names` does it, as it was done before, and, in doubt, by what
    they have in common: a human is asked.
    """
    keys = hash_keys(HashPurpose.PERSON)

    def contains(*said: str) -> ColumnElement[bool]:
        codes = [each for key in said for each in hashes(said_of(key, email), keys)]
        return or_(*(Suppression.doubt_hash.contains(each) for each in codes))

    whole = whole_doubts(name)
    shortened = doubts_of(name) - whole
    in_mailbox = and_(contains(MAILBOX), contains(*shortened))  # most rows end at the first
    return select(Suppression).where(or_(is_suppressed(name, email), contains(*whole), in_mailbox))


def is_suppressed(name: str, email: str) -> ColumnElement[bool]:
    """Return what is true of whoever is remembered by this very name, however it is written."""
    keys = hash_keys(HashPurpose.PERSON)
    known = (name_key(name), earlier_key(name))
    named = [each for key in known for each in hashes(said_of(key, email), keys)]
    return Suppression.person_hash.in_(named)


def is_remembered(name: str, email: str | None) -> bool:
    """Tell whether someone who may be of this name is remembered, even if nothing else is kept.

    The address is lower case.
    """
    if email is None:
        return False
    known = suppressions(name, email).with_only_columns(Suppression.id)
    if db.session.scalar(known.limit(1)) is not None:
        return True
    names = select(Registration.name).where(
        Registration.email == email, Registration.care_state == CareState.REMEMBERED
    )
    return any(may_be_same(each, name) for each in db.session.scalars(names))


def remembered_like(registration: Registration) -> Sequence[Registration]:
    """Return the registrations of whoever is remembered and may be this person.

    One of each way that the name was written.
    """
    found = alike(registration)
    return one_of_each(each for each in found if each.care_state == CareState.REMEMBERED)


def was_welcomed(registration: Registration) -> bool:
    """Tell whether an email that says that she is registered has left for this person.

    One that did not reach her has told her nothing.
    """
    sent = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email.in_(FIRST_WORDS),
        Message.state == MessageState.SENT,
        has_reached(),
    )
    return db.session.scalar(select(sent.exists())) or False


def waits_for_goodbye(registration: Registration, *, now: datetime) -> bool:
    """Tell whether she canceled, and no email has told her: her calendar says that she comes."""
    return untold_goodbye(registration, now=now) is not None


def untold_goodbye(registration: Registration, *, now: datetime) -> Message | None:
    """Return the email that she has canceled, if it did not go or did not reach her, else None."""
    if registration.status != Status.CANCELLED or now >= registration.event.ends_at:
        return None
    last = select(Message, is_untold()).where(
        Message.registration_id == registration.id, Message.email == GOODBYE
    )
    row = db.session.execute(last.order_by(Message.id.desc()).limit(1)).first()
    return row[0] if row is not None and row[1] else None


def task(task_id: int) -> Task:
    """Return one task, done or not. Raises Missing."""
    found = db.session.get(Task, task_id)
    if found is None:
        raise Missing
    return found


def open_task(registration: Registration, kind: TaskKind) -> Task | None:
    """Return the oldest open task of a kind for a person, whichever registration it names."""
    numbers = same_person(registration).with_only_columns(Registration.id).order_by(None)
    return db.session.scalars(
        select(Task)
        .where(Task.registration_id.in_(numbers), Task.kind == kind, Task.done_at.is_(None))
        .order_by(Task.id)
    ).first()


def is_told_otherwise() -> ColumnElement[bool]:
    """Return what is true of a call about what an email has told since it was asked for.

    Where it stands for an email that did not arrive: since that one left.
    """
    lost, later = aliased(Message), aliased(Message)
    left_at = func.coalesce(lost.sent_at, lost.created_at)
    its = select(left_at).where(lost.dedupe_key == Task.dedupe_key)
    since = its.correlate(Task).scalar_subquery()
    said_by = {**NEWS_ALSO_SAID_BY, **ANSWERS_ALSO_SAID_BY}
    told = select(later.id).where(
        later.registration_id == Task.registration_id,
        later.state == MessageState.SENT,
        later.sent_at > func.coalesce(since, Task.created_at),
        has_reached(later),
        or_(*(and_(Task.about == each, later.email.in_(also)) for each, also in said_by.items())),
    )
    return told.correlate(Task).exists()


def was_called(about: str, registration: Registration, *, since: datetime) -> bool | None:
    """Tell whether somebody has called about something, or tried to; None: nobody was to call.

    Not where an email has told her of it since.
    """
    asked = select(Task).where(
        Task.registration_id == registration.id,
        Task.kind == TaskKind.CALL,
        Task.about == about,
        Task.created_at >= since,
        ~is_told_otherwise(),
    )
    calls = db.session.scalars(asked).all()
    return all(each.done_at or each.tried for each in calls) if calls else None


def open_questions(numbers: Sequence[int], kinds: Sequence[TaskKind]) -> Sequence[Task]:
    """Return the open tasks of some kinds of these very registrations, the oldest first."""
    return db.session.scalars(
        select(Task)
        .where(Task.registration_id.in_(numbers), Task.kind.in_(kinds), Task.done_at.is_(None))
        .order_by(Task.id)
    ).all()


def answered_at(
    people: Sequence[Registration], kinds: Sequence[TaskKind], at: datetime | None
) -> Sequence[Task]:
    """Return the tasks of some kinds of these registrations that were done at an instant."""
    numbers = [each.id for each in people]
    asked = select(Task).where(Task.registration_id.in_(numbers), Task.kind.in_(kinds))
    return db.session.scalars(asked.where(Task.done_at == at).order_by(Task.id)).all()


def asking_about(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask the companions of someone remembered."""
    return f"ask companion:{remembered.public_id}:"


def checking_against(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask about other writings of her name."""
    return f"check person:like {remembered.public_id}:"


def asked_because_of(remembered: Sequence[Registration]) -> Sequence[Task]:
    """Return the open tasks that ask about others because this person is remembered."""
    begins = [each(person) for person in remembered for each in (asking_about, checking_against)]
    return db.session.scalars(
        select(Task)
        .where(
            Task.done_at.is_(None),
            or_(*(Task.dedupe_key.startswith(each, autoescape=True) for each in begins)),
        )
        .order_by(Task.id)
    ).all()


def asked_no_more(person: Registration, hers: Sequence[Registration]) -> list[Registration]:
    """Return whom the answer lets go that someone is another than the one who is remembered.

    This registration, and those of hers about which nothing else is asked; nobody while someone
    is to ask them about somebody close to them.
    """
    if open_task(person, TaskKind.ASK_COMPANION) is not None:
        return []
    asked = open_questions([each.id for each in hers], [TaskKind.CHECK_PERSON])
    numbers = {each.registration_id for each in asked} - {person.id}
    return [each for each in hers if each.id not in numbers]
