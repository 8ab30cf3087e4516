"""What each reader is told when a whole event goes online, or to another day: one mail each."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy import select

from forum import clock
from forum.care.models import Task
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.planning import actions, whole_actions
from forum.registration.models import CareState, Status
from forum.reminders import actions as reminders
from forum.reminders.preview import preview
from forum.reminders.queries import of_event
from tests.mail.reading import plain
from tests.make import SPRING_DAY
from tests.notices import Desk

pytestmark = pytest.mark.sqlite_is_enough

WEEKS = timedelta(days=14)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    """A forum with one session on a stream and one that is only in the room."""
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium"), quiet_title="Session 1")
    make.session(
        event,
        room=make.room(is_streamed=False),
        is_streamed=False,
        quiet_title="Session 2",
        starts_at=SPRING_DAY + timedelta(hours=1),
    )
    return event


@pytest.fixture
def goes_online(event, petra):
    def act(**given):
        with transaction():
            whole_actions.go_online(
                event, version=event.version, by=petra, now=clock.now(), **given
            )

    return act


@pytest.fixture
def moves(event, petra):
    def act(**given):
        starts, ends = event.starts_at + WEEKS, event.ends_at + WEEKS
        with transaction():
            whole_actions.postpone(
                event, starts, ends, version=event.version, by=petra, now=clock.now(), **given
            )

    return act


def mails_to(person) -> list[Letter | Silence]:
    db.session.expire_all()
    chosen = select(Message).where(Message.registration_id == person.id).order_by(Message.id)
    return [write(message, clock.now()) for message in db.session.scalars(chosen)]


def one_to(person) -> Letter:
    (letter,) = mails_to(person)
    assert isinstance(letter, Letter), letter
    return letter


def entry_of(letter):
    calendar = icalendar.Calendar.from_ical(letter.calendar.content)
    return calendar["METHOD"], calendar.walk("VEVENT")[0]


def test_who_would_come_has_one_mail_with_her_place_online(make, event, goes_online):
    ada = make.registration(event, name="Ada")

    goes_online(words={"en": "There is too much snow.", "es": "Hay demasiada nieve."})

    letter = one_to(ada)
    assert letter.subject == "Online now: Lantern spring day, Saturday, April 24, 2027"
    assert "There is too much snow." in letter.text
    assert "You have a place online instead" in letter.text
    assert "Session 2\n  - It is canceled." in letter.text
    assert "Session 1" not in letter.text
    assert "Harborlight" not in letter.text
    method, entry = entry_of(letter)
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("REQUEST", ada.uid, 2)
    assert entry["LOCATION"] == "Online"
    assert "open your page from our email and choose Join" in entry["DESCRIPTION"]


def test_who_waited_has_a_place_online_and_her_first_entry(make, event, goes_online):
    boris = make.registration(event, status=Status.WAITLISTED)

    goes_online()

    letter = one_to(boris)
    assert "so there is no waitlist. You have a place online" in letter.text
    assert entry_of(letter)[1]["LOCATION"] == "Online"


def test_who_listens_by_phone_and_waited_hears_that_she_waits_no_longer(make, event, goes_online):
    cora = make.registration(event, mode=Mode.PHONE, waits_for=Mode.IN_PERSON)

    goes_online()

    letter = one_to(cora)
    assert "You take part as before, in the way below." in letter.text
    assert entry_of(letter)[1]["LOCATION"] == "By phone: 617-555-0150"


def test_who_watches_already_is_told_only_of_what_is_new_to_her(make, event, goes_online):
    other = make.event()
    shown = make.session(
        event, room=make.room(), is_streamed=False, starts_at=SPRING_DAY + timedelta(hours=3)
    )
    hollis = make.registration(event, mode=Mode.WEBCAST)
    greta = make.registration(other, mode=Mode.WEBCAST)

    goes_online(also_online=[shown.id])

    letter = one_to(hollis)
    assert "You take part as before." in letter.text
    assert letter.text.count("You can now also watch it online") == 1
    assert mails_to(greta) == []


def test_who_watches_already_hears_nothing_when_nothing_of_hers_has_changed(
    make, event, goes_online
):
    hollis = make.registration(event, mode=Mode.WEBCAST)

    goes_online()

    assert mails_to(hollis) == []


def test_silence_is_kept_and_who_has_no_address_is_called(make, event, goes_online):
    paused = make.registration(event, care_state=CareState.PAUSED)
    held = make.registration(event, care_state=CareState.HELD)
    gone = make.registration(event, care_state=CareState.REMEMBERED, status=Status.CANCELLED)
    by_phone = make.registration(event, email=None)

    goes_online()

    kept_back = [type(each) for person in (paused, held) for each in mails_to(person)]
    assert kept_back == [Silence, Silence]
    assert [mails_to(each) for each in (gone, by_phone)] == [[], []]
    tasks = db.session.scalars(select(Task)).all()
    assert [(each.registration_id, each.about) for each in tasks] == [(by_phone.id, "notice")]


def test_a_second_change_before_the_mail_has_left_is_told_in_the_same_words(
    make, event, petra, goes_online, moves
):
    ada = make.registration(event)

    goes_online()
    moves()

    first, last = mails_to(ada)
    assert isinstance(first, Silence)
    assert "Everything is online now. We do not meet in person." in last.text
    assert "Saturday, May 8, 2027" in last.text
    assert entry_of(last)[1]["SEQUENCE"] == 3


def test_another_day_is_asked_about_with_the_same_entry(make, event, moves):
    ada = make.registration(event)

    moves()

    letter = one_to(ada)
    assert letter.subject == "New date: Lantern spring day, Saturday, May 8, 2027"
    assert "The new date is below. Can you take part on that day?" in letter.text
    assert "The sessions move to the new date" in letter.text
    assert "/mode?to=webcast" in letter.text
    assert "/cancel" in letter.text
    method, entry = entry_of(letter)
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("REQUEST", ada.uid, 1)
    assert entry.start.astimezone(UTC) == datetime(2027, 5, 8, 12, 15, tzinfo=UTC)


def test_who_waits_is_asked_too_and_has_no_entry(make, event, moves):
    boris = make.registration(event, status=Status.WAITLISTED)

    moves()

    letter = one_to(boris)
    assert "You keep your number on the waitlist" in letter.text
    assert "You have no place yet." in letter.text
    assert "Harborlight" not in letter.text
    assert letter.calendar is None


def test_what_waits_to_be_told_is_silent_once_the_event_is_canceled(make, event, petra, moves):
    ada = make.registration(event)
    moves()

    with transaction():
        actions.cancel_event(
            event,
            words={"en": "The hall is flooded."},
            version=event.version,
            by=petra,
            now=clock.now(),
        )

    first, last = mails_to(ada)
    assert first == Silence("The event is canceled.")
    assert "The hall is flooded." in last.text
    assert last.calendar is None


def test_an_entry_that_a_snow_day_gave_is_taken_back_when_the_event_is_canceled(
    make, event, petra, goes_online
):
    boris = make.registration(event, status=Status.WAITLISTED)
    goes_online()
    message = db.session.scalars(select(Message)).one()
    message.state, message.sent_at = MessageState.SENT, clock.now()
    message.has_invitation = True
    db.session.commit()

    with transaction():
        actions.cancel_event(event, version=event.version, by=petra, now=clock.now())

    method, entry = entry_of(mails_to(boris)[-1])
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("CANCEL", boris.uid, 3)


def test_no_reminder_goes_beside_the_notice(make, event, moves):
    make.reminder(event, "P7D", local_time="10:00")
    make.reminder(event, "P21D", local_time="10:00")
    make.registration(event)

    with time_machine.travel(SPRING_DAY - timedelta(days=1), tick=False):
        moves()
        with transaction():
            assert reminders.plan(clock.now()) == 0


def test_reminders_follow_to_the_new_day(make, event, moves):
    make.reminder(event, "P7D", local_time="10:00")
    ada = make.registration(event)

    moves()

    (ahead,) = preview(event, of_event(event), now=clock.now()).ahead
    assert ahead.due_at == datetime(2027, 5, 1, 14, 0, tzinfo=UTC)
    assert ahead.people == [ada]


def test_who_is_offered_a_place_keeps_the_offer_on_the_new_day(make, event, moves):
    wim = make.registration(event, status=Status.WAITLISTED)
    make.offer(wim, ends_at=clock.now() + timedelta(days=30))

    moves()

    said = plain(one_to(wim).text)
    assert "A place on that day is kept for you. Please tell us below if you take it." in said
    assert "Answer the offer" in said
    for untrue in ("You keep your number", "you do not need to do anything", "You have no place"):
        assert untrue not in said


def test_of_sessions_that_move_otherwise_the_rest_is_said_to_keep_its_time(
    make, event, petra, moves
):
    ada = make.registration(event)
    desk = Desk(petra)
    desk.move(event.sessions[0])

    moves()

    lines = one_to(ada).text.partition("What has changed")[2].splitlines()
    said = [line.strip().removeprefix("- ") for line in lines if line.strip()]
    assert said[0] == "The day"
    assert said[3] == "All other sessions move to the new date. Their times of day stay the same."
    assert said[4] == "Session 1"


def test_a_companion_reads_what_has_changed_before_she_is_asked_to_agree(make, event, moves):
    ada = make.registration(event, name="Ada")
    boris = make.registration(event, name="Boris", companion_of=ada)

    moves()

    said = plain(one_to(boris).text)
    assert said.index("It has a new date.") < said.index("Ada registered you.")
    assert said.index("The new date is below.") < said.index("Ada registered you.")
