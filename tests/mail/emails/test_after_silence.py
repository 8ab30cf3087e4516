"""When a pause or a hold ends, one quiet note brings her calendar and what she knows up to date."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.emails.kinds import CalendarMethod
from forum.events.models import EventStatus
from forum.outbox.models import Message, MessageState
from forum.planning.actions import cancel_event
from forum.registration.models import CareState, Status
from tests.mail.occasions import invited, notice_of
from tests.stored import emails, look_again, tasks

pytestmark = pytest.mark.sqlite_is_enough

NOTE = "pause_over"
QUIETLY = {"only_if_changed": True}
NOTHING = Silence("Nothing has changed for this person in the meantime.")


@pytest.fixture
def ada(make, queue):
    """Someone with an entry in her calendar, whose quiet time is over."""
    ada = make.registration(make.event(), name="Ada Q. Trialrun")
    invited(queue, ada)
    return ada


def mail_of(person) -> list[Message]:
    look_again()
    chosen = db.session.query(Message).filter_by(registration_id=person.id)
    return chosen.order_by(Message.id).all()


def method(letter: Letter) -> CalendarMethod | None:
    return letter.calendar.method if letter.calendar else None


def test_where_nothing_happened_it_says_only_that_it_is_over(ada, written):
    letter = written(NOTE, ada)

    assert method(letter) is None
    assert "What has changed" not in letter.text


def test_a_moved_event_is_told_and_her_entry_moved(make, ada, written):
    notice_of(make, ada.event)

    letter = written(NOTE, ada)

    assert method(letter) == CalendarMethod.REQUEST
    assert "What has changed" in letter.text
    assert "What has changed" in letter.html


def test_the_new_day_stands_before_all_else_of_the_event(make, ada, written):
    notice_of(make, ada.event)

    letter = written(NOTE, ada)

    for said in (letter.text, letter.html):
        assert said.index("What has changed") < said.index("This is how it is now.")
        assert said.index("This is how it is now.") < said.index("How you take part")


def test_what_the_note_has_told_is_not_told_again(make, ada, written, queue):
    notice_of(make, ada.event)
    later = clock.now() + timedelta(minutes=5)
    queue(NOTE, ada, state=MessageState.SENT, sent_at=later)

    letter = written(NOTE, ada)

    assert (method(letter), "What has changed" in letter.text) == (None, False)


def test_an_event_canceled_meanwhile_leaves_her_calendar(ada, written):
    ada.event.status = EventStatus.CANCELLED
    db.session.commit()

    letter = written(NOTE, ada)

    assert method(letter) == CalendarMethod.CANCEL
    assert "This was canceled in the meantime." in letter.text


def test_one_that_she_was_told_is_canceled_leaves_it_once(ada, written, queue):
    ada.event.status = EventStatus.CANCELLED
    queue("event_cancelled", ada, state=MessageState.SENT)

    assert method(written(NOTE, ada)) is None


@pytest.mark.parametrize("email", ["details_changed", "mode_changed"])
def test_what_kept_her_entry_from_its_new_address_is_made_good(ada, written, queue, email):
    queue(email, ada, state=MessageState.DROPPED)

    assert method(written(NOTE, ada)) == CalendarMethod.REQUEST


def test_what_has_been_made_good_since_is_not_sent_again(ada, written, queue):
    queue("details_changed", ada, state=MessageState.DROPPED)
    invited(queue, ada)

    assert method(written(NOTE, ada)) is None


class TestQuietly:
    """About her other events, and after a hold, there is a note only where there is need of it."""

    def test_nothing_is_written_where_nothing_happened(self, ada, written):
        assert written(NOTE, ada, facts=QUIETLY) == NOTHING

    def test_a_change_is_written_of(self, make, ada, written):
        notice_of(make, ada.event)

        assert isinstance(written(NOTE, ada, facts=QUIETLY), Letter)

    def test_an_entry_that_is_behind_is_written_of(self, ada, written, queue):
        queue("details_changed", ada, state=MessageState.DROPPED)

        assert isinstance(written(NOTE, ada, facts=QUIETLY), Letter)

    def test_an_event_that_is_off_is_written_of_once(self, ada, written, queue):
        ada.event.status = EventStatus.CANCELLED
        db.session.commit()
        first = written(NOTE, ada, facts=QUIETLY)
        queue("event_cancelled", ada, state=MessageState.SENT)

        again = written(NOTE, ada, facts=QUIETLY)

        assert isinstance(first, Letter)
        assert again == Silence("This person has been told that the event is canceled.")


def test_who_was_held_before_anything_was_said_is_told_that_he_is_registered(make):
    ione = make.registration(make.event(), name="Ione")
    jasper = make.registration(ione.event, name="Jasper", companion_of=ione)
    petra = make.organizer()
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    assert jasper.care_state == CareState.HELD

    with transaction():
        care.settle(tasks()[0], TaskAnswer.WRITE, now=clock.now(), by=petra)

    assert emails() == ["confirmation"]


@pytest.mark.both_engines
@pytest.mark.parametrize("is_welcome", [True, False])
def test_who_was_held_hears_once_that_the_event_was_canceled(make, is_welcome):
    event, petra = make.event(), make.organizer()
    ione = make.registration(event, name="Ione")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    if is_welcome:
        make.welcome(jasper)
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    with transaction():
        cancel_event(event, version=event.version, by=petra, now=clock.now())
    for message in mail_of(jasper):
        message.state = MessageState.DROPPED
    db.session.commit()

    with transaction():
        care.settle(tasks()[0], TaskAnswer.WRITE, now=clock.now(), by=petra)

    *_kept, note = mail_of(jasper)
    letter = write(note, clock.now())
    assert isinstance(letter, Letter), letter
    assert "This was canceled in the meantime." in letter.text


def test_who_has_been_told_of_the_end_is_not_told_again_for_an_older_silence(ada, written, queue):
    queue("details_changed", ada, state=MessageState.DROPPED)
    ada.event.status = EventStatus.CANCELLED
    queue("event_cancelled", ada, state=MessageState.SENT)

    assert written(NOTE, ada, facts=QUIETLY) == Silence(
        "This person has been told that the event is canceled."
    )


def test_a_pause_that_ended_in_a_hold_has_its_note_after_it_if_something_was_kept(make, queue):
    event, petra = make.event(), make.organizer()
    ione = make.registration(event, name="Ione")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    make.welcome(jasper)
    day = (clock.now() + timedelta(days=3)).date()
    with transaction():
        care.pause(jasper, day, now=clock.now())
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    queue("details_changed", jasper, state=MessageState.DROPPED)
    later = clock.now() + timedelta(days=7)

    with transaction():
        care.undo_remember(ione, now=later, by=petra)

    assert [each.facts for each in mail_of(jasper) if each.email == NOTE] == [{}, QUIETLY]


def test_who_had_heard_before_gets_the_quiet_note_of_what_was_kept(make, queue):
    ione = make.registration(make.event(), name="Ione")
    jasper = make.registration(ione.event, name="Jasper", companion_of=ione)
    make.welcome(jasper)
    petra = make.organizer()
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    queue("details_changed", jasper, state=MessageState.DROPPED)

    with transaction():
        care.settle(tasks()[0], TaskAnswer.WRITE, now=clock.now(), by=petra)

    assert emails() == ["confirmation", "details_changed", "pause_over"]


def test_who_wants_no_emails_gets_none(make):
    ione = make.registration(make.event(), name="Ione")
    make.registration(ione.event, name="Jasper", companion_of=ione)
    petra = make.organizer()
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)

    with transaction():
        care.settle(tasks()[0], TaskAnswer.QUIET, now=clock.now(), by=petra)

    assert emails() == []


class TestAPlaceInAPause:
    """A place became free in the pause, and no email said so."""

    @pytest.fixture
    def rosa(self, make, queue):
        rosa = make.registration(make.event(), name="Rosa")
        queue("promoted", rosa, state=MessageState.DROPPED)
        return rosa

    @pytest.mark.both_engines
    def test_the_note_says_that_she_has_a_place(self, rosa, written):
        letter = written(NOTE, rosa, facts=QUIETLY)

        assert method(letter) == CalendarMethod.REQUEST
        for said in (letter.text, letter.html):
            assert "You have a place now. It became free in the meantime, and it is yours." in said
            assert "Your place is still booked" not in said

    def test_who_has_been_told_since_reads_that_it_is_still_booked(self, rosa, written, queue):
        queue("mode_changed", rosa, state=MessageState.SENT, sent_at=clock.now())

        text = written(NOTE, rosa).text

        assert "Your place is still booked." in text
        assert "became free" not in text

    @pytest.mark.parametrize("lost", ["returned_at", "strayed_at"])
    def test_so_it_says_where_the_email_of_it_was_lost(self, make, written, queue, lost):
        rosa = make.registration(make.event(), name="Rosa")
        at = {"state": MessageState.SENT, "sent_at": clock.now(), lost: clock.now()}
        queue("promoted", rosa, **at)
        queue("reminder", rosa, **at)  # nor did this tell her of any place

        assert "You have a place now." in written(NOTE, rosa).text

    def test_so_it_says_where_our_server_could_not_send_it(self, make, written, queue):
        rosa = make.registration(make.event(), name="Rosa")
        queue("promoted", rosa, state=MessageState.FAILED)

        assert "You have a place now." in written(NOTE, rosa).text

    def test_who_waited_all_the_time_has_none(self, make, written, queue):
        waiting = make.registration(make.event(), status=Status.WAITLISTED)
        queue("promoted", waiting, state=MessageState.DROPPED)

        assert "became free" not in written(NOTE, waiting).text
