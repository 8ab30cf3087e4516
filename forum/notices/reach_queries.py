"""Whom a change reaches, counted: as many rows for many people as for few, but for those to name.

The database counts who is alike and is surely written to. Whoever may not be is read one by one,
so that she can be named, and so that `queries.why_not` stays the one place that decides.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.events.models import Event, Session
from forum.incoming.queries import stopped_emails
from forum.notices.queries import (
    ChangesOf,
    Concerned,
    Pending,
    by_group,
    era_by,
    reader_of,
    why_not,
)
from forum.notices.rules import Change
from forum.registration.models import (
    CareState,
    Offer,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)

_LEFT = and_(
    Registration.status == Status.CANCELLED,
    reached_for(Purpose.EXPORT),
)
"""She has canceled, and that is all there is to say."""
_OFFERED_UNTIL = (
    select(func.min(Offer.ends_at))
    .where(
        or_(Offer.registration_id == Registration.id, Offer.partner_id == Registration.id),
        Offer.state == OfferState.OPEN,
    )
    .correlate(Registration)
    .scalar_subquery()
)
"""By when she is to answer the offer that is open to her."""


def reach(event: Event, *, now: datetime, with_left: bool = False) -> Pending:
    """Return what `queries.pending` does, with those who are written to counted by who is alike.

    Who has canceled is left out, unless `with_left`.
    """
    found = by_group(event, now=now)
    if found is None:
        return Pending(event)
    changes_of, cuts = found
    groups = _with_sessions(event)
    people = _people(event, groups, era_by(cuts), changes_of, now=now, with_left=with_left)
    return Pending.of(event, people)


def everyone(event: Event, *, now: datetime) -> Pending:
    """Return everyone who is registered for an event, counted in the same way: its end is theirs.

    Who has canceled is left out.
    """
    people = select(literal(None, String).label("numbers")).select_from(Registration)
    return Pending(event, (), _people(event, people, literal(0), None, now=now))


def _people(  # noqa: PLR0913 - what is counted and what named, by name
    event: Event,
    people: Select[Any],
    era: ColumnElement[int],
    changes_of: ChangesOf | None,
    *,
    now: datetime,
    with_left: bool = False,
) -> tuple[Concerned, ...]:
    """Return those whom it concerns: those who are counted, the most last; then others by name.

    `people` selects in which sessions each is; `era` tells who registered between the same
    changes. Everyone is concerned where `changes_of` is None.
    """
    stopped = stopped_emails(event=event)
    hers = people.where(Registration.event_id == event.id)
    is_reached = and_(
        Registration.care_state == CareState.ACTIVE,
        Registration.status != Status.CANCELLED,
        Registration.email.is_not(None),
        Registration.email.not_in(stopped),
    )
    alike = (
        Registration.mode,
        Registration.status,
        Registration.waits_for,
        Registration.is_discreet,
        Registration.language,
    )
    counted = (
        hers.where(is_reached)
        .add_columns(
            *alike,
            era.label("era"),
            _OFFERED_UNTIL.label("offered_until"),
            func.min(Registration.registered_at).label("registered_at"),
            func.count().label("number"),
        )
        .group_by(*alike, "era", "numbers", "offered_until")
    )
    one_by_one = (
        hers.where(~is_reached, true() if with_left else ~_LEFT)
        .add_columns(Registration)
        .order_by(Registration.name_order, Registration.id)
    )
    found = [
        Concerned(person, changes, None, row.number, row.offered_until)
        for row in sorted(db.session.execute(counted), key=lambda row: row.number)
        for person in [_one_of(row)]
        if (changes := _changes(person, row.numbers, changes_of)) is not None
    ]
    for row in db.session.execute(one_by_one):
        person = row.Registration
        if (changes := _changes(person, row.numbers, changes_of)) is not None:
            found.append(Concerned(person, changes, why_not(person, stopped, now=now)))
    return tuple(found)


def _with_sessions(event: Event) -> Select[Any]:
    """Select people with the ids of the sessions in which each has a place or a number."""
    hers = (
        select(
            SessionPlace.registration_id,
            func.aggregate_strings(cast(SessionPlace.session_id, String), ",").label("numbers"),
        )
        .join(SessionPlace.session)
        .where(Session.event_id == event.id, SessionPlace.status != Status.CANCELLED)
        .group_by(SessionPlace.registration_id)
        .subquery()
    )
    return (
        select(hers.c.numbers)
        .select_from(Registration)
        .outerjoin(hers, hers.c.registration_id == Registration.id)
    )


def _one_of(row: Row[Any]) -> Registration:
    """Return somebody who is never stored and stands as those do who are counted here."""
    return Registration(
        mode=row.mode,
        status=row.status,
        waits_for=row.waits_for,
        is_discreet=row.is_discreet,
        language=row.language,
        registered_at=row.registered_at,
    )


def _changes(
    person: Registration, numbers: str | None, changes_of: ChangesOf | None
) -> tuple[Change, ...] | None:
    """Return what concerns somebody of all that is different, or None if she is not concerned."""
    if changes_of is None:
        return ()
    sessions = frozenset(int(each) for each in (numbers or "").split(",") if each)
    return changes_of(reader_of(person, sessions), person.registered_at) or None
