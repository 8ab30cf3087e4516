"""Calling an event off: who will be told, who must be phoned, and who is left in peace."""

import pytest
from sqlalchemy import select

from forum import clock
from forum.care.rules import NOTE
from forum.db import db, transaction
from forum.emails import preview
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Status
from tests.desk import EVENT, at
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

TASKS = "/organize/tasks"
FIND = "/organize/search"


def test_cancelling_says_first_whom_it_tells(make, desk, event):
    make.registration(event)
    make.registration(event)
    make.registration(event, email=None)
    make.registration(event, care_state=CareState.PAUSED)
    make.registration(event, care_state=CareState.REMEMBERED)

    text = desk.get("/organize/events/forum-2027/cancel").text

    assert "2 people are written to" in text
    assert "1 person is to be phoned" in text
    assert "Paused" in text


@pytest.mark.both_engines
def test_after_a_cancellation_the_desk_says_whom_no_email_tells(make, desk, event):
    make.registration(event, name="Greta Nomail", email=None)

    page = desk.get(desk.take_step("/organize/events/forum-2027/cancel"))

    assert "1 person has no email address: please phone." in page.text
    address = "/organize/events/forum-2027/registrations?reach=phone_only"
    assert page.links()["please phone"] == address


def test_cancelling_tells_them(make, desk, event):
    ada = make.registration(event)

    desk.take_step("/organize/events/forum-2027/cancel")

    assert fresh(event).status == EventStatus.CANCELLED
    assert [each.registration_id for each in db.session.scalars(select(Message))] == [ada.id]


def test_before_calling_an_event_off_she_reads_who_is_kept_back_and_why(desk, people):
    page = desk.get("/organize/events/forum-2027/cancel")

    assert "1 person is written to" in page.text
    assert "Paused: they asked for no emails 1 Paused Person" in page.text
    assert "On hold: someone must ask them first 1 Held Person" in page.text
    assert "Remembered: nothing goes out any more 1 Remembered Person" in page.text


def test_calling_it_off_leaves_calls_for_those_without_an_address(make, desk, event):
    make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")
    make.registration(event, name="Ada")

    desk.take_step("/organize/events/forum-2027/cancel")

    assert "Please call: Greta Nomail" in desk.get(TASKS).text
    states = db.session.scalars(select(Message.state)).all()
    assert states == [MessageState.QUEUED]


def test_an_event_that_a_file_called_off_is_told_from_the_desk(make, desk, event):
    ada = make.registration(event)
    with transaction():
        event.status = EventStatus.CANCELLED
    nobody = "Nobody has been told that it is canceled"

    assert nobody in desk.get("/organize/events/forum-2027/").text
    assert nobody in desk.get("/organize/events/forum-2027/changes").text
    assert "Canceled, and nobody was told" in desk.get("/organize/").text
    assert "Tell 1 person" in desk.get("/organize/events/forum-2027/cancel").text
    desk.take_step("/organize/events/forum-2027/cancel")

    assert [each.registration_id for each in db.session.scalars(select(Message))] == [ada.id]
    assert nobody not in desk.get("/organize/events/forum-2027/").text
    assert "This event is canceled." in desk.get("/organize/events/forum-2027/changes").text
    assert "Canceled, and nobody was told" not in desk.get("/organize/").text


def test_nobody_has_a_place_any_more_on_any_page_of_the_desk(make, desk, event):
    make.session(event)
    ada = make.registration(event, name="Ada", mode=Mode.IN_PERSON, care_state=CareState.PAUSED)
    make.registration(event, name="Wim", status=Status.WAITLISTED)
    assert "badge and meal" in desk.get(f"{EVENT}/").text

    desk.take_step(f"{EVENT}/cancel")

    own = desk.get(at(ada))
    found = desk.submit(FIND, status=200, words="Ada")
    listed = desk.get(f"{EVENT}/registrations")
    for page in (own, listed, found):
        assert "Had a place: the event is canceled" in page.text
        assert "Has a place" not in page.text
    assert "No emails until they say so." in own.text
    assert "The place stays booked." not in own.text
    assert "Waited: the event is canceled" in listed.text
    assert "Add a person" not in listed.links()
    overview = desk.get(f"{EVENT}/").text
    assert "badge and meal" not in overview
    assert "The end of the event" not in overview
    assert "Closed: the event is canceled" in overview


def test_whoever_is_told_later_reads_the_desks_own_sentence_too(make, desk, event):
    make.registration(event, name="Greta", email=None, phone="+16175550142")
    hollis = make.registration(event, name="Hollis", care_state=CareState.PAUSED)

    desk.take_step(f"{EVENT}/cancel", words_en="The house is closed by flooding.")

    assert "“The house is closed by flooding.”" in desk.get(TASKS).text
    note = Message(
        email=NOTE, registration=fresh(hollis), facts={}, dedupe_key="note", created_at=clock.now()
    )
    letter = preview(note, clock.now()).letter
    for said in (letter.text, letter.html):
        assert said.index("This was canceled") < said.index("The house is closed by flooding.")


@pytest.mark.parametrize(
    "where",
    [
        "",
        "events/",
        "events/forum-2027/",
        "events/forum-2027/registrations",
        "events/forum-2027/waitlist",
    ],
)
def test_no_page_of_the_desk_says_that_somebody_has_a_place_at_what_is_canceled(
    make, desk, event, where
):
    make.registration(event)
    make.registration(event)
    make.registration(event, status=Status.WAITLISTED)
    desk.take_step("/organize/events/forum-2027/cancel")

    text = desk.get(f"/organize/{where}").text.replace("Booked without asking", "")

    said = ("2 of 200", "of 200", "Booked", "Has a place", "1 waiting", "is waiting", "Taken: 2")
    assert [each for each in said if each in text] == []
    assert "had a place" in text.lower()
    assert "waited" in text.lower()


def test_the_agenda_says_that_nobody_has_a_place_in_a_session_that_is_canceled(make, desk, event):
    make.session(event, capacity=9, taken=2)
    assert "2 of 9" in desk.get(f"{EVENT}/agenda").text
    desk.take_step("/organize/events/forum-2027/cancel")

    text = desk.get(f"{EVENT}/agenda").text

    assert ("2 of 9" in text, "2 had a place" in text) == (False, True)
