"""What an entry says of how to join is read anew, also by a calendar that asks by date alone."""

import pytest

from forum.events.models import Mode
from forum.links import feed_link
from forum.planning import agenda_actions
from tests.actions.planning.plans import does, session_plan
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

JOINS = b"choose Join"
HOUR = 3600


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def room(make):
    return make.room(dial_in=None)


@pytest.fixture
def joins_anew(program, make, forum, today):
    """Return a way to tell whether her entry names Join before a step and after, by date alone."""
    address = feed_link(make.registration(forum, mode=Mode.WEBCAST))

    def tried(step):
        today.shift(HOUR)
        first = program.fetch(address)
        asked = {"If-Modified-Since": first.headers["Last-Modified"]}
        said = JOINS in first.data.replace(b"\r\n ", b"")
        today.shift(HOUR)
        step()
        today.shift(HOUR)
        again = program.fetch(address, **asked)
        assert again.status_code == 200
        return said, JOINS in again.data.replace(b"\r\n ", b"")

    return tried


def test_the_room_of_what_is_shown_online_is_known_at_last(make, forum, petra, room, joins_anew):
    talk = make.session(forum, room=None)

    def finds_it():
        plan = session_plan(fresh(talk), room=room)
        does(agenda_actions.change_session, talk, plan, version=talk.version, by=petra)

    assert joins_anew(finds_it) == (False, True)


def test_the_only_session_that_is_shown_online_is_canceled_and_put_back(
    make, forum, petra, room, joins_anew
):
    talk = make.session(forum, room=room)

    def does_it(act):
        does(act, fresh(talk), version=talk.version, by=petra)

    assert joins_anew(lambda: does_it(agenda_actions.cancel_session)) == (True, False)
    assert joins_anew(lambda: does_it(agenda_actions.restore_session)) == (False, True)


def test_a_session_with_an_address_is_added(forum, petra, room, joins_anew):
    plan = session_plan(room=room)
    adds = agenda_actions.add_session

    assert joins_anew(lambda: does(adds, fresh(forum), plan, by=petra)) == (False, True)
