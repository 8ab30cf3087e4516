"""Who is registered for an event, as the desk looks for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, Text, and_, or_, select, type_coerce
from sqlalchemy.orm import contains_eager, selectinload

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.audit.models import OF_WHOLE_EVENTS, Action, AuditEntry
from forum.audit.queries import deeds_since, history_of
from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.errors import Missing
from forum.events.models import Event, Mode
from forum.incoming import queries as incoming
from forum.incoming.rules import STOPPING
from forum.names import searched
from forum.phones import dialed, kept_phone
from forum.registration.models import (
    CareState,
    Registration,
    Role,
    SessionPlace,
    Status,
)
from forum.sealed import codes

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


def people(event: Event, choice: Choice) -> Select[Registration]:
    """Return an event's registrations by name, narrowed, to be paged."""
    query = select(Registration).where(Registration.event_id == event.id)
    for column, wanted in (
        (Registration.mode, choice.mode),
        (Registration.status, choice.status),
        (Registration.care_state, choice.care_state),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if choice.role is not None:
        query = query.where(_has_role(choice.role))
    if choice.reach is not None:
        query = query.where(_reached_by(choice.reach, event))
    if choice.told is not None:
        query = query.where(has_answered(choice.told))
    return query.order_by(Registration.name_order, Registration.id)


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
    entries = select(AuditEntry.subject_id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id.in_([each.id for each in people]),
        AuditEntry.action == Action.LOOKED_AT,
        AuditEntry.organizer_id == by.id,
        AuditEntry.at > since,
    )
    return frozenset(db.session.scalars(entries))


def history(registration: Registration) -> list[AuditEntry]:
    """Return what was done to one person, and with her to her whole event, newest first.

    A list that was taken out may have had her on it.
    """
    to_all = (Action.EXPORTED, *OF_WHOLE_EVENTS)
    whole = deeds_since(registration.event, to_all, registration.registered_at)
    both = [*history_of(registration), *whole]
    return sorted(both, key=lambda each: (each.at, each.id), reverse=True)


def to_export(event: Event) -> Iterator[Registration]:
    """Yield everyone with a place or a wait, a batch at a time. Remembered people are left out."""
    query = (
        people(event, Choice())
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


def _has_role(role: Role) -> ColumnElement[bool]:
    """Match one of the comma-separated words."""
    roles = type_coerce(Registration.roles, Text)
    return ("," + roles + ",").contains(f",{role},")
