"""What registering allows, decided without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event, EventStatus, Gate, Mode, Room, Session, SessionStatus
from forum.registration.models import CareState, PairRule, Registration, Role, Status
from forum.registration.rules import (
    JoinState,
    ModeState,
    clock_of,
    discreet_by_roles,
    join_span,
    join_state,
    may_change,
    may_join,
    mode_state,
    statuses_for_next,
)

STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
NOW = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
IN, WAIT = Status.CONFIRMED, Status.WAITLISTED
TOGETHER, EITHER = PairRule.TOGETHER, PairRule.EITHER


def event(**facts) -> Event:
    values = {
        "starts_at": STARTS,
        "ends_at": ENDS,
        "timezone": "America/New_York",
        "status": EventStatus.PUBLISHED,
        "takes_registrations": True,
    }
    return Event(**{**values, **facts})


def gate(mode: Mode = Mode.IN_PERSON, **facts) -> Gate:
    return Gate(**{"mode": mode, "capacity": None, "taken": 0, "held": 0, **facts})


@pytest.mark.parametrize(
    ("facts", "closes_at", "now", "state"),
    [
        ({}, None, NOW, ModeState.OPEN),
        ({"registration_opens_at": NOW}, None, NOW, ModeState.OPEN),
        (
            {"registration_opens_at": NOW + timedelta(seconds=1)},
            None,
            NOW,
            ModeState.NOT_OPEN_YET,
        ),
        ({"takes_registrations": False}, None, NOW, ModeState.ANNOUNCED),
        ({"status": EventStatus.DRAFT}, None, NOW, ModeState.ANNOUNCED),
        ({}, NOW, NOW, ModeState.CLOSED),
        ({}, NOW + timedelta(seconds=1), NOW, ModeState.OPEN),
        ({}, None, ENDS - timedelta(seconds=1), ModeState.OPEN),
        ({}, None, ENDS, ModeState.OVER),
        ({"status": EventStatus.CANCELLED}, None, NOW, ModeState.CANCELLED),
    ],
)
def test_what_can_be_done_about_a_mode(facts, closes_at, now, state):
    assert mode_state(event(**facts), gate(closes_at=closes_at), now=now) == state


@pytest.mark.parametrize(
    ("free", "size", "rule", "statuses"),
    [
        (None, 1, TOGETHER, (IN,)),
        (None, 2, TOGETHER, (IN, IN)),
        (1, 1, TOGETHER, (IN,)),
        (0, 1, TOGETHER, (WAIT,)),
        (2, 2, TOGETHER, (IN, IN)),
        (1, 2, TOGETHER, (WAIT, WAIT)),
        (1, 2, EITHER, (IN, WAIT)),
        (0, 2, EITHER, (WAIT, WAIT)),
    ],
)
def test_where_the_next_stand(free, size, rule, statuses):
    assert statuses_for_next(free, size, rule) == statuses


def test_nobody_new_gets_a_place_while_no_one_comes():
    assert statuses_for_next(5, 0, TOGETHER) == ()


@pytest.mark.parametrize(("capacity", "taken", "free"), [(None, 9, None), (5, 3, 2), (5, 5, 0)])
def test_how_many_places_are_free(capacity, taken, free):
    assert gate(capacity=capacity, taken=taken).left == free


@pytest.mark.parametrize(
    ("facts", "now", "may"),
    [
        ({}, NOW, True),
        ({"status": WAIT}, NOW, True),
        ({"status": Status.CANCELLED}, NOW, False),
        ({"care_state": CareState.REMEMBERED}, NOW, False),
        ({"care_state": CareState.PAUSED}, NOW, True),
        ({"event": event(status=EventStatus.CANCELLED)}, NOW, False),
        ({}, ENDS + timedelta(hours=7, minutes=29), True),
        ({}, ENDS + timedelta(hours=7, minutes=30), False),
    ],
)
def test_who_may_still_change_her_mind(facts, now, may):
    values = {"event": event(), "status": IN, "care_state": CareState.ACTIVE, "mode": Mode.WEBCAST}
    values["timezone"] = "America/New_York"
    assert may_change(Registration(**{**values, **facts}), now=now) is may


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (STARTS - timedelta(minutes=15, seconds=1), JoinState.TOO_EARLY),
        (STARTS - timedelta(minutes=15), JoinState.OPEN),
        (ENDS, JoinState.OPEN),
        (ENDS + timedelta(minutes=30, seconds=-1), JoinState.OPEN),
        (ENDS + timedelta(minutes=30), JoinState.OVER),
    ],
)
def test_when_a_webcast_can_be_joined(now, state):
    session = Session(starts_at=STARTS, ends_at=ENDS)
    assert join_state(session, event(details={}), now=now) == state


@pytest.mark.parametrize(
    ("details", "minutes"),
    [(None, 15), ({}, 15), ({"opens_min_before": 0}, 0), ({"opens_min_before": 45}, 45)],
)
def test_an_event_says_how_long_before_it_can_be_joined(details, minutes):
    webcast = event(details=details)
    session = Session(starts_at=STARTS, ends_at=ENDS)
    first = STARTS - timedelta(minutes=minutes)
    assert join_state(session, webcast, now=first) == JoinState.OPEN
    before = first - timedelta(seconds=1)
    assert join_state(session, webcast, now=before) == JoinState.TOO_EARLY
    assert join_span(session, webcast) == (first, ENDS + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("roles", "is_discreet"),
    [
        ((), True),
        ((Role.PATIENT,), True),
        ((Role.PATIENT, Role.CLINICIAN), True),
        ((Role.CLINICIAN, Role.CAREGIVER), True),
        ((Role.CLINICIAN,), False),
        ((Role.CLINICIAN, Role.OTHER), False),
    ],
)
def test_all_but_those_for_whom_it_is_only_work_are_discreet(roles, is_discreet):
    assert discreet_by_roles(roles) is is_discreet


@pytest.mark.parametrize(
    ("status", "event_status", "session_status", "opened", "answer"),
    [
        (Status.CONFIRMED, EventStatus.PUBLISHED, SessionStatus.SCHEDULED, True, True),
        (Status.CONFIRMED, EventStatus.PUBLISHED, SessionStatus.SCHEDULED, False, False),
        (Status.CONFIRMED, EventStatus.CANCELLED, SessionStatus.SCHEDULED, True, False),
        (Status.CONFIRMED, EventStatus.PUBLISHED, SessionStatus.CANCELLED, True, False),
        (Status.WAITLISTED, EventStatus.PUBLISHED, SessionStatus.SCHEDULED, True, False),
        (Status.CANCELLED, EventStatus.PUBLISHED, SessionStatus.SCHEDULED, True, False),
    ],
)
def test_only_someone_with_a_place_is_led_to_what_takes_place(
    status, event_status, session_status, opened, answer
):
    person = Registration(status=status, event=event(status=event_status))
    session = Session(starts_at=STARTS, ends_at=ENDS, status=session_status, is_streamed=True)
    at = STARTS if opened else STARTS - timedelta(minutes=16)

    assert may_join(person, session, now=at) is False  # it leads nowhere
    session.room = Room(stream_url="https://live.example/a")
    assert may_join(person, session, now=at) is answer
    session.is_streamed = False
    assert may_join(person, session, now=at) is False


@pytest.mark.parametrize(
    ("mode", "clock"),
    [
        (Mode.IN_PERSON, "America/New_York"),
        (Mode.WEBCAST, "America/Halifax"),
        (Mode.PHONE, "America/Halifax"),
    ],
)
def test_the_day_of_who_comes_is_on_the_clocks_of_the_place(mode, clock):
    ada = Registration(mode=mode, timezone="America/Halifax", event=event())

    assert clock_of(ada) == clock
