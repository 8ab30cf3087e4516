"""What an event's emails bring for calendars: an invitation, a file, or nothing."""

import email
import email.policy
import time

import icalendar
import pytest

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.emails import mime
from forum.events.models import CalendarMail, Mode
from forum.outbox import actions as outbox
from forum.outbox.models import Message, MessageState
from forum.registration import actions
from forum.registration.requests import Request

pytestmark = pytest.mark.sqlite_is_enough

FILE_SENTENCE = (
    "The date is attached as a file for your calendar. We will email you if something"
    " changes. The calendar address on your page also shows changes."
)
REMOVE_SENTENCE = "If you put the date into your calendar yourself, please remove it there."


@pytest.fixture
def sent(app):
    """Let a worker send what is due; return the letters by their emails' names, newest last."""
    from flask_mail import email_dispatched

    letters = []

    def keep(_app, message):
        letters.append(message.letter)

    email_dispatched.connect(keep, app)
    worker = Worker(app)

    def sent():
        letters.clear()
        worker.run_once()
        db.session.rollback()
        db.session.expire_all()
        return [*letters]

    yield sent
    email_dispatched.disconnect(keep, app)


@pytest.fixture
def forum(make):
    event = make.event()
    make.session(event, room=make.room())
    return event


def register(event):
    asked = Request(
        name="Ada Q. Trialrun",
        email="ada@people.example",
        mode=Mode.IN_PERSON,
        timezone="America/New_York",
    )
    with transaction():
        return actions.register(event, asked, now=clock.now()).registration


def decide(event, setting):
    event.calendar_mail = setting
    db.session.commit()


def attend_by(registration, mode):
    with transaction():
        actions.change_mode(registration, mode, now=clock.now())


def leave(registration):
    with transaction():
        actions.cancel(registration, now=clock.now())


def entry(letter):
    [event] = icalendar.Calendar.from_ical(letter.calendar.content).walk("VEVENT")
    return event


@pytest.mark.both_engines
def test_a_file_names_no_attendee_and_says_how_changes_come(forum, sent):
    decide(forum, CalendarMail.PUBLISH)
    ada = register(forum)

    [letter] = sent()

    assert (letter.calendar.method, letter.calendar.file_name) == ("PUBLISH", "calendar.ics")
    assert b"METHOD:PUBLISH" in letter.calendar.content
    assert "ATTENDEE" not in entry(letter)
    assert entry(letter)["ORGANIZER"] == f"mailto:{letter.sender.address}"
    assert entry(letter)["UID"] == ada.uid
    assert FILE_SENTENCE in letter.text
    assert FILE_SENTENCE in letter.html


def test_a_file_is_only_attached_so_that_no_program_acts_on_it(forum, sent):
    decide(forum, CalendarMail.PUBLISH)
    register(forum)

    [letter] = sent()

    whole = email.message_from_bytes(mime.as_bytes(letter), policy=email.policy.default)
    [calendar] = [each for each in whole.walk() if each.get_content_type() == "text/calendar"]
    assert calendar.get_content_disposition() == "attachment"
    assert calendar.get_filename() == "calendar.ics"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_payload(decode=True) == letter.calendar.content


def test_a_change_brings_a_new_file_and_canceling_asks_her_to_remove_the_date(forum, sent):
    decide(forum, CalendarMail.PUBLISH)
    ada = register(forum)
    [first] = sent()

    attend_by(ada, Mode.WEBCAST)
    [changed] = sent()
    leave(ada)
    [gone] = sent()

    assert changed.calendar.method == "PUBLISH"
    assert entry(changed)["UID"] == entry(first)["UID"]
    assert entry(changed)["SEQUENCE"] == entry(first)["SEQUENCE"] + 1
    assert "Please add it in place of the old one" in changed.text
    assert gone.calendar is None
    assert REMOVE_SENTENCE in gone.text
    assert "You do not need to do anything else" not in gone.text


def test_with_nothing_for_calendars_no_email_speaks_of_an_entry_of_ours(forum, sent):
    decide(forum, CalendarMail.NONE)
    ada = register(forum)
    [first] = sent()
    attend_by(ada, Mode.WEBCAST)
    [changed] = sent()
    leave(ada)
    [gone] = sent()

    assert [each.calendar for each in (first, changed, gone)] == [None] * 3
    assert "calendar" not in first.text
    assert "attached" not in changed.text
    assert "please change it there" in changed.text
    assert REMOVE_SENTENCE in gone.text


@pytest.mark.both_engines
@pytest.mark.parametrize("setting", [CalendarMail.PUBLISH, CalendarMail.NONE])
def test_whoever_was_invited_goes_on_getting_the_changes_of_her_entry(forum, sent, setting):
    ada = register(forum)
    [invitation] = sent()
    decide(forum, setting)

    attend_by(ada, Mode.WEBCAST)
    [changed] = sent()
    leave(ada)
    [gone] = sent()

    letters = [invitation, changed, gone]
    assert [each.calendar.method for each in letters] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {entry(each)["UID"] for each in letters} == {ada.uid}
    assert [entry(each)["SEQUENCE"] for each in letters] == [0, 1, 2]
    assert "You do not need to do anything else." in gone.text


def test_a_file_that_was_sent_is_not_taken_for_an_invitation(forum, sent):
    decide(forum, CalendarMail.PUBLISH)
    ada = register(forum)
    sent()
    decide(forum, CalendarMail.REQUEST)

    leave(ada)
    [gone] = sent()

    assert gone.calendar is None


def test_an_invitation_that_could_not_be_sent_leaves_nothing_to_take_away(forum, sent):
    ada = register(forum)
    db.session.query(Message).one().state = MessageState.FAILED
    db.session.commit()
    leave(ada)

    [gone] = sent()

    assert gone.calendar is None


def test_an_invitation_on_its_way_counts_as_sent(forum, queue, written):
    ada = register(forum)
    with transaction():
        outbox.claim("worker", 10, now=clock.now(), began=time.monotonic())
    leave(ada)
    assert written("cancellation", ada).calendar.method == "CANCEL"


def test_an_event_that_is_called_off_asks_those_with_a_file_to_remove_the_date(
    make, forum, sent, written
):
    decide(forum, CalendarMail.PUBLISH)
    ada = register(forum)
    sent()
    waiting = make.registration(forum, status="waitlisted")

    assert REMOVE_SENTENCE in written("event_cancelled", ada).text
    assert REMOVE_SENTENCE not in written("event_cancelled", waiting).text
