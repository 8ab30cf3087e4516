"""A care state is a person's: whatever else she is registered for, by whomever, takes it on.

Runs inside its caller's `transaction()`; the caller has locked the registration, or just made it.
"""

from datetime import date, datetime

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.asking_actions import ask_about_held
from forum.care.history_queries import is_through_companion
from forum.care.models import TaskKind
from forum.care.rules import NOTE, ONLY_IF_CHANGED, note_due_at, state_at
from forum.db import db
from forum.registration.models import CareState, Registration
from forum.registration.telling import ask, tell


def adopt(registration: Registration, *, now: datetime) -> None:
    """Give a registration, new or under a new name or address, the care state of its person.

    Whoever may be someone remembered is held, and a human is asked. A pause that a companion asked
    for stays where he asked for it. A deeper silence is never lifted by it.
    """
    if registration.email is None or registration.care_state in queries.DEEP:
        return
    db.session.flush()
    if queries.is_remembered(registration.name, registration.email):
        _change(registration, CareState.HELD, registration.care_until, now=now)
        once = f"check person:{registration.public_id}:{registration.version}"
        ask(TaskKind.CHECK_PERSON, registration, once=once, now=now)
        return
    others = [
        each
        for each in db.session.scalars(queries.same_person(registration)).unique()
        if each is not registration
    ]
    if any(each.care_state == CareState.HELD for each in others):
        _change(registration, CareState.HELD, registration.care_until, now=now)
        ask_about_held([registration], now=now)
        return
    paused = [
        each
        for each in others
        if state_at(each, now=now) == CareState.PAUSED and not is_through_companion(each)
    ]
    if paused and registration.care_state == CareState.ACTIVE:
        days = [each.care_until for each in paused]
        until = None if None in days else max(day for day in days if day is not None)
        _change(registration, CareState.PAUSED, until, now=now)
        if until is not None:
            zone, quiet = registration.timezone, registration.quiet_days
            due_at = note_due_at(until, now=now, zone=zone, days=quiet)
            once, facts = f"adopted {until}", {ONLY_IF_CHANGED: True}
            tell(NOTE, registration, once, facts=facts, now=now, due_at=due_at)


def _change(
    registration: Registration, to: CareState, until: date | None, *, now: datetime
) -> None:
    facts = {"from": registration.care_state or CareState.ACTIVE, "to": to}
    registration.care_state, registration.care_until = to, until
    record(Action.CARE_CHANGED, registration, facts, now=now)
