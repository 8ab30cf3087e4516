"""A clock that was wrong for a while deletes nobody, and keeps nobody's answers for good."""

from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.models import Attempt
from forum.db import db, transaction
from forum.privacy import housekeeping, purge_actions, purge_queries, rules
from tests.stored import fresh, look_again, registered

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = 366 * DAY


@pytest.fixture
def event(make):
    event = make.event()
    make.registration(event, name="Ada", needs="a wheelchair")
    return event


def worker_looks(housekeeper=None):
    keeper = housekeeper or housekeeping.Housekeeper()
    keeper.look(now=clock.now(), goes_on=lambda: True)
    look_again()


def needs():
    return [each.needs for each in registered()]


def is_emptied_in_time(event, today, housekeeper=None):
    """Tell whether her answers are gone once they were kept as long as we say."""
    today.move_to(event.ends_at + rules.ANSWERS + 2 * DAY)
    worker_looks(housekeeper)
    return needs() == [""]


def test_a_clock_that_is_behind_forgets_nothing_of_what_is_over(event, today):
    today.move_to(event.ends_at + HOUR)
    worker_looks()
    kept_from = fresh(event).kept_from

    today.shift(25 * DAY - YEAR)
    worker_looks()
    today.shift(YEAR)
    worker_looks()

    assert fresh(event).kept_from == kept_from
    assert is_emptied_in_time(event, today)


def test_what_was_seen_over_by_a_clock_ahead_counts_from_when_it_is_seen_by_a_right_one(
    event, today
):
    today.move_to(event.ends_at + HOUR + YEAR)
    worker_looks()
    assert needs() == ["a wheelchair"]

    today.shift(-YEAR)
    worker_looks()

    assert abs(fresh(event).kept_from - clock.now()) < HOUR
    assert is_emptied_in_time(event, today)


def test_after_a_purge_by_a_clock_ahead_there_is_one_the_next_day(event, today):
    today.shift(3 * YEAR)
    worker_looks()
    today.move_to(event.ends_at + HOUR)
    worker_looks()

    assert is_emptied_in_time(event, today)
    assert [each.at <= clock.now() for each in db.session.query(Attempt)] == [True]


def test_a_worker_whose_clock_was_set_back_goes_on_looking(event, today):
    housekeeper = housekeeping.Housekeeper()
    today.shift(3 * YEAR)
    housekeeper.look(now=clock.now(), goes_on=lambda: False)
    today.move_to(event.ends_at + HOUR)
    worker_looks(housekeeper)

    assert fresh(event).kept_from is not None
    assert is_emptied_in_time(event, today, housekeeper)


def test_a_yes_that_a_clock_ahead_has_dated_lets_nobody_go(make, today):
    event = make.event(starts_at=clock.now() - 100 * DAY, hours=1)
    for number in range(rules.FEW + 1):
        make.registration(event, name=f"Boris {number}")
    petra = make.organizer()
    today.shift(YEAR)
    with transaction():
        purge_actions.allow(rules.FEW + 1, by=petra, now=clock.now())
    today.shift(-YEAR)

    assert purge_queries.large_purge(now=clock.now()) is not None
