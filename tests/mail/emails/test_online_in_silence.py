"""Whom a silence kept from hearing that the event has changed hears it once it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.care import actions
from forum.care.models import TaskKind
from forum.care.rules import NOTE, TaskAnswer
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.events.models import Mode
from forum.notices import actions as notices
from forum.notices.models import Occasion
from forum.notices.watching import watched
from forum.outbox.models import Message, MessageState
from forum.planning import whole_actions
from forum.registration.models import Status
from tests.actions.care.caring import do
from tests.rush import NOW
from tests.stored import fresh, look_again, open_tasks, tasks

pytestmark = pytest.mark.sqlite_is_enough

EARLIER = NOW - timedelta(days=5)
UNCHANGED = Silence("Nothing has changed for this person in the meantime.")


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    event = make.event(capacity=2)
    make.session(event, room=make.room())
    return event


@pytest.fixture
def ione(make, event):
    ione = make.registration(event, name="Ione", email="ione@people.example", registered_at=EARLIER)
    make.welcome(ione)
    return ione


@pytest.fixture
def jasper(make, event, ione):
    """Return a way to have someone come with her, who has been told how he stands."""

    def jasper(**facts):
        facts = {"name": "Jasper", "companion_of": ione, "registered_at": EARLIER, **facts}
        jasper = make.registration(event, **facts)
        welcome = make.welcome(jasper)
        if jasper.status == Status.WAITLISTED:
            with transaction():
                welcome.email = "waitlist"
        return jasper

    return jasper


def goes_online(event, petra):
    look_again()
    with transaction():
        whole_actions.go_online(event, (), version=event.version, by=petra, now=clock.now())


def moves(event, petra):
    look_again()
    starts, ends = (at + timedelta(days=14) for at in (event.starts_at, event.ends_at))
    with transaction():
        whole_actions.postpone(
            event, starts, ends, version=event.version, by=petra, now=clock.now()
        )


def mails_to(person, email=NOTE):
    look_again()
    chosen = select(Message).where(Message.registration_id == person.id, Message.email == email)
    return db.session.scalars(chosen.order_by(Message.id)).all()


def note_to(person):
    [note] = mails_to(person)
    return write(note, clock.now())


def calls():
    """Return what the desk's list asks to call about."""
    return [each.task for each in open_tasks() if each.task.kind == TaskKind.CALL]


def is_asked(petra):
    do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)


class TestHeld:
    @pytest.mark.both_engines
    def test_who_would_have_come_hears_that_it_is_online(self, event, ione, jasper, petra):
        jasper = jasper()
        do(actions.remember, ione, by=petra)
        goes_online(event, petra)

        is_asked(petra)

        note = note_to(jasper)
        assert isinstance(note, Letter), note
        assert "You have a place online instead" in note.text
        assert "Your place is still booked." not in note.text + note.html
        assert "You have a place online instead" in note.html
        assert "What has changed" in note.text
        assert note.calendar is not None

    @pytest.mark.both_engines
    def test_who_waited_hears_that_he_has_a_place(self, make, event, ione, jasper, petra):
        make.registration(event, name="Boris", registered_at=EARLIER)
        jasper = jasper(status=Status.WAITLISTED)
        do(actions.remember, fresh(ione), by=petra)
        goes_online(event, petra)

        is_asked(petra)

        note = note_to(jasper)
        assert isinstance(note, Letter), note
        assert "so there is no waitlist. You have a place online" in note.text
        assert note.calendar is not None

    def test_who_waited_beside_listening_hears_that_he_waits_no_longer(
        self, event, ione, jasper, petra
    ):
        jasper = jasper(mode=Mode.PHONE, waits_for=Mode.IN_PERSON, wait_no=1, wants_offers=False)
        do(actions.remember, fresh(ione), by=petra)
        goes_online(event, petra)

        is_asked(petra)

        note = note_to(jasper)
        assert isinstance(note, Letter), note
        assert "You take part as before, in the way below." in note.text

    def test_who_was_to_watch_anyway_hears_nothing(self, event, ione, jasper, petra):
        jasper = jasper(mode=Mode.WEBCAST)
        do(actions.remember, ione, by=petra)
        goes_online(event, petra)

        is_asked(petra)

        assert note_to(jasper) == UNCHANGED

    def test_who_has_only_a_phone_is_called_about_it(self, event, ione, jasper, petra):
        jasper = jasper(email=None, phone="+16175550142")
        do(actions.remember, ione, by=petra)
        goes_online(event, petra)

        is_asked(petra)

        assert [(each.registration_id, each.about) for each in calls()] == [(jasper.id, "notice")]

    def test_another_day_is_told(self, event, ione, jasper, petra):
        jasper = jasper()
        do(actions.remember, ione, by=petra)
        moves(event, petra)

        is_asked(petra)

        note = note_to(jasper)
        assert isinstance(note, Letter), note
        assert "What has changed" in note.text
        assert note.calendar is not None

    @pytest.mark.both_engines
    def test_what_the_note_has_told_is_behind_him_in_the_next_notice(
        self, event, ione, jasper, petra
    ):
        jasper = jasper()
        do(actions.remember, ione, by=petra)
        goes_online(event, petra)
        is_asked(petra)
        [kept_back], [note] = mails_to(jasper, "notice"), mails_to(jasper)
        with transaction():
            kept_back.state = MessageState.DROPPED
            note.state, note.sent_at = MessageState.SENT, clock.now() + timedelta(seconds=1)

        later = clock.now() + timedelta(minutes=5)
        [session] = event.sessions
        with transaction(), watched(event, now=later):
            session.room.stream_url = "https://live.example/9"
        with transaction():
            notices.send(
                event, Occasion.CHANGES, words={}, version=event.version, by=petra, now=later
            )

        letter = write(mails_to(jasper, "notice")[-1], later)
        assert isinstance(letter, Letter), letter
        assert "We do not meet in person" not in letter.text


class TestRememberedByASlip:
    def test_who_would_have_come_hears_that_it_is_online(self, event, ione, petra):
        do(actions.remember, ione, by=petra)
        goes_online(event, petra)
        assert mails_to(ione, "notice") == []

        do(actions.undo_remember, fresh(ione), by=petra)

        note = note_to(ione)
        assert isinstance(note, Letter), note
        assert "You have a place online instead" in note.text
        assert note.calendar is not None

    def test_who_waited_hears_that_he_has_a_place(self, make, event, ione, jasper, petra):
        make.registration(event, name="Boris", registered_at=EARLIER)
        jasper = jasper(status=Status.WAITLISTED)
        do(actions.remember, jasper, by=petra)
        goes_online(event, petra)

        do(actions.undo_remember, fresh(jasper), by=petra)

        note = note_to(jasper)
        assert isinstance(note, Letter), note
        assert "so there is no waitlist. You have a place online" in note.text

    def test_who_was_to_watch_anyway_hears_nothing(self, event, ione, jasper, petra):
        jasper = jasper(mode=Mode.WEBCAST)
        do(actions.remember, jasper, by=petra)
        goes_online(event, petra)

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert note_to(jasper) == UNCHANGED

    def test_who_has_only_a_phone_is_called_about_it(self, event, ione, jasper, petra):
        jasper = jasper(email=None, phone="+16175550142")
        do(actions.remember, jasper, by=petra)
        goes_online(event, petra)
        assert [each.about for each in calls()] == []

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert [(each.registration_id, each.about) for each in calls()] == [(jasper.id, "notice")]

    def test_who_has_only_a_phone_and_had_canceled_is_not(self, event, ione, jasper, petra):
        jasper = jasper(email=None, phone="+16175550142", status=Status.CANCELLED)
        do(actions.remember, jasper, by=petra)
        goes_online(event, petra)

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert calls() == []

    def test_who_was_remembered_and_back_before_it_went_online_is_told_by_the_notice(
        self, event, ione, petra
    ):
        do(actions.remember, ione, by=petra)
        do(actions.undo_remember, fresh(ione), by=petra)

        goes_online(event, petra)

        [notice] = mails_to(ione, "notice")
        letter = write(notice, clock.now())
        assert isinstance(letter, Letter), letter
        assert "You have a place online instead" in letter.text

    def test_another_day_is_told(self, event, ione, petra):
        do(actions.remember, ione, by=petra)
        moves(event, petra)

        do(actions.undo_remember, fresh(ione), by=petra)

        assert isinstance(note_to(ione), Letter)
