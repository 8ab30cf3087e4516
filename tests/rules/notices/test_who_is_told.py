"""Whom a change concerns, to the edges: those who wait, who watch, who came late to know of it."""

from datetime import UTC, datetime, timedelta

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
)
from forum.notices import rules
from forum.notices.baseline import state_of
from forum.notices.rules import CONCERNS, Attendance, Change, ChangeKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTS = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)
NOW = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
TIDE = Room(id=1, stream_url="https://live.example/1", dial_in="+1-617-555-0151")
IN_PERSON, WEBCAST, PHONE = Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE
TOLD = {
    "starts_at": "2027-04-24T14:00:00+00:00",
    "ends_at": "2027-04-24T15:00:00+00:00",
    "status": "scheduled",
    "is_streamed": True,
    "room_id": 1,
    "stream_url": "https://live.example/1",
    "dial_in": "+1-617-555-0151",
}

WHOLE = {**TOLD, "status": "published", "room_id": None, "dial_in": None, "is_online": False}
"""Of a forum with an agenda."""


def session(number=7, **facts) -> Session:
    values = {
        "id": number,
        "starts_at": STARTS,
        "ends_at": STARTS + HOUR,
        "status": SessionStatus.SCHEDULED,
        "is_streamed": True,
        "room": TIDE,
    }
    return Session(**{**values, **facts})


def event(*modes: Mode, **facts) -> Event:
    values = {
        "id": 3,
        "kind": EventKind.FORUM,
        "timezone": "America/New_York",
        "starts_at": STARTS - HOUR,
        "ends_at": STARTS + 8 * HOUR,
        "status": EventStatus.PUBLISHED,
        "gates": [Gate(mode=mode) for mode in modes or (IN_PERSON, WEBCAST, PHONE)],
    }
    return Event(**{**values, **facts})


def moved(thing, **by) -> dict:
    """Return what was told of a thing that has been so much later since."""
    facts, length = state_of(thing), timedelta(**by)
    for name in ("starts_at", "ends_at"):
        facts[name] = (datetime.fromisoformat(facts[name]) - length).isoformat()
    return facts


def told_to(reader, whole, sessions, before, *, now=NOW):
    """Return what a reader is told: of the event (None) and of sessions, by their numbers."""
    changes = rules.changes(whole, sessions, before, reader, now=now)
    return {each.session and each.session.id: set(each.kinds) for each in changes}


def test_each_kind_of_change_concerns_those_whom_it_touches():
    everyone = {IN_PERSON, WEBCAST, PHONE}

    assert {
        ChangeKind.CANCELLED: everyone,
        ChangeKind.BACK: everyone,
        ChangeKind.MOVED: everyone,
        ChangeKind.ROOM: {IN_PERSON},
        ChangeKind.DELIVERY: {WEBCAST, PHONE},
        ChangeKind.JOIN: {WEBCAST},
        ChangeKind.NUMBER: {PHONE},
        ChangeKind.ADDRESS: {IN_PERSON},
        ChangeKind.ONLINE: {IN_PERSON},
    } == CONCERNS


def test_the_desks_own_sentence_is_short():
    assert rules.LONGEST_WORDS == 500


class TestWhatIsDifferent:
    @pytest.mark.parametrize(
        ("before", "now", "kinds"),
        [
            ({"is_online": False}, {"is_online": True}, {ChangeKind.ONLINE}),
            ({}, {"is_online": True}, {ChangeKind.ONLINE}),
            ({"is_online": True}, {"is_online": True}, set()),
            ({"is_online": True}, {"is_online": False}, set()),
            ({"is_streamed": False}, {"is_streamed": True}, {ChangeKind.DELIVERY}),
            (
                {"is_streamed": False, "stream_url": None, "dial_in": None, "room_id": 2},
                {},
                {ChangeKind.DELIVERY, ChangeKind.ROOM},
            ),
            ({"stream_url": "x", "dial_in": "y"}, {}, {ChangeKind.JOIN, ChangeKind.NUMBER}),
            ({"status": "cancelled", "room_id": 2}, {}, {ChangeKind.BACK, ChangeKind.ROOM}),
            ({"status": "cancelled"}, {"status": "cancelled", "room_id": 2}, set()),
        ],
    )
    def test_it_is_named_by_its_kinds(self, before, now, kinds):
        assert rules.kinds({**TOLD, **before}, {**TOLD, **now}) == kinds

    @pytest.mark.parametrize(
        "name", ["room_id", "stream_url", "dial_in", "starts_at", "is_streamed"]
    )
    def test_what_was_never_told_has_not_changed(self, name):
        """Facts that are newer than what was stored say nothing of a change."""
        before = {each: fact for each, fact in TOLD.items() if each != name}

        assert rules.kinds(before, TOLD) == set()


class TestWhomItConcerns:
    def test_nobody_is_told_of_what_she_was_never_told_of(self):
        new = session(8)

        assert told_to(Attendance(IN_PERSON), event(), [new], {}) == {}
        assert told_to(Attendance(IN_PERSON), event(), [new], {None: state_of(event())}) == {}

    def test_of_an_event_that_stays_and_a_session_that_moves_only_the_session_is_told(self):
        whole, talk, other = event(), session(), session(8)
        before = {None: state_of(whole), 7: moved(talk, hours=1), 8: state_of(other)}

        assert told_to(Attendance(IN_PERSON), whole, [talk, other], before) == {
            7: {ChangeKind.MOVED}
        }

    def test_a_session_counts_to_its_last_moment(self):
        whole, talk = event(), session()
        before, end = {7: moved(talk, hours=1)}, talk.ends_at

        def told(now):
            return told_to(Attendance(IN_PERSON), whole, [talk], before, now=now)

        assert told(end - timedelta(microseconds=1)) == {7: {ChangeKind.MOVED}}
        assert told(end) == {}

    def test_a_session_that_went_off_the_air_is_told_to_those_who_would_have_watched(self):
        whole, talk = event(), session(is_streamed=False)
        before = {7: TOLD}

        assert told_to(Attendance(WEBCAST), whole, [talk], before) == {7: {ChangeKind.DELIVERY}}
        assert told_to(Attendance(IN_PERSON), whole, [talk], before) == {}

    def test_a_session_that_was_never_streamed_is_nothing_to_those_who_watch(self):
        whole, talk = event(), session(is_streamed=False)
        before = {7: moved(talk, hours=1)}

        assert told_to(Attendance(PHONE), whole, [talk], before) == {}
        assert told_to(Attendance(IN_PERSON), whole, [talk], before) == {7: {ChangeKind.MOVED}}

    def test_with_limited_places_it_concerns_her_who_has_one_even_if_she_waits_for_the_event(self):
        whole, small = event(), session(capacity=8)
        before = {7: moved(small, hours=1)}
        in_it = frozenset({7})

        for reader, is_told in (
            (Attendance(IN_PERSON), False),
            (Attendance(IN_PERSON, sessions=in_it), True),
            (Attendance(IN_PERSON, is_waiting=True), False),
            (Attendance(IN_PERSON, is_waiting=True, sessions=in_it), True),
            (Attendance(WEBCAST, is_waiting=True), False),
        ):
            assert told_to(reader, whole, [small], before) == (
                {7: {ChangeKind.MOVED}} if is_told else {}
            )

    def test_a_chosen_session_is_marked_as_hers(self):
        whole, mine, another = event(), session(7), session(8)
        before = {each.id: moved(each, hours=1) for each in (mine, another)}
        reader = Attendance(IN_PERSON, sessions=frozenset({7}))

        changes = rules.changes(whole, [mine, another], before, reader, now=NOW)

        assert [each.is_chosen for each in changes] == [True, False]

    def test_going_online_is_told_to_those_who_would_come_and_to_those_who_waited_to(self):
        online = event(WEBCAST, PHONE)
        before = {None: {**state_of(online), "is_online": False}}

        for reader, is_told in (
            (Attendance(IN_PERSON), True),
            (Attendance(WEBCAST), False),
            (Attendance(WEBCAST, waits_for_room=True), True),
        ):
            assert bool(told_to(reader, online, [], before)) is is_told

    def test_waiting_for_a_room_makes_no_other_change_hers(self):
        whole, talk = event(), session(room=Room(id=2, stream_url="https://live.example/1"))
        before = {7: {**TOLD, "dial_in": None}}

        assert told_to(Attendance(WEBCAST, waits_for_room=True), whole, [talk], before) == {}

    def test_a_change_says_what_was_and_what_is(self):
        whole, talk = event(), session()
        before = {None: moved(whole, hours=1), 7: moved(talk, hours=1)}

        assert rules.changes(whole, [talk], before, Attendance(IN_PERSON), now=NOW) == (
            Change(None, before[None], state_of(whole), frozenset({ChangeKind.MOVED})),
            Change(talk, before[7], state_of(talk), frozenset({ChangeKind.MOVED})),
        )


class TestGoingAlongToAnotherDay:
    def goes_along(self, event_by, session_before):
        whole, talk = event(), session()
        before = {None: moved(whole, **event_by), 7: session_before}
        changes = rules.changes(whole, [talk], before, Attendance(IN_PERSON), now=NOW)
        return [each.moves_along for each in changes if each.session]

    @pytest.mark.parametrize(
        ("event_by", "session_by", "goes_along"),
        [
            ({"days": 1}, {"days": 1}, True),
            ({"days": -7}, {"days": -7}, True),
            ({"days": 7, "hours": 1}, {"days": 7}, True),
            ({"days": 7}, {"days": 8}, False),
            ({"days": 7}, {"days": 7, "minutes": 15}, False),
            ({"hours": 3}, {"hours": 3}, False),
            ({"days": 1, "hours": 3}, {"days": 1, "hours": 3}, False),
        ],
    )
    def test_only_by_as_many_whole_days_whatever_the_hour_of_the_event(
        self, event_by, session_by, goes_along
    ):
        assert self.goes_along(event_by, moved(session(), **session_by)) == [goes_along]

    def test_not_if_it_is_longer_now(self):
        longer = {**moved(session(), days=7), "ends_at": "2027-04-17T14:30:00+00:00"}

        assert self.goes_along({"days": 7}, longer) == [False]

    def test_not_if_it_begins_earlier_now(self):
        later = {**moved(session(), days=7), "starts_at": "2027-04-17T14:30:00+00:00"}

        assert self.goes_along({"days": 7}, later) == [False]

    def test_not_if_its_room_is_another_as_well(self):
        elsewhere = {**moved(session(), days=7), "room_id": 2}

        assert self.goes_along({"days": 7}, elsewhere) == [False]

    def test_not_with_an_event_that_stays(self):
        assert self.goes_along({}, moved(session(), days=7)) == [False]

    def test_not_if_nobody_was_told_of_the_event(self):
        whole, talk = event(), session()
        before = {7: moved(talk, days=7)}

        [change] = rules.changes(whole, [talk], before, Attendance(IN_PERSON), now=NOW)

        assert not change.moves_along


class TestWhatSheKnows:
    def test_of_a_thing_that_nobody_was_told_of_she_knows_nothing(self):
        assert rules.known(session(told=None), NOW) is None

    @pytest.mark.parametrize(
        ("registered_at", "room"), [(NOW - HOUR, 9), (NOW, 9), (NOW + HOUR, 1)]
    )
    def test_she_knows_how_it_was_when_she_registered(self, registered_at, room):
        talk = session(told={**TOLD, "room_id": 9}, changed_at=NOW)

        assert rules.known(talk, registered_at) == {**TOLD, "room_id": room}


class TestHerEntry:
    def test_it_changes_for_whoever_would_have_come_when_the_event_goes_online(self):
        before, now = (
            {None: WHOLE, 7: TOLD},
            {None: {**WHOLE, "is_online": True}, 7: TOLD},
        )

        changed = {mode for mode in Mode if rules.changes_entry(mode, before, now)}
        assert changed == {Mode.IN_PERSON}

    def test_it_stays_when_only_a_stream_has_another_address(self):
        now = {None: {**WHOLE, "stream_url": "https://live.example/9"}, 7: TOLD}

        assert not any(rules.changes_entry(mode, {None: WHOLE, 7: TOLD}, now) for mode in Mode)

    def test_it_names_the_numbers_of_sessions_that_take_place_and_have_one(self):
        facts = {
            None: WHOLE,
            7: TOLD,
            8: {**TOLD, "room_id": 2, "dial_in": "+1-617-555-0152"},
            9: {**TOLD, "room_id": 3, "dial_in": None},
            10: {**TOLD, "room_id": 4, "dial_in": "+1-617-555-0154", "status": "cancelled"},
        }

        assert rules.numbers(facts) == {(1, "+1-617-555-0151"), (2, "+1-617-555-0152")}

    def test_of_a_webcast_it_names_its_own_number_alone(self):
        webcast = {**WHOLE, "room_id": 5, "dial_in": "+1-617-555-0155"}

        assert rules.numbers({None: webcast, 7: TOLD}) == {(5, "+1-617-555-0155")}

    def test_of_a_webcast_that_is_canceled_it_names_none(self):
        off = {**WHOLE, "room_id": 5, "dial_in": "+1-617-555-0155", "status": "cancelled"}

        assert rules.numbers({None: off, 7: TOLD}) == frozenset()
