"""A time of rest: whom it keeps quiet, when it ends, and the note that says so."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from forum.care.rules import (
    Pause,
    Pauses,
    Purpose,
    beneath,
    first_word,
    kept_back,
    last_into,
    note_due_at,
    pauses_of,
)
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


JUNE = date(2027, 6, 1)
HERS_TILL_MAY = {"through": "companion", "hers": "2027-05-01"}


@pytest.mark.parametrize(
    ("until", "facts", "pauses"),
    [
        (MAY, {}, Pauses(own=Pause(MAY))),
        (None, {}, Pauses(own=Pause(None))),
        (MAY, {"through": "companion"}, Pauses(through=Pause(MAY))),
        (JUNE, HERS_TILL_MAY, Pauses(own=Pause(MAY), through=Pause(JUNE))),
        (JUNE, {**HERS_TILL_MAY, "hers": "no_end"}, Pauses(Pause(None), Pause(JUNE))),
    ],
)
def test_by_whose_word_she_is_paused_is_read_from_what_was_written_down(until, facts, pauses):
    assert pauses_of(until, facts) == pauses


@pytest.mark.parametrize(
    ("pauses", "until", "facts"),
    [
        (Pauses(), None, {}),
        (Pauses(own=Pause(MAY)), MAY, {}),
        (Pauses(through=Pause(MAY)), MAY, {"through": "companion"}),
        (Pauses(Pause(MAY), Pause(JUNE)), JUNE, HERS_TILL_MAY),
        (Pauses(Pause(JUNE), Pause(MAY)), JUNE, {}),
        (Pauses(Pause(MAY), Pause(MAY)), MAY, {}),
        (Pauses(Pause(None), Pause(MAY)), None, {}),
        (Pauses(Pause(MAY), Pause(None)), None, HERS_TILL_MAY),
        (Pauses(Pause(None), Pause(None)), None, {}),
    ],
)
def test_a_companions_pause_is_written_down_only_over_a_shorter_one_of_hers(pauses, until, facts):
    assert pauses.written() == (until, facts)


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        (None, None, None),
        (None, MAY, MAY),
        (MAY, JUNE, JUNE),
        (JUNE, "no end", "no end"),
    ],
)
def test_of_two_words_of_hers_the_longer_one_counts(one, other, longer):
    def said(until):
        return until and Pause(None if until == "no end" else until)

    for first, second in ((one, other), (other, one)):
        both = Pauses(own=said(first)) | Pauses(own=said(second))
        assert both == Pauses(own=said(longer))
        assert bool(both) is (longer is not None)
    assert (Pauses(own=said(one)) | Pauses(through=said(other))) == Pauses(said(one), said(other))


def test_what_lies_beneath_a_hold_is_what_she_was_when_it_came():
    paused, held, died = (
        {"from": "active", "to": "paused", "through": "companion"},
        {"from": "paused", "to": "held"},
        {"from": "held", "to": "remembered"},
    )

    assert beneath([died, held, paused]) == CareState.PAUSED
    assert beneath([{"from": "active", "to": "held"}, paused]) == CareState.ACTIVE
    assert beneath([paused]) == beneath([{}, {"to": "held"}]) == CareState.ACTIVE
    assert last_into([died, held, paused], CareState.PAUSED) == paused
    assert last_into([{"from": "paused", "to": "paused"}, paused], CareState.PAUSED) == {
        "from": "paused",
        "to": "paused",
    }
    assert last_into([{"from": "held", "to": "held"}, held], CareState.HELD) == held
    assert last_into([paused], CareState.HELD) == {}
