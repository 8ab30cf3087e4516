"""What an organizer does to the reminder rules of an event: add, change, switch, remove.

As in `planning.actions`: inside a transaction, given the version seen. The event is locked first,
so that two organizers' rules are checked one after the other. A rule that is new, switched
on, or for others or at another time than before is armed now: nothing due before now is sent.
"""

from datetime import datetime
from typing import Any

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import after_commit, db, lock_row
from forum.events.locks import lock_version
from forum.events.models import Event
from forum.outbox import runner
from forum.reminders import queries, rules
from forum.reminders.models import Reminder
from forum.reminders.plans import WHOM, ReminderPlan
from forum.reminders.refusals import RuleIsKept, SameRule


def add(event: Event, plan: ReminderPlan, *, by: Organizer, now: datetime) -> Reminder:
    """Add a rule to an event. Raises SameRule."""
    lock_row(event)
    several = queries.of_event(event)
    _check(plan, several)
    position = 1 + max((rule.position for rule in several), default=-1)
    rule = Reminder(event_id=event.id, position=position, armed_at=now, **plan.columns)
    record(Action.REMINDER_ADDED, rule, _facts(rule), now=now, organizer=by)
    after_commit(runner.replan)
    return rule


def change(
    rule: Reminder, plan: ReminderPlan, *, version: int, by: Organizer, now: datetime
) -> bool:
    """Make a rule what `plan` says; tell whether it was another.

    Raises ChangedMeanwhile, SameRule.
    """
    lock_row(rule.event)
    lock_version(rule, version)
    _check(plan, [each for each in queries.of_event(rule.event) if each is not rule])
    changed = {name: value for name, value in plan.columns.items() if getattr(rule, name) != value}
    was = standing(rule)
    for name, value in changed.items():
        setattr(rule, name, value)
    if is_armed_by(changed):
        rule.armed_at = now
    if changed:
        facts = {**_facts(rule), "changed": sorted(changed), **differences(was, standing(rule))}
        record(Action.REMINDER_CHANGED, rule, facts, now=now, organizer=by)
        after_commit(runner.replan)
    return bool(changed)


def switch(rule: Reminder, *, is_on: bool, version: int, by: Organizer, now: datetime) -> None:
    """Let a rule remind people from now on, or no longer. Raises ChangedMeanwhile."""
    lock_row(rule.event)
    lock_version(rule, version)
    if rule.is_on == is_on:
        return
    was = standing(rule)
    rule.is_on = is_on
    if is_on:
        rule.armed_at = now
    facts = {**_facts(rule), "changed": ["is_on"], **differences(was, standing(rule))}
    record(Action.REMINDER_CHANGED, rule, facts, now=now, organizer=by)
    after_commit(runner.replan)


def remove(rule: Reminder, *, version: int, by: Organizer, now: datetime) -> None:
    """Remove a rule that has reminded nobody. Raises ChangedMeanwhile, RuleIsKept."""
    lock_row(rule.event)
    lock_version(rule, version)
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
