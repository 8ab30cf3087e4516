"""When a room is taken twice, or someone would have to be in two places."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.clashes import Clash, clashes, overlap
from forum.events.models import Appearance, Room, Session, Speaker

TEN = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)
HALL, PIER = Room(id=1, name="Tide Auditorium"), Room(id=2, name="North Pier Room")
MIRA, OKE = Speaker(id=7, name="Mira"), Speaker(id=8, name="Oke")


def session(first: int, last: int, *, room=HALL, speakers=()):
    """Make one from so many minutes past ten until so many past ten."""
    return Session(
        starts_at=TEN + timedelta(minutes=first),
        ends_at=TEN + timedelta(minutes=last),
        room_id=room and room.id,
        appearances=[Appearance(speaker_id=each.id) for each in speakers],
    )


@pytest.mark.parametrize(
    ("first", "last", "is_at_once"),
    [
        (-30, 0, False),  # it ends as the other begins
        (-30, 1, True),
        (0, 45, True),
        (10, 20, True),
        (-10, 60, True),
        (44, 90, True),
        (45, 90, False),  # it begins as the other ends
        (60, 90, False),
    ],
)
def test_ends_and_starts_may_meet(first, last, is_at_once):
    plenary = session(0, 45)

    assert overlap(plenary, session(first, last)) == is_at_once
    assert overlap(session(first, last), plenary) == is_at_once


def test_a_room_is_not_given_twice_at_one_time():
    plenary = session(0, 45)

    assert [*clashes(session(30, 60), HALL, [], [plenary])] == [Clash(HALL, plenary)]


def test_a_room_is_free_again_when_a_session_ends():
    assert [*clashes(session(45, 60), HALL, [], [session(0, 45)])] == []


def test_another_room_or_none_takes_nothing():
    at_once = [session(0, 45), session(0, 45, room=None)]

    assert [*clashes(session(0, 45), PIER, [], at_once)] == []
    assert [*clashes(session(0, 45), None, [], at_once)] == []


def test_nobody_speaks_in_two_rooms_at_once():
    talk = session(0, 45, speakers=[OKE, MIRA])

    assert [*clashes(session(0, 45), PIER, [MIRA], [talk])] == [Clash(MIRA, talk)]


def test_a_speaker_may_go_from_one_session_to_the_next():
    talks = [session(0, 45, speakers=[MIRA]), session(90, 120, speakers=[MIRA])]

    assert [*clashes(session(45, 90), PIER, [MIRA], talks)] == []


def test_everything_that_is_taken_is_said_not_only_the_first():
    earlier = session(-60, 0, speakers=[MIRA])
    talk, panel = session(0, 45, speakers=[MIRA]), session(30, 60, room=PIER, speakers=[OKE])

    found = [*clashes(session(0, 45), HALL, [MIRA, OKE], [earlier, talk, panel])]

    assert found == [Clash(HALL, talk), Clash(MIRA, talk), Clash(OKE, panel)]
