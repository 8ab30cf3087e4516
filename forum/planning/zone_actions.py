"""Keeping the clocks on walls over a change of zone law. Runs inside its caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import after_commit, db
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, Gate
from forum.notices.baseline import LATER
from forum.outbox import runner
from forum.planning.zone_queries import Shift, shifts
from forum.registration.places.gates import lock_all_gates


def keep_walls(event: Event, *, now: datetime) -> Sequence[Shift]:
    """Bring an event's instants to where its clock shows what it was to show, and return them.

    Who reads that clock has been told rightly, so nothing waits to be told: what was told moves
    along. Pages, feeds and reminders follow; SEQUENCE rises, for entries are written in UTC too.
    Nothing happens where the law has moved nothing. Raises ChangedMeanwhile.
    """
    lock_all_gates(event.id)
    lock_sessions(event)
    lock_version(event, event.version)
    db.session.refresh(event, ["gates", "sessions"])
    moved = shifts(event)
    for row, name, was, becomes in moved:
        if not isinstance(row, Gate) and row.told is not None:
            row.told = _told(row.told, name, was, becomes)
        setattr(row, name, becomes)
        if not isinstance(row, Gate):
            row.updated_at = now
    if moved:
        event.sequence += 1
        event.updated_at = now
        after_commit(runner.replan)
        record(Action.WALLS_KEPT, event, {"instants": len(moved)}, now=now)
    return moved


def _told(told: Mapping[str, Any], name: str, was: datetime, becomes: datetime) -> dict[str, Any]:
    """Return what was told with an instant moved as the one that is stored."""
    later = [_told(state, name, was, becomes) for state in told.get(LATER, ())]
    kept = {**told, LATER: later} if later else dict(told)
    if name in kept:
        at = datetime.fromisoformat(kept[name])
        kept[name] = (at + (becomes - was)).isoformat()
    return kept
