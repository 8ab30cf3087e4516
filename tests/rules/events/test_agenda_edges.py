"""An agenda at its edges: late evenings, six rooms, sessions without one, and empty choices."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum.events.agenda import MOST_LANES, AgendaChoice, arrange
from forum.events.models import Room, Session, SessionKind, Track

BOSTON = "America/New_York"
TEN = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)
ROOMS = [Room(key=f"room-{n}", name=f"Room {n}", position=n) for n in range(MOST_LANES + 1)]
HALL, PIER, *_ = ROOMS
SCIENCE = Track(key="science", name="Science")


def session(key, starts_at=TEN, room=HALL, **facts):
    values = {
        "kind": SessionKind.TALK,
        "position": 0,
        "language": "en",
        "subtypes": (),
        "audience": (),
        "is_streamed": True,
        "ends_at": starts_at + timedelta(minutes=45),
    }
    return Session(key=key, starts_at=starts_at, room=room, **{**values, **facts})


def lanes(agenda):
    """Return the lane of each session by its key."""
    placed = [each for day in agenda.days for start in day.starts for each in start.placed]
    return {each.session.key: each.lane for each in placed}


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        (BOSTON, [date(2027, 4, 24)]),
        ("Europe/Paris", [date(2027, 4, 24), date(2027, 4, 25)]),
        ("Pacific/Honolulu", [date(2027, 4, 24)]),
    ],
)
def test_an_evening_belongs_to_the_day_on_which_the_events_clock_shows_it(zone, days):
    half_past_eight_in_boston = datetime(2027, 4, 25, 0, 30, tzinfo=UTC)

    agenda = arrange([session("talk"), session("evening", half_past_eight_in_boston)], zone)

    assert [day.on for day in agenda.days] == days


def test_six_rooms_stand_side_by_side_and_a_seventh_is_too_many():
    at_once = [session(room.key, room=room) for room in ROOMS]

    assert arrange(at_once[:6], BOSTON).lanes == tuple(ROOMS[:6])
    assert arrange(at_once, BOSTON).lanes == ()


def test_what_is_alone_at_its_time_takes_the_whole_width_even_in_a_room_with_a_lane():
    agenda = arrange(
        [
            session("welcome", TEN - timedelta(hours=1), HALL),
            session("hall", TEN, HALL),
            session("pier", TEN, PIER),
        ],
        BOSTON,
    )

    assert lanes(agenda) == {"welcome": 0, "hall": 1, "pier": 2}


def test_a_walk_that_has_no_room_takes_the_whole_width_above_what_runs_beside_it():
    agenda = arrange([session("hall"), session("walk", room=None)], BOSTON)

    assert agenda.lanes == (HALL,)
    assert list(lanes(agenda).items()) == [("walk", 0), ("hall", 1)]


def test_a_break_makes_no_lane_of_the_room_where_it_is_served():
    lunch = session("lunch", room=PIER, kind=SessionKind.BREAK)

    agenda = arrange([session("hall"), lunch], BOSTON)

    assert agenda.lanes == (HALL,)
    assert lanes(agenda) == {"lunch": 0, "hall": 1}


def test_empty_words_ask_for_everything_breaks_too():
    sessions = [session("talk"), session("tea", TEN + timedelta(hours=1), kind=SessionKind.BREAK)]

    everything = arrange(sessions, BOSTON, AgendaChoice(topic="", track="", mode=""))

    assert everything == arrange(sessions, BOSTON)
    assert lanes(everything) == {"talk": 0, "tea": 0}


def test_whoever_asks_for_a_track_is_shown_its_sessions_and_none_that_have_no_track():
    later = TEN + timedelta(hours=1)
    sessions = [session("bones", track=SCIENCE), session("plenary", later)]

    assert lanes(arrange(sessions, BOSTON, AgendaChoice(track="science"))) == {"bones": 0}
    assert lanes(arrange(sessions, BOSTON, AgendaChoice(track="living"))) == {}
    assert lanes(arrange(sessions, BOSTON, AgendaChoice(topic="en"))) == {"bones": 0, "plenary": 0}
