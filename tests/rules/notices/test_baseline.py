"""What attendees have been told of an event or a session, and since when it has been different."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Gate,
    Mode,
    Room,
    Session,
    SessionStatus,
    Venue,
)
from forum.notices.baseline import Baseline, relied_on, state_of

BOSTON = ZoneInfo("America/New_York")
STARTS = datetime(2027, 4, 24, 10, 0, tzinfo=BOSTON)
ENDS = datetime(2027, 4, 24, 11, 0, tzinfo=BOSTON)
NOW = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIDE = Room(id=1, stream_url="https://live.example/1", dial_in="+1-617-555-0151")
TOLD = {"starts_at": "2027-04-24T14:00:00+00:00", "status": "scheduled", "room_id": 1}
MOVED, RETURNED = {**TOLD, "room_id": 2}, {**TOLD, "room_id": 3}
TWICE = Baseline(TOLD).with_change(MOVED, NOW).with_change(RETURNED, NOW + HOUR)


def event(*modes: Mode, kind=EventKind.FORUM, room=None) -> Event:
    return Event(
        kind=kind,
        status=EventStatus.PUBLISHED,
        starts_at=STARTS,
        ends_at=ENDS,
        room=room,
        gates=[Gate(mode=mode) for mode in modes],
    )


def session(**facts) -> Session:
    values = {"status": SessionStatus.SCHEDULED, "starts_at": STARTS, "ends_at": ENDS, "room": TIDE}
    return Session(**{**values, "is_streamed": True, **facts})


def test_of_a_forum_people_are_told_when_it_is_and_whether_there_is_a_place_to_go_to():
    told = {
        "starts_at": "2027-04-24T14:00:00+00:00",
        "ends_at": "2027-04-24T15:00:00+00:00",
        "status": "published",
        "is_online": False,
        "address": None,
        "room_id": None,
        "stream_url": None,
        "dial_in": None,
    }

    assert state_of(event(Mode.IN_PERSON, Mode.WEBCAST)) == told
    assert state_of(event(Mode.WEBCAST)) == {**told, "is_online": True}


def test_of_a_webcast_people_are_told_how_to_join_and_never_that_it_went_online():
    told = state_of(event(Mode.WEBCAST, kind=EventKind.WEBCAST, room=TIDE))

    assert told == {
        "starts_at": "2027-04-24T14:00:00+00:00",
        "ends_at": "2027-04-24T15:00:00+00:00",
        "status": "published",
        "is_online": False,
        "address": None,
        "room_id": 1,
        "stream_url": "https://live.example/1",
        "dial_in": "+1-617-555-0151",
    }


def test_of_a_session_people_are_told_where_it_is_and_how_to_hear_it():
    told = {
        "starts_at": "2027-04-24T14:00:00+00:00",
        "ends_at": "2027-04-24T15:00:00+00:00",
        "status": "scheduled",
        "is_streamed": True,
        "room_id": 1,
        "stream_url": "https://live.example/1",
        "dial_in": "+1-617-555-0151",
    }
    silent = {"is_streamed": False, "stream_url": None, "dial_in": None}

    assert state_of(session()) == told
    assert state_of(session(is_streamed=False)) == {**told, **silent}


def test_of_a_session_without_a_room_nobody_is_sent_anywhere():
    told = state_of(session(room=None))

    assert [told[each] for each in ("room_id", "stream_url", "dial_in")] == [None, None, None]


def test_what_is_stored_says_how_it_was_and_each_way_that_it_became_with_its_instant():
    told = TWICE

    assert told.to_json() == {
        **TOLD,
        "later": [
            {**MOVED, "at": "2027-04-01T12:00:00+00:00"},
            {**RETURNED, "at": "2027-04-01T13:00:00+00:00"},
        ],
    }
    assert told.states == (TOLD, MOVED, RETURNED)
    assert told.instants == [NOW, NOW + HOUR]


def test_what_never_changed_has_one_state_and_no_instant():
    assert Baseline(TOLD).states == (TOLD,)
    assert Baseline(TOLD).instants == []


@pytest.mark.parametrize(
    ("now_is", "changed_at", "states"),
    [
        (TOLD, None, [TOLD]),
        (TOLD, NOW, [TOLD]),
        (MOVED, None, [TOLD]),
        (MOVED, NOW, [TOLD, MOVED]),
    ],
)
def test_how_it_is_now_counts_as_told_from_the_moment_that_it_changed(now_is, changed_at, states):
    told = Baseline(TOLD).up_to(now_is, changed_at)

    assert told.states == tuple(states)
    assert told.instants == [NOW] * (len(states) - 1)


def test_what_came_back_to_how_it_was_is_a_change_as_well():
    away = Baseline(TOLD).with_change(MOVED, NOW)

    assert away.up_to(TOLD, NOW + HOUR).states == (TOLD, MOVED, TOLD)
    assert away.up_to(MOVED, NOW + HOUR) == away


@pytest.mark.parametrize(
    ("registered_at", "knows"),
    [
        (NOW - HOUR, TOLD),
        (NOW, TOLD),
        (NOW + HOUR / 2, MOVED),
        (NOW + HOUR, MOVED),
        (NOW + 2 * HOUR, RETURNED),
    ],
)
def test_whoever_registers_knows_it_as_it_was_just_before(registered_at, knows):
    assert TWICE.known_to(registered_at) == knows


LATER, LATEST = ({**TOLD, "starts_at": f"2027-04-{day}T14:00:00+00:00"} for day in (25, 26))


def test_it_has_moved_since_its_start_became_another_than_was_announced():
    moved = Baseline(TOLD).with_change(LATER, NOW).with_change({**LATER, "room_id": 2}, NOW + HOUR)
    assert moved.moved_at == NOW
    assert moved.with_change(LATEST, NOW + 2 * HOUR).moved_at == NOW + 2 * HOUR


def test_what_is_back_at_its_time_or_has_only_another_room_has_not_moved():
    assert TWICE.moved_at is None
    assert Baseline(TOLD).with_change(LATER, NOW).with_change(TOLD, NOW + HOUR).moved_at is None


def test_what_an_earlier_release_did_not_keep_counts_as_told_as_it_is_now():
    house = {**TOLD, "address": "1 Example Wharf", "offsets": {"starts_at": -14400}}
    found = Baseline(TOLD).with_change(MOVED, NOW).completed(house)

    assert found == Baseline({**TOLD, "address": "1 Example Wharf"}).with_change(
        {**MOVED, "address": "1 Example Wharf"}, NOW
    )
    assert found.completed({**house, "address": "2 Example Wharf"}) == found


def test_of_a_forum_that_people_can_come_to_they_are_told_the_address_of_the_house():
    forum = event(Mode.IN_PERSON)
    forum.house = Venue(address="1 Example Wharf")

    assert state_of(forum)["address"] == "1 Example Wharf"
    forum.gates = [Gate(mode=Mode.WEBCAST)]
    assert state_of(forum)["address"] is None


def test_how_far_the_clock_is_from_utc_is_kept_beside_the_instants_and_is_no_news():
    talk = session(offsets={"zone": "America/New_York", "starts_at": -14400, "ends_at": -14400})
    state = state_of(talk)

    assert state["offsets"] == talk.offsets
    assert relied_on(state) == state_of(session())
    assert Baseline(state_of(session())).up_to(state, NOW).since == ()
