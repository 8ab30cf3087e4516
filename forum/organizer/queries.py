"""What the desk shows at a glance: who needs someone today, and how the coming events stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from forum.db import db
from forum.events.models import Event, EventStatus, Gate, Mode
from forum.events.queries import programme
from forum.outbox import queries as outbox
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Registration, Status

SOON = timedelta(days=7)
SHOWN = 5
"""How many names of a list the first page shows."""


@dataclass(frozen=True)
class ModeCount:
    """How many come in one mode. `capacity` is None without a limit."""

    mode: Mode
    taken: int
    capacity: int | None
    waiting: int


@dataclass(frozen=True)
class Coming:
    """A coming event and who comes."""

    event: Event
    modes: tuple[ModeCount, ...]

    @property
    def waiting(self) -> int:
        """Return how many wait for a place."""
        return sum(each.waiting for each in self.modes)


@dataclass(frozen=True)
class Turn:
    """Registration opens, or closes for a mode, at an instant of this week."""

    at: datetime
    event: Event
    mode: Mode | None
    """None when it opens, for all modes at once."""


@dataclass(frozen=True)
class People:
    """Some people, and how many they are altogether."""

    number: int
    shown: Sequence[Registration]


@dataclass(frozen=True)
class Today:
    """All that the first page tells."""

    health: outbox.Health
    failed: Sequence[Message]
    to_phone: People
    pause_over: People
    held: People
    coming: Sequence[Coming]
    turns: Sequence[Turn]

    @property
    def waiting(self) -> int:
        """Return how many wait for a place, over all coming events."""
        return sum(each.waiting for each in self.coming)

    @property
    def is_calm(self) -> bool:
        """Tell whether nothing needs anyone."""
        needs = (self.failed, self.to_phone.number, self.pause_over.number, self.held.number)
        return self.health.is_well and not any(needs) and not self.waiting


def today(*, now: datetime) -> Today:
    """Return what the first page tells, in a constant number of queries."""
    day = now.astimezone(ZoneInfo(programme().timezone)).date()
    events = coming(now=now)
    living = (
        select(Registration)
        .join(Registration.event)
        .where(
            Event.ends_at > now,
            Event.status == EventStatus.PUBLISHED,
            Registration.status != Status.CANCELLED,
        )
        .order_by(Event.starts_at, Registration.name_key, Registration.id)
    )
    is_paused = (Registration.care_state == CareState.PAUSED, Registration.care_until <= day)
    is_reachable_by_phone_only = (
        Registration.email.is_(None),
        Registration.care_state == CareState.ACTIVE,
    )
    return Today(
        health=outbox.health(now=now),
        failed=_failed(),
        to_phone=_people(living.where(*is_reachable_by_phone_only)),
        pause_over=_people(living.where(*is_paused)),
        held=_people(living.where(Registration.care_state == CareState.HELD)),
        coming=events,
        turns=_turns(events, now=now),
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
        select(Registration.event_id, Registration.mode, func.count())
        .where(
            Registration.event_id.in_([event.id for event in events]),
            Registration.status == Status.WAITLISTED,
        )
        .group_by(Registration.event_id, Registration.mode)
    )
    waiting = {(event_id, mode): number for event_id, mode, number in rows}
    return [
        Coming(
            event,
            tuple(_count(gate, waiting.get((event.id, gate.mode), 0)) for gate in event.gates),
        )
        for event in events
    ]


def _count(gate: Gate, waiting: int) -> ModeCount:
    return ModeCount(gate.mode, gate.taken, gate.capacity, waiting)


def _failed() -> Sequence[Message]:
    newest = outbox.messages(state=MessageState.FAILED).limit(SHOWN)
    return db.session.scalars(newest).all()


def _people(chosen: Select[Registration]) -> People:
    ids = chosen.with_only_columns(Registration.id).order_by(None).subquery()
    number = db.session.scalar(select(func.count()).select_from(ids)) or 0
    return People(number, db.session.scalars(chosen.limit(SHOWN)).all())


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
