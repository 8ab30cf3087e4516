"""A session's own page says what has become of it, and of its event: links lead straight there."""

import pytest

from forum.db import db
from forum.events.models import EventStatus, SessionKind, SessionStatus

pytestmark = pytest.mark.sqlite_is_enough

PAGE = "/events/forum-2027/sessions/bones/"


@pytest.fixture
def bones(make):
    """A recorded session of a forum."""
    event = make.event(slug="forum-2027", title="Spring Forum")
    return make.session(event, key="bones", title="Bones", is_recorded=True)


def ways_in(page):
    """Return the links that lead to registering, and into a calendar."""
    return [name for name in page.links() if name == "Register" or "alendar" in name]


def test_a_session_that_takes_place_can_be_come_to(visitor, bones):
    page = visitor.get(PAGE)

    assert ways_in(page) == [
        "Register",
        "Calendar file, neutral title",
        "Calendar file, full title",
        "Google Calendar",
    ]
    assert ("It is recorded." in page.text, "Live online" in page.text) == (True, True)


def test_a_session_of_a_canceled_forum_says_so_and_goes_into_no_calendar(visitor, bones):
    visitor.get(PAGE)
    bones.event.status = EventStatus.CANCELLED
    bones.event.revision += 1
    db.session.commit()

    page = visitor.get(PAGE)

    assert "This forum is canceledIf you were registered, you do not need to do" in page.text
    assert ways_in(page) == []
    assert ("recorded" in page.text, "Live online" in page.text) == (False, False)


@pytest.mark.parametrize("kind", [SessionKind.TALK, SessionKind.CIRCLE])
def test_a_canceled_session_goes_into_no_calendar_and_the_rest_goes_on(visitor, bones, today, kind):
    bones.status, bones.kind = SessionStatus.CANCELLED, kind
    db.session.commit()

    page = visitor.get(PAGE)
    today.move_to(bones.event.ends_at, tick=False)
    over = visitor.get(PAGE)

    said = "This session is canceledThe rest of the day goes on as planned."
    assert (said in page.text, said in over.text) == (True, False)
    assert "This session is canceled" in over.text
    assert (ways_in(page), ways_in(over)) == (["Register"], [])
    assert "recorded" not in page.text


def test_a_session_of_a_forum_that_is_over_says_that_it_is(visitor, bones, today):
    visitor.get(PAGE)
    today.move_to(bones.event.ends_at, tick=False)

    page = visitor.get(PAGE)

    assert "This forum is over" in page.text
    assert ways_in(page) == []
