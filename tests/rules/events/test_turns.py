"""What is on now, and what comes next: who looks at the agenda finds her hour."""

from datetime import UTC, datetime

import pytest

from forum.events.agenda import Nearness, arrange, turns
from forum.events.models import SessionKind, SessionStatus
from tests.rules.events.test_agenda import ZONE, session

WELCOME, LUNCH, SONGS, CIRCLE = "welcome", "lunch", "songs", "circle"


@pytest.fixture
def starts():
    """A morning, an hour of lunch with something in it, an afternoon, and a day behind."""
    facts = {"status": SessionStatus.SCHEDULED}
    return arrange(
        [
            session(WELCOME, "09:00-09:45", **facts),
            session(LUNCH, "12:00-13:00", kind=SessionKind.BREAK, **facts),
            session(SONGS, "12:30-12:50", **facts),
            session(CIRCLE, "13:30-14:15", **facts),
            session("off", "15:00-15:45", status=SessionStatus.CANCELLED),
            session("last", "10:00-10:45", day=25, **facts),
        ],
        ZONE,
    ).starts


def at(clock, day=24):
    """Return an instant by the clock in Boston in April."""
    return datetime(2027, 4, day, int(clock[:2]) + 4, int(clock[3:]), tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "day", "expected"),
    [
        ("08:59", 24, {}),
        ("09:00", 24, {WELCOME: Nearness.NOW}),
        ("09:44", 24, {WELCOME: Nearness.NOW}),
        ("09:45", 24, {SONGS: Nearness.NEXT}),
        ("12:00", 24, {LUNCH: Nearness.NOW, SONGS: Nearness.NEXT}),
        ("12:30", 24, {LUNCH: Nearness.NOW, SONGS: Nearness.NOW}),
        ("12:50", 24, {LUNCH: Nearness.NOW, CIRCLE: Nearness.NEXT}),
        ("13:00", 24, {CIRCLE: Nearness.NEXT}),
        ("15:10", 24, {"last": Nearness.NEXT}),
        ("10:00", 25, {"last": Nearness.NOW}),
        ("10:45", 25, {}),
    ],
)
def test_what_is_on_is_now_and_what_follows_a_break_is_next(starts, clock, day, expected):
    near = turns(starts, at(clock, day))

    assert {each.placed[0].session.key: turn for each, turn in near.items()} == expected


def test_of_a_day_without_sessions_nothing_is_on():
    assert turns((), at("09:00")) == {}


def test_of_a_time_whose_sessions_differ_what_takes_place_counts():
    long = {"kind": SessionKind.TALK, "status": SessionStatus.SCHEDULED}
    off = {**long, "status": SessionStatus.CANCELLED}
    [first, second] = arrange(
        [
            session("short", "09:00-09:20", **long),
            session("long", "09:00-09:45", **long),
            session("off", "09:00-12:00", **off),
            session("gone", "13:00-13:30", **off),
        ],
        ZONE,
    ).starts

    assert (first.over_at, second.over_at) == (at("09:45"), at("13:30"))
    assert turns((first, second), at("09:30")) == {first: Nearness.NOW}
    assert turns((first, second), at("09:45")) == {}
