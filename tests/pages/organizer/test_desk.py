"""The rooms of the desk: what an organizer sees there, and does."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as sql
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forum import clock
from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.events.models import EventStatus, Gate, Mode, Session
from forum.outbox import queries
from forum.outbox.actions import beat
from forum.outbox.models import Message, MessageState
from forum.outbox.rules import Trouble
from forum.registration.models import CareState, Registration, Source, Status
from forum.registration.places import session_places
from tests.desk import OrganizerAtDesk
from tests.people import XHTML, form_values
from tests.people import words as words_of

TODAY = "/organize/"
OUTBOX = "/organize/outbox/"


@pytest.fixture
def event(make):
    return make.event(title="Spring Forum", slug="forum-2027")


@pytest.fixture
def desk(app, make, event):
    return OrganizerAtDesk(app, make.organizer(name="Petra Sandboxer"))


@pytest.fixture
def fresh():
    """Read a record as it is in the database now."""

    def read(record):
        db.session.rollback()
        db.session.expire_all()
        return record

    return read


def failed_message(make, registration, **facts):
    values = {
        "email": "confirmation",
        "registration": registration,
        "dedupe_key": f"confirmation:{registration.id}",
        "state": MessageState.FAILED,
        "reason": "550 no such mailbox",
        "due_at": clock.now(),
        "created_at": clock.now(),
    }
    return make._keep(Message(**{**values, **facts}))


def alive():
    with transaction():
        beat("worker-1", now=clock.now())


class TestToday:
    def test_a_quiet_day_says_so(self, desk):
        alive()

        assert "Nothing needs you right now." in desk.get(TODAY).text

    def test_a_worker_that_never_ran_is_said_in_red(self, desk):
        page = desk.get(TODAY)

        assert "Mail is not going out" in page.text
        assert "No worker is running." in page.text

    def test_a_worker_that_stopped_is_named_with_its_last_work(self, desk, today):
        alive()
        today.shift(timedelta(minutes=5))
        assert "The worker last worked 5 minutes ago. No worker is running." in desk.get(TODAY).text

    def test_a_worker_that_stopped_long_ago_is_named_with_the_day(self, desk):
        with transaction():
            beat("one", now=clock.now() - timedelta(hours=2))

        assert "The worker last worked on Mon, Nov 23, 2026, 8:00 am." in desk.get(TODAY).text

    @pytest.mark.parametrize("path", [TODAY, OUTBOX])
    def test_when_the_worker_last_worked_is_always_said(self, desk, today, path):
        alive()
        today.shift(timedelta(seconds=12))

        assert re.search(r"The worker last worked 1\d seconds ago\.", desk.get(path).text)

    def test_a_mail_server_that_is_away_is_said_in_red(self, desk):
        since = clock.now() - timedelta(minutes=30)
        with transaction():
            trouble = Trouble("The mail server cannot be reached.", since)
            beat("one", trouble, now=clock.now())

        page = desk.get(TODAY)

        assert "Mail is not going out" in page.text
        assert (
            "The mail server cannot be reached. It has been so since Mon, Nov 23, 2026, 9:30 am."
            in page.text
        )

    def test_mail_that_waits_too_long_is_said_in_red(self, make, desk, event):
        alive()
        long_ago = clock.now() - timedelta(minutes=6)
        ada = make.registration(event)
        failed_message(make, ada, state=MessageState.QUEUED, due_at=long_ago)

        assert "1 email has waited for more than 5 minutes." in desk.get(TODAY).text

    def test_those_who_need_someone_are_named(self, make, desk, event):
        greta = make.registration(event, name="Greta Nomail", email=None)
        hollis = make.registration(
            event,
            name="Hollis Paused",
            care_state=CareState.PAUSED,
            care_until=date(2026, 11, 23),
        )
        jasper = make.registration(event, name="Jasper Left", care_state=CareState.HELD)
        failed_message(make, make.registration(event, name="Ada Trialrun"))

        links = desk.get(TODAY).links()

        for person in (greta, hollis, jasper):
            where = f"/organize/events/forum-2027/registrations/{person.public_id}"
            assert links[person.name] == where
        assert links["Emails that failed: 1"] == "/organize/outbox/?state=failed"
        assert links["Outbox 1 failed"] == "/organize/outbox/"

    @pytest.mark.parametrize(
        ("need", "counted", "listed"),
        [
            ("to_phone", "People to phone: 2", ["Greta Nomail", "Zita Nomail"]),
            ("pause_over", "Quiet time is over: 1", ["Hollis Paused"]),
            ("held", "Held: 1", ["Jasper Left"]),
            ("waiting", "On waitlists: 2", ["Wim", "Kestrel"]),
        ],
    )
    def test_each_number_leads_to_those_it_counts(self, make, desk, need, counted, listed):
        event = make.event()
        make.registration(event, name="Ada")
        make.registration(event, name="Greta Nomail", email=None)
        make.registration(make.event(status=EventStatus.CANCELLED), name="Zita Nomail", email=None)
        over = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 23)}
        make.registration(event, name="Hollis Paused", **over)
        make.registration(event, name="Jasper Left", care_state=CareState.HELD)
        make.registration(event, name="Wim", status=Status.WAITLISTED)
        make.registration(event, name="Kestrel", status=Status.WAITLISTED)
        address = f"/organize/people?who={need}"

        assert desk.get(TODAY).links()[counted] == address
        assert names(desk.get(address)) == listed

    def test_a_remembered_person_is_on_no_list(self, make, desk, event):
        make.registration(
            event, name="Ione Remembered", email=None, care_state=CareState.REMEMBERED
        )

        assert "Ione" not in desk.get(TODAY).text

    def test_a_pause_that_goes_on_needs_nobody(self, make, desk, event):
        make.registration(
            event, name="Hollis", care_state=CareState.PAUSED, care_until=date(2026, 11, 24)
        )

        assert "Hollis" not in desk.get(TODAY).text

    def test_each_mode_is_said_in_words_and_numbers(self, make, desk, event):
        make.registration(event)
        make.registration(event, status=Status.WAITLISTED)

        assert "In person: 1 of 200, 1 waits Online: 0 By phone: 0" in desk.get(TODAY).text

    def test_what_opens_and_closes_this_week_is_said(self, desk, event):
        event.registration_opens_at = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
        event.gates[0].closes_at = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
        db.session.commit()

        text = desk.get(TODAY).text

        assert "Wed, Nov 25, 2026, 9:00 am: Lantern spring day opens" in text
        assert "Fri, Nov 27, 2026, 5:00 pm: Lantern spring day closes for “In person”" in text

    def test_a_viewer_sees_numbers_and_no_names(self, app, make, event):
        make.registration(event, name="Greta Nomail", email=None)
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

        text = viewer.get(TODAY).text

        assert "People to phone: 1" in text
        assert "Greta" not in text


class TestEvents:
    def test_publishing_asks_first_and_then_shows_it_to_everyone(
        self, make, desk, visitor, event, fresh
    ):
        event.status = EventStatus.DRAFT
        make.session(event)
        visitor.get("/events/forum-2027/", status=404)

        assert desk.submit("/organize/events/forum-2027/publish") == "/organize/events/forum-2027/"

        assert fresh(event).status == EventStatus.PUBLISHED
        assert visitor.get("/events/forum-2027/").heading == "Spring Forum"

    def test_an_event_that_is_not_ready_offers_no_button(self, desk, event):
        event.status = EventStatus.DRAFT
        db.session.commit()

        page = desk.get("/organize/events/forum-2027/publish")

        assert "Add at least one session to the agenda." in page.text

    def test_cancelling_says_first_whom_it_tells(self, make, desk, event):
        make.registration(event)
        make.registration(event)
        make.registration(event, email=None)
        make.registration(event, care_state=CareState.PAUSED)
        make.registration(event, care_state=CareState.REMEMBERED)

        text = desk.get("/organize/events/forum-2027/cancel").text

        assert "2 people are written to" in text
        assert "1 person is to be phoned" in text
        assert "Paused" in text

    def test_after_a_cancellation_the_desk_says_whom_no_email_tells(self, make, desk, event):
        make.registration(event, name="Greta Nomail", email=None)

        page = desk.get(desk.submit("/organize/events/forum-2027/cancel"))

        assert "1 person has no email address: please phone." in page.text
        address = "/organize/events/forum-2027/registrations?reach=phone_only"
        assert page.links()["please phone"] == address

    def test_cancelling_tells_them(self, make, desk, event, fresh):
        ada = make.registration(event)

        desk.submit("/organize/events/forum-2027/cancel")

        assert fresh(event).status == EventStatus.CANCELLED
        assert [each.registration_id for each in db.session.scalars(select(Message))] == [ada.id]

    def test_an_event_with_people_is_not_unpublished(self, make, desk, event, fresh):
        make.registration(event)

        page = desk.get("/organize/events/forum-2027/unpublish")
        sent = {**page.form("/organize/sign-out"), "version": "1"}
        late = desk.post("/organize/events/forum-2027/unpublish", sent, status=409)

        sentence = "People are registered for this event. Cancel it instead, so that they are told."
        assert sentence in page.text
        assert late.errors() == [sentence]
        assert fresh(event).status == EventStatus.PUBLISHED

    def test_an_edit_keeps_what_it_does_not_mention(self, desk, event, fresh):
        starts, opens = event.starts_at, event.registration_opens_at

        desk.submit("/organize/events/forum-2027/edit", title="Autumn Forum")

        assert (fresh(event).title, event.starts_at, event.registration_opens_at) == (
            "Autumn Forum",
            starts,
            opens,
        )

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"title": " "}, "Enter a title"),
            ({"quiet_title": "x" * 201}, "Use 200 characters or fewer"),
            ({"quiet_title": ""}, "Enter a discreet title"),
            ({"ends": "2027-04-24T08:00"}, "The end must come after the start"),
            (
                {"starts": "2027-03-14T02:30"},
                "The clocks skip this time that night. Choose another.",
            ),
            (
                {"ends": "2027-11-07T01:30"},
                "The clocks show this time twice that night. Choose another.",
            ),
            ({"starts": "soon"}, "Enter a day and a time"),
            ({"starts": "0001-01-01T00:00"}, "Enter a day and a time"),
            ({"ends": "9999-12-31T23:59"}, "Enter a day and a time"),
            ({"opens": "9999-12-31T23:59"}, "Enter a day and a time"),
        ],
    )
    def test_a_bad_edit_is_refused_and_changes_nothing(self, desk, event, fresh, answers, sentence):
        page = desk.submit("/organize/events/forum-2027/edit", status=422, **answers)

        assert sentence in page.errors()
        assert fresh(event).version == 1

    def test_the_second_editor_sees_both_versions_and_loses_nothing(self, app, make, desk, event):
        address = "/organize/events/forum-2027/edit"
        hers = OrganizerAtDesk(app, make.organizer())
        before = hers.get(address)
        desk.submit(address, title="Saved by Petra")

        typed = {**desk_form(before), "title": "Typed by her"}
        page = hers.post(address, typed, status=409)

        assert "Saved now Title Saved by Petra What you entered Title Typed by her" in page.text
        assert desk_form(page)["title"] == "Typed by her"
        db.session.rollback()
        db.session.expire_all()
        assert event.title == "Saved by Petra"

        hers.post(address, desk_form(page))
        db.session.rollback()
        db.session.expire_all()
        assert event.title == "Typed by her"

    def test_more_places_ask_first_when_someone_would_be_offered_one(
        self, make, desk, event, fresh
    ):
        gate = event.gates[0]
        gate.capacity = 1
        make.registration(event)
        waiting = make.registration(event, status=Status.WAITLISTED)
        address = "/organize/events/forum-2027/places/in_person"

        page = desk.submit(address, capacity="2", status=200)

        assert "1 person who waits is offered a place." in page.text
        assert waiting.name in page.text
        assert fresh(gate).capacity == 1

        desk.post(address, desk_form(page))
        assert (fresh(gate).capacity, gate.taken, gate.held) == (2, 1, 1)
        assert fresh(waiting).status == Status.WAITLISTED

    def test_places_do_not_fall_below_those_taken(self, make, desk, event, fresh):
        make.registration(event)
        make.registration(event)

        address = "/organize/events/forum-2027/places/in_person"
        page = desk.submit(address, capacity="1", status=422)

        assert page.errors() == ["2 places are taken already. Choose that number or a higher one."]
        assert fresh(event.gates[0]).capacity == 200

    def test_places_do_not_fall_below_those_taken_and_offered(self, make, desk, event, fresh):
        make.registration(event)
        make.registration(event)
        make.offer(make.registration(event, status=Status.WAITLISTED))

        address = "/organize/events/forum-2027/places/in_person"
        page = desk.submit(address, capacity="2", status=422)

        assert page.errors() == ["Places taken: 2. Held by offers: 1. Choose 3 or a higher number."]
        assert fresh(event.gates[0]).capacity == 200

    def test_a_mode_gets_a_closing_time(self, desk, event, fresh):
        address = "/organize/events/forum-2027/places/in_person"
        desk.submit(address, closes="2027-04-21T17:00")

        gate = db.session.scalars(select(Gate).where(Gate.mode == Mode.IN_PERSON)).one()
        assert fresh(gate).closes_at == datetime(2027, 4, 21, 21, 0, tzinfo=UTC)


class TestAgenda:
    def test_who_waits_for_a_session_is_counted(self, make, desk, event):
        circle = make.session(event, capacity=1)
        for name in ("Ada", "Boris"):
            with transaction():
                someone = make.registration(event, name=name)
                session_places.choose(someone, [circle.id], now=clock.now())

        assert "1 of 1, 1 waits" in desk.get("/organize/events/forum-2027/agenda").text

    def test_a_session_is_added(self, make, desk, event):
        room, speaker = make.room(), make.speaker()

        desk.submit(
            "/organize/events/forum-2027/agenda/add",
            title="Bones",
            quiet_title="Session 1",
            starts="09:00",
            ends="09:45",
            room=room.id,
            speakers=[speaker.id],
        )

        session = db.session.scalars(select(Session)).one()
        assert (session.title, session.starts_at, session.room_id, session.speakers) == (
            "Bones",
            datetime(2027, 4, 24, 13, 0, tzinfo=UTC),
            room.id,
            [speaker],
        )

    def test_every_clash_is_said_at_its_field(self, make, desk, event):
        room, speaker = make.room(name="North"), make.speaker(name="Marigold")
        nine = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
        make.session(event, starts_at=nine, room=room, speakers=(speaker,), title="Bones")

        page = desk.submit(
            "/organize/events/forum-2027/agenda/add",
            title="Sleep",
            quiet_title="Session 2",
            starts="09:30",
            ends="10:00",
            room=room.id,
            speakers=[speaker.id],
            status=422,
        )

        assert page.errors() == [
            "North is taken from 9:00 am to 9:45 am by “Bones”.",
            "Marigold is speaking from 9:00 am to 9:45 am in “Bones”.",
        ]
        assert desk_form(page)["title"] == "Sleep"
        assert len(db.session.scalars(select(Session)).all()) == 1

    def test_the_second_editor_of_a_session_sees_both_versions(self, make, desk, event):
        session = make.session(event)
        address = f"/organize/events/forum-2027/agenda/{session.id}"
        before = desk_form(desk.get(address))
        desk.submit(address, title="First")

        page = desk.post(address, {**before, "title": "Second"}, status=409)

        assert "First" in page.text
        assert desk_form(page)["title"] == "Second"

    def test_a_session_of_another_event_is_not_found_here(self, make, desk):
        other = make.session(make.event())

        desk.get(f"/organize/events/forum-2027/agenda/{other.id}", status=404)

    def test_cancelling_a_session_asks_first(self, make, desk, event, fresh):
        session = make.session(event)
        address = f"/organize/events/forum-2027/agenda/{session.id}/cancel"

        desk.get(address)
        assert fresh(session).status == "scheduled"

        desk.submit(address)
        assert fresh(session).status == "cancelled"


class TestRegistrations:
    def test_the_list_is_narrowed_by_all_that_is_chosen(self, make, desk, event):
        make.registration(event, name="Ada", roles=("patient",))
        make.registration(event, name="Boris", mode=Mode.WEBCAST, roles=("patient", "clinician"))
        make.registration(event, name="Cora", mode=Mode.WEBCAST, status=Status.CANCELLED)
        make.registration(event, name="Dora", mode=Mode.WEBCAST, care_state=CareState.PAUSED)
        make.registration(event, name="Eva", email=None)
        address = "/organize/events/forum-2027/registrations"

        assert names(desk.get(address)) == ["Ada", "Boris", "Cora", "Dora", "Eva"]
        assert names(desk.get(f"{address}?mode=webcast&status=confirmed")) == ["Boris", "Dora"]
        assert names(desk.get(f"{address}?care=paused")) == ["Dora"]
        assert names(desk.get(f"{address}?role=clinician")) == ["Boris"]
        assert names(desk.get(f"{address}?reach=phone_only")) == ["Eva"]
        assert names(desk.get(f"{address}?role=nonsense&page=x")) == names(desk.get(address))

    @pytest.mark.parametrize("words", ["TRIAL", "  ada q. ", "ADA@PEOPLE"])
    def test_someone_is_found_by_part_of_name_or_address(self, make, desk, event, words):
        make.registration(event, name="Ada Q. Trialrun", email="ada@people.example")
        make.registration(event, name="Boris", email="boris@people.example")

        page = desk.submit(
            "/organize/events/forum-2027/registrations/search", words=words, status=200
        )

        assert names(page) == ["Ada Q. Trialrun"]

    def test_a_percent_sign_finds_nobody(self, make, desk, event):
        make.registration(event)

        page = desk.submit(
            "/organize/events/forum-2027/registrations/search", words="%", status=200
        )

        assert "No one by that name or address" in page.text

    @pytest.mark.parametrize("address", ["registrations", ""])
    def test_a_longer_list_asks_the_database_no_more(self, make, desk, event, address):
        path = f"/organize/events/forum-2027/{address}"
        make.registration(event)
        desk.get(path)
        one = queries_for(desk, path)
        make.registration(event, care_state=CareState.PAUSED)
        make.registration(event, status=Status.WAITLISTED, email=None)

        assert queries_for(desk, path) == one

    @pytest.mark.parametrize("path", ["/organize/", "/organize/events/", "/organize/outbox/"])
    def test_the_other_lists_ask_the_database_no_more_either(self, make, desk, event, path):
        failed_message(make, make.registration(event, email=None))
        desk.get(path)
        one = queries_for(desk, path)
        for _ in range(2):
            failed_message(make, make.registration(make.event(), email=None))

        assert queries_for(desk, path) == one

    def test_one_persons_page_shows_her_answers_mails_and_history(self, make, desk, event):
        ada = make.registration(event, needs="wheelchair", phone="+16175550142")
        failed_message(make, ada)

        text = desk.get(f"/organize/events/forum-2027/registrations/{ada.public_id}").text

        for part in ("wheelchair", "617-555-0142", "Confirmation", "550 no such mailbox"):
            assert part in text

    def test_a_person_of_another_event_is_not_found_here(self, make, desk):
        other = make.registration(make.event())

        desk.get(f"/organize/events/forum-2027/registrations/{other.public_id}", status=404)

    def test_a_viewer_sees_nobodys_answers(self, app, make, event):
        ada = make.registration(event, needs="wheelchair")
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

        for tail in ("", f"/{ada.public_id}", "/search", "/export", "/add"):
            viewer.get(f"/organize/events/forum-2027/registrations{tail}", status=403)

    def test_someone_who_phones_is_registered_without_an_address(self, desk, event):
        desk.submit(
            "/organize/events/forum-2027/registrations/add",
            name="Greta Nomail",
            phone="617 555 0142",
            mode="phone",
        )

        greta = db.session.scalars(select(Registration)).one()
        assert (greta.name, greta.email, greta.phone, greta.mode, greta.source) == (
            "Greta Nomail",
            None,
            "+16175550142",
            Mode.PHONE,
            Source.ORGANIZER,
        )
        assert db.session.scalars(select(Message)).all() == []

    def test_a_number_that_cannot_be_dialed_is_refused(self, desk, event):
        page = desk.submit(
            "/organize/events/forum-2027/registrations/add",
            name="Greta",
            phone="call me",
            mode="phone",
            status=422,
        )

        sentence = "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad"
        assert page.errors() == [sentence]

    def test_a_limit_is_set_aside_only_when_she_says_so_and_that_is_written_down(
        self, make, desk, event
    ):
        event.registration_opens_at = datetime(2027, 1, 25, 14, 0, tzinfo=UTC)
        db.session.commit()
        address = "/organize/events/forum-2027/registrations/add"
        greta = {"name": "Greta", "phone": "617 555 0142", "mode": "phone"}

        page = desk.submit(address, **greta, status=422)
        assert page.errors() == [
            "Registration opens on Monday, January 25, 2027, at 9:00 am, Eastern Time."
        ]

        desk.submit(address, **greta, before_opening="y")
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == Action.REGISTERED_BY_PHONE)
        ).one()
        assert entry.facts["overrides"] == ["opening"]
        assert entry.organizer_id == desk.organizer.id

    def test_an_organizer_cancels_for_someone(self, make, desk, event, fresh):
        ada = make.registration(event)

        desk.submit(f"/organize/events/forum-2027/registrations/{ada.public_id}/cancel")

        assert fresh(ada).status == Status.CANCELLED
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == Action.CANCELLED)
        ).one()
        assert entry.organizer_id == desk.organizer.id

    def test_an_organizer_changes_how_someone_attends(self, make, desk, event, fresh):
        ada = make.registration(event)

        address = f"/organize/events/forum-2027/registrations/{ada.public_id}/mode"
        desk.submit(address, mode="phone")

        assert fresh(ada).mode == Mode.PHONE

    def test_her_link_is_sent_again_once_however_often_it_is_pressed(self, make, desk, event):
        ada = make.registration(event)
        address = f"/organize/events/forum-2027/registrations/{ada.public_id}"

        desk.submit(address, action=f"{address}/link")
        desk.submit(address, action=f"{address}/link")

        assert [each.email for each in db.session.scalars(select(Message))] == ["my_link"]


class TestOutbox:
    def test_a_failed_email_is_tried_again(self, make, desk, event, fresh):
        message = failed_message(make, make.registration(event), attempts=6)

        desk.submit("/organize/outbox/", action=f"/organize/outbox/{message.id}/retry")

        assert (fresh(message).state, message.attempts) == (MessageState.QUEUED, 0)
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.facts) == (Action.MESSAGE_RETRIED, {"email": "confirmation"})

    def test_the_list_says_why_and_is_narrowed_by_state(self, make, desk, event):
        failed_message(make, make.registration(event))

        assert "550 no such mailbox" in desk.get("/organize/outbox/?state=failed").text
        assert "No email here" in desk.get("/organize/outbox/?state=sent").text
        assert "550 no such mailbox" in desk.get("/organize/outbox/?state=odd&email=odd").text

    def test_an_owner_stops_all_emails_and_lets_them_leave_again(self, make, desk, event):
        failed_message(make, make.registration(event), state=MessageState.QUEUED)
        assert "1 email waits in the outbox." in desk.get("/organize/outbox/stop").text
        desk.submit("/organize/outbox/stop")

        for path in (TODAY, OUTBOX):
            assert "An organizer stopped all emails on Mon, Nov 23, 2026" in desk.get(path).text
        db.session.rollback()
        assert not queries.is_any_due(now=clock.now())
        desk.submit("/organize/outbox/resume")

        assert "An organizer stopped" not in desk.get(OUTBOX).text
        db.session.rollback()
        assert queries.is_any_due(now=clock.now())
        deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert deeds[-2:] == [Action.MAIL_STOPPED, Action.MAIL_RESUMED]

    def test_only_an_owner_stops_all_emails(self, app, make, event):
        coordinator = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.COORDINATOR))

        assert "Stop all emails" not in coordinator.get(OUTBOX).text
        coordinator.get("/organize/outbox/stop", status=403)


class TestOrganizers:
    def test_an_owner_adds_someone(self, desk):
        desk.submit(
            "/organize/organizers/add",
            name="Rowan",
            email="Rowan@Lantern.example",
            role="viewer",
        )

        added = db.session.scalars(select(Organizer).where(Organizer.name == "Rowan")).one()
        assert (added.email, added.role) == ("rowan@lantern.example", OrganizerRole.VIEWER)

    def test_an_address_is_used_once(self, desk):
        page = desk.submit(
            "/organize/organizers/add",
            name="Again",
            email=desk.organizer.email.upper(),
            role="viewer",
            status=422,
        )

        assert page.errors() == ["Someone with this address is already an organizer."]

    def test_the_last_owner_stays(self, desk):
        address = f"/organize/organizers/{desk.organizer.id}"

        page = desk.submit(address, role="viewer", status=422)

        assert page.errors() == ["This is the only active owner. Make someone else an owner first."]

    def test_a_coordinator_does_not_decide_who_works_here(self, app, make, event):
        coordinator = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.COORDINATOR))

        coordinator.get("/organize/organizers/", status=403)
        assert "Organizers" not in coordinator.get(TODAY).links()


def test_the_history_names_who_did_what(desk, event):
    desk.submit("/organize/events/forum-2027/edit", title="Other")

    text = desk.get("/organize/history/?action=event changed").text

    assert f"Event changed Event {event.id} Petra Sandboxer changed: title" in text


@pytest.mark.parametrize(
    "address", ["forum-1999/", f"forum-2027/agenda/{10**30}", "forum-2027/places/telepathy"]
)
def test_what_does_not_exist_is_not_found(desk, address):
    desk.get(f"/organize/events/{address}", status=404)


@pytest.mark.parametrize("page", ["0", "-1", "x", str(10**30)])
def test_an_odd_page_number_is_no_fault(desk, page):
    assert desk.get(f"/organize/history/?page={page}").status == 200


def test_a_desk_without_its_database_says_come_back(desk, event, monkeypatch):
    def fail(*_given, **_named):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("forum.accounts.queries.sign_in_of", fail)

    page = desk.get(TODAY, status=503)

    assert page.response.headers["Retry-After"]


def test_a_webcasts_time_is_edited_with_its_session(make, desk):
    webcast = make.webcast(slug="webcast-2026-12")

    desk.submit(
        "/organize/events/webcast-2026-12/edit",
        starts="2026-12-16T18:00",
        ends="2026-12-16T19:00",
    )

    db.session.rollback()
    db.session.expire_all()
    later = datetime(2026, 12, 16, 23, 0, tzinfo=UTC)
    assert (webcast.starts_at, webcast.sessions[0].starts_at) == (later, later)


def test_no_page_of_the_desk_is_kept_by_the_browser(desk):
    assert desk.get(TODAY).response.headers["Cache-Control"] == "no-store"


def test_a_past_event_is_listed_as_over(make, desk):
    long_ago = datetime(2026, 4, 24, 12, tzinfo=UTC)
    make.event(title="Old Forum", starts_at=long_ago)

    text = desk.get("/organize/events/").text

    assert text.index("Over") < text.index("Old Forum")


def desk_form(page):
    """Return what a browser would send from the form in the main part."""
    forms = [form for form in page.one("main").iter(XHTML + "form") if form.get("method") == "post"]
    return form_values(forms[-1])


def names(page):
    """Return the people that a list shows."""
    body = next(page.one("main").iter(XHTML + "tbody"))
    return [words_of(next(cell.iter(XHTML + "a"))) for cell in body.iter(XHTML + "th")]


def queries_for(desk, path):
    """Return how many statements a page takes."""
    statements = []

    def note(*given):
        statements.append(given[2])

    sql.listen(db.engine, "before_cursor_execute", note)
    desk.get(path)
    sql.remove(db.engine, "before_cursor_execute", note)
    assert statements
    return len(statements)


def test_drafts_are_listed_at_the_desk(desk, make):
    make.event(title="Draft Forum", status=EventStatus.DRAFT)

    assert "Draft Forum" in desk.get("/organize/events/").text


def test_an_organizer_decides_what_emails_bring_for_calendars(desk, event, fresh):
    address = "/organize/events/forum-2027/edit"
    before = (fresh(event).sequence, event.version)

    desk.submit(address, calendar="none")
    assert (fresh(event).calendar_mail, event.sequence) == ("none", before[0])
    page = desk.get(address)
    assert desk_form(page)["calendar"] == "none"
    refused = desk.submit(address, status=422, calendar="pigeon")

    assert refused.errors() == ["Not a valid choice."]
    assert (fresh(event).calendar_mail, event.version) == ("none", before[1] + 1)


def test_what_people_read_beforehand_fits_what_emails_bring(visitor, desk, event):
    register = "/events/forum-2027/register"
    assert "an entry for your calendar" in visitor.get(register).text
    desk.submit("/organize/events/forum-2027/edit", calendar="none")
    assert "an entry for your calendar" not in visitor.get(register).text
    asked = desk.get("/organize/events/forum-2027/cancel").text
    assert "Whoever put the date into a calendar by hand is asked to remove it there." in asked
