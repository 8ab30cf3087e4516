"""What an organizer says of the promise of an event's recordings: kept, or due on a new day.

Nobody is written to. Public pages say it from then on.
"""

from datetime import date, datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.events.locks import lock_version
from forum.events.models import Event
from forum.events.promise_rules import posted_on


def keep(event: Event, today: date, *, version: int, by: Organizer, now: datetime) -> None:
    """Say that the promise is kept; `today` is the programme's. Raises ChangedMeanwhile.

    Nothing happens where that was said before, by the desk or a program file.
    """
    lock_version(event, version)
    if posted_on(event) is None:
        _note(event, event.promise_moved_to, event.promise_kept_on or today, by=by, now=now)


def move(event: Event, to: date | None, *, version: int, by: Organizer, now: datetime) -> None:
    """Say that it is not kept yet: it is promised by a new day, or by the first one again.

    What a program file said of the recording does not hold then, and is forgotten. Raises
    ChangedMeanwhile.
    """
    lock_version(event, version)
    _note(event, to, None, by=by, now=now)


def _note(
    event: Event, moved_to: date | None, kept_on: date | None, *, by: Organizer, now: datetime
) -> None:
    was, posted = standing(event), posted_on(event)
    if posted is not None:
        was["promise_kept_on"] = str(posted)
        event.details = {name: said for name, said in event.details.items() if name != "recording"}
    event.promise_moved_to, event.promise_kept_on = moved_to, kept_on
    facts = differences(was, standing(event))
    if facts:
        event.updated_at = now
        record(_deed(moved_to, kept_on), event, facts, now=now, organizer=by)


def _deed(moved_to: date | None, kept_on: date | None) -> Action:
    if kept_on is not None:
        return Action.PROMISE_KEPT
    return Action.PROMISE_REOPENED if moved_to is None else Action.PROMISE_MOVED
