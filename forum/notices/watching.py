"""Noticing when what attendees have been told becomes different.

Everything that changes when and how an event takes place does it inside `watched`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from forum.db import db
from forum.events.models import Event, EventStatus
from forum.notices import baseline, rules
from forum.notices.queries import happenings


def begin(event: Event) -> None:
    """Keep what attendees may rely on from now on, for what nobody had to be told of yet.

    Changes are told against it. Nothing happens to a draft, and to what has been told already.
    """
    db.session.flush()
    if event.status == EventStatus.DRAFT:
        return
    for happening in happenings(event):
        if happening.told is None:
            happening.told = baseline.of(happening)


def forget(event: Event) -> None:
    """Let what was told count no more, because nobody relies on it."""
    for happening in happenings(event):
        happening.told, happening.changed_at = None, None


@contextmanager
def watched(*events: Event, now: datetime) -> Iterator[None]:
    """Keep when something that attendees have been told becomes different inside.

    An event's SEQUENCE rises by it where only the numbers to call have changed: these stand in
    people's own entries of the event (RFC 5546 2.1.4).
    """
    for event in events:
        begin(event)
    before = [(event, _facts(event), event.sequence) for event in events]
    yield
    db.session.flush()
    for event, were, sequence in before:
        _keep(event, were, now=now)
        if rules.numbers(were) != rules.numbers(_facts(event)) and event.sequence == sequence:
            event.sequence += 1
            event.updated_at = now


def _facts(event: Event) -> dict[int | None, baseline.Facts]:
    """Return what is told of an event, under None, and of its sessions, under their ids."""
    return {rules.key_of(each): baseline.of(each) for each in happenings(event)}


def _keep(event: Event, were: dict[int | None, baseline.Facts], *, now: datetime) -> None:
    for happening in happenings(event):
        key = rules.key_of(happening)
        is_now = baseline.of(happening)
        if happening.told is not None and key in were and is_now != were[key]:
            happening.told = baseline.changed(happening.told, is_now, now)
            happening.changed_at = now
