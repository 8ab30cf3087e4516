"""What waits for a human: whom to call or to ask now. Nothing here changes anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.accounts.models import Organizer
from forum.care import queries
from forum.care.call_rules import UNDONE_FOR, HowSheStands, worth_making
from forum.care.models import Task, TaskKind
from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.events.models import Event, EventStatus
from forum.registration.models import Offer, Registration, Status
from forum.registration.queries import offers_open_to


@dataclass(frozen=True)
class OpenTask:
    """A task, and of a call the open offer to her, whatever she was to be called about first."""

    task: Task
    offer: Offer | None


@dataclass(frozen=True)
class CallCard:
    """What is to be done for one person: one question, or all calls to her at once."""

    items: tuple[OpenTask, ...]
    """Never none; the oldest first."""
    others: tuple[Task, ...] = ()
    """Calls to her that are outdated: they are done with the others."""
    back: frozenset[int] = frozenset()
    """Her registrations that are canceled, where another of hers lives."""

    @property
    def task(self) -> Task:
        """Return the oldest, which names the card."""
        return self.items[0].task

    @property
    def tasks(self) -> list[Task]:
        """Return all that is open, the outdated too, in the order in which it was asked for."""
        return sorted([*(each.task for each in self.items), *self.others], key=lambda each: each.id)

    @property
    def people(self) -> list[Registration]:
        """Return her registrations that it is about."""
        return list(dict.fromkeys(each.task.registration for each in self.items))

    @property
    def shown(self) -> str:
        """Return the numbers of all that it stands for, as its form sends them."""
        return " ".join(str(each.id) for each in self.tasks)

    @property
    def owner(self) -> Organizer | None:
        """Return who has taken it."""
        return next((each.owner for each in self.tasks if each.owner is not None), None)

    @property
    def tried(self) -> int:
        """Return how often she was not reached."""
        return max(each.tried for each in self.tasks)

    @property
    def tried_at(self) -> datetime | None:
        """Return when she was not reached last."""
        return max((each.tried_at for each in self.tasks if each.tried_at), default=None)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted of a person while calling or asking: when, and by whom what."""

    at: datetime
    said: str
    task: Task


def cards(*, now: datetime, of: Registration | None = None) -> list[CallCard]:
    """Return what a human should do now, one card for each person, the oldest first.

    `of` one person alone, if she is given.

    All calls to one person are together. Who is asked about is called once that is answered: it may
    be that she has died.
    Nobody is called who would not be written to, nor about an event that is over, nor about what
    has been outdated since. Nothing is asked of or about someone remembered; should that be undone,
    what was to be asked still is.
    """
    due = [each for each in _waiting(of) if _is_due(each, now)]
    to_call = [each for each in due if each.kind == TaskKind.CALL]
    offers = offers_open_to(each.registration_id for each in to_call)
    told = _told_otherwise(to_call)
    back = _came_back([each.registration for each in to_call])
    calls: dict[object, list[Task]] = {}
    questions: dict[object, Task] = {}
    for task in due:
        person = _person(task.registration)
        if task.kind == TaskKind.CALL:
            calls.setdefault(person, []).append(task)
        elif person not in questions or _comes_before(task, questions[person]):
            questions[person] = task
    found = [CallCard((OpenTask(task, None),)) for task in questions.values()]
    for person, hers in calls.items():
        worth = (
            []
            if person in questions
            else _worth_making([each for each in hers if each.id not in told], offers, back)
        )
        if worth:
            items = tuple(OpenTask(each, offers.get(each.registration_id)) for each in worth)
            others = tuple(each for each in hers if each not in worth)
            found.append(CallCard(items, others, back))
    return sorted(found, key=lambda card: (card.task.created_at, card.task.id))


def _comes_before(task: Task, other: Task) -> bool:
    """Tell whether a question is to be answered before an older one: who it is, before the rest."""
    return task.kind == TaskKind.CHECK_PERSON != other.kind


def done_lately(*, now: datetime) -> Sequence[Task]:
    """Return the calls that somebody has said are done, the last first, one of each person."""
    tasks = db.session.scalars(
        select(Task)
        .join(Task.registration)
        .join(Registration.event)
        .options(
            contains_eager(Task.registration).contains_eager(Registration.event),
            joinedload(Task.done_by),
        )
        .where(
            Task.kind == TaskKind.CALL,
            Task.done_at > now - UNDONE_FOR,
            Task.done_by_id.is_not(None),
        )
        .order_by(Task.done_at.desc(), Task.id)
    )
    first: dict[object, Task] = {}
    for task in tasks:
        first.setdefault((_person(task.registration), task.done_at), task)
    return list(first.values())


def noted(people: Iterable[Registration]) -> Mapping[int, Sequence[Task]]:
    """Return the tasks about each of some people that have a note, done or not; none is opened.

    By registration, of all registrations of each person, in one query.
    """
    people = list(people)
    tasks = db.session.scalars(
        select(Task)
        .join(Task.registration)
        .options(contains_eager(Task.registration))
        .where(
            Task.notes_sealed.is_not(None),
            or_(
                Registration.id.in_({each.id for each in people}),
                Registration.email.in_({each.email for each in people if each.email}),
            ),
        )
        .order_by(Task.id)
    ).all()
    of_each: dict[object, list[Task]] = {}
    for task in tasks:
        of_each.setdefault(_person(task.registration), []).append(task)
    return {each.id: of_each.get(_person(each), []) for each in people}


def notes(tasks: Iterable[Task]) -> list[Note]:
    """Open what is noted with some tasks, the oldest first."""
    lines = [(line.partition(" "), task) for task in tasks for line in task.notes.splitlines()]
    found = [Note(datetime.fromisoformat(at), said, task) for (at, _space, said), task in lines]
    return sorted(found, key=lambda each: each.at)


def _waiting(of: Registration | None) -> Sequence[Task]:
    of_whom = []
    if of is not None:
        hers = queries.same_person(of).with_only_columns(Registration.id).order_by(None)
        of_whom = [Task.registration_id.in_(hers)]
    return db.session.scalars(
        select(Task)
        .join(Task.registration)
        .join(Registration.event)
        .options(
            contains_eager(Task.registration).contains_eager(Registration.event),
            joinedload(Task.owner),
        )
        .where(Task.done_at.is_(None), *of_whom)
        .order_by(Task.created_at, Task.id)
    ).all()


def _told_otherwise(calls: Iterable[Task]) -> set[int]:
    """Return the numbers of the calls about what an email has told by now."""
    numbers = [each.id for each in calls]
    if not numbers:
        return set()
    told = select(Task.id).where(Task.id.in_(numbers), queries.is_told_otherwise())
    return set(db.session.scalars(told))


def _person(registration: Registration) -> object:
    """Return what is the same for all registrations of one person, as `queries.same_person` has."""
    has_address = registration.email is not None
    return (registration.person_key, registration.email) if has_address else registration.id


def _came_back(people: Iterable[Registration]) -> frozenset[int]:
    """Return which of these are canceled where another registration of the same person lives."""
    gone = [each for each in people if each.status == Status.CANCELLED and each.email]
    if not gone:
        return frozenset()
    living = db.session.scalars(
        select(Registration).where(
            Registration.event_id.in_({each.event_id for each in gone}),
            Registration.email.in_({each.email for each in gone}),
            Registration.status != Status.CANCELLED,
        )
    )
    there = {(each.event_id, _person(each)) for each in living}
    return frozenset(each.id for each in gone if (each.event_id, _person(each)) in there)


def _worth_making(
    calls: Sequence[Task], offers: dict[int, Offer], back: frozenset[int]
) -> list[Task]:
    """Return which of the calls to one person are still to be made, the oldest first."""
    of_each: dict[int, list[Task]] = {}
    for task in calls:
        of_each.setdefault(task.registration_id, []).append(task)
    worth: list[Task] = []
    for hers in of_each.values():
        person = hers[0].registration
        standing = HowSheStands(
            is_registered=person.status != Status.CANCELLED,
            is_on=person.event.status != EventStatus.CANCELLED,
            has_offer=person.id in offers,
            is_back=person.id in back,
        )
        worth += [hers[place] for place in worth_making([each.about for each in hers], standing)]
    return sorted(worth, key=lambda each: (each.created_at, each.id))


def _is_due(task: Task, now: datetime) -> bool:
    person = task.registration
    if task.kind != TaskKind.CALL:
        return not kept_back(person, Purpose.CHANGE, now=now)
    return kept_back(person, Purpose.AUTOMATIC, now=now) is None and now < person.event.ends_at


def of_event(found: Iterable[CallCard], event: Event | None) -> list[CallCard]:
    """Return the cards that are about an event; all without one."""
    return [
        card
        for card in found
        if event is None or any(person.event_id == event.id for person in card.people)
    ]
