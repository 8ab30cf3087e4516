"""Working on a card: who makes it, who was not reached, what was found out, done, and taken back.

Each runs inside its caller's `transaction()`. Notes are only added, so that two organizers at one
card lose nothing of each other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, refusals
from forum.care.call_rules import OFFER
from forum.care.models import Task, TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db
from forum.registration.models import Offer, Registration
from forum.registration.places import turns
from forum.registration.places.gates import lock_gates_of_all


def done(
    task: Task, *, shown: Collection[int], note: str = "", now: datetime, by: Organizer
) -> bool:
    """Keep that a person was called about all that her card showed.

    What was asked for since then waits, and so does what the card left out: `shown` are the
    numbers of its tasks. False where somebody else had done it already.
    """
    hers = _open(lock_card(task), shown)
    _note(hers or [task], note, now=now, by=by)
    for each in hers:
        each.done_at, each.done_by = now, by
        facts = {"kind": each.kind, "answer": TaskAnswer.DONE}
        record(Action.TASK_DONE, each, facts, now=now, organizer=by)
    return bool(hers)


def tried(
    task: Task, *, shown: Collection[int], note: str = "", now: datetime, by: Organizer
) -> bool:
    """Keep that somebody called and did not reach her. False where it is done already."""
    hers = _open(lock_card(task), shown)
    _note(hers or [task], note, now=now, by=by)
    most = max((each.tried for each in hers), default=0) + 1
    for each in hers:
        each.tried, each.tried_at = most, now
    if hers:
        record(Action.TASK_TRIED, hers[0], {"kind": task.kind}, now=now, organizer=by)
    return bool(hers)


def assign(  # noqa: PLR0913 - who makes it, by name
    task: Task,
    *,
    is_mine: bool,
    seen: int,
    shown: Collection[int],
    note: str = "",
    now: datetime,
    by: Organizer,
) -> bool:
    """Keep that an organizer makes this call, or asks, or leaves it to others.

    False where somebody else has taken or left it since: `seen` is the number of who had it then,
    0 for nobody.
    """
    hers = _open(lock_card(task), shown)
    _note(hers or [task], note, now=now, by=by)
    owner = next((each.owner_id for each in hers if each.owner_id is not None), None)
    if not hers or (owner or 0) != seen:
        return False
    for each in hers:
        each.owner = by if is_mine else None
    return True


def note(task: Task, *, shown: Collection[int], note: str, now: datetime, by: Organizer) -> None:
    """Add a line to what is known about this call."""
    hers = _open(lock_card(task), shown)
    _note(hers or [task], note, now=now, by=by)


def reopen(task: Task, *, now: datetime, by: Organizer) -> None:
    """Take back that a person was called. Nothing happens where that was done before.

    Whom an offer has cost her turn meanwhile has it again: nobody had told her. Raises DoneForLong
    for a call that was done more than a day ago.
    """
    offers = _lapsed_offers(task)
    lock_gates_of_all({each.event_id for each in offers})  # before people, as by everybody
    calls = lock_card(task)
    refusals.check_undone_in_time(task, now=now)
    done_at = task.done_at
    for each in calls:
        if each.done_at is None or each.done_at != done_at or each.done_by_id is None:
            continue
        each.done_at = each.done_by = None
        record(Action.TASK_REOPENED, each, {"kind": each.kind}, now=now, organizer=by)
    db.session.flush()
    for offer in offers:
        turns.give_back(offer, now=now, by=by)


def _lapsed_offers(task: Task) -> list[Offer]:
    """Return the offers that calls on a card were about and that were left unanswered."""
    hers = db.session.scalars(_card(task)).all()
    people = {each.registration for each in hers if each.about == OFFER}
    found = (turns.lapsed(each) for each in sorted(people, key=lambda each: each.id))
    return [each for each in found if each is not None]


def lock_card(task: Task) -> Sequence[Task]:
    """Lock and return all that is on the card of a task, in the order of asking.

    These are all calls to its person, or all questions about her.
    """
    rows = _card(task).with_for_update(of=Task)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def _card(task: Task) -> Select[Task]:
    is_call = task.kind == TaskKind.CALL
    kind = Task.kind == TaskKind.CALL if is_call else Task.kind != TaskKind.CALL
    hers = queries.same_person(task.registration).with_only_columns(Registration.id).order_by(None)
    return select(Task).where(Task.registration_id.in_(hers), kind).order_by(Task.id)


def _open(calls: Sequence[Task], shown: Collection[int]) -> list[Task]:
    return [each for each in calls if each.done_at is None and each.id in shown]


def _note(calls: Sequence[Task], text: str, *, now: datetime, by: Organizer) -> None:
    line = " ".join(text.split())
    if line:
        first = calls[0]
        said = f"{now.isoformat()} {by.name}: {line}"
        first.notes = "\n".join(each for each in (first.notes, said) if each)
