"""One number for each hour at which something can be heard by phone."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event, Room, Session, SessionStatus
from forum.events.phone_rules import Listening, PhoneHours, by_hour, heard

NINE = datetime(2027, 4, 24, 9, tzinfo=UTC)
HALL = Room(id=2, position=1, dial_in="+1-617-555-0150")
PIER = Room(id=1, position=2, dial_in="+1-617-555-0151")
ANNEX = Room(id=3, position=3, dial_in="+1-617-555-0150")
SILENT = Room(id=4, position=0, dial_in=None)


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def hours(starts: float, ends: float, room: Room) -> PhoneHours:
    return PhoneHours(at(starts), at(ends), room)


def session(starts: float, ends: float, room: Room | None, **facts) -> Session:
    values = {"is_streamed": True, "status": SessionStatus.SCHEDULED, "room": room}
    return Session(starts_at=at(starts), ends_at=at(ends), **{**values, **facts})


@pytest.mark.parametrize(
    ("spans", "expected", "has_others"),
    [
        ([], (), False),
        ([hours(0, 1, HALL)], (hours(0, 1, HALL),), False),
        # neighbors with one number are one, also over a break, also in another room
        ([hours(0, 1, HALL), hours(2, 3, ANNEX)], (hours(0, 3, HALL),), False),
        # another number in between is said
        (
            [hours(2, 3, HALL), hours(0, 1, HALL), hours(1, 2, PIER)],
            (hours(0, 1, HALL), hours(1, 2, PIER), hours(2, 3, HALL)),
            False,
        ),
        # of several at once, that of the first room
        ([hours(0, 1, PIER), hours(0, 1, HALL)], (hours(0, 1, HALL),), True),
        ([hours(0, 1, ANNEX), hours(0, 1, HALL)], (hours(0, 1, HALL),), False),
        # where they overlap, the first room's as long as it can be heard
        (
            [hours(0, 2, PIER), hours(1, 1.5, HALL)],
            (hours(0, 1, PIER), hours(1, 1.5, HALL), hours(1.5, 2, PIER)),
            True,
        ),
    ],
)
def test_each_hour_has_one_number(spans, expected, has_others):
    assert by_hour(spans) == Listening(expected, has_others)


def test_rooms_of_one_position_keep_their_order():
    twin = Room(id=9, position=1, dial_in="+1-617-555-0159")

    assert by_hour([hours(0, 1, twin), hours(0, 1, HALL)]).hours == (hours(0, 1, HALL),)


def test_only_what_is_streamed_and_takes_place_in_a_room_with_a_number_is_heard():
    event = Event(starts_at=NINE, ends_at=at(8))
    event.sessions = [
        session(0, 1, HALL),
        session(1, 2, HALL, is_streamed=False),
        session(2, 3, HALL, status=SessionStatus.CANCELLED),
        session(3, 4, SILENT),
        session(4, 5, None),
    ]

    assert heard(event) == [hours(0, 1, HALL)]


def test_a_webcast_is_heard_from_its_room_all_the_time():
    webcast = Event(starts_at=NINE, ends_at=at(1), room_id=HALL.id, room=HALL)
    silent = Event(starts_at=NINE, ends_at=at(1), room_id=SILENT.id, room=SILENT)

    assert heard(webcast) == [hours(0, 1, HALL)]
    assert heard(silent) == []
    assert heard(Event(starts_at=NINE, ends_at=at(1), room_id=HALL.id)) == []


def test_who_comes_needs_no_number():
    assert Listening() == Listening(hours=(), has_others=False)
    assert Listening().has_others is False
