"""How long a message waits that could not be delivered, at most."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.outbox.rules import longest_wait, next_try

NOW = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1.2), (2, 6), (3, 18), (4, 72), (5, 4 * 72)])
def test_chance_never_makes_anyone_wait_longer_than_we_say(attempts, minutes):
    unlucky = next_try(attempts, now=NOW, jitter=1)

    assert longest_wait(attempts) == timedelta(minutes=minutes)
    assert unlucky == NOW + timedelta(minutes=minutes)


def test_the_fifth_try_is_followed_by_one_more_and_the_sixth_by_none():
    assert next_try(5, now=NOW, jitter=0) == NOW + timedelta(hours=4)
    assert next_try(6, now=NOW, jitter=0) is None
