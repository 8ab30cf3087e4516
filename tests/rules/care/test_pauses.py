"""A time of rest: whom it keeps quiet, when it ends, and the note that says so."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from forum.care.rules import Purpose, first_word, kept_back, note_due_at
from forum.registration.models import CareState, Status

BOSTON = "America/New_York"
MAY = date(2027, 5, 1)
"""A Saturday."""
MIDNIGHT = datetime(2027, 5, 1, 4, 0, tzinfo=UTC)
"""When it begins in Boston."""


@dataclass
class Person:
    care_state: CareState = CareState.PAUSED
    care_until: date | None = MAY
    timezone: str = BOSTON


def test_someone_whose_pause_is_over_is_written_to_again_from_her_own_midnight_on():
    before, after = MIDNIGHT - timedelta(microseconds=1), MIDNIGHT

    assert kept_back(Person(), Purpose.AUTOMATIC, now=before) == CareState.PAUSED
    assert kept_back(Person(), Purpose.AUTOMATIC, now=after) is None


def test_a_pause_without_a_last_day_lasts_until_she_says_so():
    years_later = MIDNIGHT + timedelta(days=2000)

    forever = Person(care_until=None)

    assert kept_back(forever, Purpose.AUTOMATIC, now=years_later) == CareState.PAUSED


@pytest.mark.parametrize(
    ("until", "days", "due_at"),
    [
        (None, ("fri",), datetime(2027, 5, 1, 12, 0, tzinfo=UTC)),
        (None, ("fri", "sat"), datetime(2027, 5, 2, 12, 0, tzinfo=UTC)),
        (MAY, ("sat", "sun"), datetime(2027, 5, 3, 12, 0, tzinfo=UTC)),
    ],
)
def test_the_note_that_her_pause_is_over_waits_for_her_quiet_days_to_pass(until, days, due_at):
    friday_noon = datetime(2027, 4, 30, 16, 0, tzinfo=UTC)

    assert note_due_at(until, now=friday_noon, zone=BOSTON, days=days) == due_at


def test_the_note_comes_at_ten_of_her_own_clock():
    tokyo = note_due_at(MAY, now=MIDNIGHT, zone="Asia/Tokyo", days=())

    assert tokyo == datetime(2027, 5, 1, 1, 0, tzinfo=UTC)


def test_who_has_a_place_hears_so_first_and_who_waits_that_she_waits():
    assert [first_word(status) for status in (Status.CONFIRMED, Status.WAITLISTED)] == [
        "confirmation",
        "waitlist",
    ]
