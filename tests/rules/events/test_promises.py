"""A promise of recordings is due by a day, late from the next morning on, or kept."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.events.models import Event, EventStatus, Session, SessionStatus
from forum.events.promise_rules import PromiseState, is_any_recorded, promise

BOSTON = "America/New_York"
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
"""A Saturday, 4:30 pm in Boston."""
FIRST, LATER = date(2027, 5, 7), date(2027, 5, 21)
"""The tenth day of business after it, and a new day."""
DUE, LATE, KEPT = PromiseState.DUE, PromiseState.LATE, PromiseState.KEPT


def event(*, details=None, moved_to=None, kept_on=None, **facts):
    values = {"ends_at": ENDS, "status": EventStatus.PUBLISHED, **facts}
    return Event(
        details={"promises": {"recordings_within_business_days": 10}}
        if details is None
        else details,
        promise_moved_to=moved_to,
        promise_kept_on=kept_on,
        **values,
    )


def at(day, hour=12, minute=0, zone=BOSTON):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


def morning_after(day):
    return at(day + timedelta(days=1), 0).astimezone(UTC)


def found(of, now, *, is_recorded=True, zone=BOSTON):
    return promise(of, is_recorded=is_recorded, zone=zone, now=now)


def stands(of, now):
    said = found(of, now)
    return said.first, said.day, said.state, said.turns_at


def test_ten_days_of_business_after_a_saturday_are_a_friday():
    for now in (ENDS - timedelta(days=100), ENDS, at(FIRST, 23, 59)):
        assert stands(event(), now) == (FIRST, FIRST, DUE, morning_after(FIRST))


def test_a_promise_is_late_from_the_morning_after_its_day():
    assert stands(event(), morning_after(FIRST)) == (FIRST, FIRST, LATE, None)
    assert stands(event(), morning_after(FIRST) - timedelta(seconds=1))[2] == DUE


def test_days_are_those_of_the_programmes_clock():
    late_evening = event(ends_at=at(date(2027, 4, 23), 23, 30))

    assert found(late_evening, ENDS).first == date(2027, 5, 7)
    assert found(late_evening, ENDS, zone="Europe/Paris").first == date(2027, 5, 7)
    early = event(ends_at=at(date(2027, 4, 22), 23, 30))
    assert found(early, ENDS).first == date(2027, 5, 6)
    assert found(early, ENDS, zone="Europe/Paris").first == date(2027, 5, 7)


def test_what_ends_at_midnight_is_over_with_the_day_before():
    """Ten days of business after a Thursday, whether it ends by midnight or at it."""
    for ends_at in (at(date(2027, 4, 22), 23, 59), at(date(2027, 4, 23), 0)):
        assert found(event(ends_at=ends_at), ENDS).first == date(2027, 5, 6)
        given = promise(event(), is_recorded=True, zone=BOSTON, now=ENDS, ends_at=ends_at)
        assert given.first == date(2027, 5, 6)


@pytest.mark.parametrize(
    "details",
    [
        {"promises": {"recordings_within_business_days": 10}},
        {"recordings_within_business_days": 10},
        {"promised_by": "2027-05-07", "recordings_within_business_days": 3},
    ],
)
def test_a_file_names_the_day_or_how_many_days_of_business(details):
    assert found(event(details=details), ENDS).first == FIRST


@pytest.mark.parametrize(
    ("facts", "is_recorded"),
    [
        ({"details": {}}, True),
        ({"details": {"promises": {"captions": "live"}}}, True),
        ({}, False),
        ({"status": EventStatus.CANCELLED}, True),
        ({"status": EventStatus.CANCELLED, "details": {"promised_by": "2027-05-07"}}, True),
        ({"details": {"promised_by": "2027-04-23"}}, True),
    ],
)
def test_nothing_is_promised_of_what_is_off_or_not_recorded_or_was_moved_since(facts, is_recorded):
    assert found(event(**facts), ENDS, is_recorded=is_recorded) is None


def test_a_day_that_was_named_holds_whatever_is_recorded():
    named = event(details={"promised_by": "2027-04-24"})

    assert found(named, ENDS, is_recorded=False).first == date(2027, 4, 24)


def test_a_promise_in_days_of_business_outlives_a_day_that_the_event_was_put_off_beyond():
    put_off = event(details={"promised_by": "2027-04-10", "recordings_within_business_days": 10})

    assert stands(put_off, ENDS) == (FIRST, FIRST, DUE, morning_after(FIRST))
    assert found(put_off, ENDS, is_recorded=False) is None


def test_an_event_without_details_promises_nothing():
    assert found(Event(ends_at=ENDS, status=EventStatus.PUBLISHED), ENDS) is None


def test_a_new_day_counts_and_the_first_is_remembered():
    moved = event(moved_to=LATER)

    assert stands(moved, at(FIRST)) == (FIRST, LATER, DUE, morning_after(FIRST))
    assert stands(moved, morning_after(FIRST)) == (FIRST, LATER, DUE, morning_after(LATER))
    assert stands(moved, morning_after(LATER)) == (FIRST, LATER, LATE, None)
    assert [found(moved, at(each)).is_first_over for each in (FIRST, LATER)] == [False, True]
    assert found(moved, ENDS).is_moved


def test_an_earlier_day_is_no_delay():
    sooner = event(moved_to=date(2027, 4, 30))

    assert found(sooner, ENDS).day == date(2027, 4, 30)
    assert not found(sooner, ENDS).is_moved
    assert not found(event(), ENDS).is_moved
    assert found(sooner, at(date(2027, 5, 1))).state == LATE


def test_a_new_day_before_the_event_is_none():
    assert found(event(moved_to=date(2027, 4, 23)), ENDS).day == FIRST
    assert found(event(moved_to=date(2027, 4, 24)), ENDS).day == date(2027, 4, 24)


def test_what_is_kept_is_never_late():
    kept = event(kept_on=date(2027, 5, 3))

    assert stands(kept, at(LATER)) == (FIRST, FIRST, KEPT, None)
    assert stands(kept, at(date(2027, 5, 3), 0)) == (FIRST, FIRST, KEPT, None)
    before = at(date(2027, 5, 2), 23, 59)
    assert stands(kept, before) == (FIRST, FIRST, DUE, at(date(2027, 5, 3), 0).astimezone(UTC))
    assert [found(kept, now).is_open for now in (before, at(LATER))] == [True, False]


def test_a_file_says_that_it_is_kept_by_the_day_of_the_recording():
    posted = {"promised_by": "2027-05-07", "recording": {"posted": "2027-05-03", "minutes": 40}}

    assert found(event(details=posted), at(LATER)).state == KEPT
    assert found(event(details=posted), at(date(2027, 5, 2))).state == DUE
    unnamed = {"promised_by": "2027-05-07", "recording": {"minutes": 40}}
    assert found(event(details=unnamed), at(LATER)).state == LATE


def test_nothing_is_kept_before_the_event_is_over():
    assert found(event(kept_on=date(2027, 4, 23)), at(FIRST)).state == DUE
    assert found(event(kept_on=date(2027, 4, 24)), at(FIRST)).state == KEPT


@pytest.mark.parametrize(
    ("sessions", "is_recorded"),
    [
        ([], False),
        ([(True, SessionStatus.SCHEDULED)], True),
        ([(True, SessionStatus.CANCELLED), (False, SessionStatus.SCHEDULED)], False),
        ([(False, SessionStatus.SCHEDULED), (True, SessionStatus.SCHEDULED)], True),
    ],
)
def test_only_what_takes_place_is_recorded(sessions, is_recorded):
    rows = [Session(is_recorded=recorded, status=status) for recorded, status in sessions]

    assert is_any_recorded(rows) is is_recorded
