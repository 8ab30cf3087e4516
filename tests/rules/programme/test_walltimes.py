"""Times as people write them into a programme file, also in the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.programme.reading.walltimes import (
    NoSuchTime,
    WallTime,
    day,
    instant,
    is_far,
    wall_time,
    written,
)

BOSTON, KATHMANDU = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")
LONDON, ST_JOHNS = ZoneInfo("Europe/London"), ZoneInfo("America/St_Johns")
FORUM = date(2027, 4, 24)
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
"""The days on which Boston's clocks go forward, and back."""


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("09:30", WallTime(time(9, 30))),
        ("09:30:15", WallTime(time(9, 30, 15))),
        ("2027-04-24T09:30", WallTime(time(9, 30), FORUM)),
        ("2027-11-07T01:30-05:00", WallTime(time(1, 30), AUTUMN, -timedelta(hours=5))),
        ("2027-10-31T01:30+00:00", WallTime(time(1, 30), date(2027, 10, 31), timedelta())),
        ("2027-11-07T01:30-03:30", WallTime(time(1, 30), AUTUMN, -timedelta(hours=3.5))),
        ("2027-04-24T09:30+05:45", WallTime(time(9, 30), FORUM, timedelta(hours=5.75))),
    ],
)
def test_a_time_is_read_and_written_in_the_same_words(text, means):
    assert wall_time(text) == means
    assert str(means) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:30",
        "09.30",
        "09:30 ",
        "24:00",
        "09:30-05:00",  # an offset tells two hours of one day apart: it needs the day
        "2027-04-24",
        "2027-04-24 09:30",
        "2027-02-30T09:30",
        "1999-12-31T09:30",
        "२०२७-04-24T09:30",  # digits, but none that other programs would read
        "0९:30",
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whoever reads says where and what
        wall_time(text)


def test_a_year_must_be_of_this_century_or_it_is_a_slip_of_the_hand():
    assert day("2000-01-01") == date(2000, 1, 1)
    assert day("2100-12-31") == date(2100, 12, 31)
    for text in ("1999-12-31", "2101-01-01"):
        with pytest.raises(ValueError, match=f"^{text}$"):
            day(text)


@pytest.mark.parametrize("text", ["20270424", "2027-W16-6", "24.4.2027", "2027-4-24", "२०२७-04-24"])
def test_a_day_is_written_in_one_way_only(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        day(text)


def test_a_bad_time_is_named_as_it_was_written():
    with pytest.raises(ValueError, match=r"^half past nine$"):
        wall_time("half past nine")


def test_a_time_has_the_day_of_what_it_belongs_to_unless_it_has_its_own():
    assert WallTime(time(9, 30)).on(FORUM) == datetime(2027, 4, 24, 9, 30)  # noqa: DTZ001 - a wall
    eve = WallTime(time(19, 0), date(2027, 4, 23))
    assert eve.on(FORUM) == datetime(2027, 4, 23, 19, 0)  # noqa: DTZ001 - a wall


@pytest.mark.parametrize(
    ("zone", "hour", "minute"), [(BOSTON, 13, 30), (KATHMANDU, 3, 45), (LONDON, 8, 30)]
)
def test_the_clock_on_the_wall_is_that_of_the_place(zone, hour, minute):
    at = instant(wall_time("09:30"), FORUM, zone)

    assert at == datetime(2027, 4, 24, hour, minute, tzinfo=UTC)
    assert at.tzinfo is UTC


def test_an_hour_that_the_clocks_skip_in_spring_is_refused():
    with pytest.raises(NoSuchTime) as refused:
        instant(wall_time("02:30"), SPRING, BOSTON)

    assert str(refused.value) == (
        "02:30 does not exist on 2027-03-14: the clocks of America/New_York skip it"
    )


def test_an_hour_that_comes_twice_in_autumn_is_asked_back_in_both_ways_to_write_it():
    with pytest.raises(NoSuchTime) as refused:
        instant(wall_time("01:30"), AUTUMN, BOSTON)

    assert str(refused.value) == (
        "01:30 comes twice on 2027-11-07 in America/New_York; "
        "write 2027-11-07T01:30-04:00 or 2027-11-07T01:30-05:00"
    )


@pytest.mark.parametrize(("offset", "hour"), [("-04:00", 5), ("-05:00", 6)])
def test_with_its_offset_each_of_the_two_is_one_instant(offset, hour):
    at = instant(wall_time(f"2027-11-07T01:30{offset}"), AUTUMN, BOSTON)

    assert at == datetime(2027, 11, 7, hour, 30, tzinfo=UTC)
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2027-11-07T01:30-06:00",  # not Boston's at all
        "2027-03-14T02:30-04:00",  # an offset does not bring back the hour that is skipped
        "2027-03-14T02:30-05:00",
        "2027-04-24T09:30-05:00",  # of winter
    ],
)
def test_an_offset_that_the_clocks_do_not_show_is_refused(text):
    with pytest.raises(NoSuchTime) as refused:
        instant(wall_time(text), FORUM, BOSTON)

    assert str(refused.value) == f"the clocks of America/New_York do not show {text}"


def test_an_offset_that_needs_not_be_written_may_be():
    at = instant(wall_time("2027-04-24T09:30-04:00"), FORUM, BOSTON)

    assert at == datetime(2027, 4, 24, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "text"),
    [
        (datetime(2027, 4, 24, 13, 30, tzinfo=UTC), BOSTON, "09:30"),
        (datetime(2027, 4, 24, 13, 30, 15, tzinfo=UTC), BOSTON, "09:30:15"),
        (datetime(2027, 4, 25, 1, 0, tzinfo=UTC), BOSTON, "21:00"),
        (datetime(2027, 4, 25, 1, 0, tzinfo=UTC), LONDON, "2027-04-25T02:00"),
        (datetime(2027, 11, 7, 5, 30, tzinfo=UTC), BOSTON, "2027-11-07T01:30-04:00"),
        (datetime(2027, 11, 7, 6, 30, tzinfo=UTC), BOSTON, "2027-11-07T01:30-05:00"),
        (datetime(2027, 11, 7, 4, 30, tzinfo=UTC), ST_JOHNS, "2027-11-07T01:00-03:30"),
    ],
)
def test_an_instant_is_written_in_the_shortest_way_that_is_not_two(at, zone, text):
    face = written(at, FORUM, zone)

    assert str(face) == text
    assert instant(face, FORUM, zone) == at


def test_in_the_hour_that_comes_twice_even_the_day_itself_is_written():
    assert str(written(datetime(2027, 11, 7, 5, 30, tzinfo=UTC), AUTUMN, BOSTON)) == (
        "2027-11-07T01:30-04:00"
    )
    assert str(written(datetime(2027, 11, 7, 7, 30, tzinfo=UTC), AUTUMN, BOSTON)) == "02:30"


@pytest.mark.parametrize(
    ("days", "far"), [(-1099, True), (-1098, False), (1098, False), (1099, True)]
)
def test_a_day_more_than_three_years_away_is_far(days, far):
    assert is_far(FORUM + timedelta(days=days), FORUM) is far
