"""A person's care at the desk: pausing, and remembering in two steps."""

from datetime import date

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Status
from forum.registration.telling import tell
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form, names
from tests.notices import Desk
from tests.pages.organizer.outbox import failed_message
from tests.stored import fresh, tasks

pytestmark = pytest.mark.sqlite_is_enough

MAY = date(2027, 5, 1)


def test_nothing_about_emails_is_offered_for_one_who_has_no_address(make, desk, event):
    greta = make.registration(event, email=None, phone="+16175550142", wants_reminders=False)

    links = desk.get(at(greta)).links()

    offered = {"Pause emails", "See any email as this person would get it", "Reminders again"}
    assert offered & links.keys() == set()
    assert links["Enter an email address"] == at(greta, "/address")


def test_calls_pause_for_one_who_has_only_a_phone(make, desk, event):
    greta = make.registration(event, name="Greta", email=None, phone="+16175550142")
    with transaction():
        tell("confirmation", greta, "once", now=clock.now())
    assert "Greta" in desk.get("/organize/tasks").text

    page = desk.get(desk.get(at(greta)).links()["Pause calls"])
    assert (page.heading, "one short email" in page.text) == ("Pause calls", False)
    desk.submit(at(greta, "/pause"), ends="word", until="")

    assert fresh(greta).care_state == CareState.PAUSED
    assert "Calls are paused. The place stays." in desk.get(at(greta)).text
    assert "Greta" not in desk.get("/organize/tasks").text


def test_no_email_is_shown_as_one_who_has_died_would_get_it(make, desk, event):
    ada = make.registration(event, care_state=CareState.REMEMBERED)

    page = desk.get(at(ada))

    assert "See any email as this person would get it" not in page.links()
    assert "Send the personal link again" not in page.text


def test_one_without_an_address_is_not_to_be_written_to_again(make, desk, event):
    jasper = make.registration(event, email=None, phone="+16175550142", care_state=CareState.HELD)

    assert "Write to them again" not in desk.get(at(jasper)).links()
    page = desk.get(at(jasper, "/release"))
    assert page.heading == "They are no longer on hold"
    assert "write" not in page.text.lower()
    desk.submit(at(jasper, "/release"))

    assert fresh(jasper).care_state == CareState.ACTIVE


def test_reminders_that_she_stopped_are_sent_again_on_her_word_and_the_history_says_so(
    make, desk, event
):
    ada = make.registration(event, wants_reminders=False)
    page = desk.get(at(ada))
    assert page.links()["Reminders again"] == at(ada, "/remind-again")
    assert "Send them again only on their own word." in desk.get(at(ada, "/remind-again")).text

    page = desk.get(desk.submit(at(ada, "/remind-again")))

    assert "They are reminded again." in page.text
    assert fresh(ada).wants_reminders is True
    assert "reminders" in page.text.partition("History")[2]


class TestPausing:
    def test_from_her_page_until_a_day(self, desk, ione):
        assert "Pause emails" in desk.get(at(ione)).links()

        desk.submit(at(ione, "/pause"), ends="day", until="2027-05-01")

        assert (fresh(ione).care_state, ione.care_until) == (CareState.PAUSED, MAY)
        page = desk.get(at(ione))
        assert "No emails until Saturday, May 1, 2027. The place stays booked." in page.text

    def test_until_she_says_so(self, desk, ione):
        desk.submit(at(ione, "/pause"), ends="word", until="")

        assert (fresh(ione).care_state, ione.care_until) == (CareState.PAUSED, None)
        assert "No emails until they say so. The place stays booked." in desk.get(at(ione)).text

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"ends": "day", "until": "2026-11-23"}, "Choose a day after today."),
            ({"ends": "day", "until": ""}, "Enter the day"),
            ({"ends": "day", "until": "soon"}, "Enter the day"),
            ({"ends": None, "until": ""}, "Choose how long"),
            ({"ends": "never", "until": ""}, "Not a valid choice."),
            (
                {"ends": "day", "until": "2029-01-01"},
                "Choose a day within two years, or choose no day at all.",
            ),
        ],
    )
    def test_what_cannot_be_gets_a_sentence(self, desk, ione, answers, sentence):
        page = desk.submit(at(ione, "/pause"), status=422, **answers)

        assert page.errors() == [sentence]
        assert desk_form(page)["until"] == answers["until"]
        assert fresh(ione).care_state == CareState.ACTIVE

    def test_emails_again(self, desk, ione):
        desk.submit(at(ione, "/pause"), ends="word", until="")

        desk.submit(at(ione, "/resume"))

        assert fresh(ione).care_state == CareState.ACTIVE
        assert "Emails go out as usual." in desk.get(at(ione)).text

    @pytest.mark.parametrize("step", ["release", "resume"])
    def test_nobody_is_said_to_be_written_to_again_who_has_died_meanwhile(
        self, desk, ione, jasper, step
    ):
        if step == "release":
            desk.submit(at(ione, "/remember/sure"))
        else:
            desk.submit(at(jasper, "/pause"), ends="word", until="")
        form = desk.get(at(jasper, f"/{step}")).form(at(jasper, f"/{step}"))
        desk.submit(at(jasper, "/remember/sure"))

        said = desk.get(desk.post(at(jasper, f"/{step}"), form)).text

        assert "This person is remembered (has died). Nothing was changed." in said
        assert "Emails go out again" not in said

    def test_a_pause_does_not_end_in_a_hold(self, desk, ione, jasper):
        desk.submit(at(jasper, "/pause"), ends="word", until="")
        form = desk.get(at(jasper, "/resume")).form(at(jasper, "/resume"))
        desk.submit(at(ione, "/remember/sure"))

        said = desk.get(desk.post(at(jasper, "/resume"), form)).text

        assert "This person is on hold by now. Ask them what they want first." in said

    def test_a_pause_that_is_over_reads_as_over(self, make, desk, event):
        ada = make.registration(event, care_state=CareState.PAUSED, care_until=date(2026, 11, 23))

        assert "Emails go out as usual." in desk.get(at(ada)).text


class TestRemembering:
    def test_the_first_page_says_what_will_happen_and_does_nothing(self, desk, ione, jasper):
        with transaction():
            tell("my_link", ione, "1", now=clock.now())

        page = desk.get(at(ione, "/remember"))

        assert "Spring Forum: In person, Has a place" in page.text
        assert "Jasper Sample" in page.text
        assert "Personal link" in page.text
        assert [f for f in page.all("form") if "remember" in f.get("action", "")] == []
        assert fresh(ione).care_state == CareState.ACTIVE

    @pytest.mark.parametrize(
        ("waits", "said"),
        [
            (False, "Has a place. The place is offered to nobody now."),
            (True, "Has a place. The place is offered to the next person."),
        ],
    )
    def test_it_says_what_becomes_of_the_place(self, make, desk, ione, waits, said):
        [gate] = [each for each in ione.event.gates if each.mode == ione.mode]
        gate.capacity = gate.taken
        if waits:
            make.registration(ione.event, status=Status.WAITLISTED)
        db.session.commit()

        assert f"In person, {said}" in desk.get(at(ione, "/remember")).text

    def test_the_second_asks_once_more_and_then_everything_stops(self, desk, ione, jasper):
        sure = desk.get(at(ione, "/remember")).links()["Continue"]
        assert desk.get(sure).heading == "Are you sure?"
        assert fresh(ione).care_state == CareState.ACTIVE

        desk.submit(sure)

        assert (fresh(ione).care_state, ione.status) == (
            CareState.REMEMBERED,
            Status.CANCELLED,
        )
        assert fresh(jasper).care_state == CareState.HELD
        assert db.session.scalars(select(Message)).all() == []

    def test_her_page_offers_only_the_way_back(self, desk, ione, jasper):
        desk.submit(at(ione, "/remember/sure"))
        page = desk.get(at(ione))
        assert "This person is remembered (has died). Nothing goes out" in page.text
        assert {"Pause emails", "This person has died"}.isdisjoint(page.links())

        desk.submit(page.links()["Undo: this person is alive"])

        assert (fresh(ione).care_state, ione.status) == (CareState.ACTIVE, Status.CONFIRMED)
        assert fresh(jasper).care_state == CareState.ACTIVE
        assert [each.done_at is not None for each in tasks()] == [True]

    def test_no_mark_of_it_is_red(self, desk, ione):
        desk.submit(at(ione, "/remember/sure"))

        marks = [
            element.get("class")
            for element in desk.get(at(ione)).all("span")
            if "".join(element.itertext()) == "Remembered"
        ]

        assert set(marks) == {"tag tag--quiet"}

    def test_someone_of_another_event_is_not_found_here(self, make, desk):
        stranger = make.registration(make.event())

        desk.get(at(stranger, "/remember"), status=404)

    def test_a_viewer_may_not(self, app, make, ione):
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

        viewer.get(at(ione, "/remember/sure"), status=403)


class TestWritingToTheHeldAgain:
    @pytest.fixture
    def held(self, desk, ione, jasper):
        desk.submit(at(ione, "/remember/sure"))
        return fresh(jasper)

    def test_from_his_page_without_the_list_of_calls(self, desk, held):
        step = desk.get(at(held)).links()["Write to them again"]
        assert desk.get(step).heading == "Write to them again"
        assert fresh(held).care_state == CareState.HELD

        desk.submit(step)

        assert fresh(held).care_state == CareState.ACTIVE
        assert [task.done_at is None for task in tasks()] == [False]
        assert "Nobody is waiting for a call." in desk.get("/organize/tasks").text

    def test_whoever_is_not_held_is_not_offered_it(self, desk, ione):
        assert "Write to them again" not in desk.get(at(ione)).links()


def test_the_first_page_names_whoever_may_be_the_same_person(make, desk, ione):
    make.registration(make.event(), name="Sample, Ione", email=ione.email)

    page = desk.get(at(ione, "/remember"))

    assert "These names at the same address may be the same person." in page.text
    assert "Sample, Ione" in page.text


@pytest.mark.parametrize("is_told_meanwhile", [False, True])
@pytest.mark.both_engines
def test_after_an_undo_nothing_waits_unless_there_is_news(  # noqa: PLR0917 - fixtures
    make, desk, petra, event, ione, jasper, is_told_meanwhile
):
    session = make.session(event)
    make.welcome(ione)
    make.welcome(jasper)
    desk.submit(at(ione, "/remember/sure"))
    if is_told_meanwhile:
        Desk(petra).move(session)
        Desk(petra).send(event)

    desk.submit(at(ione, "/remember/undo"))

    found = "Emails go out again" in desk.get("/organize/").text
    assert found is is_told_meanwhile
    assert ("Emails go out again" in desk.get(at(jasper)).text) is is_told_meanwhile


def test_a_day_that_is_not_meant_keeps_no_pause_from_beginning(make, desk, event):
    ada = make.registration(event)

    desk.submit(at(ada, "/pause"), ends="word", until="3027-05-01")

    assert (fresh(ada).care_state, ada.care_until) == (CareState.PAUSED, None)


class TestAPauseThatHasEnded:
    """Hollis wanted quiet until a day that is over: one truth, wherever it is said."""

    @pytest.fixture
    def overs(self, make, event):
        over = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 20)}
        hollis = make.registration(event, name="Hollis", **over)
        return hollis, make.registration(event, name="Greta", email=None, **over)

    @pytest.mark.both_engines
    def test_nothing_says_that_she_is_paused(self, desk, overs):
        hollis, _greta = overs

        page = desk.get(at(hollis))

        assert "Emails go out as usual." in page.text
        assert "Paused" not in page.text
        assert "Hollis" not in desk.get(f"{EVENT}/registrations?care=paused").text
        assert "Hollis" in desk.get(f"{EVENT}/registrations?care=active").text

    def test_whom_an_email_told_nobody_needs_to_ask(self, desk, overs):
        page = desk.get("/organize/people?who=pause_over")

        assert names(page) == ["Greta"]
        assert "Paused" not in page.text

    def test_who_was_called_needs_nobody_any_more(self, desk, overs):
        _hollis, greta = overs
        page = desk.get(at(greta))
        assert "Their pause ended on Friday, November 20, 2026" in page.text

        said = desk.get(desk.submit(page.links()["They know that the pause is over"]))

        assert "Kept: they know that the pause is over." in said.text
        assert fresh(greta).care_state == CareState.ACTIVE
        assert "A pause has ended" not in desk.get("/organize/").text

    def test_an_email_that_was_kept_back_is_said_to_have_been(self, make, desk, overs):
        hollis, _greta = overs
        why = "Emails to this person are paused."
        failed_message(make, hollis, state=MessageState.DROPPED, reason=why)

        text = desk.get(at(hollis)).text

        assert "Emails to this person were paused then." in text
        assert why not in text
