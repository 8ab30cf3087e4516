"""Putting reminders into the outbox, and saying beforehand who will get which."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select

from forum.care.models import TaskKind
from forum.care.rules import kept_back
from forum.db import UtcDateTime, db
from forum.emails import decision
from forum.emails.kinds import KINDS
from forum.emails.letter import Silence
from forum.events.models import Event
from forum.outbox.actions import insert_once
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from forum.registration.telling import ask
from forum.reminders import queries
from forum.reminders.models import Reminder
from forum.reminders.queries import Group

EMAIL = "reminder"


@dataclass(frozen=True, slots=True)
class Preview:
    """One reminder at one instant: who gets it, who does not and why. `timezone` is theirs."""

    reminder: Reminder
    due_at: datetime
    timezone: str
    quiet_days: tuple[str, ...]
    names: list[str]
    silent: list[tuple[str, str]]


def plan(now: datetime, *, at_most: int | None = None) -> int:
    """Put the reminders that are due into the outbox; return how many.

    Each person gets each reminder of one start time once, however often and wherever this runs.
    With `at_most`, there may be more when it returns as many.
    """
    number = 0
    for group in queries.due_groups(now=now):
        left = None if at_most is None else at_most - number
        number += plan_group(group, now=now, at_most=left)
        if number == at_most:
            break
    return number


def plan_group(group: Group, *, now: datetime, at_most: int | None = None) -> int:
    """Put one group's reminder into the outbox, in one statement; return for how many people.

    Those without an address get a call instead: a task for a human.
    """
    _ask_to_call(group, now=now)
    reminder = group.reminder
    facts = {
        "reminder": reminder.id,
        "starts_at": int(reminder.event.starts_at.timestamp()),
        "lead": reminder.lead,
        "offers": list(reminder.offers),
    }
    columns = {
        "email": literal(EMAIL),
        "registration_id": Registration.id,
        "facts": literal(facts, Message.facts.type),
        "dedupe_key": group.key,
        "state": literal(MessageState.QUEUED, Message.state.type),
        "attempts": literal(0),
        "due_at": literal(group.due_at, UtcDateTime()),
        "useful_until": literal(group.useful_until, UtcDateTime()),
        "created_at": literal(now, UtcDateTime()),
    }
    rows = group.unplanned().with_only_columns(*columns.values()).limit(at_most)
    statement = insert_once().from_select(list(columns), rows)
    return db.session.connection().execute(statement).rowcount


def _ask_to_call(group: Group, *, now: datetime) -> None:
    """Ask a human to tell those of a group by phone who have no address."""
    without = group.unplanned().where(Registration.email.is_(None), Registration.wants_reminders)
    people = db.session.scalars(select(Registration).where(Registration.id.in_(without)))
    start = int(group.reminder.event.starts_at.timestamp())
    for person in people.all():
        if kept_back(person, KINDS[EMAIL].purpose, now=group.due_at) is None:
            once = f"call:reminder:{group.reminder.id}:{person.id}:{start}"
            ask(TaskKind.CALL, person, about=EMAIL, once=once, now=now)


def preview(event: Event, *, now: datetime) -> Iterator[Preview]:
    """Say who will get which reminder when, the next first; those gone by are left out."""
    coming = [
        group
        for reminder in queries.of_event(event)
        if reminder.is_on
        for group in queries.groups(reminder)
        if group.due_at >= max(now, reminder.armed_at)
    ]
    for group in sorted(coming, key=lambda group: (group.due_at, group.timezone)):
        names, silent = [], []
        for person in queries.people(group):
            reason = _reason(person, group)
            if reason is None:
                names.append(person.name)
            else:
                silent.append((person.name, reason))
        yield Preview(group.reminder, group.due_at, group.timezone, group.quiet_days, names, silent)


def _reason(registration: Registration, group: Group) -> str | None:
    """Return why a person would not get it, as things stand now."""
    message = Message(email=EMAIL, facts={}, useful_until=None)
    decided = decision.refusal(message, registration, now=group.due_at)
    return decided.reason if isinstance(decided, Silence) else None
