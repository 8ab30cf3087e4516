"""Keeping the clocks on walls over a change of zone law. Runs inside its caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import after_commit, db
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, Gate, Session
from forum.notices.baseline import LATER
from forum.notices.queries import of_event
from forum.outbox import runner
from forum.planning.zone_queries import Shift, shifts
from forum.registration.places.gates import lock_all_gates


def keep_walls(event: Event, *, now: datetime) -> Sequence[Shift]:
    """Bring an event's instants to where its clock shows what it was to show, and return them.

    Who reads that clock has been told rightly, so nothing waits to be told: what was told moves
    along, also by notices, which tell who missed them of what was before. Pages, feeds and
    reminders follow; SEQUENCE rises, for entries are written in UTC too.
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
    for notice in of_event(event) if moved else ():
        notice.changes = _noticed(notice.changes, moved)
    if moved:
        event.sequence += 1
        event.updated_at = now
        after_commit(runner.replan)
        record(Action.WALLS_KEPT, event, {"instants": len(moved)}, now=now)
    return moved


def _noticed(changes: Mapping[str, Any], moved: Sequence[Shift]) -> dict[str, Any]:
    """Return what a notice was told against, with the instants moved of what it told."""
    kept = {**changes, "sessions": dict(changes.get("sessions", {}))}
    for row, name, was, becomes in moved:
        if isinstance(row, Event) and "event" in kept:
            kept["event"] = _told(kept["event"], name, was, becomes)
        elif isinstance(row, Session) and str(row.id) in kept["sessions"]:
            before = kept["sessions"][str(row.id)]
            kept["sessions"][str(row.id)] = _told(before, name, was, becomes)
    return kept


def _told(told: Mapping[str, Any], name: str, was: datetime, becomes: datetime) -> dict[str, Any]:
    """Return what was told with an instant moved as the one that is stored."""
    later = [_told(state, name, was, becomes) for state in told.get(LATER, ())]
    kept = {**told, LATER: later} if later else dict(told)
    if name in kept:
        at = datetime.fromisoformat(kept[name])
        kept[name] = (at + (becomes - was)).isoformat()
    return kept
