"""Noticing when what attendees have been told becomes different.

Everything that changes when and how an event takes place does it inside `watched`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from forum.events.models import Event, EventStatus, Session
from forum.events.rules import is_watchable
from forum.notices import rules
from forum.notices.baseline import Baseline, State, relied_on, state_of
from forum.notices.queries import happenings


def begin(event: Event) -> None:
    """Keep what attendees may rely on from now on, for what nobody had to be told of yet.

    Changes are told against it. Nothing happens to a draft; what has been told already is kept.
    """
    if event.status == EventStatus.DRAFT:
        return
    for happening in happenings(event):
        is_now = state_of(happening)
        known = Baseline(is_now) if happening.told is None else Baseline.from_json(happening.told)
        told = known.completed(is_now).to_json()
        if told != happening.told:
            happening.told = told


def forget(event: Event) -> None:
    """Let what was told count no more, because nobody relies on it."""
    for happening in happenings(event):
        happening.told, happening.changed_at = None, None


@contextmanager
def watched(*events: Event, now: datetime) -> Iterator[None]:
    """Keep when something that attendees have been told becomes different inside.

    An event's SEQUENCE rises by it where only the numbers to call have changed: these stand in
    people's own entries of the event (RFC 5546 2.1.4). Where these say how to join, or no longer,
    it is of another time: a calendar program that asks by date alone would never read it.
    """
    for event in events:
        begin(event)
    before = [(event, _states(event), _is_watchable(event), event.sequence) for event in events]
    yield
    for event, were, was_watchable, sequence in before:
        _keep(event, were, now=now)
        if _is_watchable(event) != was_watchable:
            event.updated_at = now
        if rules.numbers(were) != rules.numbers(_states(event)) and event.sequence == sequence:
            event.sequence += 1
            event.updated_at = now


def _states(event: Event) -> dict[int | None, State]:
    """Return how an event is, under None, and its sessions, under their ids."""
    return {rules.key_of(each): state_of(each) for each in happenings(event)}


def _is_watchable(event: Event) -> bool:
    """Tell whether something of an event can be watched, and where is known."""
    return any(is_watchable(each) for each in happenings(event) if isinstance(each, Session))


def _keep(event: Event, were: dict[int | None, State], *, now: datetime) -> None:
    for happening in happenings(event):
        key = rules.key_of(happening)
        is_now = state_of(happening)
        if happening.told is not None and key in were and relied_on(is_now) != relied_on(were[key]):
            known = Baseline.from_json(happening.told)
            happening.told = known.with_change(is_now, now).to_json()
            happening.changed_at = now
