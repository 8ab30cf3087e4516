"""What was told, as it is stored: the same letters as in the releases before."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.notices.baseline import Baseline
from tests.rules.test_notices import EARLY, FACTS, LATE, NOW

FIRST = (
    '{"starts_at": "2027-04-24T14:00:00+00:00", "ends_at": "2027-04-24T15:00:00+00:00", '
    '"status": "scheduled", "is_streamed": true, "room_id": 1, '
    '"stream_url": "https://live.example/1", "dial_in": "+1-617-555-0151"'
)
STORED = {
    "never changed": FIRST + "}",
    "changed twice": FIRST + ', "later": [{"starts_at": "2027-04-24T14:30:00+00:00", "room_id": 1, '
    '"at": "2027-03-31T04:00:00+00:00"}, {"starts_at": "2027-04-24T14:00:00+00:00", '
    '"room_id": null, "at": "2027-03-31T23:00:00.250000+00:00"}]}',
    "without a key that came later": '{"starts_at": "2027-04-24T14:00:00+00:00", "room_id": 4}',
}


@pytest.mark.parametrize("text", STORED.values(), ids=STORED)
def test_what_is_stored_is_written_back_letter_by_letter(text):
    assert json.dumps(Baseline.from_json(json.loads(text)).to_json()) == text


def test_a_change_is_stored_as_the_releases_before_read_it():
    moved = {**FACTS, "room_id": 2}
    told = Baseline(FACTS).with_change(moved, EARLY).with_change(FACTS, LATE)
    assert told.to_json() == {
        **FACTS,
        "later": [{**moved, "at": EARLY.isoformat()}, {**FACTS, "at": LATE.isoformat()}],
    }


def test_who_was_there_before_any_change_knows_what_was_announced():
    told = Baseline.from_json(json.loads(STORED["changed twice"]))
    assert told.states == (told.announced, *(state for _at, state in told.since))
    assert told.known_to(EARLY)["starts_at"] == FACTS["starts_at"]
    assert told.known_to(NOW)["room_id"] is None
    assert "later" not in told.announced
    assert all("at" not in state for state in told.states)


@given(st.lists(st.integers(1, 3), max_size=5))
def test_it_is_brought_up_to_date_once(rooms):
    told = Baseline(FACTS)
    for room in rooms:
        told = told.with_change({**FACTS, "room_id": room}, EARLY)
    is_now = {**FACTS, "room_id": 9}
    assert told.up_to(is_now, None) is told
    assert told.up_to(told.states[-1], NOW) is told
    assert told.up_to(is_now, NOW) == told.with_change(is_now, NOW)
    assert told.up_to(is_now, NOW).up_to(is_now, NOW).instants[len(rooms) :] == [NOW]
