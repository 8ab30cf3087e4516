"""A care state is a person's: whatever else she is registered for, by whomever, takes it on.

Runs inside its caller's `transaction()`; the caller has locked the registration, or just made it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.asking_actions import ask_about_held, ask_of_both
from forum.care.history_queries import is_paused, is_through_companion
from forum.care.models import TaskKind
from forum.care.rules import NOTE, ONLY_IF_CHANGED, Pause, note_due_at, state_at
from forum.care.suppression_actions import suppress
from forum.db import db
from forum.registration.models import CareState, Registration
from forum.registration.places.gates import touch_beside
from forum.registration.telling import ask, tell


@contextmanager
def adopting(registration: Registration, *, now: datetime) -> Iterator[None]:
    """Let a registration have another name or address inside: it takes on its person's care state.

    Whoever is held is held on both sides of it; what is asked about them is asked about both.
    Whoever is remembered is known by both for good. Calendars of who shares the mailbox that is
    left are read anew.
    """
    was = (registration.person_key, registration.email)
    left = [each for each in _others(registration) if each.care_state == CareState.HELD]
    yield
    if (registration.person_key, registration.email) == was:
        return
    db.session.flush()
    touch_beside([registration.id], left=was[1], now=now)
    if registration.care_state == CareState.HELD:
        ask_of_both(registration, left, now=now)
    if registration.care_state == CareState.REMEMBERED:
        suppress(registration, now=now)
    adopt(registration, now=now)


def adopt(registration: Registration, *, now: datetime) -> None:
    """Give a registration, new or under a new name or address, the care state of its person.

    Whoever may be someone remembered is held, and a human is asked. A hold keeps what it would
    have been without it. A pause that a companion asked for stays where he asked for it. A deeper
    silence is never lifted by it.
    """
    if registration.email is None or registration.care_state in queries.DEEP:
        return
    db.session.flush()
    others = _others(registration)
    if state_at(registration, now=now) == CareState.ACTIVE and (pause := pause_of(others, now=now)):
        pause_along(registration, pause.until, now=now)
    if queries.is_remembered(registration.name, registration.email):
        _change(registration, CareState.HELD, registration.care_until, now=now)
        once = f"check person:{registration.public_id}:{registration.version}"
        ask(TaskKind.CHECK_PERSON, registration, once=once, now=now)
    elif any(each.care_state == CareState.HELD for each in others):
        _change(registration, CareState.HELD, registration.care_until, now=now)
        ask_about_held([registration], now=now)


def pause_of(people: Iterable[Registration], *, now: datetime) -> Pause | None:
    """Return the longest pause of some registrations of one person, also beneath a hold.

    None for none, or where a companion has asked for it.
    """
    days = [
        each.care_until
        for each in people
        if is_paused(each, now=now) and not is_through_companion(each)
    ]
    if not days:
        return None
    return Pause(None if None in days else max(day for day in days if day is not None))


def pause_along(
    registration: Registration,
    until: date | None,
    whose: Mapping[str, str] | None = None,
    *,
    now: datetime,
) -> None:
    """Pause emails about a registration, as elsewhere or before; its end is told if need be.

    `whose` are the facts that say by whose word it is, where it is not her own alone.
    """
    _change(registration, CareState.PAUSED, until, whose, now=now)
    if until is not None:
        zone, quiet = registration.timezone, registration.quiet_days
        due_at = note_due_at(until, now=now, zone=zone, days=quiet)
        once, facts = f"adopted {until}", {ONLY_IF_CHANGED: True}
        tell(NOTE, registration, once, facts=facts, now=now, due_at=due_at)


def _others(registration: Registration) -> list[Registration]:
    found = db.session.scalars(queries.same_person(registration)).unique()
    return [each for each in found if each is not registration]


def _change(
    registration: Registration,
    to: CareState,
    until: date | None,
    more: Mapping[str, str] | None = None,
    *,
    now: datetime,
) -> None:
    facts = {"from": registration.care_state or CareState.ACTIVE, "to": to, **(more or {})}
    registration.care_state, registration.care_until = to, until
    record(Action.CARE_CHANGED, registration, facts, now=now)
