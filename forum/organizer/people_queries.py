"""Who is registered for an event, as the desk looks for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, Text, and_, literal, or_, select, type_coerce
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.audit.models import OF_WHOLE_EVENTS, Action, AuditEntry
from forum.audit.queries import deeds_since, entries
from forum.care.models import Task
from forum.care.pause_queries import pause_over
from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.errors import Missing
from forum.events.models import Event, Mode
from forum.incoming import queries as incoming
from forum.incoming.rules import STOPPING
from forum.names import nearness, searched
from forum.outbox.models import Message
from forum.phones import dialed, kept_phone
from forum.registration.models import (
    CareState,
    Registration,
    Role,
    SessionPlace,
    Status,
)
from forum.sealed import codes

APART = (" ", " 0")
"""What stands before a word of a name in `Registration.name_order`."""
BEGINNING = 2
"""Letters that a slip leaves alone in one word at least."""
LOOKED_THROUGH = 5000
"""People whose names are compared with what was typed, at most."""
NEAR = 5
"""People offered who may be meant, at most."""
BATCH = 200
"""Rows that an export holds at a time."""


class Reach(StrEnum):
    """How someone can be reached."""

    EMAIL = "email"
    PHONE_ONLY = "phone_only"
    RETURNED = "returned"


class FreeAnswer(StrEnum):
    """What someone has told us, without being made to."""

    NEEDS = "needs"
    FOOD = "food"
    QUESTION = "question"
    NOTE = "note"


@dataclass(frozen=True)
class Choice:
    """What a list of people is narrowed to; None takes everyone. All that are given must fit."""

    mode: Mode | None = None
    status: Status | None = None
    care_state: CareState | None = None
    role: Role | None = None
    reach: Reach | None = None
    told: FreeAnswer | None = None


@dataclass(frozen=True)
class Flags:
    """What a list shows beside names: whose emails come back, and whose calendar says no."""

    returned: frozenset[str]
    says_no: frozenset[int]


def people(event: Event, choice: Choice, *, now: datetime) -> Select[Registration]:
    """Return an event's registrations by name, narrowed, to be paged.

    Care states are those of now: whose pause is over is active.
    """
    query = _of(event)
    for column, wanted in (
        (Registration.mode, choice.mode),
        (Registration.status, choice.status),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if choice.care_state is not None:
        query = query.where(_is_in_care(choice.care_state, now))
    if choice.role is not None:
        query = query.where(_has_role(choice.role))
    if choice.reach is not None:
        query = query.where(_reached_by(choice.reach, event))
    if choice.told is not None:
        query = query.where(has_answered(choice.told))
    return query


def found(words: str, event: Event | None = None) -> Select[Registration]:
    """Return whom these words find, in one event or in all, to be paged.

    Each word is part of the name as `forum.names` compares it, or of the address, in any order;
    a whole phone number, however it is written, finds whoever has it. By name; of one person the
    latest event first.
    """
    query = select(Registration).join(Registration.event)
    if event is not None:
        query = query.where(Registration.event_id == event.id)
    return (
        query.where(_is_meant(words))
        .options(contains_eager(Registration.event))
        .order_by(Registration.name_order, Event.starts_at.desc(), Registration.id)
    )


def near(words: str, event: Event | None = None) -> list[Registration]:
    """Return whose names are what these words may be a slip for, nearest first; a few at most.

    Looked through are those of whom a word begins as one that was typed does.
    """
    typed = searched(words)
    beginnings = {each[:BEGINNING] for each in typed if len(each) > BEGINNING}
    if not beginnings:
        return []
    order = literal(" ") + Registration.name_order
    names = (
        select(Registration.id, Registration.name)
        .join(Registration.event)
        .where(or_(*(order.contains(before + each) for each in beginnings for before in APART)))
        .order_by(Event.starts_at.desc(), Registration.name_order, Registration.id)
        .limit(LOOKED_THROUGH)
    )
    if event is not None:
        names = names.where(Registration.event_id == event.id)
    rated = {number: nearness(typed, name) for number, name in db.session.execute(names)}
    best = sorted((each for each in rated if rated[each]), key=lambda each: -rated[each])[:NEAR]
    whole = (
        select(Registration)
        .where(Registration.id.in_(best))
        .options(joinedload(Registration.event))
    )
    return sorted(db.session.scalars(whole), key=lambda each: best.index(each.id))


def person(slug: str, public_id: str) -> Registration:
    """Return someone's registration for the event of this address, with it. Raises Missing."""
    registration = db.session.scalar(
        select(Registration)
        .join(Registration.event)
        .where(Event.slug == slug, Registration.public_id == public_id)
        .options(contains_eager(Registration.event))
    )
    if registration is None:
        raise Missing
    return registration


def whose(public_ids: Iterable[str]) -> list[Registration]:
    """Return registrations by their names in links; those that do not exist are left out."""
    chosen = select(Registration).where(Registration.public_id.in_(set(public_ids)))
    return list(db.session.scalars(chosen.order_by(Registration.id)))


def looked_at(people: Iterable[Registration], by: Organizer, since: datetime) -> frozenset[int]:
    """Return the numbers of those whose answers an organizer has looked at since an instant."""
    looks = select(AuditEntry.subject_id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id.in_([each.id for each in people]),
        AuditEntry.action == Action.LOOKED_AT,
        AuditEntry.organizer_id == by.id,
        AuditEntry.at > since,
    )
    return frozenset(db.session.scalars(looks))


def history(registration: Registration) -> list[AuditEntry]:
    """Return what was done to one person, and with her to her whole event, newest first."""
    whole = deeds_since(registration.event, OF_WHOLE_EVENTS, registration.registered_at)
    hers = db.session.scalars(entries().where(is_about(registration)))
    return sorted([*hers, *whole], key=lambda each: (each.at, each.id), reverse=True)


def is_about(registration: Registration) -> ColumnElement[bool]:
    """Match what was done to one person: to her, in calls to her, and with emails to her."""
    numbers = {
        kind: select(kind.id).where(kind.registration_id == registration.id)
        for kind in (Task, Message)
    }
    return or_(
        and_(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
        ),
        *(
            and_(AuditEntry.subject_kind == kind.__tablename__, AuditEntry.subject_id.in_(found))
            for kind, found in numbers.items()
        ),
    )


def lists_with(registration: Registration) -> list[AuditEntry]:
    """Return who took lists of her event out since she registered: she may stand on them."""
    return deeds_since(registration.event, (Action.EXPORTED,), registration.registered_at)


def to_export(event: Event) -> Iterator[Registration]:
    """Yield everyone with a place or a wait, a batch at a time. Remembered people are left out."""
    query = (
        _of(event)
        .where(
            Registration.status != Status.CANCELLED,
            reached_for(Purpose.EXPORT),
        )
        .options(
            selectinload(Registration.session_places).selectinload(SessionPlace.session),
            selectinload(Registration.companion_of),
            selectinload(Registration.companions),
        )
        .execution_options(yield_per=BATCH)
    )
    yield from db.session.scalars(query)


def has_answered(what: FreeAnswer) -> ColumnElement[bool]:
    """Match whoever has told us something; what it is stays sealed."""
    sealed: ColumnElement[str | None] = getattr(Registration, f"{what}_sealed")
    return sealed.is_not(None)


def flags(people: Iterable[Registration]) -> Flags:
    """Return what to show beside some people's names, in two queries for all of them."""
    people = list(people)
    blocks = incoming.blocks(person.email for person in people if person.email)
    return Flags(
        returned=frozenset(email for email, kind in blocks.items() if kind in STOPPING),
        says_no=frozenset(incoming.who_says_no(people)),
    )


def _of(event: Event) -> Select[Registration]:
    its = select(Registration).where(Registration.event_id == event.id)
    return its.order_by(Registration.name_order, Registration.id)


def _is_meant(words: str) -> ColumnElement[bool]:
    phone = kept_phone(words)
    if phone is not None and " " not in phone:  # nothing but the number was typed
        return Registration.phone_code.in_(codes(dialed(phone)))
    in_address = Registration.email.contains(tidy_address(words), autoescape=True)
    named = [
        or_(
            Registration.name_key.contains(each, autoescape=True),
            Registration.email.contains(each, autoescape=True),
        )
        for each in searched(words)
    ]
    return or_(in_address, and_(*named)) if named else in_address


def _reached_by(reach: Reach, event: Event) -> ColumnElement[bool]:
    if reach == Reach.RETURNED:
        return Registration.email.in_(incoming.stopped_emails(event=event))
    has_email = Registration.email.is_not(None)
    return has_email if reach == Reach.EMAIL else ~has_email


def _is_in_care(state: CareState, now: datetime) -> ColumnElement[bool]:
    is_so, is_over = Registration.care_state == state, pause_over(now=now)
    if state == CareState.ACTIVE:
        return or_(is_so, is_over)
    return and_(is_so, ~is_over) if state == CareState.PAUSED else is_so


def _has_role(role: Role) -> ColumnElement[bool]:
    """Match one of the comma-separated words."""
    roles = type_coerce(Registration.roles, Text)
    return ("," + roles + ",").contains(f",{role},")
