"""What an organizer does to the reminder rules of an event: add, change, switch, remove.

As in `events.actions`: inside a transaction, given the version seen. A rule that is new, switched
on, or for others or at another time than before is armed now: nothing due before now is sent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import after_commit, db
from forum.errors import ChangedMeanwhile
from forum.events.models import Event
from forum.outbox import runner
from forum.reminders import queries, rules
from forum.reminders.models import Reminder
from forum.reminders.plans import WHOM, ReminderPlan
from forum.reminders.refusals import RuleIsKept, SameRule


def add(event: Event, plan: ReminderPlan, *, by: Organizer, now: datetime) -> Reminder:
    """Add a rule to an event. Raises SameRule."""
    _lock(event)
    several = queries.of_event(event)
    _check(plan, several)
    position = 1 + max((rule.position for rule in several), default=-1)
    rule = Reminder(event_id=event.id, position=position, armed_at=now, **plan.columns)
    record(Action.REMINDER_ADDED, rule, _facts(rule), now=now, organizer=by)
    after_commit(runner.replan)
    return rule


def change(
    rule: Reminder, plan: ReminderPlan, *, version: int, by: Organizer, now: datetime
) -> None:
    """Make a rule what `plan` says. Raises ChangedMeanwhile, SameRule."""
    _lock(rule.event)
    _claim(rule, version)
    _check(plan, [each for each in queries.of_event(rule.event) if each is not rule])
    changed = {name: value for name, value in plan.columns.items() if getattr(rule, name) != value}
    for name, value in changed.items():
        setattr(rule, name, value)
    if is_armed_by(changed):
        rule.armed_at = now
    if changed:
        facts = {**_facts(rule), "changed": sorted(changed)}
        record(Action.REMINDER_CHANGED, rule, facts, now=now, organizer=by)
        after_commit(runner.replan)


def switch(rule: Reminder, *, is_on: bool, version: int, by: Organizer, now: datetime) -> None:
    """Let a rule remind people from now on, or no longer. Raises ChangedMeanwhile."""
    _lock(rule.event)
    _claim(rule, version)
    if rule.is_on == is_on:
        return
    rule.is_on = is_on
    if is_on:
        rule.armed_at = now
    facts = {**_facts(rule), "changed": ["is_on"], "is_on": is_on}
    record(Action.REMINDER_CHANGED, rule, facts, now=now, organizer=by)
    after_commit(runner.replan)


def remove(rule: Reminder, *, version: int, by: Organizer, now: datetime) -> None:
    """Remove a rule that has reminded nobody. Raises ChangedMeanwhile, RuleIsKept."""
    _lock(rule.event)
    _claim(rule, version)
    if queries.is_kept(rule):
        raise RuleIsKept
    record(Action.REMINDER_REMOVED, rule, _facts(rule), now=now, organizer=by)
    db.session.delete(rule)


def is_armed_by(changed: dict[str, Any]) -> bool:
    """Tell whether a change of these columns arms a rule anew."""
    return bool(changed.keys() & set(WHOM)) or changed.get("is_on") is True


def _check(plan: ReminderPlan, others: list[Reminder]) -> None:
    """Refuse a second rule for the same people at the same time."""
    if rules.whom(plan) in map(rules.whom, others):
        raise SameRule


def _facts(rule: Reminder) -> dict[str, Any]:
    """Return what the history says of a rule: words and numbers of ours."""
    return {"event": rule.event_id, "lead": rule.lead}


def _lock(event: Event) -> None:
    """Take the event's rules for a change: two organizers' are checked one after the other."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))


def _claim(rule: Reminder, version: int) -> None:
    """Take a rule, if it is still as the organizer saw it. Raises ChangedMeanwhile."""
    taken = db.session.execute(
        update(Reminder)
        .where(Reminder.id == rule.id, Reminder.version == version)
        .values(version=Reminder.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        raise ChangedMeanwhile
    db.session.refresh(rule)
