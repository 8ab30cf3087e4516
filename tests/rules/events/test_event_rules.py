"""What pages may say of an event: where it is, until when, and how full."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event, EventKind, EventStatus, Gate, Mode, Room
from forum.events.rules import (
    PlacesLeft,
    Standing,
    is_online_only,
    is_open,
    next_change,
    places_left,
    standing,
    stream_fingerprint,
    untold_until,
)

CLOSES = datetime(2027, 4, 21, 21, tzinfo=UTC)
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


@dataclass
class Somewhere:
    """Whatever has places, and does not count them yet."""

    capacity: int | None
    left: int | None


@pytest.mark.parametrize(
    ("kind", "modes", "is_online"),
    [
        (EventKind.FORUM, (Mode.IN_PERSON, Mode.WEBCAST), False),
        (EventKind.FORUM, (Mode.IN_PERSON,), False),
        (EventKind.FORUM, (Mode.WEBCAST, Mode.PHONE), True),
        (EventKind.FORUM, (), False),
        (EventKind.WEBCAST, (Mode.WEBCAST,), True),
        (EventKind.WEBCAST, (), True),
    ],
)
def test_nobody_is_sent_to_a_place_where_nothing_is(kind, modes, is_online):
    event = Event(kind=kind, gates=[Gate(mode=mode) for mode in modes])

    assert is_online_only(event) == is_online


def test_a_mode_closes_on_the_minute_and_one_without_a_day_never():
    gate = Gate(closes_at=CLOSES)

    assert [is_open(gate, at) for at in (CLOSES - A_MOMENT, CLOSES)] == [True, False]
    assert is_open(Gate(closes_at=None), ENDS)


def test_an_event_without_a_first_day_of_registering_is_open_until_its_end():
    event = Event(
        status=EventStatus.PUBLISHED,
        takes_registrations=True,
        registration_opens_at=None,
        ends_at=ENDS,
        gates=[Gate(closes_at=None)],
    )

    assert standing(event, ENDS - A_MOMENT) == Standing.OPEN
    assert next_change(event, CLOSES) == ENDS
    assert next_change(event, ENDS) is None


@pytest.mark.parametrize(("capacity", "left"), [(None, None), (None, 3), (8, None)])
def test_nothing_is_said_to_be_short_that_nobody_counts(capacity, left):
    assert places_left(Somewhere(capacity, left)) == PlacesLeft.UNLIMITED


@pytest.mark.parametrize(
    ("capacity", "left", "word"),
    [
        (200, 21, PlacesLeft.LEFT),
        (200, 20, PlacesLeft.FEW),
        (30, 4, PlacesLeft.LEFT),
        (30, 3, PlacesLeft.FEW),
        (2, 2, PlacesLeft.FEW),
        (30, 1, PlacesLeft.FEW),
        (30, 0, PlacesLeft.FULL),
    ],
)
def test_few_are_a_tenth_or_three(capacity, left, word):
    assert places_left(Somewhere(capacity, left)) == word


def test_whoever_edits_a_room_is_told_that_its_stream_has_changed_meanwhile():
    seen = {
        stream_fingerprint(Room(stream_url=address, dial_in=number))
        for address in ("https://live.example/1", "https://live.example/2", None)
        for number in ("+1-617-555-0151", "+1-617-555-0152", None)
    }
    [a_mark, *_others] = seen

    assert len(seen) == 9
    assert len(a_mark) == 16


@pytest.mark.parametrize(("useful", "waits"), [(3, 60), (2, 60), (1, 30), (0.5, 15)], ids=str)
def test_what_would_name_a_new_day_waits_for_an_hour_and_never_until_it_is_of_no_use(useful, waits):
    until = untold_until(CLOSES, CLOSES + timedelta(hours=useful))
    assert until == CLOSES + timedelta(minutes=waits)
