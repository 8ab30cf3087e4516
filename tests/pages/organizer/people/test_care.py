"""A person's care at the desk: pausing, and remembering in two steps."""

from datetime import date

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from forum.registration.telling import tell
from tests.desk import OrganizerAtDesk, at
from tests.stored import fresh, tasks

pytestmark = pytest.mark.sqlite_is_enough

MAY = date(2027, 5, 1)


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
        assert fresh(ione).care_state == CareState.ACTIVE

    def test_emails_again(self, desk, ione):
        desk.submit(at(ione, "/pause"), ends="word", until="")

        desk.submit(at(ione, "/resume"))

        assert fresh(ione).care_state == CareState.ACTIVE
        assert "Emails go out as usual." in desk.get(at(ione)).text

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
        assert tasks() == []

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
