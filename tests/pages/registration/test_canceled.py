"""Behind the link of a canceled registration nothing can be changed, from whatever page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock, links
from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import Registration, Status
from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

CLOSED = {
    "reminders": {"reminders": "off"},
    "details/reach": {"name": "Ada B.", "version": "1"},
    "details/mail": {"language": "es", "timezone": "America/Phoenix", "version": "1"},
    "address": {"email": "new@people.example"},
    "address/remove": {},
    "zone": {"answer": "yes", "zone": "America/Phoenix"},
    "agree": {},
    "pause": {"how_long": "7"},
}
SAID_OTHERWISE = {"mode": {"to": "phone"}, "waiting": {}, "waiting/again": {}, "cancel": {}}


@pytest.fixture
def ada(make) -> Registration:
    """Make someone who has canceled."""
    return make.registration(make.event(), status=Status.CANCELLED, phone="+16175550100")


def stored() -> list[tuple[object, ...]]:
    look_again()
    rows = db.session.execute(select(*Registration.__table__.columns)).all()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("where", sorted(CLOSED))
def test_a_form_that_was_open_before_she_canceled_changes_nothing(visitor, ada, where):
    before = stored()
    token = visitor.get("/find").form()["csrf_token"]

    answer = visitor.client.post(
        my(ada, where), data={**CLOSED[where], "csrf_token": token}, follow_redirects=True
    )

    assert answer.status_code in {200, 422}
    assert "can no longer be changed" in answer.text
    assert stored() == before
    assert db.session.query(Message).count() == 0


@pytest.mark.parametrize("where", sorted(SAID_OTHERWISE))
def test_a_form_about_her_place_changes_nothing_either(visitor, ada, where):
    before = stored()
    token = visitor.get("/find").form()["csrf_token"]

    visitor.client.post(my(ada, where), data={**SAID_OTHERWISE[where], "csrf_token": token})

    assert stored() == before
    assert db.session.query(Message).count() == 0


@pytest.mark.parametrize("where", ["details/reach", "details/mail", "address"])
def test_a_page_to_change_an_answer_says_that_she_has_canceled(visitor, ada, where):
    page = visitor.client.get(my(ada, where), follow_redirects=True)

    assert "Your registration is canceled" in page.text
    assert "/details/" not in page.text


def test_what_a_canceled_reader_asked_not_to_get_stays_stopped_by_one_click(visitor, ada):
    link = visitor.client.post(unsubscribe(ada), data={"List-Unsubscribe": "One-Click"})

    look_again()
    assert (link.status_code, ada.wants_reminders) == (200, False)
    assert "Send me reminders" not in link.text


def test_reminders_are_not_sent_again_to_who_has_canceled(visitor, ada):
    ada.wants_reminders = False
    db.session.commit()
    token = visitor.get("/find").form()["csrf_token"]

    visitor.client.post(f"{unsubscribe(ada)}/undo", data={"csrf_token": token})

    look_again()
    assert ada.wants_reminders is False


def unsubscribe(registration) -> str:
    return links.unsubscribe_link(registration).removeprefix("http://localhost:8000")


@pytest.mark.parametrize(("hours", "is_open"), [(-1, False), (1, True)])
def test_before_giving_up_a_place_one_reads_whether_one_may_come_back(
    visitor, make, hours, is_open
):
    event = make.event()
    event.gates[0].closes_at = clock.now() + timedelta(hours=hours)
    ada = make.registration(event)

    page = visitor.get(my(ada, "cancel"))

    assert ("call us or register again" in page.text) is is_open
    assert ("has closed. If you change your mind later, call us." in page.text) is not is_open
