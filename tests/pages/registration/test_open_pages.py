"""A button of a page that stood open says no more than what is so now."""

import pytest

from forum import links
from forum.db import db, transaction
from forum.emails.kinds import Stop
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from tests.my import my
from tests.stored import emails, fresh

pytestmark = pytest.mark.sqlite_is_enough

CLOSED = "This registration can no longer be changed. Please call us if you need help."


@pytest.fixture
def ada(make):
    return make.registration(make.event(), name="Ada", wants_reminders=False)


def become(person, **facts):
    with transaction():
        person = db.session.merge(person)
        for name, value in facts.items():
            setattr(person, name, value)


def pressed(visitor, person, address, **answers):
    """Press a button of hers as if its page had stood open."""
    token = visitor.get(my(person, "companions/")).form()["csrf_token"]
    return lambda: visitor.get(visitor.post(address, {"csrf_token": token, **answers})).text


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("way", "answers", "claims"),
    [
        ("cancel", {}, "on its way"),
        ("pause/companion", {"lets": "yes"}, "They can pause emails"),
        ("reminders", {"reminders": "on"}, "You will get reminders again."),
    ],
)
def test_nothing_is_said_to_be_done_for_one_who_has_died(visitor, ada, way, answers, claims):
    press = pressed(visitor, ada, my(ada, way), **answers)
    become(ada, care_state=CareState.REMEMBERED, status=Status.CANCELLED)

    said = press()

    assert CLOSED in said
    assert claims not in said
    assert (fresh(ada).wants_reminders, ada.has_let_companion_pause, emails()) == (False, False, [])


@pytest.mark.parametrize("stop", list(Stop))
def test_nor_does_the_link_of_an_email_start_anything_again(visitor, ada, stop):
    undo = links.unsubscribe_link(ada, stop).removeprefix("http://localhost:8000") + "/undo"
    press = pressed(visitor, ada, undo)
    become(ada, care_state=CareState.REMEMBERED)

    assert CLOSED in press()
    assert fresh(ada).wants_reminders is False


@pytest.mark.parametrize("way", ["coming", "waiting/leave"])
def test_who_has_canceled_in_another_window_is_not_told_that_the_place_stays(visitor, ada, way):
    press = pressed(visitor, ada, my(ada, way))
    become(ada, status=Status.CANCELLED)

    said = press()

    assert CLOSED in said
    assert "Your place stays" not in said


def test_whoever_waits_no_more_and_has_a_place_keeps_it(visitor, ada):
    press = pressed(visitor, ada, my(ada, "waiting/leave"))

    assert "You left the waitlist. Your place stays booked." in press()
    assert (fresh(ada).status, ada.mode) == (Status.CONFIRMED, Mode.IN_PERSON)
