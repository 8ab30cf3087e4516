"""What waits for a human: whom to call or to ask now. Nothing here changes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.accounts.models import Organizer
from forum.care.call_rules import HowSheStands, worth_making
from forum.care.models import Task, TaskKind
from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.events.models import Event, EventStatus
from forum.registration.models import Offer, OfferState, Registration, Status

UNDONE_FOR = timedelta(days=1)
"""How long a call that is done can be taken up again."""


@dataclass(frozen=True)
class OpenTask:
    """A task, and the offer that it tells of, if it tells of one that is open."""

    task: Task
    offer: Offer | None


@dataclass(frozen=True)
class CallCard:
    """What is to be done for one person: one question, or all calls to her at once."""

    items: tuple[OpenTask, ...]
    """Never none; the oldest first."""
    others: tuple[Task, ...] = ()
    """Calls to her that are outdated: they are done with the others."""

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
    def last_id(self) -> int:
        """Return up to which task it has been seen."""
        return self.tasks[-1].id

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

    @property
    def has_notes(self) -> bool:
        """Tell whether anything is noted, without opening it."""
        return any(each.notes_sealed for each in self.tasks)

    @property
    def notes(self) -> list[tuple[datetime, str]]:
        """Return what is noted, opened: when, and by whom what, the oldest first."""
        lines = [line for each in self.tasks for line in each.notes.splitlines()]
        parts = [line.partition(" ") for line in lines]
        return sorted((datetime.fromisoformat(at), said) for at, _space, said in parts)


def open_tasks(*, now: datetime) -> list[OpenTask]:
    """Return what a human should do now, the oldest first.

    Nobody is called who would not be written to, nor about an event that is over, nor about what
    has been outdated since. Nothing is asked of or about someone remembered; should that be undone,
    what was to be asked still is.
    """
    return [item for card in cards(now=now) for item in card.items]


def cards(*, now: datetime) -> list[CallCard]:
    """Return what a human should do now, all calls to one person together, the oldest first."""
    due = [each for each in _waiting() if _is_due(each, now)]
    offers = _offers([each.registration_id for each in due if each.about == "offer"])
    calls: dict[object, list[Task]] = {}
    found: list[CallCard] = []
    for task in due:
        if task.kind == TaskKind.CALL:
            calls.setdefault(_person(task.registration), []).append(task)
        else:
            found.append(CallCard((OpenTask(task, None),)))
    for hers in calls.values():
        worth = _worth_making(hers, offers)
        if worth:
            items = tuple(
                OpenTask(each, offers.get(each.registration_id) if each.about == "offer" else None)
                for each in worth
            )
            found.append(CallCard(items, tuple(each for each in hers if each not in worth)))
    return sorted(found, key=lambda card: (card.task.created_at, card.task.id))


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


def _waiting() -> Sequence[Task]:
    return db.session.scalars(
        select(Task)
        .join(Task.registration)
        .join(Registration.event)
        .options(
            contains_eager(Task.registration).contains_eager(Registration.event),
            joinedload(Task.owner),
        )
        .where(Task.done_at.is_(None))
        .order_by(Task.created_at, Task.id)
    ).all()


def _person(registration: Registration) -> object:
    """Return what is the same for all registrations of one person, as `queries.same_person` has."""
    has_address = registration.email is not None
    return (registration.person_key, registration.email) if has_address else registration.id


def _worth_making(calls: Sequence[Task], offers: dict[int, Offer]) -> list[Task]:
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
        )
        worth += [hers[place] for place in worth_making([each.about for each in hers], standing)]
    return sorted(worth, key=lambda each: (each.created_at, each.id))


def _is_due(task: Task, now: datetime) -> bool:
    person = task.registration
    if task.kind != TaskKind.CALL:
        return not kept_back(person, Purpose.CHANGE, now=now)
    return kept_back(person, Purpose.AUTOMATIC, now=now) is None and now < person.event.ends_at


def _offers(numbers: Iterable[int]) -> dict[int, Offer]:
    """Return the open offers to these registrations, by registration; to a partner too."""
    numbers = list(numbers)
    found = db.session.scalars(
        select(Offer).where(
            Offer.state == OfferState.OPEN,
            or_(Offer.registration_id.in_(numbers), Offer.partner_id.in_(numbers)),
        )
    )
    offers: dict[int, Offer] = {}
    for offer in found:
        offers[offer.registration_id] = offer
        if offer.partner_id is not None:
            offers[offer.partner_id] = offer
    return offers


def of_event(found: Iterable[CallCard], event: Event | None) -> list[CallCard]:
    """Return the cards that are about an event; all without one."""
    return [
        card
        for card in found
        if event is None or any(person.event_id == event.id for person in card.people)
    ]
