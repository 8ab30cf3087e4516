"""Loading the reminder rules of a programme file beside those that are made at the desk.

A rule keeps what the file said of it last. What the file says anew is done; what the desk has
changed since stays. A rule that no file has ever named is the desk's, and is not touched.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from forum.db import db
from forum.events.models import Event
from forum.programme.loading.assigning import arrange, assign
from forum.programme.reading import outline, values
from forum.programme.reading.parts import write_part
from forum.reminders import rules
from forum.reminders.models import Reminder
from forum.reminders.plans import WHOM
from forum.reminders.queries import of_event

Stated = dict[str, Any]


def load_reminders(event: Event, stated: Sequence[outline.Reminder], *, now: datetime) -> bool:
    """Bring an event's rules to what the file says anew; say whether a rule has changed.

    Its sessions are stored already. One that the file no longer names is switched off, as what it
    sent names it. A rule that is for others, or on again, is armed now: it does not look back.
    """
    sessions = {session.key: session.id for session in event.sessions}
    left = of_event(event)
    pairs = [_match(each, sessions, left) for each in stated]
    for place, each in enumerate(stated):
        if pairs[place] is None:
            pairs[place] = _match_stated(each, left)
    is_changed = False
    in_order = []
    for position, (each, found) in enumerate(zip(stated, pairs, strict=True)):
        wanted, row = values.reminder(each, sessions), found
        if row is None:
            row = Reminder(event=event, position=position, armed_at=now, **wanted)
            row.stated = write_part(each)
            db.session.add(row)
            is_changed = True
        else:
            is_changed |= _change(row, write_part(each), wanted, now=now)
        in_order.append(row)
    is_changed |= _switch_off(left)
    db.session.flush()
    return arrange(in_order) or is_changed


def _match(
    each: outline.Reminder, sessions: dict[str, int], left: list[Reminder]
) -> Reminder | None:
    """Take the row that reminds the same people at the same time as the file says."""
    wanted = Reminder(**values.reminder(each, sessions))
    return _pick(left, lambda row: rules.whom(row) == rules.whom(wanted))


def _match_stated(each: outline.Reminder, left: list[Reminder]) -> Reminder | None:
    """Take the row of which the file has said so before, whatever the desk has made of it."""
    return _pick(
        left, lambda row: bool(row.stated) and _whom(row.stated) == _whom(write_part(each))
    )


def _pick(left: list[Reminder], fits: Callable[[Reminder], bool]) -> Reminder | None:
    found = next((row for row in left if fits(row)), None)
    if found is not None:
        left.remove(found)
    return found


def _whom(stated: Stated | None) -> tuple[object, ...]:
    said = stated or {}
    several = (frozenset(said.get(name, ())) for name in ("only", "roles"))
    single = (said.get(name) for name in ("at", "local", "session"))
    return (*single, *several, bool(said.get("waitlist")))


def _change(row: Reminder, said: Stated, wanted: values.Values, *, now: datetime) -> bool:
    """Do what the file says otherwise than before; the desk's own rule only learns of the file."""
    if row.stated == said:
        return False
    is_desks = row.stated is None or (not row.stated and row.version > 1)
    before = row.stated or {}
    news = {
        column: wanted[column]
        for key, column in values.REMINDER_COLUMNS.items()
        if not is_desks and (not before or said.get(key) != before.get(key))
    }
    changed = assign(row, news)
    row.stated = said
    if changed & {*WHOM} or ("is_on" in changed and row.is_on):
        row.armed_at = now
    if changed:
        row.version += 1
    return bool(changed)


def _switch_off(left: list[Reminder]) -> bool:
    """Switch off what the file no longer names; what it never named is the desk's."""
    is_changed = False
    for row in left:
        if row.stated is not None and row.is_on:
            row.is_on = False
            row.version += 1
            is_changed = True
        if row.stated is not None and row.stated.get("is_on") is not False:
            row.stated = {**row.stated, "is_on": False}
    return is_changed
