"""Her night and her quiet days, to the minute, on her own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.quiet_hours import DAYS, instant, is_night, is_quiet, last_permitted, next_permitted

BOSTON, HONOLULU = "America/New_York", "Pacific/Honolulu"
A_MOMENT = timedelta(microseconds=1)
WEDNESDAY = date(2027, 4, 21)


def on(day: date, clock: str, zone: str = BOSTON) -> datetime:
    """Return when the clock on her wall shows a time, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", [BOSTON, HONOLULU, "Asia/Kolkata"])
def test_twenty_sharp_is_the_last_moment_of_her_evening_and_eight_the_first_of_her_day(zone):
    evening, morning = on(WEDNESDAY, "20:00", zone), on(WEDNESDAY, "08:00", zone)

    assert [is_night(at, zone) for at in (evening, evening + A_MOMENT)] == [False, True]
    assert [is_night(at, zone) for at in (morning - A_MOMENT, morning)] == [True, False]


@pytest.mark.parametrize("zone", [BOSTON, HONOLULU, "Asia/Kolkata"])
def test_mail_that_nobody_waits_for_does_not_leave_at_twenty_sharp(zone):
    evening, morning = on(WEDNESDAY, "20:00", zone), on(WEDNESDAY, "08:00", zone)

    assert [is_quiet(at, zone=zone) for at in (evening - A_MOMENT, evening)] == [False, True]
    assert [is_quiet(at, zone=zone) for at in (morning - A_MOMENT, morning)] == [True, False]


@pytest.mark.parametrize("number", range(7))
def test_on_her_quiet_day_nothing_is_sent_at_any_hour_and_on_the_six_others_it_is(number):
    monday = date(2027, 4, 19)
    noons = [on(monday + timedelta(days=day), "12:00") for day in range(7)]

    quiet = [is_quiet(noon, zone=BOSTON, quiet_days=(DAYS[number],)) for noon in noons]

    assert quiet == [day == number for day in range(7)]


def test_days_are_named_as_in_the_week():
    assert DAYS == ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_a_quiet_day_is_hers_not_that_of_the_event():
    """It is Wednesday noon in Tokyo while it is still Tuesday evening in Boston."""
    tokyo_noon = on(WEDNESDAY, "08:30", "Asia/Tokyo")

    assert is_quiet(tokyo_noon, zone="Asia/Tokyo", quiet_days=("wed",))
    assert not is_quiet(tokyo_noon, zone=BOSTON, quiet_days=("wed",))


def test_six_quiet_days_leave_the_seventh_and_seven_silence_nobody():
    noon = on(WEDNESDAY, "12:00")

    assert is_quiet(noon, zone=BOSTON, quiet_days=DAYS[:6])
    assert not is_quiet(noon, zone=BOSTON, quiet_days=DAYS)


@pytest.mark.parametrize(
    ("clock", "quiet_days", "until"),
    [
        ("12:00", (), (WEDNESDAY, "12:00")),
        ("19:59", (), (WEDNESDAY, "19:59")),
        ("20:00", (), (date(2027, 4, 22), "08:00")),
        ("23:30", (), (date(2027, 4, 22), "08:00")),
        ("03:00", (), (WEDNESDAY, "08:00")),
        ("08:00", (), (WEDNESDAY, "08:00")),
        ("03:00", ("wed",), (date(2027, 4, 22), "08:00")),
        ("12:00", ("wed", "thu"), (date(2027, 4, 23), "08:00")),
        ("20:00", ("thu",), (date(2027, 4, 23), "08:00")),
        ("12:00", DAYS, (WEDNESDAY, "12:00")),
        ("21:00", DAYS, (date(2027, 4, 22), "08:00")),
    ],
)
@pytest.mark.parametrize("zone", [BOSTON, HONOLULU])
def test_what_would_disturb_waits_for_eight_of_her_next_day(clock, quiet_days, until, zone):
    at = on(WEDNESDAY, clock, zone).astimezone(ZoneInfo("Europe/Paris"))

    later = next_permitted(at, zone=zone, quiet_days=quiet_days)

    assert later == on(*until, zone)
    assert later.tzinfo is UTC


@pytest.mark.parametrize(
    ("clock", "quiet_days", "expected"),
    [
        ("12:00", (), (WEDNESDAY, "12:00")),
        ("08:00", (), (WEDNESDAY, "08:00")),
        ("19:59", (), (WEDNESDAY, "19:59")),
        ("20:00", (), (WEDNESDAY, "18:00")),
        ("22:00", (), (WEDNESDAY, "18:00")),
        ("07:59", (), (date(2027, 4, 20), "18:00")),
        ("12:00", ("wed",), (date(2027, 4, 20), "18:00")),
        ("20:00", ("wed",), (date(2027, 4, 20), "18:00")),
        ("12:00", ("wed", "tue"), (date(2027, 4, 19), "18:00")),
        ("07:00", ("tue",), (date(2027, 4, 19), "18:00")),
        ("21:00", DAYS, (WEDNESDAY, "18:00")),
    ],
)
@pytest.mark.parametrize("zone", [BOSTON, HONOLULU])
def test_what_would_come_too_late_is_sent_at_six_of_an_evening_before(
    clock, quiet_days, expected, zone
):
    at = on(WEDNESDAY, clock, zone)

    assert last_permitted(at, zone=zone, quiet_days=quiet_days) == on(*expected, zone)


def test_a_time_that_her_clock_skips_in_spring_is_read_as_if_it_had_not():
    spring = date(2027, 3, 14)

    at = instant(spring, time(2, 30), ZoneInfo(BOSTON))

    assert at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert at.tzinfo is UTC
