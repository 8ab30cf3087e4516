"""A card of somebody who is to be asked first, what was noted on cards, and where they are seen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.planning import actions as planning
from forum.registration.models import CareState
from forum.registration.telling import ask, tell
from tests.desk import EVENT, OrganizerAtDesk, at
from tests.notices import Desk
from tests.stored import fresh, tasks

pytestmark = pytest.mark.sqlite_is_enough
TASKS = "/organize/tasks"
NOTE = "her daughter answers"


@pytest.fixture
def widower(make, desk, ione, jasper):
    """Jasper, who is on hold because Ione has died."""
    make.welcome(jasper)
    desk.submit(at(ione, "/remember/sure"))
    return jasper


@pytest.fixture
def greta(make, event):
    greta = make.registration(
        event, name="Greta Nomail", email=None, phone="+16175550142", mode=Mode.PHONE
    )
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())
    return greta


def call_off(event, petra):
    with transaction():
        planning.cancel_event(fresh(event), version=event.version, by=petra, now=clock.now())


class TestOnHold:
    """Jasper is asked before anything is sent to him."""

    def test_his_card_says_what_he_was_not_told(self, make, desk, event, petra, widower):
        bones = make.session(event, title="Bones", room=make.room())
        Desk(petra).move(bones)
        Desk(petra).send(event, words={"en": "The speaker comes later."})

        text = desk.get(TASKS).text

        assert "It is on Saturday, April 24, 2027" in text
        assert "“The speaker comes later.”" in text
        assert "What has changed" in text

    def test_of_an_event_that_is_off_no_place_is_canceled(self, desk, event, petra, widower):
        assert "Cancel their place" in desk.get(TASKS).text

        call_off(event, petra)

        text = desk.get(TASKS).text
        assert "The event is canceled. Nobody needs to come or to call." in text
        assert "Cancel their place" not in text

    @pytest.mark.both_engines
    def test_two_organizers_see_who_asks_him(self, app, make, desk, widower):
        boris = OrganizerAtDesk(app, make.organizer(name="Boris"))
        desk.submit(TASKS, answer="take")
        boris.submit(TASKS, answer="tried", note="voice mail")

        text = boris.get(TASKS).text

        assert "Petra Sandboxer makes this call." in text
        assert "Tried 1 time" in text
        assert "Boris: voice mail" in text
        assert fresh(widower).care_state == CareState.HELD

    @pytest.mark.parametrize("is_on_his_page", [False, True])
    def test_what_goes_out_is_read_before_he_is_written_to(
        self, desk, event, petra, widower, is_on_his_page
    ):
        call_off(event, petra)

        leads = at(widower, "/release") if is_on_his_page else desk.submit(TASKS, answer="write")

        page = desk.get(leads)
        assert "What goes out at once" in page.text
        assert "is canceled" in page.text
        assert fresh(widower).care_state == CareState.HELD
        desk.submit(leads)
        assert fresh(widower).care_state == CareState.ACTIVE

    def test_where_he_knows_all_it_says_that_no_email_goes_out(self, desk, widower):
        page = desk.get(desk.submit(TASKS, answer="write"))

        assert "No email: there is nothing that they have not been told." in page.text

    def test_a_note_is_kept_with_an_answer_that_asks_first(self, desk, widower):
        desk.submit(TASKS, answer="write", note=NOTE)

        assert tasks()[0].notes.endswith(NOTE)
        assert NOTE in desk.get(TASKS).text


def test_who_turns_out_to_be_another_person_is_shown_what_goes_out(make, desk, event, ione):
    desk.submit(at(ione, "/remember/sure"))
    new = make.registration(event, name="Ione Sample", email=ione.email, care_state=CareState.HELD)
    with transaction():
        ask(TaskKind.CHECK_PERSON, new, once="check", now=clock.now())

    page = desk.get(desk.submit(TASKS, answer="another"))

    assert page.heading == "Another person"
    assert "Confirmation" in page.text
    assert db.session.scalars(select(Message)).all() == []
    assert fresh(new).care_state == CareState.HELD


class TestNotes:
    """Greta is called, and something is noted."""

    def test_it_stands_on_her_page_and_below_what_is_done(self, desk, greta):
        desk.submit(TASKS, answer="done", note=NOTE)

        assert NOTE in desk.get(TASKS).text
        assert NOTE in desk.get(at(greta)).text

    def test_her_next_card_has_it(self, desk, today, greta):
        desk.submit(TASKS, answer="done", note=NOTE)
        today.shift(timedelta(days=2))
        with transaction():
            tell("mode_changed", fresh(greta), "2", now=clock.now())

        page = OrganizerAtDesk(desk.client.application, desk.organizer).get(TASKS)

        assert "Done since yesterday" not in page.text
        assert NOTE in page.text


class TestWithAPasskey:
    """Where people's answers need a passkey's yes, so do notes."""

    @pytest.fixture
    def overrides(self):
        return {"answers_need_passkey": True}

    def test_a_note_of_a_call_that_is_done_is_hidden_until_then(self, desk, greta):
        desk.say_yes(ago=timedelta(hours=2))
        desk.submit(TASKS, answer="done", note=NOTE)

        for address in (TASKS, at(greta)):
            text = desk.get(address).text
            assert "There is a note; it is hidden." in text
            assert NOTE not in text

        desk.say_yes()
        desk.submit(at(greta), action="/organize/looks")
        assert NOTE in desk.get(at(greta)).text


def test_her_page_leads_to_her_card(make, desk, event, greta):
    other = make.registration(event, name="Hollis", email=None)
    with transaction():
        tell("confirmation", other, "2", now=clock.now())

    page = desk.get(at(greta))

    assert "Please call" in page.text
    leads = page.links()["See the card"]
    found = desk.get(leads)
    assert "Please call: Greta Nomail" in found.text
    assert "Hollis" not in found.text
    desk.submit(leads, answer="done")
    assert "Please call" not in desk.get(at(greta)).text


def test_the_page_of_somebody_who_is_to_be_asked_leads_to_his_card(desk, widower):
    page = desk.get(at(widower))

    assert "Please ask" in page.text
    assert "See the card" in page.links()


def test_who_listens_by_phone_is_given_the_number_at_once(make, desk, event):
    make.session(event, title="Bones", room=make.room(dial_in="+1-617-555-0150"))
    said = "The number to listen by is 617-555-0150: 8:15 am to 9:00 am."

    page = desk.get(
        desk.submit(
            f"{EVENT}/registrations/add",
            name="Ada",
            reach="phone",
            phone="617 555 0199",
            mode="phone",
        )
    )

    assert page.text.count(said) == 2, "once among what is said of it, once on her page"


def test_on_the_day_a_card_says_what_is_still_to_come(make, desk, event, today, greta):
    early, late = make.room(dial_in="+1-617-555-0150"), make.room(dial_in="+1-617-555-0151")
    make.session(event, title="Bones", room=early)
    noon = event.starts_at + timedelta(hours=4)
    make.session(event, title="Late", room=late, starts_at=noon, ends_at=noon + timedelta(hours=1))
    today.move_to(event.starts_at + timedelta(hours=3))

    text = OrganizerAtDesk(desk.client.application, desk.organizer).get(TASKS).text

    assert "It is running now: Saturday, April 24, 2027, 8:15 am to 4:30 pm" in text
    assert "617-555-0151" in text
    assert "617-555-0150" not in text


def test_whom_nobody_reached_before_the_end_is_said_not_to_have_been_told(
    make, desk, event, petra, today
):
    make.registration(event, name="Hollis", email=None)
    Desk(petra).move(make.session(event, title="Bones", room=make.room()))
    Desk(petra).send(event)
    assert "1 person still waits for a call" in desk.get(f"{EVENT}/changes").text
    today.move_to(event.ends_at + timedelta(hours=1))

    page = OrganizerAtDesk(desk.client.application, petra).get(f"{EVENT}/changes")

    assert page.text.count("1 person was not told") == 2, "above, and beside the notice"
    assert "still waits for a call" not in page.text
    assert "Go to the list of calls" not in page.links()


def test_on_the_day_nobody_is_asked_whether_the_new_day_suits(make, desk, event, today, greta):
    make.session(event, title="Bones", room=make.room())
    form = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")
    desk.post(f"{EVENT}/postpone", {**form.form(f"{EVENT}/postpone"), "step": "do"}, status=303)
    asked = "Can they take part on that day?"
    assert asked in desk.get(TASKS).text
    today.move_to(fresh(event).starts_at + timedelta(hours=1))

    text = OrganizerAtDesk(desk.client.application, desk.organizer).get(TASKS).text

    assert "It is running now" in text
    assert asked not in text


def test_on_the_day_today_and_the_page_that_cancels_say_what_has_been(make, desk, event, today):
    make.registration(event)
    make.session(event, title="Bones", room=make.room())
    assert "Next event" in desk.get("/organize/").text
    today.move_to(event.starts_at + timedelta(hours=3))
    desk = OrganizerAtDesk(desk.client.application, desk.organizer)

    text = desk.get("/organize/").text
    assert "Running now" in text
    assert "until Sat, Apr 24, 2027, 4:30 pm" in text
    assert "Next event" not in text
    text = desk.get(f"{EVENT}/cancel").text
    assert "Part of this event has been held already:" in text
    assert "Bones" in text


@pytest.mark.parametrize(
    ("facts", "canceled", "given_back"),
    [
        ({}, "An email says so.", "An email says that the place is booked."),
        (
            {"care_state": CareState.PAUSED},
            "An email says so.",
            "An email says that the place is booked.",
        ),
        (
            {"email": None},
            "There is no email address: please phone.",
            "There is no email address: please phone.",
        ),
        (
            {"email": "back@people.example"},
            "Our emails do not reach this address. Please call.",
            "Our emails do not reach this address. Please call.",
        ),
    ],
)
def test_before_a_place_is_canceled_or_given_back_it_says_whether_an_email_tells(  # noqa: PLR0917 - fixtures
    make, desk, event, facts, canceled, given_back
):
    make.block("back@people.example")
    ada = make.registration(event, name="Ada", **facts)

    assert canceled in desk.get(at(ada, "/cancel")).text
    desk.submit(at(ada, "/cancel"))
    assert given_back in desk.get(at(ada, "/give-back")).text


def test_who_was_on_hold_is_so_again_and_no_email_tells_him(desk, widower):
    desk.submit(at(widower, "/cancel"))

    said = "They are on hold, so no email says so before somebody has asked them."
    assert said in desk.get(at(widower, "/give-back")).text


def test_the_page_of_someone_on_hold_says_because_of_whom(make, desk, event, ione, widower):
    page = desk.get(at(widower))
    assert "This person is linked to Ione Sample, who has died." in page.text
    assert "or has a name like theirs" not in page.text

    alike = make.registration(event, name="Ione", email=ione.email, care_state=CareState.HELD)
    with transaction():
        ask(TaskKind.CHECK_PERSON, alike, once="alike", now=clock.now())
    page = desk.get(at(alike))
    assert "This person has a name like that of Ione Sample, who has died." in page.text
    assert "Find out who it is before anything is sent." in page.text


def test_the_overview_and_today_count_the_same_who_were_not_told(desk, event, petra, widower):
    call_off(event, petra)

    assert "1 person is not written to" in desk.get(f"{EVENT}/").text
    assert "Canceled, and they were not told: 1" in desk.get("/organize/").links()
