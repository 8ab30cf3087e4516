"""Until when registration stays open, by way to attend: said by the desk, or moved along."""

from datetime import datetime, timedelta

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.events.models import Event, Gate
from forum.events.opening_rules import closing_along


def set_closing(gate: Gate, closes_at: datetime | None, *, by: Organizer, now: datetime) -> None:
    """Decide until when registration stays open in one mode; None: until the event is over."""
    if gate.closes_at == closes_at:
        return
    was = standing(gate)
    gate.closes_at = closes_at
    gate.event.revision += 1
    gate.event.updated_at = now
    facts = {"changed": ["closes_at"], "mode": gate.mode, **differences(was, standing(gate))}
    record(Action.EVENT_CHANGED, gate.event, facts, now=now, organizer=by)


def close_along(event: Event, days: timedelta, *, by: Organizer, now: datetime) -> None:
    """Let the ends of registration go along with an event that has moved by so many days.

    The gates are locked.
    """
    for gate in event.gates:
        closes_at = closing_along(gate.closes_at, days, event.ends_at, event.timezone)
        set_closing(gate, closes_at, by=by, now=now)
