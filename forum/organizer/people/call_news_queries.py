"""What notices told somebody who can only be called: all that she has not heard, as it is now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forum.care.call_queries import CallCard
from forum.care.models import Task, TaskKind
from forum.care.rules import END
from forum.db import Facts
from forum.events.models import Event
from forum.notices import queries, told_queries
from forum.notices.end_queries import words_of_end
from forum.notices.models import Occasion
from forum.notices.rules import Change, Was
from forum.notices.told_queries import TELL_ALL, Told
from forum.registration.models import Registration


@dataclass(frozen=True)
class News:
    """What notices said since she was reached last: what is different for her, and in what words.

    `words` are the desk's own sentences, each by language, the oldest first; `was` is how she
    stood before a step moved her.
    """

    changes: tuple[Change, ...] = ()
    words: tuple[Facts, ...] = ()
    occasions: frozenset[Occasion] = frozenset()
    was: Was | None = None


def news(cards: Iterable[CallCard], *, now: datetime) -> Mapping[int, News]:
    """Return for each person to be called about notices, or asked first, what they say to her.

    By registration; in as many queries for each event as there are, however many people.
    """
    calls: dict[Event, list[Task]] = defaultdict(list)
    cards = list(cards)
    for card in cards:
        if card.task.kind == TaskKind.ASK_COMPANION:  # no notice has written to him meanwhile
            calls[card.task.registration.event].append(card.task)
        told = {each.task.registration_id for each in card.items if _tells_all(each.task)}
        for task in card.tasks:  # of several notices, the card names the last alone
            if _tells_all(task) and task.registration_id in told:
                calls[task.registration.event].append(task)
    found = {
        number: said
        for event, tasks in calls.items()
        for number, said in _of_event(event, tasks, now).items()
    }
    return found | _of_ends(cards, found)


def _of_ends(cards: Iterable[CallCard], news: Mapping[int, News]) -> dict[int, News]:
    """Return the same with what the desk said of events that were called off."""
    people = {
        each.task.registration for card in cards for each in card.items if each.task.about == END
    }
    said = {each: words_of_end(each) for each in {person.event for person in people}}
    found = {}
    for each in people:
        if words := said[each.event]:
            known = news.get(each.id, News())
            found[each.id] = replace(known, words=(*known.words, words))
    return found


def _of_event(event: Event, tasks: Iterable[Task], now: datetime) -> dict[int, News]:
    calls: dict[Registration, list[Task]] = defaultdict(list)
    for task in tasks:
        calls[task.registration].append(task)
    told, chosen = Told.of(event), queries.sessions_of(event)
    heard = told_queries.heard_by(calls, now=now)
    found = {}
    for person, hers in calls.items():
        asked_at = min(each.created_at for each in hers)
        unheard = [each for each in told.notices if each.sent_at >= asked_at]
        was = next((Was(each.was) for each in hers if each.was), None)
        found[person.id] = News(
            changes=told.news(person, heard[person.id].words, chosen[person.id], was, now=now),
            words=tuple(each.words for each in unheard if each.words),
            occasions=frozenset(each.occasion for each in unheard),
            was=was,
        )
    return found


def _tells_all(task: Task) -> bool:
    return task.about in TELL_ALL
