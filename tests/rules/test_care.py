"""The one table that says what reaches whom, and that nothing decides beside it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forum.care.models import TaskKind
from forum.care.rules import (
    ANSWERS,
    KEPT_BACK,
    Purpose,
    TaskAnswer,
    is_too_long,
    kept_back,
    note_due_at,
    state_at,
)
from forum.registration.models import CareState

FORUM = Path(__file__).parent.parent.parent / "forum"
NOW = datetime(2027, 4, 30, 12, 0, tzinfo=UTC)
MAY = date(2027, 5, 1)
QUIET = {CareState.PAUSED, CareState.HELD, CareState.REMEMBERED}
TABLE = {
    Purpose.AUTOMATIC: QUIET,
    Purpose.ANSWER: {CareState.HELD, CareState.REMEMBERED},
    Purpose.ASKED: {CareState.REMEMBERED},
    Purpose.MAIL_MERGE: QUIET,
    Purpose.NEXT_INVITATION: QUIET,
    Purpose.CHANGE: {CareState.REMEMBERED},
    Purpose.LINE: {CareState.REMEMBERED},
    Purpose.EXPORT: {CareState.REMEMBERED},
    Purpose.BADGE: {CareState.REMEMBERED},
    Purpose.CHECK_IN: {CareState.REMEMBERED},
    Purpose.FEED: {CareState.REMEMBERED},
    Purpose.STATISTICS: {CareState.REMEMBERED},
}


@dataclass
class Person:
    care_state: CareState
    care_until: date | None = None
    timezone: str = "America/New_York"


@pytest.mark.parametrize("purpose", Purpose)
def test_the_table_says_what_each_purpose_keeps_back(purpose):
    kept = {state for state in CareState if kept_back(Person(state), purpose, now=NOW) == state}

    assert kept == TABLE[purpose]
    assert KEPT_BACK[purpose] == TABLE[purpose]


def test_someone_remembered_is_reached_by_nothing():
    person = Person(CareState.REMEMBERED)

    assert {kept_back(person, each, now=NOW) for each in Purpose} == {CareState.REMEMBERED}


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2027, 5, 1, 3, 59, tzinfo=UTC), CareState.PAUSED),
        (datetime(2027, 5, 1, 4, 0, tzinfo=UTC), CareState.ACTIVE),
    ],
)
def test_a_pause_ends_at_midnight_of_her_own_clock(now, state):
    assert state_at(Person(CareState.PAUSED, MAY), now=now) == state


def test_a_day_does_not_end_what_is_for_good():
    assert state_at(Person(CareState.REMEMBERED, MAY), now=NOW + timedelta(days=9)) == (
        CareState.REMEMBERED
    )


@pytest.mark.parametrize(
    ("until", "now", "days", "due_at"),
    [
        (MAY, NOW, (), datetime(2027, 5, 1, 14, 0, tzinfo=UTC)),
        (MAY, NOW, ("sat",), datetime(2027, 5, 2, 12, 0, tzinfo=UTC)),
        (None, NOW, (), NOW),
        (None, NOW - timedelta(hours=9), (), NOW),  # 23:00 there, until 8:00
    ],
)
def test_the_note_goes_at_ten_of_her_clock_or_when_it_does_not_disturb(until, now, days, due_at):
    assert note_due_at(until, now=now, zone="America/New_York", days=days) == due_at


def test_two_years_are_the_longest_pause():
    today = date(2026, 11, 23)

    assert not is_too_long(date(2028, 11, 22), today=today)
    assert is_too_long(date(2028, 11, 23), today=today)


def test_each_kind_of_task_has_its_answers():
    assert set(ANSWERS) == set(TaskKind)
    assert {answer for answers in ANSWERS.values() for answer in answers} == set(TaskAnswer)


def test_nothing_outside_care_asks_for_the_state_of_those_who_died():
    asking = {
        str(path.relative_to(FORUM))
        for path in FORUM.glob("**/*.py")
        if path.parent.name != "care"
        and path.name != "models.py"
        and "CareState.REMEMBERED" in path.read_text()
    }
    asking |= {
        str(path.relative_to(FORUM))
        for path in FORUM.glob("templates/**/*.html")
        if path.parent.name != "care" and '"remembered"' in path.read_text()
    }

    assert asking == set()
