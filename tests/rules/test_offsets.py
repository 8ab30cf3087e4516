"""An instant and its offset know what a clock was to show, whatever the law says by now."""

from datetime import UTC, datetime

import pytest

from forum.offsets import by_the_wall, offset

NEW_YORK = "America/New_York"
SPRING = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "seconds"),
    [
        (SPRING, NEW_YORK, -14400),
        (datetime(2027, 1, 24, 12, tzinfo=UTC), NEW_YORK, -18000),
        (SPRING, "Asia/Kolkata", 19800),
        (SPRING, "UTC", 0),
    ],
)
def test_an_offset_is_that_of_the_zone_at_that_instant(at, zone, seconds):
    assert offset(at, zone) == seconds


@pytest.mark.parametrize(
    ("was_ahead", "becomes"),
    [(-14400, SPRING), (-10800, SPRING.replace(hour=13)), (-18000, SPRING.replace(hour=11))],
)
def test_the_wall_keeps_its_time_and_the_instant_moves(was_ahead, becomes):
    assert by_the_wall(SPRING, was_ahead, NEW_YORK) == becomes


@pytest.mark.parametrize("hour", [5, 6])
def test_an_hour_that_comes_twice_stays_the_one_that_was_meant(hour):
    at = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    assert by_the_wall(at, offset(at, NEW_YORK), NEW_YORK) == at


def test_an_hour_that_a_new_law_skips_is_the_hour_later():
    wall_2_30 = datetime(2027, 3, 14, 8, 30, tzinfo=UTC)
    assert by_the_wall(wall_2_30, -6 * 3600, NEW_YORK) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
