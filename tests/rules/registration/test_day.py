"""When an attendee's page says something else on the day, and what can be joined then."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Event, Room, Session, SessionStatus
from forum.events.phone_rules import PhoneHours
from forum.registration.day_rules import starts_at, to_join, turns

STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
"""At 8:15 in Boston."""
MINUTE = timedelta(minutes=1)
HALL, PIER = Room(stream_url="https://live.example/a"), Room(stream_url="https://live.example/b")
EVENT = Event(starts_at=STARTS, ends_at=STARTS + 8 * 60 * MINUTE, details={})


def talk(first, last, room=HALL):
    """Return a talk between these minutes of the day."""
    return Session(
        room=room,
        status=SessionStatus.SCHEDULED,
        is_streamed=True,
        starts_at=STARTS + first * MINUTE,
        ends_at=STARTS + last * MINUTE,
    )


DAY = [talk(0, 45), talk(45, 90), talk(50, 90, PIER), talk(120, 150)]


@pytest.mark.parametrize(
    ("minute", "numbers"),
    [
        (-16, [0]),  # too early: what comes first
        (-15, [0]),
        (30, [0]),
        (35, [0, 2]),
        (44, [0, 2]),
        (45, [1, 2]),
        (104, [1, 2]),  # both run over
        (105, [3, 2]),
        (150, [3]),
        (179, [3]),
        (180, []),
    ],
)
def test_in_each_room_what_runs_can_be_joined_until_its_end(minute, numbers):
    found = to_join(DAY, EVENT, now=STARTS + minute * MINUTE)

    assert [DAY.index(each) for each in found] == numbers


def test_what_has_no_stream_cannot_be_joined_and_is_not_announced():
    nowhere = talk(0, 45, Room(stream_url=None))

    assert to_join([nowhere, DAY[3]], EVENT, now=STARTS) == [DAY[3]]
    assert to_join([nowhere], EVENT, now=STARTS) == []


@pytest.mark.parametrize(
    ("watched", "minutes"),
    [([], 0), ([talk(30, 45), talk(60, 90)], 30), ([talk(-30, 45)], 0)],
)
def test_who_watches_counts_from_what_she_can_watch(watched, minutes):
    assert starts_at(EVENT, watched) == STARTS + minutes * MINUTE


@pytest.mark.parametrize(("clock", "hours"), [("America/New_York", 8), ("Europe/Paris", 14)])
def test_the_page_turns_at_midnight_of_her_clock_an_hour_before_and_at_the_start(clock, hours):
    midnight = STARTS - hours * 60 * MINUTE - 15 * MINUTE

    assert turns(EVENT, [], clock) == [midnight, STARTS - 60 * MINUTE, STARTS, EVENT.ends_at]


def test_who_watches_also_waits_for_each_button_and_each_end():
    found = turns(EVENT, [talk(30, 75)], "America/New_York")

    minutes = [(at - STARTS) // MINUTE for at in found[1:]]
    assert minutes == [-30, 30, 480, 15, 105, 75]


def test_who_listens_awaits_the_first_hour_in_which_something_can_be_heard():
    later = PhoneHours(STARTS + 45 * MINUTE, STARTS + 90 * MINUTE, HALL)

    assert starts_at(EVENT, [later]) == STARTS + 45 * MINUTE
    found = turns(EVENT, [], "America/New_York", [later])
    assert {later.starts_at - 60 * MINUTE, later.starts_at} <= set(found)
    assert STARTS not in found
