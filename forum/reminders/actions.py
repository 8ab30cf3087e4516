"""Putting reminders into the outbox."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import literal, select
from sqlalchemy.orm import contains_eager

from forum.care.models import Task, TaskKind
from forum.care.rules import kept_back
from forum.db import UtcDateTime, db, insert_once
from forum.emails.kinds import KINDS
from forum.events.models import Event
from forum.outbox.actions import KEY
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from forum.registration.telling import ask
from forum.reminders import queries
from forum.reminders.queries import EMAIL, Group


class Planned(NamedTuple):
    """How many reminders were planned, and after which id to go on; None: that was all."""

    number: int
    goes_on_after: int | None


def plan(now: datetime) -> int:
    """Put the reminders that are due into the outbox; return how many.

    Each person gets each reminder of one start time once, and one email for all that fall on one
    instant, however often and wherever this runs.
    """
    return sum(plan_group(group, now=now).number for group in queries.due_groups(now=now))


def plan_group(
    group: Group, *, now: datetime, after: int = 0, at_most: int | None = None
) -> Planned:
    """Put one group's reminder into the outbox, in one statement.

    With `at_most` only of so many of its people with the next ids `after` one, so that the work
    grows with the people and not with its square. Those without an address get a call instead: a
    task for a human.
    """
    if not after:
        _ask_to_call(group, now=now)
    last = group.last_of_batch(after, at_most) if at_most else None
    columns = {
        "email": literal(EMAIL),
        "registration_id": Registration.id,
        "facts": literal(queries.facts(group), Message.facts.type),
        "dedupe_key": group.key,
        "state": literal(MessageState.QUEUED, Message.state.type),
        "attempts": literal(0),
        "claims": literal(0),
        "due_at": literal(group.goes_at, UtcDateTime()),
        "useful_until": literal(group.useful_until, UtcDateTime()),
        "created_at": literal(now, UtcDateTime()),
    }
    rows = group.unplanned().with_only_columns(*columns.values()).where(Registration.id > after)
    if last is not None:
        rows = rows.where(Registration.id <= last)
    statement = insert_once(Message, KEY).from_select(list(columns), rows)
    return Planned(db.session.connection().execute(statement).rowcount, last)


def follow_law(event: Event, was: datetime, becomes: datetime) -> None:
    """Let who was reminded of an event's start, or is to be called, count as reminded of it now.

    For a start that a change of zone law has moved in UTC, and not on the clock.
    """
    old, new = int(was.timestamp()), int(becomes.timestamp())
    hers = Registration.event_id == event.id
    messages = select(Message).join(Message.registration).where(hers, Message.email == EMAIL)
    for message in db.session.scalars(messages):
        kept = message.facts or {}
        if kept.get("starts_at") == old:
            rules = {rule: _moved(each, old, new) for rule, each in kept["rules"].items()}
            message.facts = {**kept, "starts_at": new, "rules": rules}
        elif message.dedupe_key.endswith(f":{old}"):  # an earlier release kept no facts
            message.dedupe_key = f"{message.dedupe_key.removesuffix(str(old))}{new}"
    calls = select(Task).join(Task.registration).where(hers, Task.about == EMAIL)
    for task in db.session.scalars(calls.options(contains_eager(Task.registration))):
        moved = (becomes - was) if task.registration.timezone == event.timezone else timedelta(0)
        before, _at, due = task.dedupe_key.rpartition(":at:")
        if before.endswith(f":{old}"):
            goes_at = int(due) + int(moved.total_seconds())
            task.dedupe_key = f"{before.removesuffix(str(old))}{new}:at:{goes_at}"


def _moved(armed: str, old: int, new: int) -> str:
    """Return what a message keeps of a rule (`rules.armed_for`), for the start as it is now."""
    start, _colon, at = armed.partition(":")
    return f"{new}:{at}" if start == str(old) else armed


def _ask_to_call(group: Group, *, now: datetime) -> None:
    """Ask a human to tell those of a group by phone who have no address."""
    without = group.unplanned().where(Registration.email.is_(None), Registration.wants_reminders)
    people = db.session.scalars(select(Registration).where(Registration.id.in_(without)))
    for person in people.all():
        if kept_back(person, KINDS[EMAIL].purpose, now=group.due_at) is None:
            once = f"call:reminder:{person.id}:{group.start}:at:{int(group.due_at.timestamp())}"
            ask(TaskKind.CALL, person, about=EMAIL, once=once, now=now)
