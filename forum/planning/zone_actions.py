"""Keeping the clocks on walls over a change of zone law. Runs inside its caller's transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import after_commit, db
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, Gate
from forum.notices.baseline import LATER, OFFSETS
from forum.notices.queries import Happening, of_event
from forum.notices.rules import key_of
from forum.offsets import ZONE, by_the_wall, offset
from forum.outbox import runner
from forum.planning.zone_queries import Shift, shifts
from forum.registration.places.gates import lock_all_gates
from forum.reminders.actions import follow_law

Moves = dict[str, tuple[datetime, datetime]]
"""What the law moves of an event or a session: by column, what it was and what it becomes."""
Along = defaultdict[int | None, Moves]
"""The same of an event, under None, and of its sessions, under their ids."""


def keep_walls(event: Event, *, now: datetime) -> Sequence[Shift]:
    """Bring an event's instants to where its clock shows what it was to show, and return them.

    Who reads that clock has been told rightly, so nothing waits to be told: what was told moves
    along, also by notices, which tell who missed them of what was before. Pages, feeds and
    reminders follow, and nobody is reminded twice of one start; SEQUENCE rises, for entries are
    written in UTC too. Nothing happens where the law has moved nothing. Raises ChangedMeanwhile.
    """
    lock_all_gates(event.id)
    lock_sessions(event)
    lock_version(event, event.version)
    db.session.refresh(event, ["gates", "sessions"])
    moved = shifts(event)
    if not moved:
        return moved
    along: Along = defaultdict(dict)
    for row, name, was, becomes in moved:
        if not isinstance(row, Gate):
            along[key_of(row)][name] = was, becomes
            row.updated_at = now
        setattr(row, name, becomes)
    happenings: list[Happening] = [event, *event.sessions]
    for happening in happenings:
        if happening.told is not None:
            told = _told(happening.told, along[key_of(happening)], event.timezone)
            if told != happening.told:
                happening.told = told
    if starts := along[None].get("starts_at"):
        follow_law(event, *starts)
    for notice in of_event(event):
        notice.changes = _noticed(notice.changes, along, event.timezone)
    event.sequence += 1
    event.updated_at = now
    after_commit(runner.replan)
    record(Action.WALLS_KEPT, event, {"instants": len(moved)}, now=now)
    return moved


def _noticed(changes: Mapping[str, Any], along: Along, zone: str) -> dict[str, Any]:
    """Return what a notice was told against, with the instants moved of what it told."""
    sessions = {
        key: _told(told, along[int(key)], zone) for key, told in changes.get("sessions", {}).items()
    }
    kept = {**changes, "sessions": sessions}
    if "event" in kept:
        kept["event"] = _told(kept["event"], along[None], zone)
    return kept


def _told(told: Mapping[str, Any], moves: Moves, zone: str) -> dict[str, Any]:
    """Return what was told with its instants as the clock shows now what it was told to show.

    Each by its own offset: it may have been a day of which the new law does not speak. Where an
    earlier release kept none, it moves as the one that is stored now, if the clock is as far from
    UTC on both days.
    """
    kept = dict(told)
    if later := told.get(LATER):
        kept[LATER] = [_told(state, moves, zone) for state in later]
    known = {**told.get(OFFSETS, {})}
    for name in ("starts_at", "ends_at"):
        if name not in told:
            continue
        at = datetime.fromisoformat(told[name])
        if name in known:
            becomes = by_the_wall(at, known[name], known[ZONE])
            known[name] = offset(becomes, known[ZONE])
            kept[name] = becomes.isoformat()
        elif name in moves:
            was, becomes = moves[name]
            if offset(at, zone) == offset(was, zone):
                kept[name] = (at + (becomes - was)).isoformat()
    if known:
        kept[OFFSETS] = known
    return kept
