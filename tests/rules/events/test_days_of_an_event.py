"""Which days are an event's own, on its own clock, and what is said on them alone."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event
from forum.events.rules import days_of, is_its_day, next_change

STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
MIDNIGHTS = datetime(2027, 4, 24, 4, tzinfo=UTC), datetime(2027, 4, 25, 4, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def event(**facts) -> Event:
    values = {"starts_at": STARTS, "ends_at": ENDS, "timezone": "America/New_York", "gates": []}
    return Event(**{**values, **facts})


def test_its_day_is_from_midnight_to_midnight_of_its_own_clock():
    begins, ends = days_of(event())

    assert (begins, ends) == MIDNIGHTS
    assert (begins.tzinfo, ends.tzinfo) == (UTC, UTC)
    honolulu = days_of(event(timezone="Pacific/Honolulu"))
    assert honolulu == (
        datetime(2027, 4, 24, 10, tzinfo=UTC),
        datetime(2027, 4, 25, 10, tzinfo=UTC),
    )


def test_an_afternoon_there_is_not_the_next_day_of_another_clock():
    late = event(starts_at=datetime(2027, 4, 24, 20, tzinfo=UTC))

    assert days_of(late) == MIDNIGHTS


def test_the_day_ends_rightly_in_the_night_when_clocks_change():
    spring = event(
        starts_at=datetime(2027, 3, 13, 15, 0, tzinfo=UTC),
        ends_at=datetime(2027, 3, 14, 20, 0, tzinfo=UTC),
    )
    assert days_of(spring) == (
        datetime(2027, 3, 13, 5, 0, tzinfo=UTC),
        datetime(2027, 3, 15, 4, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("now", "is_its"),
    [
        (MIDNIGHTS[0] - MOMENT, False),
        (MIDNIGHTS[0], True),
        (ENDS, True),
        (MIDNIGHTS[1] - MOMENT, True),
        (MIDNIGHTS[1], False),
    ],
)
def test_it_is_its_day_until_the_midnight_after(now, is_its):
    assert is_its_day(event(), now) == is_its


@pytest.mark.parametrize("facts", [{"day_phone": "+1-617-555-0190"}, {"day_hours": "07:00-17:00"}])
def test_a_page_that_says_whom_to_call_on_the_day_turns_at_both_midnights(facts):
    turns, at = [], MIDNIGHTS[0] - MOMENT
    while at := next_change(event(**facts), at):
        turns.append(at)

    assert {*turns} >= {MIDNIGHTS[0], ENDS, MIDNIGHTS[1]}
    assert (turns == [MIDNIGHTS[0], ENDS, MIDNIGHTS[1]]) is ("day_hours" not in facts)
    assert next_change(event(), MIDNIGHTS[0] - MOMENT) == ENDS
    assert next_change(event(), ENDS) is None


def test_an_event_until_midnight_has_no_day_more():
    late = event(ends_at=MIDNIGHTS[1])

    assert days_of(late) == MIDNIGHTS
    assert not is_its_day(late, MIDNIGHTS[1])
    assert days_of(event(ends_at=MIDNIGHTS[1] + MOMENT))[1] == MIDNIGHTS[1] + timedelta(days=1)
