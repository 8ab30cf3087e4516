"""What an event still needs before the public may see it."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event, EventKind, Gate, Mode, Session, SessionStatus
from forum.planning.readiness import Lacking, missing

ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
BEFORE = ENDS - timedelta(days=60)
A_MOMENT = timedelta(microseconds=1)


def event(**facts):
    values = {
        "kind": EventKind.FORUM,
        "ends_at": ENDS,
        "sessions": [Session(status=SessionStatus.SCHEDULED)],
        "takes_registrations": True,
        "gates": [Gate(mode=Mode.IN_PERSON)],
        "quiet_title": "Spring meeting",
    }
    return Event(**{**values, **facts})


def test_a_whole_event_may_be_published():
    assert missing(event(), now=BEFORE) == []


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"sessions": []}, Lacking.SESSIONS),
        ({"sessions": [Session(status=SessionStatus.CANCELLED)]}, Lacking.SESSIONS),
        ({"kind": EventKind.WEBCAST, "room_id": None}, Lacking.ROOM),
        ({"gates": []}, Lacking.MODES),
        ({"quiet_title": ""}, Lacking.QUIET_TITLE),
        ({"quiet_title": "  "}, Lacking.QUIET_TITLE),
    ],
)
def test_one_thing_that_is_missing_is_named_and_nothing_else(facts, what):
    assert missing(event(**facts), now=BEFORE) == [what]


def test_one_session_that_takes_place_is_enough():
    canceled, kept = (
        Session(status=SessionStatus.CANCELLED),
        Session(status=SessionStatus.SCHEDULED),
    )

    assert missing(event(sessions=[canceled, kept]), now=BEFORE) == []


def test_a_webcast_with_a_room_to_stream_from_is_ready():
    assert missing(event(kind=EventKind.WEBCAST, room_id=1), now=BEFORE) == []


def test_an_event_that_takes_no_registrations_needs_no_way_to_attend():
    assert missing(event(takes_registrations=False, gates=[]), now=BEFORE) == []


def test_an_event_can_be_published_until_its_very_end():
    assert missing(event(), now=ENDS - A_MOMENT) == []
    assert missing(event(), now=ENDS) == [Lacking.OVER]


def test_everything_that_is_missing_is_said_at_once_in_one_order():
    bare = event(kind=EventKind.WEBCAST, sessions=[], gates=[], quiet_title="")

    assert missing(bare, now=ENDS) == [*Lacking]
