"""Working on a call: who makes it, who was not reached, what was found out, done, and taken back.

Each runs inside its caller's `transaction()`. Notes are only added, so that two organizers at one
card lose nothing of each other.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.models import Task, TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db
from forum.registration.models import Registration


def done(task: Task, *, up_to: int, note: str = "", now: datetime, by: Organizer) -> bool:
    """Keep that a person was called about all that her card showed, up to the task `up_to`.

    What was asked for since then waits. False where somebody else had done it already.
    """
    calls = lock_calls_to(task)
    hers = [each for each in _open(calls) if each.id <= max(up_to, task.id)]
    _note(hers or [task], note, now=now, by=by)
    for each in hers:
        each.done_at, each.done_by = now, by
        facts = {"kind": each.kind, "answer": TaskAnswer.DONE}
        record(Action.TASK_DONE, each, facts, now=now, organizer=by)
    return bool(hers)


def tried(task: Task, *, note: str = "", now: datetime, by: Organizer) -> bool:
    """Keep that somebody called and did not reach her. False where it is done already."""
    hers = _open(lock_calls_to(task))
    _note(hers or [task], note, now=now, by=by)
    most = max((each.tried for each in hers), default=0) + 1
    for each in hers:
        each.tried, each.tried_at = most, now
    if hers:
        record(Action.TASK_TRIED, hers[0], {"kind": TaskKind.CALL}, now=now, organizer=by)
    return bool(hers)


def assign(  # noqa: PLR0913 - who makes it, by name
    task: Task, *, is_mine: bool, seen: int, note: str = "", now: datetime, by: Organizer
) -> bool:
    """Keep that an organizer makes this call, or leaves it to others.

    False where somebody else has taken or left it since: `seen` is the number of who had it then,
    0 for nobody.
    """
    hers = _open(lock_calls_to(task))
    _note(hers or [task], note, now=now, by=by)
    owner = next((each.owner_id for each in hers if each.owner_id is not None), None)
    if not hers or (owner or 0) != seen:
        return False
    for each in hers:
        each.owner = by if is_mine else None
    return True


def note(task: Task, text: str, *, now: datetime, by: Organizer) -> None:
    """Add a line to what is known about this call."""
    hers = _open(lock_calls_to(task))
    _note(hers or [task], text, now=now, by=by)


def reopen(task: Task, *, now: datetime, by: Organizer) -> bool:
    """Take back that a person was called. False where that was done before."""
    hers = [
        each
        for each in lock_calls_to(task)
        if each.done_at is not None and each.done_at == task.done_at and each.done_by_id is not None
    ]
    for each in hers:
        each.done_at = each.done_by = None
        record(Action.TASK_REOPENED, each, {"kind": each.kind}, now=now, organizer=by)
    return bool(hers)


def lock_calls_to(task: Task) -> Sequence[Task]:
    """Lock and return all calls to the person of a task, in the order of asking."""
    hers = queries.same_person(task.registration).with_only_columns(Registration.id).order_by(None)
    return db.session.scalars(
        select(Task)
        .where(Task.registration_id.in_(hers), Task.kind == TaskKind.CALL)
        .order_by(Task.id)
        .with_for_update(of=Task)
        .execution_options(populate_existing=True)
    ).all()


def _open(calls: Sequence[Task]) -> list[Task]:
    return [each for each in calls if each.done_at is None]


def _note(calls: Sequence[Task], text: str, *, now: datetime, by: Organizer) -> None:
    line = " ".join(text.split())
    if line:
        first = calls[0]
        said = f"{now.isoformat()} {by.name}: {line}"
        first.notes = "\n".join(each for each in (first.notes, said) if each)
