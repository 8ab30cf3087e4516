"""When a message that could not be delivered is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.outbox.rules import next_try

NOW = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240)])
def test_each_try_waits_longer_than_the_one_before(attempts, minutes):
    assert next_try(attempts, now=NOW, jitter=0) == NOW + timedelta(minutes=minutes)


def test_after_six_tries_we_give_up():
    assert next_try(6, now=NOW, jitter=0) is None


def test_chance_spreads_retries_over_a_fifth_of_the_delay():
    assert next_try(4, now=NOW, jitter=1) == NOW + timedelta(minutes=72)
    assert next_try(4, now=NOW, jitter=0.5) == NOW + timedelta(minutes=66)
