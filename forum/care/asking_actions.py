"""Nobody is held without a question to a human: that is asked, asked again, and answered.

Runs inside its caller's `transaction()`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.loss_queries import lost_by
from forum.care.models import Task, TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, lock_row
from forum.registration.models import CareState, Registration, Status
from forum.registration.telling import ask

QUESTIONS = (TaskKind.ASK_COMPANION, TaskKind.CHECK_PERSON)
"""What is asked about someone who is held."""


def ask_about_held(people: Iterable[Registration], *, now: datetime) -> int:
    """Ask about each of some people who is held and of whom nothing is asked any more.

    Nobody is asked about a place that is given up. Returns how many questions there are more.
    """
    asked = 0
    lives = (each for each in people if each.status != Status.CANCELLED)
    for person in queries.one_of_each(each for each in lives if each.care_state == CareState.HELD):
        if any(queries.open_task(person, kind) for kind in QUESTIONS):
            continue
        is_in_doubt = queries.is_remembered(person.name, person.email)
        kind = TaskKind.CHECK_PERSON if is_in_doubt else TaskKind.ASK_COMPANION
        for reason in _reasons(kind, person):
            ask(kind, person, once=f"{reason}{person.public_id}:{now.isoformat()}", now=now)
            asked += 1
    return asked


def _reasons(kind: TaskKind, person: Registration) -> list[str]:
    """Return how the keys of questions about someone begin, so that undoing a death ends them.

    Where nobody is left because of whom she would be asked about, it is the question alone.
    """
    alike = queries.remembered_like(person)
    reasons = []
    if kind == TaskKind.ASK_COMPANION:
        reasons = [queries.asking_about(each) for each in lost_by([person])[person.id]]
    elif all(each.person_key != person.person_key for each in alike):
        reasons = [queries.checking_against(each) for each in alike]
    return reasons or [f"{kind} again:"]


def to_ask_again(asked: Iterable[Task]) -> list[tuple[TaskKind, str]]:
    """Return of answered questions what is asked, and how their keys begin, where that stands.

    One about somebody close who lives, as is known by now, is not asked again.
    """
    reasons = {(task.kind, _reason(task)): _parts(_reason(task)) for task in asked}
    lives = select(Registration.public_id).where(
        Registration.public_id.in_(set().union(*reasons.values())),
        Registration.care_state != CareState.REMEMBERED,
    )
    known = set(db.session.scalars(lives))
    return sorted(reason for reason, parts in reasons.items() if not parts & known)


def ask_again(*, now: datetime) -> int:
    """Ask about everybody who is held and of whom nothing is asked any more. Returns how many."""
    held = select(Registration).where(Registration.care_state == CareState.HELD)
    return ask_about_held(db.session.scalars(held.order_by(Registration.id)).unique(), now=now)


def settle_questions(
    person: Registration,
    kinds: Sequence[TaskKind],
    answer: TaskAnswer | None = None,
    *,
    now: datetime,
    by: Organizer,
) -> None:
    """Ask no more of these kinds about any registration of hers.

    An `answer` is what an organizer knows of each; without one, another question's was enough.
    """
    for kind in kinds:
        while task := queries.open_task(person, kind):
            lock_row(task)
            task.done_at, task.done_by = now, by
            if answer is not None:
                facts = {"kind": kind, "answer": answer}
                record(Action.TASK_DONE, task, facts, now=now, organizer=by)
            db.session.flush()


def ask_of_both(moved: Registration, left: Sequence[Registration], *, now: datetime) -> None:
    """Ask of someone held under each of two names or addresses what was asked under the first.

    `moved` has another name or address now, `left` are those of hers that are held and have not.
    What is asked keeps its reason: undoing a death lets go both.
    """
    parts = [each for each in ([moved], left) if each]
    for task in queries.open_questions([each.id for part in parts for each in part], QUESTIONS):
        for part in parts:
            if not _is_asked(part, task):
                person = _heir(part)
                ask(task.kind, person, once=f"{_key(task, person)}:{task.id}", now=now)


def hand_over(numbers: Sequence[int]) -> None:
    """Let what is asked about registrations that go be asked about others of the same people.

    About one that is held, a living one before a canceled one. Nobody else is asked about. What is
    asked about others because of one that goes is asked because of another of hers.
    """
    for task in queries.open_questions(numbers, QUESTIONS):
        old = task.registration
        heirs = [
            each
            for each in db.session.scalars(queries.same_person(old)).unique()
            if each.id not in numbers and each.care_state == CareState.HELD
        ]
        if not heirs or _is_asked(heirs, task):
            continue
        heir = _heir(heirs)
        task.dedupe_key = f"{_key(task, heir)}:{task.id}"
        task.registration = heir
    _hand_over_reasons(numbers)
    db.session.flush()


def _hand_over_reasons(numbers: Sequence[int]) -> None:
    """Let no question about others be known by someone who goes: by another of hers, or nobody."""
    going = db.session.scalars(select(Registration).where(Registration.id.in_(numbers))).unique()
    gone = {each.public_id: each for each in going}
    others = select(Task).where(Task.kind.in_(QUESTIONS), Task.registration_id.not_in(numbers))
    for task in db.session.scalars(others).all():
        for public_id in gone.keys() & _parts(task.dedupe_key):
            heir = next(
                (
                    each.public_id
                    for each in db.session.scalars(queries.same_person(gone[public_id])).unique()
                    if each.id not in numbers
                ),
                f"gone {task.id}",
            )
            task.dedupe_key = task.dedupe_key.replace(public_id, heir)


def _heir(people: Sequence[Registration]) -> Registration:
    return min(people, key=lambda each: (each.status == Status.CANCELLED, each.id))


def _key(task: Task, person: Registration) -> str:
    """Return the key of the same question about another registration."""
    return task.dedupe_key.replace(task.registration.public_id, person.public_id)


def _is_asked(heirs: Sequence[Registration], task: Task) -> bool:
    """Tell whether the very same is asked about one of them already, for the same reason."""
    asked = queries.open_questions([each.id for each in heirs], [task.kind])
    return any(_reason(each) == _reason(task) for each in asked)


def _reason(task: Task) -> str:
    """Return how the key of a question begins, up to whom it is about: because of whom it is."""
    return task.dedupe_key.partition(task.registration.public_id)[0]


def _parts(key: str) -> set[str]:
    """Return the words of a key; public ids are among them."""
    return set(re.split("[: ]", key))
