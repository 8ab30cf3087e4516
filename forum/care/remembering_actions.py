"""Silence for good for someone who has died, and taking it back.

Runs inside its caller's `transaction()`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from forum.accounts.models import Organizer
from forum.care import queries
from forum.care.asking_actions import QUESTIONS, ask_about_held, settle_questions
from forum.care.history_queries import last_change
from forum.care.loss_queries import lost_by
from forum.care.models import TaskKind
from forum.care.state_actions import (
    change,
    give_back,
    give_back_held,
    lock_hers,
    lock_hers_and_gates,
    silence,
)
from forum.care.suppression_actions import forget, suppress
from forum.db import Facts, db, lock_row
from forum.registration.models import CareState, Registration, Status
from forum.registration.places import vacating


def remember(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Let nothing reach someone who has died, on any channel, for good, in every event.

    Her places go to the line without a word to anyone; calendars are sent nothing. Whoever is
    linked to her is held, and a human is asked to ask; so is whoever is registered under another
    writing of her name. That she is remembered outlives her registration. A second time changes
    nothing.
    """
    hers = lock_hers_and_gates(registration)
    if registration.care_state == CareState.REMEMBERED:
        return
    for each in hers:
        if each.care_state == CareState.REMEMBERED:  # how she stood before is written down
            continue
        facts: Facts = {}
        if queries.has_place(each, now=now):
            facts = vacating.release_silently(each, now=now)
        change(each, CareState.REMEMBERED, facts, until=each.care_until, now=now, by=by)
    suppress(registration, now=now)
    settle_questions(registration, [TaskKind.CHECK_PERSON], now=now, by=by)
    for companion in queries.one_of_each(queries.linked(hers)):
        asked = queries.asking_about(registration)
        silence(companion, TaskKind.ASK_COMPANION, asked, now=now, by=by)
    for other in queries.in_doubt(registration):
        asked = queries.checking_against(registration)
        silence(other, TaskKind.CHECK_PERSON, asked, now=now, by=by)


def undo_remember(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Undo `remember`: she was mistaken for someone else, or the news was wrong.

    Each place comes back as it was; where all are taken, the room counts one more. Whoever was
    held because of her, and whom nobody has asked yet, is written to again. Nothing happens to
    one who is not remembered.
    """
    hers = _undo(registration, now=now, by=by)
    ask_about_held(hers, now=now)


def undo_for(person: Registration, *, now: datetime, by: Organizer) -> None:
    """Take back all that says that she has died, also what alone is left after a purge."""
    for each in queries.remembered_like(person):
        _undo(each, now=now, by=by)
    forget(person)


def _undo(registration: Registration, *, now: datetime, by: Organizer) -> Sequence[Registration]:
    """Undo `remember`, and return all her registrations."""
    hers = lock_hers_and_gates(registration)
    if registration.care_state != CareState.REMEMBERED:
        return hers
    lives_in = {each.event_id for each in hers if each.status != Status.CANCELLED}
    gone = {each: last_change(each, CareState.REMEMBERED) for each in hers if _is_gone(each)}
    was_held = _was_held(registration, gone.values())
    for each, before in gone.items():
        if "had" in before and each.event_id not in lives_in:
            vacating.restore(each, before, now=now, by=by)
            lives_in.add(each.event_id)
        if before.get("from") == CareState.HELD and was_held:
            change(each, CareState.HELD, until=each.care_until, now=now, by=by)
        else:
            give_back(each, now=now, by=by)
    forget(registration)
    _release(hers, now=now, by=by)
    return hers


def _is_gone(registration: Registration) -> bool:
    return registration.care_state == CareState.REMEMBERED


def _was_held(registration: Registration, before: Iterable[Facts]) -> bool:
    """Tell whether she is to be held for someone else's sake, and not because she was remembered.

    What she has registered for since was held as well, until a human had found out who she is.
    """
    if any(queries.open_task(registration, kind) for kind in QUESTIONS):
        return True
    hers = registration.person_key
    if any(each.person_key != hers for each in queries.remembered_like(registration)):
        return True
    has_lost = lost_by([registration])[registration.id]
    return bool(has_lost) and all(facts.get("from") == CareState.HELD for facts in before)


def _release(remembered: Sequence[Registration], *, now: datetime, by: Organizer) -> None:
    """Write again to whoever was held because of her, and ask no more, unless more is asked.

    The questions say who that is: he may have canceled since, or have another address.
    """
    for task in queries.asked_because_of(remembered):
        person = task.registration
        lock_row(task)
        task.done_at = now  # by nobody; what was noted stays, and that somebody has tried
        task.dedupe_key = f"{task.dedupe_key}:{task.id}"  # remembered again, it is asked anew
        db.session.flush()
        if any(queries.open_task(person, kind) for kind in QUESTIONS):
            continue
        give_back_held(lock_hers(person), now=now, by=by)
