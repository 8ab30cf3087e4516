"""Which reminders are due for whom, found in sets: never one query per person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Text, cast, literal, select
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.events.models import Event, EventStatus
from forum.outbox.models import Message
from forum.registration.models import Registration, Status
from forum.reminders import rules
from forum.reminders.models import Reminder

HORIZON = timedelta(minutes=3)
"""How far ahead reminders are put into the outbox."""
LATEST = timedelta(days=1)
"""A local time falls due less than this after "so long before the start" would."""
MOST_MOVED = timedelta(days=9)
"""No due time is further before the start than this and the lead: quiet days, and zones."""


@dataclass(frozen=True, slots=True)
class Group:
    """The people whom one reminder reaches at one instant, because their clocks are alike."""

    reminder: Reminder
    timezone: str
    quiet_days: tuple[str, ...]
    due_at: datetime
    useful_until: datetime

    @property
    def key(self) -> ColumnElement[str]:
        """Return each person's dedupe key; a moved event has other ones."""
        start = int(self.reminder.event.starts_at.timestamp())
        number = cast(Registration.id, Text)
        return literal(f"reminder:{self.reminder.id}:") + number + literal(f":{start}")

    def unplanned(self) -> Select[int]:
        """Return the ids of those who have no message of it yet, in order.

        Whoever registered after it was due reads its words in her confirmation instead.
        """
        planned = select(Message.id).where(Message.dedupe_key == self.key)
        return (
            select(Registration.id)
            .where(
                *_audience(self.reminder),
                Registration.timezone == self.timezone,
                Registration.quiet_days == self.quiet_days,
                Registration.registered_at <= self.due_at,
                ~planned.exists(),
            )
            .order_by(Registration.id)
        )


def groups(reminder: Reminder) -> Iterator[Group]:
    """Give the groups of people that a reminder is for, each with its due time in UTC."""
    clocks = select(Registration.timezone, Registration.quiet_days).where(*_audience(reminder))
    for timezone, quiet_days in db.session.execute(clocks.distinct()).all():
        yield _group(reminder, timezone, quiet_days)


def _group(reminder: Reminder, timezone: str, quiet_days: tuple[str, ...]) -> Group:
    starts_at = reminder.event.starts_at
    due_at = rules.due_at(
        reminder.lead,
        reminder.local_time,
        starts_at=starts_at,
        zone=timezone,
        quiet_days=quiet_days,
    )
    until = rules.useful_until(reminder.lead, starts_at=starts_at)
    return Group(reminder, timezone, quiet_days, due_at, until)


def due_groups(*, now: datetime) -> list[Group]:
    """Return the groups with someone whose reminder is due within `HORIZON` and not planned yet.

    Never one that was due before its rule was armed, nor one too late to be useful.
    """
    return [
        group
        for reminder in _live(now)
        for group in groups(reminder)
        if reminder.armed_at <= group.due_at <= now + HORIZON
        and now < group.useful_until
        and db.session.scalar(select(group.unplanned().exists()))
    ]


def next_due(*, now: datetime, within: timedelta) -> datetime | None:
    """Return the first instant after now, within so long, at which a reminder falls due, or None.

    Whoever came after it was planned, such as a person who has just registered, is planned then.
    Counted for the clocks of those who are registered, and for the event's own.
    """
    coming = (
        group.due_at
        for reminder in _live(now)
        if reminder.event.starts_at - rules.lead_time(reminder.lead) + LATEST > now
        for group in (*groups(reminder), _group(reminder, reminder.event.timezone, ()))
        if reminder.armed_at <= group.due_at and now < group.due_at <= now + within
    )
    return min(coming, default=None)


def of_event(event: Event) -> list[Reminder]:
    """Return an event's reminder rules in order."""
    return list(
        db.session.scalars(
            select(Reminder)
            .where(Reminder.event_id == event.id)
            .order_by(Reminder.position, Reminder.id)
        )
    )


def people(group: Group) -> list[Registration]:
    """Return the people of a group by name."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                *_audience(group.reminder),
                Registration.timezone == group.timezone,
                Registration.quiet_days == group.quiet_days,
            )
            .order_by(Registration.name_key, Registration.id)
        )
    )


def _live(now: datetime) -> list[Reminder]:
    """Return the rules of coming events whose due time may be near."""
    coming = (
        select(Reminder)
        .join(Reminder.event)
        .where(
            Reminder.is_on,
            Event.status == EventStatus.PUBLISHED,
            Event.starts_at > now,
        )
        .options(joinedload(Reminder.event))
        .order_by(Reminder.id)
    )
    return [
        reminder
        for reminder in db.session.scalars(coming)
        if reminder.event.starts_at - rules.lead_time(reminder.lead) - MOST_MOVED < now + HORIZON
    ]


def _audience(reminder: Reminder) -> list[ColumnElement[bool]]:
    """Return what is true of a registration that a reminder is for."""
    conditions = [
        Registration.event_id == reminder.event_id,
        Registration.status == Status.CONFIRMED,
    ]
    if reminder.modes is not None:
        conditions.append(Registration.mode.in_(reminder.modes))
    return conditions
