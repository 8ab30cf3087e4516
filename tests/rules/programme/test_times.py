"""Times in a programme file are wall times of the event's zone, each of them one instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from forum.programme.reading.file import read
from forum.programme.reading.walltimes import NoSuchTime, WallTime, instant, wall_time, written
from tests.rules.programme.small import small

NEW_YORK = ZoneInfo("America/New_York")


def test_an_event_may_have_its_own_zone_and_end_on_the_next_day():
    source = small(('["12:00", "13:00"]', '["23:30", "2026-12-17T00:30"], timezone: Europe/Paris'))
    webcast = read(source.encode()).webcasts[0]

    assert webcast.timezone == "Europe/Paris"
    assert webcast.time[1] == WallTime(time(0, 30), date(2026, 12, 17))


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset():
    autumn = date(2027, 11, 7)

    summer, winter = (wall_time(f"2027-11-07T01:30-0{hours}:00") for hours in (4, 5))

    assert instant(summer, autumn, NEW_YORK) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert instant(winter, autumn, NEW_YORK) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 12, 30)))  # noqa: DTZ001
def test_every_instant_has_a_way_to_be_written(at):
    at = at.replace(second=0, microsecond=0, tzinfo=UTC)
    on = date(2027, 4, 24)

    text = str(written(at, on, NEW_YORK))

    assert instant(wall_time(text), on, NEW_YORK) == at


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1)))  # noqa: DTZ001
def test_every_wall_time_is_an_instant_or_is_refused(wall):
    face = WallTime(wall.time().replace(microsecond=0), wall.date())
    try:
        at = instant(face, wall.date(), NEW_YORK)
    except NoSuchTime:
        assert wall.date() in {
            date(2026, 3, 8),
            date(2026, 11, 1),
            date(2027, 3, 14),
            date(2027, 11, 7),
        }
    else:
        assert at.astimezone(NEW_YORK).replace(tzinfo=None) == face.on(wall.date())
        assert at.utcoffset() == timedelta()
