"""What has changed, and whom it concerns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.events.models import Event, EventKind, Mode, Room, Session, SessionStatus
from forum.notices import rules
from forum.notices.baseline import Baseline, state_of
from forum.notices.rules import Attendance, ChangeKind

START = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)
NOW = datetime(2027, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLY, LATE = NOW - 20 * HOUR, NOW - HOUR
TIDE, HARBOR = (
    Room(id=number, stream_url=f"https://live.example/{number}", dial_in=f"+1-617-555-015{number}")
    for number in (1, 2)
)
FACTS = {
    "starts_at": START.isoformat(),
    "ends_at": (START + HOUR).isoformat(),
    "status": "scheduled",
    "is_streamed": True,
    "room_id": 1,
    "stream_url": "https://live.example/1",
    "dial_in": "+1-617-555-0151",
}


def event_of(*sessions: Session, **facts) -> Event:
    values = {
        "kind": EventKind.FORUM,
        "timezone": "America/New_York",
        "starts_at": START - HOUR,
        "ends_at": START + 8 * HOUR,
        "status": "published",
    }
    event = Event(**{**values, **facts})
    for session in sessions:
        session.event = event
    return event


def session_of(**facts) -> Session:
    values = {
        "id": 7,
        "starts_at": START,
        "ends_at": START + HOUR,
        "status": SessionStatus.SCHEDULED,
        "is_streamed": True,
        "room": TIDE,
    }
    return Session(**{**values, **facts})


def found(session: Session, reader: Attendance, *, event: Event | None = None, now=NOW, **before):
    """Return what is different for a reader who was told `before` of a session."""
    event = event or event_of(session)
    known = {None: state_of(event), session.id: {**FACTS, **before}}
    return rules.changes(event, [session], known, reader, now=now)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ({}, set()),
        ({"starts_at": "2027-04-24T14:30:00+00:00"}, {ChangeKind.MOVED}),
        ({"ends_at": "2027-04-24T15:30:00+00:00"}, {ChangeKind.MOVED}),
        ({"room_id": 2}, {ChangeKind.ROOM}),
        ({"stream_url": "https://live.example/9"}, {ChangeKind.JOIN}),
        ({"dial_in": "+1-617-555-0199"}, {ChangeKind.NUMBER}),
        ({"is_streamed": False, "stream_url": None, "dial_in": None}, {ChangeKind.DELIVERY}),
        ({"status": "cancelled", "room_id": 2}, {ChangeKind.CANCELLED}),
        ({"room_id": 2, "dial_in": "+1-617-555-0199"}, {ChangeKind.ROOM, ChangeKind.NUMBER}),
    ],
)
def test_each_kind_of_change_is_seen_and_a_canceled_session_is_only_that(now, kinds):
    assert rules.kinds(FACTS, {**FACTS, **now}) == kinds


def test_what_was_canceled_is_told_once_and_told_again_if_it_takes_place_after_all():
    off = {**FACTS, "status": "cancelled"}
    assert rules.kinds(off, {**off, "room_id": 2}) == set()
    assert rules.kinds(off, FACTS) == {ChangeKind.BACK}


@pytest.mark.parametrize(
    ("before", "concerned"),
    [
        ({"starts_at": (START - HOUR).isoformat()}, set(Mode)),
        ({"room_id": 2}, {Mode.IN_PERSON}),
        ({"is_streamed": False}, {Mode.WEBCAST, Mode.PHONE}),
        ({"stream_url": "https://live.example/9"}, {Mode.WEBCAST}),
        ({"dial_in": "+1-617-555-0199"}, {Mode.PHONE}),
    ],
)
def test_a_change_concerns_those_who_attend_in_the_way_that_it_touches(before, concerned):
    assert {mode for mode in Mode if found(session_of(), Attendance(mode), **before)} == concerned


@pytest.mark.parametrize("was", [True, False])
@pytest.mark.parametrize("is_now", [True, False])
def test_who_watches_hears_of_a_moved_session_only_if_it_is_or_was_streamed(was, is_now):
    moved = {"starts_at": (START - HOUR).isoformat(), "is_streamed": was}
    hers = found(session_of(is_streamed=is_now), Attendance(Mode.WEBCAST), **moved)
    assert bool(hers) == (was or is_now)


def test_a_session_with_few_places_concerns_those_in_it_and_those_who_watch():
    limited = session_of(capacity=8)
    moved = {"starts_at": (START - HOUR).isoformat()}
    in_it, beside = Attendance(Mode.IN_PERSON, sessions=frozenset({7})), Attendance(Mode.IN_PERSON)
    assert [each.is_chosen for each in found(limited, in_it, **moved)] == [True]
    assert found(limited, beside, **moved) == ()
    assert found(limited, Attendance(Mode.WEBCAST), **moved) != ()


def test_those_who_wait_hear_of_the_event_and_of_sessions_that_they_chose():
    session = session_of()
    event = event_of(session)
    before = {
        None: {**state_of(event), "ends_at": START.isoformat()},
        7: {**FACTS, "room_id": 2},
    }
    waiting = Attendance(Mode.IN_PERSON, is_waiting=True)
    chosen = Attendance(Mode.IN_PERSON, is_waiting=True, sessions=frozenset({7}))

    def told_to(reader):
        changes = rules.changes(event, [session], before, reader, now=NOW)
        return [each.session for each in changes]

    assert told_to(waiting) == [None]
    assert told_to(chosen) == [None, session]


def test_a_session_that_is_over_is_left_out():
    moved = {"starts_at": (START - HOUR).isoformat()}
    assert found(session_of(), Attendance(Mode.IN_PERSON), now=START + HOUR, **moved) == ()


def test_a_webcast_and_its_session_are_one_thing():
    session = session_of()
    event = event_of(session, kind=EventKind.WEBCAST, room=TIDE)
    before = {
        None: {**state_of(event), "stream_url": "https://live.example/9"},
        7: {**FACTS, "stream_url": "https://live.example/9"},
    }
    [change] = rules.changes(event, [session], before, Attendance(Mode.WEBCAST), now=NOW)
    assert (change.session, change.kinds) == (None, {ChangeKind.JOIN})


@pytest.mark.parametrize(
    ("hours", "goes_along"),
    [(0, True), (1, False)],
)
def test_a_session_that_only_goes_with_its_event_to_another_day_is_not_told_apart(
    hours, goes_along
):
    session = session_of()
    event = event_of(session)
    week = timedelta(days=7)
    before = {
        None: {
            **state_of(event),
            "starts_at": (event.starts_at - week).isoformat(),
            "ends_at": (event.ends_at - week).isoformat(),
        },
        7: {
            **FACTS,
            "starts_at": (START - week + hours * HOUR).isoformat(),
            "ends_at": (START + HOUR - week).isoformat(),
        },
    }
    changes = rules.changes(event, [session], before, Attendance(Mode.IN_PERSON), now=NOW)
    assert [each.moves_along for each in changes] == [False, goes_along]


def test_a_session_goes_along_over_the_night_in_which_the_clocks_change():
    start = datetime(2027, 3, 13, 15, 0, tzinfo=UTC)
    later = datetime(2027, 3, 14, 14, 0, tzinfo=UTC)
    session = session_of(starts_at=later, ends_at=later + HOUR)
    event = event_of(session, starts_at=later, ends_at=later + 8 * HOUR)
    before = {
        None: {**state_of(event), "starts_at": start.isoformat()},
        7: {
            **state_of(session),
            "starts_at": start.isoformat(),
            "ends_at": (start + HOUR).isoformat(),
        },
    }
    changes = rules.changes(event, [session], before, Attendance(Mode.IN_PERSON), now=start)
    assert [each.moves_along for each in changes] == [False, True]


class TestWhatSomeoneKnows:
    def test_who_registered_after_a_change_has_been_told_so_from_the_start(self):
        told = Baseline(FACTS).with_change({**FACTS, "room_id": 2}, NOW)
        assert told.known_to(EARLY)["room_id"] == 1
        assert told.known_to(NOW)["room_id"] == 1
        assert told.known_to(NOW + HOUR)["room_id"] == 2

    def test_who_registered_between_a_move_and_the_move_back_is_told_of_the_second(self):
        away = Baseline(FACTS).with_change({**FACTS, "room_id": 2}, EARLY)
        back = away.with_change(FACTS, LATE)
        assert back.known_to(EARLY - HOUR) == FACTS
        assert back.known_to(EARLY + HOUR)["room_id"] == 2
        assert back.known_to(NOW) == FACTS

    @given(st.lists(st.integers(1, 5), max_size=6), st.integers(0, 7))
    def test_everyone_knows_the_last_state_before_she_registered(self, rooms, after):
        told = Baseline(FACTS)
        for number, room in enumerate(rooms):
            told = told.with_change({**FACTS, "room_id": room}, NOW + number * HOUR)
        registered_at = NOW + after * HOUR - HOUR / 2
        known = [1, *rooms][: after + 1][-1]
        assert told.known_to(registered_at) == {**FACTS, "room_id": known}


def test_an_entry_changes_with_the_times_and_for_who_calls_with_the_numbers():
    event = {**FACTS, "room_id": None, "dial_in": None, "status": "published"}
    before = {None: event, 7: FACTS}
    other_number = {None: event, 7: {**FACTS, "dial_in": "+1-617-555-0199"}}
    not_streamed = {None: event, 7: {**FACTS, "is_streamed": False, "dial_in": None}}
    moved = {None: {**event, "ends_at": START.isoformat()}, 7: FACTS}
    later = {None: event, 7: {**FACTS, "starts_at": (START - HOUR).isoformat()}}

    def changes(now):
        return {mode for mode in Mode if rules.changes_entry(mode, before, now)}

    assert changes(moved) == set(Mode)
    assert changes(other_number) == changes(not_streamed) == {Mode.WEBCAST, Mode.PHONE}
    assert changes(later) == set()
