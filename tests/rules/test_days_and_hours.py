"""The day on which something ends is said where it is another one on the clock shown."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from forum.events.times import Times
from forum.i18n import (
    LANGUAGES,
    _zone,
    both_zones,
    days_in_words,
    days_left,
    last_day,
    span_in_words,
    time_beside,
    zone_in_words,
)

NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
MORNING = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
NOON = datetime(2027, 4, 24, 16, 0, tzinfo=UTC)
AFTERNOON = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
NEXT_DAY = datetime(2027, 4, 25, 20, 30, tzinfo=UTC)
MIDNIGHT = datetime(2027, 4, 25, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "said"),
    [
        (MORNING, AFTERNOON, NEW_YORK, "8:15 am to 4:30 pm"),
        (MORNING, NEXT_DAY, NEW_YORK, "8:15 am to 4:30 pm on Sunday, April 25, 2027"),
        (MORNING, MIDNIGHT, NEW_YORK, "8:15 am to 12:00 am on Sunday, April 25, 2027"),
        (MORNING, AFTERNOON, TOKYO, "9:15 pm to 5:30 am on Sunday, April 25, 2027"),
        (AFTERNOON, MIDNIGHT, TOKYO, "5:30 am to 1:00 pm"),
        (NOON, AFTERNOON, NEW_YORK, "12:00 noon to 4:30 pm"),
    ],
)
def test_hours_name_the_day_of_their_end_where_it_is_another(starts, ends, zone, said):
    assert span_in_words(starts, ends, zone) == said
    assert bool(last_day(starts, ends, zone)) == (" on " in said)


def test_a_span_on_two_clocks_says_for_each_when_it_ends():
    assert both_zones(MORNING, AFTERNOON, TOKYO, NEW_YORK) == [
        (
            "Saturday, April 24, 2027, 9:15 pm to 5:30 am on Sunday, April 25, 2027, "
            "Japan Time (Tokyo)"
        ),
        "8:15 am to 4:30 pm, Eastern Time",
    ]
    assert both_zones(MORNING, NEXT_DAY, NEW_YORK, NEW_YORK) == [
        "Saturday, April 24, 2027, 8:15 am to 4:30 pm on Sunday, April 25, 2027, Eastern Time"
    ]


def test_days_are_one_or_the_first_and_the_last():
    assert days_in_words(MORNING, AFTERNOON, NEW_YORK) == "Saturday, April 24, 2027"
    both = "Saturday, April 24, 2027 to Sunday, April 25, 2027"
    assert days_in_words(MORNING, NEXT_DAY, NEW_YORK) == both
    assert days_in_words(MORNING, AFTERNOON, TOKYO) == both
    assert days_in_words(MORNING, MIDNIGHT, NEW_YORK) == "Saturday, April 24, 2027"
    assert days_in_words(MORNING, MIDNIGHT + timedelta(seconds=1), NEW_YORK) == both


def test_a_time_names_its_weekday_beside_another_day():
    saturday = date(2027, 4, 24)
    assert time_beside(AFTERNOON, NEW_YORK, saturday) == "4:30 pm"
    assert time_beside(AFTERNOON, TOKYO, saturday) == "Sunday, 5:30 am"


def test_a_visitors_time_names_its_weekday_where_it_is_not_the_events():
    times = Times(NEW_YORK, TOKYO)
    assert times.at(MORNING) == (
        "9:15\N{NO-BREAK SPACE}pm",
        "8:15\N{NO-BREAK SPACE}am Eastern Time",
    )
    assert times.at(AFTERNOON)[0] == "Sunday, 5:30\N{NO-BREAK SPACE}am"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("Etc/GMT+5", "UTC-5"),
        ("Etc/GMT-14", "UTC+14"),
        ("Factory", "UTC"),
        ("America/Coyhaique", "Coyhaique time"),
        ("America/New_York", "Eastern Time"),
    ],
)
def test_a_zone_of_no_region_is_said_by_its_hours_from_utc(zone, said):
    assert zone_in_words(zone, MORNING) == said


def test_no_zone_is_of_an_unknown_region_or_city_in_any_language():
    names = {_zone(zone, MORNING, each) for zone in available_timezones() for each in LANGUAGES}
    assert [name for name in names if "nknown" in name or "esconocid" in name] == []


def test_tomorrow_is_the_day_after_this_one_on_her_own_clock():
    starts, now = datetime(2027, 4, 24, 12, 15, tzinfo=UTC), datetime(2027, 4, 22, 23, tzinfo=UTC)
    zones = "America/New_York", "Europe/Berlin", "Pacific/Auckland"
    assert [days_left(starts, zone, now=now) for zone in zones] == [2, 1, 2]
    assert days_left(starts, "UTC", now=starts) == 0
    assert days_left(starts, "UTC", now=starts + timedelta(days=1)) == -1
