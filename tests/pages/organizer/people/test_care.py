"""A person's care at the desk: pausing, remembering in two steps, calls to make, and the lists."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole, SignIn
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import CareState, Role, Status
from forum.registration.telling import ask, tell
from tests.desk import OrganizerAtDesk

LISTS = "/organize/events/forum-2027/lists"
TASKS = "/organize/tasks"
MAY = date(2027, 5, 1)


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", title="Spring Forum", quiet_title="Lantern spring day")


@pytest.fixture
def desk(app, make, event):
    return OrganizerAtDesk(app, make.organizer())


@pytest.fixture
def ione(make, event):
    return make.registration(event, name="Ione Sample", email="ione@people.example")


@pytest.fixture
def jasper(make, event, ione):
    return make.registration(
        event, name="Jasper Sample", companion_of=ione, phone="+16175550142", mode=Mode.WEBCAST
    )


def room_of(person, room=""):
    return f"/organize/events/forum-2027/registrations/{person.public_id}{room}"


def now_of(record):
    db.session.rollback()
    db.session.expire_all()
    return record


def tasks():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Task).order_by(Task.id)).all()


class TestPausing:
    def test_from_her_page_until_a_day(self, desk, ione):
        assert "Pause emails" in desk.get(room_of(ione)).links()

        desk.submit(room_of(ione, "/pause"), ends="day", until="2027-05-01")

        assert (now_of(ione).care_state, ione.care_until) == (CareState.PAUSED, MAY)
        page = desk.get(room_of(ione))
        assert "No emails until Saturday, May 1, 2027. The place stays." in page.text

    def test_until_she_says_so(self, desk, ione):
        desk.submit(room_of(ione, "/pause"), ends="word", until="")

        assert (now_of(ione).care_state, ione.care_until) == (CareState.PAUSED, None)
        assert "No emails until they say so. The place stays." in desk.get(room_of(ione)).text

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
        page = desk.submit(room_of(ione, "/pause"), status=422, **answers)

        assert page.errors() == [sentence]
        assert now_of(ione).care_state == CareState.ACTIVE

    def test_emails_again(self, desk, ione):
        desk.submit(room_of(ione, "/pause"), ends="word", until="")

        desk.submit(room_of(ione, "/resume"))

        assert now_of(ione).care_state == CareState.ACTIVE
        assert "Emails go out as usual." in desk.get(room_of(ione)).text

    def test_a_pause_that_is_over_reads_as_over(self, make, desk, event):
        ada = make.registration(event, care_state=CareState.PAUSED, care_until=date(2026, 11, 23))

        assert "Emails go out as usual." in desk.get(room_of(ada)).text


class TestRemembering:
    def test_the_first_page_says_what_will_happen_and_does_nothing(self, desk, ione, jasper):
        with transaction():
            tell("my_link", ione, "1", now=clock.now())

        page = desk.get(room_of(ione, "/remember"))

        assert "Spring Forum: In person, Has a place" in page.text
        assert "Jasper Sample" in page.text
        assert "Personal link" in page.text
        assert [f for f in page.all("form") if "remember" in f.get("action", "")] == []
        assert now_of(ione).care_state == CareState.ACTIVE

    def test_the_second_asks_once_more_and_then_everything_stops(self, desk, ione, jasper):
        sure = desk.get(room_of(ione, "/remember")).links()["Go on"]
        assert desk.get(sure).heading == "Are you sure?"
        assert now_of(ione).care_state == CareState.ACTIVE

        desk.submit(sure)

        assert (now_of(ione).care_state, ione.status) == (
            CareState.REMEMBERED,
            Status.CANCELLED,
        )
        assert now_of(jasper).care_state == CareState.HELD
        assert db.session.scalars(select(Message)).all() == []

    def test_her_page_offers_only_the_way_back(self, desk, ione, jasper):
        desk.submit(room_of(ione, "/remember/sure"))
        page = desk.get(room_of(ione))
        assert "This person is remembered. Nothing goes out" in page.text
        assert {"Pause emails", "Remember this person"}.isdisjoint(page.links())

        desk.submit(page.links()["Undo"])

        assert (now_of(ione).care_state, ione.status) == (CareState.ACTIVE, Status.CONFIRMED)
        assert now_of(jasper).care_state == CareState.ACTIVE
        assert tasks() == []

    def test_no_mark_of_it_is_red(self, desk, ione):
        desk.submit(room_of(ione, "/remember/sure"))

        marks = [
            element.get("class")
            for element in desk.get(room_of(ione)).all("span")
            if "".join(element.itertext()) == "Remembered"
        ]

        assert set(marks) == {"tag tag--quiet"}

    def test_someone_of_another_event_is_not_found_here(self, make, desk):
        stranger = make.registration(make.event())

        desk.get(room_of(stranger, "/remember"), status=404)

    def test_a_viewer_may_not(self, app, make, ione):
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

        viewer.get(room_of(ione, "/remember/sure"), status=403)


class TestCalls:
    def test_a_quiet_list_says_so(self, desk):
        assert "Nobody waits for a call." in desk.get(TASKS).text

    def test_whom_to_call_where_and_about_what(self, make, desk, event):
        greta = make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")
        with transaction():
            tell("confirmation", greta, "1", now=clock.now())

        text = desk.get(TASKS).text

        assert "Please call: Greta Nomail" in text
        assert "617-555-0142" in text
        assert "AboutConfirmation" in text
        assert "Calls and questions: 1" in desk.get("/organize/").text

    def test_done_is_done(self, make, desk, event):
        greta = make.registration(event, email=None)
        with transaction():
            tell("confirmation", greta, "1", now=clock.now())

        desk.submit(TASKS, answer="done")

        assert "Nobody waits for a call." in desk.get(TASKS).text
        assert tasks()[0].done_by == desk.organizer
        done = select(AuditEntry.facts).where(AuditEntry.action == Action.TASK_DONE)
        assert db.session.scalars(done).one() == {"kind": "call", "answer": "done"}

    def test_the_end_of_an_offer_is_said(self, make, desk, event):
        waiting = make.registration(event, email=None, status=Status.WAITLISTED)
        make.offer(waiting, ends_at=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))
        with transaction():
            tell("offer", waiting, "1", now=clock.now())

        assert "The offer ends on Fri, Nov 27, 2026, 10:00 am of their clock." in " ".join(
            desk.get(TASKS).text.split()
        )

    @pytest.mark.parametrize(
        ("answer", "state", "status"),
        [
            ("write", CareState.ACTIVE, Status.CONFIRMED),
            ("quiet", CareState.PAUSED, Status.CONFIRMED),
            ("cancel", CareState.HELD, Status.CANCELLED),
        ],
    )
    def test_a_companion_is_asked_what_he_wants(  # noqa: PLR0917 - fixtures
        self, desk, ione, jasper, answer, state, status
    ):
        desk.submit(room_of(ione, "/remember/sure"))
        assert "Please ask: Jasper Sample" in desk.get(TASKS).text

        desk.submit(TASKS, answer=answer)

        assert (now_of(jasper).care_state, jasper.status) == (state, status)
        sent = [message.email for message in db.session.scalars(select(Message))]
        assert sent == (["cancellation"] if answer == "cancel" else [])  # held when it is due

    def test_someone_with_a_remembered_name_is_checked(self, make, desk, event, ione):
        desk.submit(room_of(ione, "/remember/sure"))
        new = make.registration(
            event, name="Ione Sample", email=ione.email, care_state=CareState.HELD
        )
        with transaction():
            ask(TaskKind.CHECK_PERSON, new, once="check", now=clock.now())
        assert "Please check: Ione Sample" in desk.get(TASKS).text

        desk.submit(TASKS, answer="another")

        states = [now_of(each).care_state for each in (ione, new)]
        assert states == [CareState.REMEMBERED, CareState.ACTIVE]

    @pytest.mark.parametrize("answer", ["", "write", "nonsense", "\x00"])
    def test_an_answer_that_does_not_fit_changes_nothing(self, make, desk, event, answer):
        greta = make.registration(event, email=None)
        with transaction():
            tell("confirmation", greta, "1", now=clock.now())
        form = desk.get(TASKS).form(f"{TASKS}/{tasks()[0].id}")

        desk.client.post(f"{TASKS}/{tasks()[0].id}", data={**form, "answer": answer})

        assert tasks()[0].done_at is None

    def test_a_task_that_is_not_there_is_not_found(self, desk):
        form = {"csrf_token": desk.get("/organize/me/").form()["csrf_token"], "answer": "done"}

        desk.post(f"{TASKS}/4711", form, status=404)


NAMES = ("letters", "badges", "check-in", "next-invitation", "statistics")


@pytest.fixture
def passkey(desk):
    with transaction():
        db.session.scalars(select(SignIn)).one().passkey_at = clock.now()


@pytest.fixture
def people(make, event):
    """One of each care state, all in person; each has agreed to be invited again."""
    found = {}
    for state in CareState:
        found[state] = make.registration(
            event,
            name=f"{state.value.title()} Person",
            email=f"{state.value}@people.example",
            care_state=state,
            roles=(Role.PATIENT,),
            needs="wheelchair",
        )
        make._keep(
            Consent(
                registration=found[state],
                purpose=ConsentPurpose.NEXT_INVITATION,
                text_version="1",
                language="en",
                given_at=clock.now(),
            )
        )
    return found


def take(desk, name, **answers):
    address = f"{LISTS}/{name}"
    return desk.client.post(address, data={**desk.get(address).form(address), **answers})


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


class TestLists:
    def test_they_are_named_on_one_page(self, desk):
        page = desk.get(LISTS)

        assert [f"{LISTS}/{name}" in page.links().values() for name in NAMES] == [True] * 5

    @pytest.mark.parametrize("name", NAMES)
    def test_without_a_passkey_nothing_leaves(self, desk, people, name):
        for answer in (
            desk.client.get(f"{LISTS}/{name}"),
            desk.client.post(
                f"{LISTS}/{name}",
                data={"csrf_token": desk.get("/organize/me/").form()["csrf_token"]},
            ),
        ):
            assert answer.location.startswith("/organize/confirm")

    @pytest.mark.parametrize("name", NAMES)
    def test_taking_one_is_written_down_and_looking_is_not(self, desk, passkey, people, name):
        desk.get(f"{LISTS}/{name}")
        exported = select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)
        assert db.session.scalars(exported).all() == []

        assert take(desk, name).status_code == 200

        db.session.rollback()
        assert db.session.scalars(exported).one().facts["what"] == name

    def test_letters_go_to_those_who_are_written_to(self, desk, passkey, people):
        assert rows(take(desk, "letters")) == [
            {
                "Name": "Active Person",
                "Email": "active@people.example",
                "Language": "en",
                "How": "In person",
            }
        ]

    def test_the_next_invitation_goes_to_those_who_agreed_and_still_do(
        self, make, desk, passkey, people, event
    ):
        make.registration(event, name="Never Agreed")
        assert [row["Name"] for row in rows(take(desk, "next-invitation"))] == ["Active Person"]

        with transaction():
            for consent in db.session.scalars(select(Consent)):
                consent.withdrawn_at = clock.now()

        assert rows(take(desk, "next-invitation")) == []

    def test_a_cell_that_looks_like_a_formula_is_only_shown(self, make, desk, passkey, event):
        make.registration(event, name="=HYPERLINK(1)")

        assert rows(take(desk, "letters"))[0]["Name"] == "'=HYPERLINK(1)"

    def test_badges_are_for_those_who_may_come_and_say_nothing_more(
        self, make, desk, passkey, people, event
    ):
        make.registration(event, name="Far Away", mode=Mode.WEBCAST)
        make.registration(event, name="In Line", status=Status.WAITLISTED)

        text = take(desk, "badges").text

        names = ["Active Person", "Paused Person", "Held Person"]
        assert [name in text for name in names] == [True] * 3
        never = ["Remembered Person", "Far Away", "In Line", "Spring Forum", "Patient"]
        assert [name in text for name in never] == [False] * 5

    def test_the_door_list_is_in_the_order_of_last_names(self, make, desk, passkey, event):
        for name in ("Zoe Abel", "Ada de la Cruz", "Bo Babel"):
            make.registration(event, name=name, needs="wheelchair")

        text = take(desk, "check-in").text

        assert text.index("Zoe Abel") < text.index("Bo Babel") < text.index("Ada de la Cruz")
        assert "wheelchair" not in text

    def test_needs_stand_on_it_only_when_asked_for(self, desk, passkey, people):
        text = take(desk, "check-in", with_needs="y", is_large="y").text

        assert text.count("wheelchair") == 3
        assert "Remembered Person" not in text
        assert "door--large" in text

    def test_small_numbers_are_not_said(self, make, desk, passkey, people, event):
        for _each in range(5):
            make.registration(event, mode=Mode.WEBCAST, roles=(Role.CAREGIVER,))

        page = desk._read(take(desk, "statistics"), 200)

        assert "In personfewer than 5fewer than 5fewer than 5" in page.text
        assert "Online5fewer than 5" in page.text
        assert "Patientfewer than 5" in page.text
        assert "Loved one5" in page.text

    def test_someone_remembered_is_not_counted(self, make, desk, passkey, event):
        for state in (*[CareState.ACTIVE] * 4, CareState.REMEMBERED):
            make.registration(event, mode=Mode.WEBCAST, care_state=state)

        assert "Onlinefewer than 5" in desk._read(take(desk, "statistics"), 200).text

    def test_a_list_that_is_not_there_is_not_found(self, desk, passkey):
        desk.get(f"{LISTS}/everyone", status=404)


def test_before_calling_an_event_off_she_reads_who_is_kept_back_and_why(desk, people):
    page = desk.get("/organize/events/forum-2027/cancel")

    assert "1 person is written to" in page.text
    assert "Paused: they asked for silence 1 Paused Person" in page.text
    assert "Held: someone must ask them first 1 Held Person" in page.text
    assert "Remembered: nothing goes out any more 1 Remembered Person" in page.text


def test_calling_it_off_leaves_calls_for_those_without_an_address(make, desk, event):
    make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")
    make.registration(event, name="Ada")

    desk.submit("/organize/events/forum-2027/cancel")

    assert "Please call: Greta Nomail" in desk.get(TASKS).text
    states = db.session.scalars(select(Message.state)).all()
    assert states == [MessageState.QUEUED]
