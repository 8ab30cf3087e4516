"""An event is ahead, on its days, or over, on its own clock; on its days something runs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.events.models import Event, Session, SessionKind, SessionStatus
from forum.events.phase_rules import (
    Distance,
    EventPhase,
    Unit,
    ahead,
    course,
    is_same_day,
    next_morning,
    phase,
)

STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
ENDS = datetime(2027, 4, 25, 20, 30, tzinfo=UTC)
MIDNIGHT = datetime(2027, 4, 24, 4, 0, tzinfo=UTC)
"""In Boston, on its first day."""
MINUTE = timedelta(minutes=1)
EVENT = Event(timezone="America/New_York", starts_at=STARTS, ends_at=ENDS)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (MIDNIGHT - MINUTE, EventPhase.AHEAD),
        (MIDNIGHT, EventPhase.ON_ITS_DAYS),
        (STARTS, EventPhase.ON_ITS_DAYS),
        (ENDS - MINUTE, EventPhase.ON_ITS_DAYS),
        (ENDS, EventPhase.OVER),
    ],
)
def test_its_first_day_begins_at_midnight_where_it_is(now, expected):
    assert phase(EVENT, now) == expected


@pytest.mark.parametrize(
    ("zone", "morning"),
    [
        ("Australia/Sydney", datetime(2027, 4, 23, 14, 0, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2027, 4, 24, 10, 0, tzinfo=UTC)),
    ],
)
def test_to_a_reader_elsewhere_its_first_day_begins_at_her_midnight(zone, morning):
    before = morning - MINUTE

    assert (phase(EVENT, before, zone), phase(EVENT, morning, zone)) == (
        EventPhase.AHEAD,
        EventPhase.ON_ITS_DAYS,
    )
    assert ahead(EVENT, before, zone) == Distance(1, Unit.DAYS)
    assert next_morning(EVENT, before, zone) == morning
    assert is_same_day(before, morning, EVENT, zone) is False
    assert is_same_day(morning, STARTS, EVENT, zone) is True


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, Distance(1, Unit.DAYS)),
        (13, Distance(13, Unit.DAYS)),
        (14, Distance(2, Unit.WEEKS)),
        (17, Distance(2, Unit.WEEKS)),
        (18, Distance(3, Unit.WEEKS)),
        (59, Distance(8, Unit.WEEKS)),
        (60, Distance(2, Unit.MONTHS)),
        (145, Distance(5, Unit.MONTHS)),
        (365, Distance(12, Unit.MONTHS)),
    ],
)
def test_days_are_counted_then_weeks_then_months(days, expected):
    morning = MIDNIGHT.astimezone(ZoneInfo(EVENT.timezone)) - timedelta(days=days)
    for now in (morning, morning + timedelta(hours=23, minutes=59)):
        assert ahead(EVENT, now) == expected


def test_the_next_morning_is_where_the_event_is():
    assert next_morning(EVENT, MIDNIGHT - MINUTE) == MIDNIGHT
    assert next_morning(EVENT, MIDNIGHT) == MIDNIGHT + timedelta(days=1)
    assert next_morning(EVENT, MIDNIGHT).tzinfo is UTC


def test_a_day_is_one_on_the_clock_of_the_event():
    assert is_same_day(MIDNIGHT, STARTS, EVENT)
    assert not is_same_day(MIDNIGHT - MINUTE, STARTS, EVENT)


def session(starts, ends, **facts):
    values = {"status": SessionStatus.SCHEDULED, "kind": SessionKind.TALK, **facts}
    return Session(starts_at=STARTS + starts * MINUTE, ends_at=STARTS + ends * MINUTE, **values)


FIRST, BESIDE, SECOND = session(0, 45), session(0, 30), session(60, 90)
OFF = session(50, 55, status=SessionStatus.CANCELLED)
ALL_DAY = session(0, 500, kind=SessionKind.DROPIN)
SESSIONS = [FIRST, BESIDE, SECOND, OFF, ALL_DAY]


@pytest.mark.parametrize(
    ("minutes", "running", "coming", "turns"),
    [
        (-1, (), (FIRST, BESIDE), 0),
        (0, (FIRST, BESIDE), (SECOND,), 30),
        (30, (FIRST,), (SECOND,), 45),
        (45, (), (SECOND,), 60),
        (60, (SECOND,), (), 90),
        (90, (), (), None),
    ],
)
def test_what_runs_and_what_comes_next_change_at_the_minute(minutes, running, coming, turns):
    now = course(SESSIONS, STARTS + minutes * MINUTE)

    assert (now.running, now.coming) == (running, coming)
    assert now.turns_at == (None if turns is None else STARTS + turns * MINUTE)
