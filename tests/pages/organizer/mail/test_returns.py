"""What the desk shows of emails that came back, and of calendars that say no."""

import pytest

from forum import clock
from forum.db import db
from forum.incoming.models import AddressBlock, ReportKind
from forum.outbox.models import Message, MessageState
from tests.desk import at
from tests.mail.incoming.keeping import came_back
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough

DESK = "/organize/"


@pytest.fixture
def ada(make, event):
    return make.registration(event, name="Ada", email="ada@people.example", phone="+16175550100")


@pytest.fixture
def returned(make, ada):
    """Let an email to Ada have come back, as it does in earnest."""
    now = clock.now()
    message = make._keep(
        Message(
            email="confirmation",
            registration=ada,
            dedupe_key="confirmation:ada",
            state=MessageState.SENT,
            sent_at=now,
            created_at=now,
            due_at=now,
        )
    )
    came_back(message)
    return message


def test_the_calls_say_whom_to_phone_and_what_to_ask(desk, ada, returned):
    page = desk.get("/organize/tasks")

    assert "Please call: Ada Emails do not arrive" in page.text
    assert (
        "Our emails to them do not arrive. There is no such address. Ask for the right one."
        in page.text
    )
    assert "The last that came back: Confirmation. Tell them what it said." in page.text
    assert page.links()["Enter another address: Ada"] == at(ada, "/address")
    assert page.links()["The address is right: Ada"] == at(ada, "/write-again")


@pytest.mark.both_engines
def test_the_first_page_the_list_and_her_page_mark_it_in_words(desk, ada, returned, make, event):
    make.registration(event, name="Boris")

    assert "Calls and questions: 1" in desk.get(DESK).text
    assert "Ada, Lantern spring day: emails do not arrive" in desk.get(DESK).text
    listed = desk.get("/organize/events/forum-2027/registrations?reach=returned").text
    assert "Ada Emails do not arrive" in listed
    assert "Boris" not in listed
    hers = desk.get(at(ada)).text
    assert "There is no such address. Ask for the right one. For now, we write nothing to" in hers
    assert "Came back" in hers


@pytest.mark.both_engines
def test_the_outbox_says_what_came_back_and_why(desk, ada, returned):
    for address in ("/organize/outbox/", "/organize/outbox/?state=returned"):
        page = desk.get(address).text
        assert "Came back (1)" in page
        assert "There is no such address. (code 5.1.1)" in page


def test_the_desk_asks_before_it_writes_to_the_same_address_again(desk, ada, returned):
    asked = desk.get(at(ada, "/write-again"))
    assert asked.heading == "Write to this address again"
    assert db.session.query(AddressBlock).count() == 1

    desk.submit(at(ada, "/write-again"))

    db.session.rollback()
    assert db.session.query(AddressBlock).count() == 0
    assert "Nobody is waiting for a call." in desk.get("/organize/tasks").text
    assert desk.client.get(at(ada, "/write-again")).status_code == 303
    history = desk.get(at(ada)).text
    assert "Emails to an address stopped: they came back" in history
    assert "allowed emails to the address of" in history


def test_a_calendar_that_says_no_is_marked_and_counted(desk, make, event, ada):
    make.calendar_reply(ada, "accepted")
    make.calendar_reply(ada, "declined")
    boris = make.registration(event, name="Boris")
    make.calendar_reply(boris, "declined")
    make.calendar_reply(boris, "accepted")
    make.calendar_reply(make.registration(event, name="Cora"), "declined", sequence=9)

    assert "Their calendar says no: 1" in desk.get(DESK).text
    listed = desk.get("/organize/events/forum-2027/registrations").text
    assert listed.count("Calendar says no") == 1
    assert "Ada Calendar says no" in listed
    assert "nothing is canceled by it" in desk.get(at(ada)).text
    assert "nothing is canceled by it" not in desk.get(at(boris)).text


def test_her_own_page_says_that_emails_come_back_and_leads_to_another_address(visitor, ada, make):
    assert "come back" not in visitor.get(my(ada)).text
    make.block(ada.email)

    page = visitor.get(my(ada))

    assert "Our emails to ada@people.example do not arrive" in page.text
    assert page.links()["Change my email address"] == my(ada, "address")


def test_a_complaint_is_no_matter_for_her_own_page(visitor, desk, ada, make):
    make.block(ada.email, ReportKind.COMPLAINT)

    assert "come back" not in visitor.get(my(ada)).text
    assert "Marked as unwanted: no reminders, no invitations." in desk.get(at(ada)).text
