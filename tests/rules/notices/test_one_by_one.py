"""How changes are counted and said: each thing once, what a room brings for the room."""

import pytest

from forum.events.models import Session
from forum.notices import rules
from forum.notices.rules import Change, ChangeKind

MOVED, JOIN, NUMBER, ROOM = (
    ChangeKind.MOVED,
    ChangeKind.JOIN,
    ChangeKind.NUMBER,
    ChangeKind.ROOM,
)
OLD = {"room_id": 1, "stream_url": "https://live.example/1", "dial_in": None}
NEW = {**OLD, "stream_url": "https://live.example/2"}


def change(*kinds, session=None, before=OLD, now=NEW, moves_along=False):
    return Change(session, before, now, frozenset(kinds), moves_along)


def told(*changes):
    found = rules.one_by_one(changes)
    said = (found.whole, found.rooms, found.sessions)
    return [[set(each.kinds) for each in part] for part in said], found.number


def test_a_room_is_said_once_for_all_its_sessions():
    talks = [change(JOIN, session=Session(id=number)) for number in (1, 2, 3)]

    assert told(*talks) == ([[], [{JOIN}], []], 1)


def test_what_else_a_session_has_is_said_of_it():
    assert told(change(JOIN, MOVED, session=Session(id=1))) == ([[], [{JOIN}], [{MOVED}]], 2)


def test_of_the_whole_event_it_is_the_same():
    assert told(change(NUMBER, MOVED)) == ([[{MOVED}], [{NUMBER}], []], 2)


@pytest.mark.parametrize(
    "other",
    [
        {"room_id": 2},
        {"stream_url": "https://live.example/3"},
        {"dial_in": "+1-617-555-0150"},
    ],
)
def test_another_room_or_another_stream_is_another(other):
    first = change(JOIN, session=Session(id=1))
    elsewhere = {"before": {**OLD, **other}, "now": {**NEW, **other}}
    if "stream_url" in other:
        elsewhere = {"before": OLD, "now": {**NEW, **other}}

    second = change(JOIN, session=Session(id=2), **elsewhere)

    assert told(first, second) == ([[], [{JOIN}, {JOIN}], []], 2)


def test_where_a_session_is_in_another_room_its_stream_is_its_own():
    moved = change(ROOM, JOIN, session=Session(id=1), now={**NEW, "room_id": 2})

    assert told(moved) == ([[], [], [{ROOM, JOIN}]], 1)


def test_what_only_goes_along_is_left_out():
    along = change(MOVED, session=Session(id=1), moves_along=True)

    assert told(change(MOVED), along) == ([[{MOVED}], [], []], 1)
