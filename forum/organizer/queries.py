"""What the desk shows at a glance: who needs someone today, and how the coming events stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from forum.care.call_rules import RETURNED
from forum.care.models import Task, TaskKind
from forum.care.pause_queries import pause_over
from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.events.models import Event, EventStatus, Gate, Mode
from forum.incoming import queries as incoming
from forum.organizer.people_queries import FreeAnswer, has_answered
from forum.outbox import queries as outbox
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Registration, Status

SOON = timedelta(days=7)
SHOWN = 5
"""How many names of a list the first page shows."""
_OTHER = aliased(Registration, flat=True)
COUNTED = reached_for(Purpose.STATISTICS)
"""Who is counted."""


@dataclass(frozen=True)
class ModeCount:
    """How many come in one mode. `capacity` is None without a limit.

    `held` are places that open offers keep for someone; `waiting` are those in the line, whatever
    place they have meanwhile.
    """

    mode: Mode
    taken: int
    held: int
    capacity: int | None
    waiting: int


@dataclass(frozen=True)
class Coming:
    """A coming event and who comes."""

    event: Event
    modes: tuple[ModeCount, ...]

    @property
    def has_people(self) -> bool:
        """Tell whether anyone has or waits for a place."""
        return any(each.taken or each.waiting for each in self.modes)


@dataclass(frozen=True)
class OnTheDay:
    """What the day itself needs: a badge and a meal for each who comes in person."""

    badges: int
    food: int
    """How many of them told us about food."""
    needs: int
    """How many of all who have a place told us what would help."""


@dataclass(frozen=True)
class Turn:
    """Registration opens, or closes for a mode, at an instant of this week."""

    at: datetime
    event: Event
    mode: Mode | None
    """None when it opens, for all modes at once."""


class Need(StrEnum):
    """Why someone of a coming event needs a person."""

    TO_PHONE = "to_phone"
    RETURNED = "returned"
    CALENDAR_NO = "calendar_no"
    PAUSE_OVER = "pause_over"
    HELD = "held"
    NOT_TOLD = "not_told"
    WAITING = "waiting"
    NEW = "new"
    """Has registered within a week, and still comes or waits."""


TO_KNOW = frozenset({Need.TO_PHONE, Need.WAITING, Need.NEW})
"""What is no work by itself: who is to be called stands under calls."""


@dataclass(frozen=True)
class People:
    """Some people who need someone for one reason, and how many they are altogether."""

    need: Need
    number: int
    shown: Sequence[Registration]


@dataclass(frozen=True)
class Today:
    """All that the first page tells."""

    health: outbox.Health
    failed: Sequence[Message]
    people: Sequence[People]
    """Only the reasons for which there is someone."""
    coming: Sequence[Coming]
    turns: Sequence[Turn]

    @property
    def is_calm(self) -> bool:
        """Tell whether nothing needs anyone."""
        return self.health.is_well and not self.failed and not self.urgent

    @property
    def urgent(self) -> list[People]:
        """Return whom somebody should see to now."""
        return [each for each in self.people if each.need not in TO_KNOW]

    @property
    def to_know(self) -> list[People]:
        """Return whom it is good to know of; nothing is to be done for them now."""
        return [each for each in self.people if each.need in TO_KNOW]

    @property
    def next(self) -> Coming | None:
        """Return the next event that people see."""
        public = (each for each in self.coming if each.event.status == EventStatus.PUBLISHED)
        return next(public, None)


def today(*, now: datetime) -> Today:
    """Return what the first page tells, in a constant number of queries."""
    events = coming(now=now)
    people = [_people(need, now=now) for need in Need]
    return Today(
        health=outbox.health(now=now),
        failed=_failed(),
        people=[each for each in people if each.number],
        coming=events,
        turns=_turns(events, now=now),
    )


def needing(need: Need, *, now: datetime) -> Select[Registration]:
    """Return the people of coming events who need someone for one reason, to be paged.

    Those who wait are in the order of their line, others by name, the next event first; of those
    who are new, the newest.
    That an event is called off, or a pause is over, somebody has to tell those whom no email
    reaches: others are written to. Whoever has a card under calls for the same cause is not said
    again.
    """
    is_active = Registration.care_state == CareState.ACTIVE
    asks_when = need in {Need.PAUSE_OVER, Need.NOT_TOLD}
    is_over = pause_over(now=now) if asks_when else false()
    reasons: dict[Need, tuple[ColumnElement[bool], ...]] = {
        Need.TO_PHONE: (
            Registration.care_state.in_((CareState.ACTIVE, CareState.HELD)),
            Registration.email.is_(None),
        ),
        Need.RETURNED: (
            is_active,
            _comes_back(need, now),
            ~_has_card(TaskKind.CALL, RETURNED),
        ),
        Need.CALENDAR_NO: (is_active, incoming.says_no()),
        Need.PAUSE_OVER: (is_over, Registration.email.is_(None)),
        Need.HELD: (
            Registration.care_state == CareState.HELD,
            ~_has_card(TaskKind.ASK_COMPANION),
        ),
        Need.NOT_TOLD: (
            or_(
                Registration.care_state == CareState.HELD,
                and_(
                    Registration.care_state == CareState.PAUSED,
                    ~is_over,
                ),
            ),
        ),
        Need.WAITING: (Registration.waits_for.is_not(None), COUNTED),
        Need.NEW: (Registration.registered_at > now - SOON, COUNTED),
    }
    standing = {
        Need.TO_PHONE: [EventStatus.PUBLISHED, EventStatus.CANCELLED],
        Need.NOT_TOLD: [EventStatus.CANCELLED],
    }.get(need, [EventStatus.PUBLISHED])
    next_first = (Event.starts_at, Event.id)
    by_name = (*next_first, Registration.name_order, Registration.id)
    order = {
        Need.WAITING: (*next_first, Registration.waits_for, Registration.wait_no),
        Need.NEW: (Registration.registered_at.desc(), Registration.id.desc()),
    }.get(need, by_name)
    return (
        select(Registration)
        .join(Registration.event)
        .options(contains_eager(Registration.event))
        .where(
            Event.ends_at > now,
            Event.status.in_(standing),
            Registration.status != Status.CANCELLED,
            *reasons[need],
        )
        .order_by(*order)
    )


def coming(*, now: datetime) -> list[Coming]:
    """Return every event that is not over, drafts too, the next one first, with its numbers."""
    events = db.session.scalars(
        select(Event)
        .where(Event.ends_at > now)
        .options(selectinload(Event.gates))
        .order_by(Event.starts_at, Event.id)
    ).all()
    return with_counts(events)


def with_counts(events: Sequence[Event]) -> list[Coming]:
    """Return events with how many come and wait in each mode."""
    rows = db.session.execute(
        select(Registration.event_id, Registration.waits_for, func.count())
        .where(
            Registration.event_id.in_([event.id for event in events]),
            Registration.waits_for.is_not(None),
            COUNTED,
        )
        .group_by(Registration.event_id, Registration.waits_for)
    )
    waiting = {(event_id, mode): number for event_id, mode, number in rows}
    return [
        Coming(
            event,
            tuple(_count(gate, waiting.get((event.id, gate.mode), 0)) for gate in event.gates),
        )
        for event in events
    ]


def on_the_day(event: Event) -> OnTheDay:
    """Return what an event has to provide for. Those who have died need nothing."""
    in_person = Registration.mode == Mode.IN_PERSON
    row = db.session.execute(
        select(
            func.count().filter(in_person),
            func.count().filter(in_person, has_answered(FreeAnswer.FOOD)),
            func.count().filter(has_answered(FreeAnswer.NEEDS)),
        ).where(
            Registration.event_id == event.id,
            Registration.status == Status.CONFIRMED,
            COUNTED,
        )
    ).one()
    return OnTheDay(*row)


def _has_card(kind: TaskKind, about: str = "") -> ColumnElement[bool]:
    """Match whoever has a card under calls that is about this, with any of her registrations."""
    same = and_(_OTHER.email == Registration.email, _OTHER.name_key == Registration.name_key)
    return exists().where(
        Task.registration_id == _OTHER.id,
        or_(_OTHER.id == Registration.id, same),
        Task.kind == kind,
        Task.about == about,
        Task.done_at.is_(None),
    )


def _comes_back(need: Need, now: datetime) -> ColumnElement[bool]:
    """Match those whose emails come back; their addresses are only looked for when it is asked."""
    emails = incoming.stopped_emails(now=now) if need == Need.RETURNED else []
    return Registration.email.in_(emails)


def _count(gate: Gate, waiting: int) -> ModeCount:
    return ModeCount(gate.mode, gate.taken, gate.held, gate.capacity, waiting)


def _failed() -> Sequence[Message]:
    newest = outbox.messages(state=MessageState.FAILED).limit(SHOWN)
    return db.session.scalars(newest).all()


def _people(need: Need, *, now: datetime) -> People:
    chosen = needing(need, now=now)
    ids = chosen.with_only_columns(Registration.id).order_by(None).subquery()
    number = db.session.scalar(select(func.count()).select_from(ids)) or 0
    return People(need, number, db.session.scalars(chosen.limit(SHOWN)).all())


def _turns(events: Sequence[Coming], *, now: datetime) -> list[Turn]:
    turns = []
    for each in events:
        event = each.event
        if event.status != EventStatus.PUBLISHED or not event.takes_registrations:
            continue
        if event.registration_opens_at:
            turns.append(Turn(event.registration_opens_at, event, None))
        turns += [Turn(gate.closes_at, event, gate.mode) for gate in event.gates if gate.closes_at]
    return sorted((turn for turn in turns if now <= turn.at < now + SOON), key=lambda turn: turn.at)
