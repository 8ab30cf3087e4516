"""What of an event can be watched, heard and joined, as it is in memory."""

from datetime import timedelta

import pytest

from forum.events.models import Event, Room, Session, SessionStatus
from forum.events.rules import dial_in_rooms, has_no_stream, join_opens

STREAM = "https://live.example/1"
HALL = Room(id=2, position=1, dial_in="+1-617-555-0150", stream_url=STREAM)
PIER = Room(id=3, position=1, dial_in="+1-617-555-0151")
ATTIC = Room(id=1, position=2, dial_in="+1-617-555-0152")
SILENT = Room(id=4, position=0)


def session(room: Room | None, **facts) -> Session:
    return Session(
        **{"is_streamed": True, "status": SessionStatus.SCHEDULED, "room": room, **facts}
    )


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        ({"room": HALL}, False),
        ({"room": PIER}, True),
        ({"room": None}, True),
        ({"room": PIER, "is_streamed": False}, False),
        ({"room": PIER, "status": SessionStatus.CANCELLED}, False),
    ],
)
def test_what_is_marked_as_online_lacks_a_stream_where_there_is_no_address(facts, lacks):
    assert has_no_stream(session(**facts)) is lacks


def test_the_rooms_with_a_number_are_each_named_once_in_their_order():
    event = Event()
    event.sessions = [
        *(session(room) for room in (ATTIC, PIER, HALL, PIER, SILENT, None)),
        session(Room(id=8, position=8, dial_in="1"), is_streamed=False),
        session(Room(id=9, position=9, dial_in="2"), status=SessionStatus.CANCELLED),
    ]

    assert dial_in_rooms(event) == [HALL, PIER, ATTIC]
    assert dial_in_rooms(Event(room_id=HALL.id, room=HALL)) == [HALL]


@pytest.mark.parametrize(
    ("details", "minutes"), [(None, 15), ({}, 15), ({"opens_min_before": 45}, 45)]
)
def test_the_button_is_there_a_quarter_of_an_hour_before_unless_the_event_says_otherwise(
    details, minutes
):
    assert join_opens(Event(details=details)) == timedelta(minutes=minutes)
