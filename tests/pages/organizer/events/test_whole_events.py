"""The desk's three grave steps: each page says what it would come to, and only the button acts."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import EventStatus, Gate, Mode, SessionStatus
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.planning import their_number
from forum.registration.models import CareState, Status
from tests.desk import EVENT, OrganizerAtDesk
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough
NUMBER = "It is about 5 people. Type that number, or leave it."


@pytest.fixture
def event(make):
    """A forum with a talk on a stream, a circle in the same room, and a walk outside."""
    event = make.event(title="Spring Forum", slug="forum-2027", capacity=3)
    room = make.room(name="Tide Auditorium")
    make.session(event, room=room, title="Bones")
    make.session(event, room=room, title="Circle", is_streamed=False, starts_at=at(1))
    make.session(event, title="Slow walk", is_streamed=False, starts_at=at(2))
    return event


@pytest.fixture
def people(make, event):
    return {
        "ada": make.registration(event, name="Ada Trialrun"),
        "boris": make.registration(event, name="Boris Trialrun", language="es"),
        "wim": make.registration(event, name="Wim Waits", status=Status.WAITLISTED),
        "hollis": make.registration(event, name="Hollis Paused", care_state=CareState.PAUSED),
        "greta": make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE),
    }


def at(hour):
    return SPRING_DAY + timedelta(hours=hour)


def state():
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Notice).count(), db.session.query(Message).count()


class TestGoingOnline:
    @pytest.mark.both_engines
    def test_the_page_says_everything_that_would_happen_and_changes_nothing(self, desk, people):
        page = desk.get(f"{EVENT}/online")

        assert "4 people take part online from now on" in page.text
        assert "1 session is shown online already." in page.text
        assert "1 session is canceled, because there is no stream where they are:" in page.text
        assert "9:15 am: Circle" in page.text
        assert "10:15 am: Slow walk" in page.text
        assert "3 people are written to: In person 2, On the waitlist 1." in page.text
        assert "Hollis Paused" in page.text
        assert "Online now: Lantern spring day" in page.text
        assert "You have a place online instead" in page.text
        assert state() == (0, 0)

    def test_a_look_shows_the_words_and_the_email_of_whom_one_chooses(self, desk, people):
        address = f"{EVENT}/online"

        page = desk.submit(
            address,
            status=200,
            step="look",
            words_en="The roads are closed.",
            words_es="Las calles están cerradas.",
            reader="in_person.comes.discreet.es",
        )

        assert "Las calles están cerradas." in page.text
        assert "Ahora por internet: Lantern spring day" in page.text
        assert state() == (0, 0)

    @pytest.mark.both_engines
    def test_the_button_does_it_once(self, desk, event, people):
        page = desk.get(f"{EVENT}/online")
        circle = event.sessions[1].id
        form = {**page.form(f"{EVENT}/online"), "step": "do", "also_online": str(circle)}
        form["people"] = "5"
        form["words_en"] = "The roads are closed."

        done = desk.get(desk.post(f"{EVENT}/online", form, status=303))
        again = desk.post(f"{EVENT}/online", form, status=409)

        assert "The whole event is online. The emails are in the outbox." in done.text
        assert again.errors() == ["This was changed since you opened it. Nothing is overwritten."]
        assert state() == (1, 4)
        sessions = [(each.status, each.is_streamed) for each in event.sessions]
        assert sessions == [
            (SessionStatus.SCHEDULED, True),
            (SessionStatus.SCHEDULED, True),
            (SessionStatus.CANCELLED, False),
        ]
        assert [gate.mode for gate in event.gates] == [Mode.WEBCAST, Mode.PHONE]
        assert db.session.query(Notice).one().words == {"en": "The roads are closed."}

    def test_an_event_that_is_online_says_so(self, desk, people):
        desk.take_step(f"{EVENT}/online")

        page = desk.get(f"{EVENT}/online", status=409)
        home = desk.get(f"{EVENT}/")

        assert page.errors() == ["This event is online already. Nothing was changed."]
        assert "The whole event goes online" not in home.links()
        assert "Postpone to a new date" in home.links()

    def test_words_that_name_the_illness_are_kept_and_nothing_is_done(self, desk, people):
        page = desk.take_step(f"{EVENT}/online", status=422, words_en="Cancer day is on.")

        assert page.errors() == [
            "This names the illness. Some readers want no email that does. Say it without."
        ]
        assert "Cancer day is on." in page.text
        assert state() == (0, 0)

    def test_where_nothing_is_shown_yet_everything_that_can_be_is_ticked(self, make, desk):
        other = make.event(slug="in-the-hall")
        make.registration(other)
        gate = other.gates[1]
        gate.capacity = 0
        talk = make.session(other, room=make.room(), is_streamed=False)

        page = desk.get("/organize/events/in-the-hall/online")

        assert "Online places were limited." in page.text
        form = page.form("/organize/events/in-the-hall/online")
        assert form["also_online"] == [str(talk.id)]

    def test_a_forum_without_a_stream_is_told_what_is_missing(self, make, desk):
        other = make.event(slug="in-the-woods")
        make.session(other, room=make.room(is_streamed=False), is_streamed=False)

        page = desk.get("/organize/events/in-the-woods/online", status=409)

        assert page.errors() == [
            "No room of this event is streamed, so nothing of it can be seen online."
        ]

    def test_her_history_says_it(self, desk, people):
        desk.take_step(f"{EVENT}/online")

        page = desk.get(f"{EVENT}/registrations/{people['ada'].public_id}")

        assert "moved all of “Spring Forum” online." in page.text


class TestPostponing:
    def test_the_new_day_is_looked_at_first(self, desk, event, people):
        page = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")

        assert "The event is on Saturday, May 8, 2027" in page.text
        assert "4 people" not in page.text
        assert "3 people are written to" in page.text
        assert "New date: Lantern spring day, Saturday, May 8, 2027" in page.text
        assert "1 person is to be phoned" in page.text
        assert state() == (0, 0)

        form = {**page.form(f"{EVENT}/postpone"), "step": "do", "people": "5"}
        desk.post(f"{EVENT}/postpone", form, status=303)

        assert state() == (1, 4)
        assert event.starts_at == datetime(2027, 5, 8, 12, 15, tzinfo=UTC)

    def test_a_promise_that_moves_along_is_named_before_it_and_in_the_email(
        self, desk, event, people
    ):
        event.details = {"promises": {"recordings_within_business_days": 10}}
        event.sessions[0].is_recorded = True
        db.session.commit()

        page = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")

        said = "by Friday, May 21, 2027, not by Friday, May 7, 2027."
        assert f"The public promise of the recordings moves along: {said}" in page.text
        assert f"Recordings - Promised {said}" in page.text

    def test_a_day_that_was_not_looked_at_is_shown_first(self, desk, event, people):
        page = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")
        form = {**page.form(f"{EVENT}/postpone"), "step": "do", "day": "2027-05-15"}

        page = desk.post(f"{EVENT}/postpone", form, status=200)

        assert "The event is on Saturday, May 15, 2027" in page.text
        assert state() == (0, 0)

    def test_an_earlier_day_and_no_day_are_refused_in_words(self, desk, people):
        earlier = desk.submit(f"{EVENT}/postpone", status=422, day="2027-04-01")
        none = desk.submit(f"{EVENT}/postpone", status=422, day="")

        assert earlier.errors() == ["Choose a day that comes later than the old one."]
        assert none.errors() == ["Enter the day"]

    def test_a_clash_on_the_new_day_is_named(self, make, desk, event):
        other = make.event(starts_at=SPRING_DAY + timedelta(days=14))
        make.session(other, room=event.sessions[0].room, title="Choir")

        page = desk.submit(f"{EVENT}/postpone", status=409, day="2027-05-08")

        assert page.errors() == [
            "Tide Auditorium is taken from 8:15 am to 9:00 am by “Choir”.",
        ]

    @pytest.mark.both_engines
    def test_in_its_middle_only_what_is_still_to_come_goes_along(
        self, app, petra, event, people, today
    ):
        today.move_to(at(1.5))
        desk = OrganizerAtDesk(app, petra)

        page = desk.get(f"{EVENT}/postpone")
        assert "Part of this event has been held. Only what is still to come" in page.text
        assert "8:15 am: Bones" in page.text
        assert "9:15 am: Circle" not in page.text
        assert page.form(f"{EVENT}/postpone")["starts"] == "09:15"
        page = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")
        assert "The sessions that are still to come go along." in page.text
        desk.post(f"{EVENT}/postpone", {**page.form(f"{EVENT}/postpone"), "step": "do"}, status=303)

        db.session.expire_all()
        moved = timedelta(days=14)
        assert [each.starts_at for each in event.sessions] == [at(0), at(1) + moved, at(2) + moved]

    def test_before_it_begins_nothing_of_it_has_been_held(self, desk, people):
        page = desk.get(f"{EVENT}/postpone")

        assert "Part of this event has been held" not in page.text


class TestCanceling:
    def test_the_page_shows_the_email_and_whom_it_does_not_reach(self, desk, people):
        page = desk.get(f"{EVENT}/cancel")

        assert "3 people are written to" in page.text
        assert "Canceled: Lantern spring day" in page.text
        assert "Greta Nomail" in page.text
        assert state() == (0, 0)

    def test_a_sentence_of_the_desks_own_is_said_in_the_email(self, desk, event, people):
        desk.take_step(f"{EVENT}/cancel", words_en="The hall is flooded.")

        assert state() == (1, 4)
        assert event.status == EventStatus.CANCELLED
        assert db.session.query(Notice).one().words == {"en": "The hall is flooded."}
        page = desk.get(f"{EVENT}/cancel", status=409)
        assert page.errors() == ["This event is canceled and stays so. Make a new one instead."]


class TestTheirNumber:
    """What touches many at once is done on their number, as somebody has typed it."""

    @pytest.fixture(autouse=True)
    def five_are_many(self, monkeypatch):
        assert their_number.ASKED_FROM == 50
        monkeypatch.setattr(their_number, "ASKED_FROM", 5)

    @pytest.mark.parametrize("step", ["online", "postpone", "cancel"])
    def test_fewer_are_a_matter_of_one_press(self, desk, event, people, step, monkeypatch):
        monkeypatch.setattr(their_number, "ASKED_FROM", 6)
        page = self.looked(desk, step)
        assert "5 people are registered for this event. This cannot be undone." in page.text
        assert "How many people are registered" not in page.text

        desk.post(f"{EVENT}/{step}", {**page.form(f"{EVENT}/{step}"), "step": "do"}, status=303)

        assert state()[0] == 1

    @pytest.mark.parametrize("step", ["online", "postpone", "cancel"])
    @pytest.mark.parametrize("typed", ["", "4", "55", "five"])
    def test_without_it_nothing_happens_to_anyone(self, desk, event, people, step, typed):
        page = self.looked(desk, step)
        assert "5 people are registered for this event" in page.text
        form = {**page.form(f"{EVENT}/{step}"), "step": "do", "people": typed}

        again = desk.post(f"{EVENT}/{step}", form, status=422)

        assert again.errors() == [NUMBER]
        assert "are written to" in again.text
        assert state() == (0, 0)
        assert (event.status, event.starts_at) == (EventStatus.PUBLISHED, SPRING_DAY)
        assert len(event.gates) == 3

    @pytest.mark.parametrize("step", ["online", "postpone", "cancel"])
    def test_whoever_registers_in_between_counts(self, make, desk, event, people, step):
        page = self.looked(desk, step)
        make.registration(event, name="Linnea Late", mode=Mode.PHONE)
        form = {**page.form(f"{EVENT}/{step}"), "step": "do", "people": "5"}

        again = desk.post(f"{EVENT}/{step}", form, status=422)
        assert again.errors() == [NUMBER.replace("5", "6")]

        desk.post(f"{EVENT}/{step}", {**form, "people": "6"}, status=303)
        assert state()[0] == 1

    @pytest.mark.parametrize("step", ["online", "postpone", "cancel"])
    def test_where_nobody_is_registered_none_is_asked_for(self, desk, event, step):
        page = self.looked(desk, step)
        assert "How many people are registered" not in page.text

        desk.post(f"{EVENT}/{step}", {**page.form(f"{EVENT}/{step}"), "step": "do"}, status=303)

        assert state()[0] == 1

    def test_what_is_over_is_not_canceled(self, desk, event, people, today):
        today.move_to(event.ends_at)
        desk = OrganizerAtDesk(desk.client.application, desk.organizer)

        page = desk.get(f"{EVENT}/cancel", status=409)

        assert page.errors() == ["This event is over."]
        assert "Cancel this event" not in desk.get(f"{EVENT}/").links()

    def looked(self, desk, step):
        """Return the page that says what a step would come to, and asks for the number."""
        if step != "postpone":
            return desk.get(f"{EVENT}/{step}")
        return desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")


def test_visitors_read_that_it_is_online(desk, event, people, visitor):
    desk.take_step(f"{EVENT}/online")

    page = visitor.get("/events/forum-2027/")
    feed = visitor.client.get("/calendar.ics").get_data(as_text=True)
    form = visitor.get("/events/forum-2027/register")

    assert "This forum takes place online" in page.text
    assert "Getting there" not in page.text
    assert "Harborlight" not in page.text
    assert "OnlineEventAttendanceMode" in page.response.get_data(as_text=True)
    assert "LOCATION:Online" in feed
    assert "You come to the building" not in form.text


def test_visitors_read_that_it_is_on_another_day(desk, event, people, visitor):
    page = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08")
    form = {**page.form(f"{EVENT}/postpone"), "step": "do", "people": "5"}
    desk.post(f"{EVENT}/postpone", form, status=303)

    page = visitor.get("/events/forum-2027/")

    assert (
        "The old date was Saturday, April 24, 2027. The new date is Saturday, May 8, 2027."
        in page.text
    )
    assert "EventRescheduled" in page.response.get_data(as_text=True)


def test_the_places_agree_with_the_rows_afterwards(desk, event, people):
    desk.take_step(f"{EVENT}/online")

    state()
    gates = db.session.query(Gate).filter_by(event_id=event.id).order_by(Gate.id)
    assert [(gate.mode, gate.taken) for gate in gates] == [(Mode.WEBCAST, 4), (Mode.PHONE, 1)]
