"""One person's page at the desk, and what is done for her when she phones."""

import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import Status
from tests.desk import at
from tests.pages.organizer.outbox import failed_message
from tests.stored import fresh, registered

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=2)


def test_one_persons_page_shows_her_answers_mails_and_history(make, desk, event):
    ada = make.registration(event, needs="wheelchair", phone="+16175550142")
    failed_message(make, ada)

    text = desk.get(at(ada)).text

    for part in ("wheelchair", "617-555-0142", "Confirmation", "550 no such mailbox"):
        assert part in text


def test_a_person_of_another_event_is_not_found_here(make, desk):
    other = make.registration(make.event())

    desk.get(at(other), status=404)


def test_an_organizer_cancels_for_someone(make, desk, event):
    ada = make.registration(event)

    desk.submit(at(ada, "/cancel"))

    assert fresh(ada).status == Status.CANCELLED
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.CANCELLED)
    ).one()
    assert entry.organizer_id == desk.organizer.id


def test_an_organizer_changes_how_someone_attends(make, desk, event):
    ada = make.registration(event)

    address = at(ada, "/mode")
    desk.submit(address, mode="phone")

    assert fresh(ada).mode == Mode.PHONE


def test_her_link_is_sent_again_once_however_often_it_is_pressed(make, desk, event):
    ada = make.registration(event)
    address = at(ada)

    desk.submit(address, action=f"{address}/link")
    desk.submit(address, action=f"{address}/link")

    assert [each.email for each in db.session.scalars(select(Message))] == ["my_link"]


def test_a_full_mode_may_be_waited_for(make, desk, event):
    make.registration(event)
    make.registration(event)
    ada = make.registration(event, mode=Mode.WEBCAST)

    page = desk.get(at(ada, "/mode"))
    assert "Full. They would wait for a place and keep what they have." in page.text
    desk.submit(at(ada, "/mode"), mode="in_person")

    assert (fresh(ada).mode, ada.waits_for) == (Mode.WEBCAST, Mode.IN_PERSON)


def test_a_companion_is_added_later_and_both_pages_lead_to_each_other(make, desk, event):
    ada = make.registration(event, name="Ada")

    desk.submit(at(ada, "/companion"), companion_name="Boris", companion_mode="phone")

    boris = registered()[-1]
    assert (boris.name, boris.mode, boris.companion_of_id) == ("Boris", Mode.PHONE, ada.id)
    assert desk.get(at(ada)).links()["Boris"] == at(boris)
    assert desk.get(at(boris)).links()["Ada"] == at(ada)


def test_sessions_are_chosen_by_phone(make, desk, event):
    circle = make.session(event, capacity=1, title="Circle")
    ada = make.registration(event)

    desk.submit(at(ada, "/sessions"), sessions=[str(circle.id)])

    assert "Circle: Has a place" in desk.get(at(ada)).text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.SESSIONS_CHOSEN)
    ).one()
    assert entry.organizer_id == desk.organizer.id
