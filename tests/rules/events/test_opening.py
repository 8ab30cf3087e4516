"""Registration opens before it closes, and both before the event is over."""

from datetime import UTC, datetime

import pytest

from forum.events.models import Event, Gate, Mode
from forum.events.opening_rules import OpeningSlip, closing_slip, gate_slip, opening_slip

MARCH, APRIL, END, LATER = (datetime(2027, month, 24, 12, 0, tzinfo=UTC) for month in (3, 4, 5, 6))
AFTER_END, AFTER_CLOSING, TOO_LATE = (
    OpeningSlip.OPENS_AFTER_THE_END,
    OpeningSlip.OPENS_AFTER_IT_CLOSES,
    OpeningSlip.CLOSES_AFTER_THE_END,
)


@pytest.mark.parametrize(
    ("opens", "closings", "slip"),
    [
        (None, [MARCH], None),
        (MARCH, [], None),
        (MARCH, [APRIL], None),
        (APRIL, [APRIL], AFTER_CLOSING),
        (APRIL, [MARCH, None], None),
        (APRIL, [MARCH, END], None),
        (END, [None], AFTER_END),
        (LATER, [MARCH], AFTER_END),
    ],
)
def test_an_opening_is_before_the_end_and_before_some_way_to_attend_closes(opens, closings, slip):
    assert opening_slip(opens, closings, END) == slip


@pytest.mark.parametrize(
    ("closes", "opens", "slip"),
    [
        (None, LATER, None),
        (END, None, None),
        (LATER, None, TOO_LATE),
        (APRIL, MARCH, None),
        (MARCH, MARCH, AFTER_CLOSING),
        (MARCH, APRIL, AFTER_CLOSING),
    ],
)
def test_a_closing_is_after_the_opening_and_not_after_the_end(closes, opens, slip):
    event = Event(registration_opens_at=opens, ends_at=END)

    assert closing_slip(closes, opens, END) == slip
    assert gate_slip(Gate(event=event, mode=Mode.PHONE, closes_at=closes)) == slip
