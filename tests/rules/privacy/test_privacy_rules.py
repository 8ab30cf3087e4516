"""How long we keep what, as the privacy page promises it."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.privacy import rules

FORUM = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)


def test_each_kind_of_record_is_kept_as_many_days_as_we_promise():
    days = {
        "answers": rules.ANSWERS.days,
        "people who did not ask for the next invitation": rules.UNINVITED.days,
        "people who did": rules.INVITED.days,
        "which emails were sent": rules.MESSAGES.days,
        "changes of address": rules.ADDRESS_CHANGES.days,
        "sign-ins": rules.SIGN_INS.days,
        "tries": rules.ATTEMPTS.days,
        "who did what": rules.HISTORY.days,
        "signs of life": rules.HEARTBEATS.days,
        "backups": rules.BACKUPS.days,
    }

    assert days == {
        "answers": 30,
        "people who did not ask for the next invitation": 90,
        "people who did": 396,
        "which emails were sent": 90,
        "changes of address": 30,
        "sign-ins": 30,
        "tries": 1,
        "who did what": 2192,
        "signs of life": 1,
        "backups": 35,
    }


def test_who_saw_health_data_is_known_for_six_years_leap_days_and_all():
    longest = datetime(2034, 3, 1, tzinfo=UTC) - datetime(2028, 2, 29, tzinfo=UTC)

    assert longest <= rules.HISTORY < longest + timedelta(days=2)


def test_purges_come_a_little_oftener_than_daily_so_that_they_do_not_drift_into_the_day():
    assert timedelta(hours=23) == rules.PURGES


def test_she_may_be_invited_for_thirteen_months_from_the_event_or_from_her_later_word():
    earlier, later = FORUM - timedelta(days=9), FORUM + timedelta(days=200)

    assert rules.invited_until(FORUM, earlier) == FORUM + timedelta(days=396)
    assert rules.invited_until(FORUM, later) == later + timedelta(days=396)


SEEN = datetime(2027, 4, 24, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latest_end", "counted"),
    [
        (timedelta(hours=-1), timedelta(0)),
        (timedelta(0), timedelta(0)),
        (timedelta(days=365), timedelta(days=365)),
        (timedelta(days=400), timedelta(days=400)),
        (timedelta(days=401), timedelta(days=400)),
    ],
)
def test_what_is_kept_counts_from_the_latest_end_but_not_from_years_ahead(latest_end, counted):
    assert rules.kept_from(SEEN + latest_end, seen_over_at=SEEN) == SEEN + counted


@pytest.mark.parametrize(
    ("number", "everybody", "is_too_many"),
    [(20, 20, False), (21, 21, True), (21, 41, True), (21, 42, False), (500, 1001, False)],
)
def test_more_than_a_few_and_more_than_half_of_everybody_are_asked_about(
    number, everybody, is_too_many
):
    assert rules.is_too_many(number, everybody) is is_too_many
