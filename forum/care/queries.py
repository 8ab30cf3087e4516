"""Who is in whose care, and what waits for a human. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from forum.audit.models import Action, AuditEntry
from forum.care.hash_queries import hash_keys, hashes
from forum.care.models import HashPurpose, Suppression, Task, TaskKind
from forum.care.rules import FIRST_WORDS, GONE, KEPT_BACK, Purpose, kept_back
from forum.db import Facts, db
from forum.errors import Missing
from forum.names import doubt_keys, earlier_key, name_key
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Offer, OfferState, Registration, Status

LIVELY = frozenset({CareState.ACTIVE, CareState.PAUSED})
"""States that a person decides on herself."""
DEEP = frozenset({CareState.HELD, CareState.REMEMBERED})
"""States that a person does not decide on herself."""


@dataclass(frozen=True)
class OpenTask:
    """A task, and the offer that it tells of, if it tells of one that is open."""

    task: Task
    offer: Offer | None


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


def mailbox(registration: Registration) -> Select[Registration]:
    """Return all registrations of one address, of whomever; without one, only this one."""
    query = select(Registration).order_by(Registration.id)
    if registration.email is None:
        return query.where(Registration.id == registration.id)
    return query.where(Registration.email == registration.email)


def alike(registration: Registration) -> list[Registration]:
    """Return the registrations of one mailbox that may be this person's, hers among them.

    The same name, or one that has something in common with it (`forum.names.doubt_keys`).
    """
    known = doubt_keys(registration.name)
    return [
        each
        for each in db.session.scalars(mailbox(registration)).unique()
        if each.person_key == registration.person_key or known & doubt_keys(each.name)
    ]


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
        held=one_of_each(linked(hers)),
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
    in_doubt = [each for key in doubt_keys(name) for each in hashes(said_of(key, email), keys)]
    return select(Suppression).where(
        or_(
            is_suppressed(name, email),
            *(Suppression.doubt_hash.contains(each) for each in in_doubt),
        )
    )


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
    keys = doubt_keys(name)
    return any(keys & doubt_keys(each) for each in db.session.scalars(names))


def remembered_like(registration: Registration) -> Sequence[Registration]:
    """Return the registrations of whoever is remembered and may be this person.

    One of each way that the name was written.
    """
    found = alike(registration)
    return one_of_each(each for each in found if each.care_state == CareState.REMEMBERED)


def was_welcomed(registration: Registration) -> bool:
    """Tell whether an email that says that she is registered has left for this person."""
    sent = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email.in_(FIRST_WORDS),
        Message.state == MessageState.SENT,
    )
    return db.session.scalar(select(sent.exists())) or False


def last_change(registration: Registration, to: CareState) -> Facts:
    """Return what was written down when someone last came into a care state."""
    entries = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CARE_CHANGED,
        )
        .order_by(AuditEntry.id.desc())
    )
    return next((entry.facts for entry in entries if entry.facts.get("to") == to), {})


def is_through_companion(registration: Registration) -> bool:
    """Tell whether someone is paused because a companion asked for it."""
    return "through" in last_change(registration, CareState.PAUSED)


def is_paused_so(registration: Registration, until: date | None, *, by_herself: bool) -> bool:
    """Tell whether someone is paused until this very day: by her own word, or by anybody's."""
    if registration.care_state not in LIVELY:  # a pause does not touch it
        return True
    if (registration.care_state, registration.care_until) != (CareState.PAUSED, until):
        return False
    return not (by_herself and is_through_companion(registration))


def was_quiet_since(registration: Registration, since: datetime, *, now: datetime) -> bool:
    """Tell whether something has kept our emails from a person at any time since an instant."""
    if kept_back(registration, Purpose.AUTOMATIC, now=now) is not None:
        return True
    changed = select(AuditEntry.id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration.id,
        AuditEntry.action == Action.CARE_CHANGED,
        AuditEntry.at >= since,
    )
    return db.session.scalar(select(changed.exists())) or False


def task(task_id: int) -> Task:
    """Return one task, done or not. Raises Missing."""
    found = db.session.get(Task, task_id)
    if found is None:
        raise Missing
    return found


def open_task(
    registration: Registration, kind: TaskKind, *, about: tuple[str, ...] = ("",)
) -> Task | None:
    """Return the oldest open task of a kind for a person, whichever registration it names.

    `about` narrows it to those whose keys begin with one of these.
    """
    numbers = same_person(registration).with_only_columns(Registration.id).order_by(None)
    begins = or_(*(Task.dedupe_key.startswith(each, autoescape=True) for each in about))
    return db.session.scalars(
        select(Task)
        .where(Task.registration_id.in_(numbers), Task.kind == kind, Task.done_at.is_(None), begins)
        .order_by(Task.id)
    ).first()


def open_questions(numbers: Sequence[int], kinds: Sequence[TaskKind]) -> Sequence[Task]:
    """Return the open tasks of some kinds of these very registrations, the oldest first."""
    return db.session.scalars(
        select(Task)
        .where(Task.registration_id.in_(numbers), Task.kind.in_(kinds), Task.done_at.is_(None))
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


def open_tasks(*, now: datetime) -> list[OpenTask]:
    """Return what a human should do now, the oldest first.

    Nobody is called who would not be written to, nor about an event that is over.
    """
    tasks = db.session.scalars(
        select(Task)
        .join(Task.registration)
        .join(Registration.event)
        .options(contains_eager(Task.registration).contains_eager(Registration.event))
        .where(Task.done_at.is_(None))
        .order_by(Task.created_at, Task.id)
    ).all()
    due = [each for each in tasks if _is_due(each, now)]
    offers = _offers([each.registration_id for each in due if each.about == "offer"])
    return [
        OpenTask(each, offers.get(each.registration_id) if each.about == "offer" else None)
        for each in due
    ]


def _is_due(task: Task, now: datetime) -> bool:
    if task.kind != TaskKind.CALL:
        return True
    person = task.registration
    return kept_back(person, Purpose.AUTOMATIC, now=now) is None and now < person.event.ends_at


def _offers(numbers: Sequence[int]) -> dict[int, Offer]:
    """Return the open offers to these registrations, by registration; to a partner too."""
    found = db.session.scalars(
        select(Offer).where(
            Offer.state == OfferState.OPEN,
            or_(Offer.registration_id.in_(numbers), Offer.partner_id.in_(numbers)),
        )
    )
    offers: dict[int, Offer] = {}
    for offer in found:
        offers[offer.registration_id] = offer
        if offer.partner_id is not None:
            offers[offer.partner_id] = offer
    return offers
