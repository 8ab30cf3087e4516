"""Who stands on the lists that leave the desk. Nobody whom the care table keeps back does."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask_babel.speaklater import LazyString
from sqlalchemy import Select, func, select

from forum.care.queries import one_of_each, reached, reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.events.models import Event, Mode
from forum.i18n import lazy
from forum.privacy.consents import wishes
from forum.privacy.models import Consent
from forum.privacy.rules import UNINVITED
from forum.registration.models import Registration, Role, Status

FEWEST = 5
"""A smaller number could be someone: it is not said."""


@dataclass(frozen=True)
class Statistics:
    """How many, by what they are; None is a number too small to be said."""

    modes: dict[tuple[Mode, Status], int | None]
    roles: dict[Role | None, int | None]
    """None as a role: she has not said. Empty once that is no longer kept."""


class SameAnswer(NamedTuple):
    """What some people have told us in the same words, and who, by surname."""

    words: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class FoodAndNeeds:
    """What those who come in person told us of food, and of what would help; what most say first.

    `comes` is how many come, whether they have told us anything or not.
    """

    food: list[SameAnswer]
    needs: list[SameAnswer]
    comes: int

    @property
    def parts(self) -> list[tuple[LazyString, list[SameAnswer]]]:
        """Return both, each under what it is called."""
        return [(lazy("Food"), self.food), (lazy("What would help"), self.needs)]


def told(event: Event, *, now: datetime) -> FoodAndNeeds:
    """Return what those who come in person told us, for the kitchen and the house."""
    people = check_in(event, now=now)
    return FoodAndNeeds(
        _by_words((each.name, each.food) for each in people),
        _by_words((each.name, each.needs) for each in people),
        len(people),
    )


def merge(event: Event, *, now: datetime) -> list[Registration]:
    """Return those who are written to by mail merge: who has a place or waits, and an address."""
    living = Registration.status != Status.CANCELLED, Registration.email.is_not(None)
    return _reached(_of(event).where(*living), Purpose.MAIL_MERGE, now=now)


def badges(event: Event, *, now: datetime) -> list[Registration]:
    """Return those who need a badge: everyone who comes in person, by surname."""
    return _reached(_in_the_room(event), Purpose.BADGE, now=now)


def check_in(event: Event, *, now: datetime) -> list[Registration]:
    """Return those who may come through the door, by surname."""
    return _reached(_in_the_room(event), Purpose.CHECK_IN, now=now)


def next_invitation(event: Event, *, now: datetime) -> list[Registration]:
    """Return each person once who agreed to be invited to the next forum, and still does."""
    agreed = wishes(now=now).with_only_columns(Consent.registration_id).order_by(None)
    people = _of(event).where(Registration.id.in_(agreed))
    return one_of_each(_reached(people, Purpose.NEXT_INVITATION, now=now))


def statistics(event: Event, *, now: datetime) -> Statistics:
    """Count who has or waits for a place; what they are, as long as it is kept."""
    counted = reached_for(Purpose.STATISTICS)
    rows = db.session.execute(
        select(Registration.mode, Registration.status, Registration.roles, func.count())
        .where(Registration.event_id == event.id, counted)
        .group_by(Registration.mode, Registration.status, Registration.roles)
    )
    modes: Counter[tuple[Mode, Status]] = Counter()
    roles: Counter[Role | None] = Counter()
    for mode, status, said, number in rows:
        modes[mode, status] += number
        if status != Status.CANCELLED:
            for role in said or (None,):
                roles[Role(role) if role else None] += number
    is_kept = event.kept_from is None or now < event.kept_from + UNINVITED
    return Statistics(
        modes={
            (gate.mode, status): _said(modes[gate.mode, status])
            for gate in event.gates
            for status in Status
        },
        roles={role: _said(roles[role]) for role in (*Role, None)} if is_kept else {},
    )


def _by_words(answers: Iterable[tuple[str, str | None]]) -> list[SameAnswer]:
    """Count who says the same, capitals, spaces and a full stop aside."""
    words, names = dict[str, str](), defaultdict[str, list[str]](list)
    for name, said in answers:
        text = " ".join((said or "").split()).rstrip(".;,! ")
        if key := text.casefold():
            words.setdefault(key, text[0].upper() + text[1:])
            names[key].append(name)
    most_first = sorted(names, key=lambda key: (-len(names[key]), key))
    return [SameAnswer(words[key], tuple(names[key])) for key in most_first]


def _of(event: Event) -> Select[Registration]:
    return (
        select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.name_order, Registration.id)
    )


def _in_the_room(event: Event) -> Select[Registration]:
    return _of(event).where(
        Registration.mode == Mode.IN_PERSON, Registration.status == Status.CONFIRMED
    )


def _reached(
    people: Select[Registration], purpose: Purpose, *, now: datetime
) -> list[Registration]:
    found: Iterable[Registration] = db.session.scalars(people.where(reached_for(purpose)))
    return list(reached(found, purpose, now=now))


def _said(number: int) -> int | None:
    return None if number < FEWEST else number
