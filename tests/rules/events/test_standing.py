"""What may be said of an event at a moment, and until when it stays true."""

from datetime import UTC, datetime

import pytest

from forum.events.models import Event, EventStatus, Gate, Mode
from forum.events.rules import PlacesLeft, Standing, next_change, places_left, standing

OPENS = datetime(2027, 1, 25, 14, tzinfo=UTC)
CLOSES = datetime(2027, 4, 21, 21, tzinfo=UTC)
STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 15, tzinfo=UTC)


def event(**facts):
    values = {
        "status": EventStatus.PUBLISHED,
        "takes_registrations": True,
        "registration_opens_at": OPENS,
        "starts_at": STARTS,
        "ends_at": ENDS,
        "gates": [Gate(mode=Mode.IN_PERSON, closes_at=CLOSES), Gate(mode=Mode.WEBCAST)],
    }
    return Event(**{**values, **facts})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BEFORE, Standing.NOT_OPEN),
        (OPENS, Standing.OPEN),
        (CLOSES, Standing.OPEN),
        (STARTS, Standing.OPEN),
        (ENDS, Standing.OVER),
    ],
)
def test_an_event_opens_stays_open_for_some_mode_and_is_over(now, expected):
    assert standing(event(), now) == expected


def test_an_event_is_closed_when_every_mode_is():
    one_mode = event(gates=[Gate(mode=Mode.IN_PERSON, closes_at=CLOSES)])

    assert standing(one_mode, CLOSES) == Standing.CLOSED


def test_an_announced_event_does_not_open_by_itself():
    assert standing(event(takes_registrations=False), CLOSES) == Standing.ANNOUNCED


def test_a_cancelled_event_says_so_even_when_its_day_is_past():
    assert standing(event(status=EventStatus.CANCELLED), ENDS) == Standing.CANCELLED


@pytest.mark.parametrize(
    ("now", "expected"),
    [(BEFORE, OPENS), (OPENS, CLOSES), (CLOSES, ENDS), (ENDS, None)],
)
def test_a_page_stays_true_until_the_next_turning_point(now, expected):
    assert next_change(event(), now) == expected


@pytest.mark.parametrize(
    ("capacity", "taken", "expected"),
    [
        (None, 5000, PlacesLeft.UNLIMITED),
        (200, 0, PlacesLeft.LEFT),
        (200, 179, PlacesLeft.LEFT),
        (200, 180, PlacesLeft.FEW),
        (16, 12, PlacesLeft.LEFT),
        (16, 13, PlacesLeft.FEW),
        (16, 16, PlacesLeft.FULL),
        (0, 0, PlacesLeft.FULL),
    ],
)
def test_places_are_said_in_words(capacity, taken, expected):
    assert places_left(Gate(capacity=capacity, taken=taken, held=0)) == expected
