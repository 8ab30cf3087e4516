"""What is promised of an event's recordings: by which day, and whether it is late or kept. Pure.

Days are those of the programme's clock. A promise holds until the end of its day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forum.events.business_day_rules import after
from forum.events.models import Event, EventStatus, Session, SessionStatus

DAY = timedelta(days=1)


class PromiseState(StrEnum):
    """How a promise stands."""

    DUE = "due"
    LATE = "late"
    KEPT = "kept"


@dataclass(frozen=True)
class Promise:
    """The recordings of an event are promised by a day."""

    first: date
    """The day by which they were promised at first."""
    day: date
    """The day by which they are promised now."""
    state: PromiseState
    is_first_over: bool
    """The first day has passed."""
    turns_at: datetime | None
    """When time alone changes how it stands, in UTC; None when nothing more comes."""

    @property
    def is_moved(self) -> bool:
        """Tell whether people were given a later day than the first."""
        return self.day > self.first

    @property
    def is_open(self) -> bool:
        """Tell whether people still wait for what was promised."""
        return self.state != PromiseState.KEPT


def posted_on(event: Event) -> date | None:
    """Return the day on which a program file says that the recording was posted, if one does."""
    posted = ((event.details or {}).get("recording") or {}).get("posted")
    return date.fromisoformat(posted) if posted else None


def is_any_recorded(sessions: Iterable[Session]) -> bool:
    """Tell whether something that takes place is recorded."""
    return any(each.is_recorded and each.status == SessionStatus.SCHEDULED for each in sessions)


def promise(
    event: Event, *, is_recorded: bool, zone: str, now: datetime, ends_at: datetime | None = None
) -> Promise | None:
    """Return what is promised of an event's recordings; None where nothing is.

    `is_recorded` is what `is_any_recorded` says of its sessions; `zone` is the programme's. Days
    before the event is over are none: it has been moved since they were said. With `ends_at`, what
    is promised if the event ends then.
    """
    clock = ZoneInfo(zone)
    last = (ends_at or event.ends_at) - timedelta.resolution  # until midnight is not the next day
    today, over_on = (at.astimezone(clock).date() for at in (now, last))
    first = _first_day(event, over_on, is_recorded=is_recorded)
    if first is None:
        return None
    moved, kept = (
        _unless_before(over_on, each) for each in (event.promise_moved_to, _kept_on(event))
    )
    day = moved or first
    state = PromiseState.DUE if today <= day else PromiseState.LATE
    if kept is not None and kept <= today:
        state = PromiseState.KEPT
    mornings = (datetime.combine(each, time(), clock) for each in _turning_days(first, day, kept))
    turns = [at.astimezone(UTC) for at in mornings if at > now]
    is_settled = state == PromiseState.KEPT
    return Promise(
        first, day, state, today > first, None if is_settled else min(turns, default=None)
    )


def _first_day(event: Event, over_on: date, *, is_recorded: bool) -> date | None:
    """Return the day that was stated, or that of so many days of business after the event.

    The second holds too where the event was put off beyond the day that was stated.
    """
    if event.status == EventStatus.CANCELLED:
        return None
    details = event.details or {}
    stated = details.get("promised_by")
    if stated and (day := _unless_before(over_on, date.fromisoformat(stated))):
        return day
    within = (details.get("promises") or details).get("recordings_within_business_days")
    return after(over_on, within) if within and is_recorded else None


def _kept_on(event: Event) -> date | None:
    """Return the day on which the desk, or a file, says that the promise was kept."""
    return event.promise_kept_on or posted_on(event)


def _unless_before(over_on: date, day: date | None) -> date | None:
    return None if day is None or day < over_on else day


def _turning_days(first: date, day: date, kept: date | None) -> Iterator[date]:
    yield first + DAY
    yield day + DAY
    if kept is not None:
        yield kept
