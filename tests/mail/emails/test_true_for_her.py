"""No email says the way to a place that she does not have, or to what does not take place."""

from datetime import timedelta

import pytest
import time_machine

from forum import clock
from forum.care import actions as care
from forum.care.models import TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.emails import Letter
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message
from forum.registration import actions
from forum.registration.models import Status
from tests.mail.occasions import notice_of
from tests.mail.reading import plain, words_of_html
from tests.make import SPRING_DAY
from tests.stored import tasks

pytestmark = pytest.mark.sqlite_is_enough

PLACE, NO_PLACE = "Harborlight Conference Center", "You have no place yet."
OFF = "What you registered for has been canceled."


def both(letter) -> tuple[str, str]:
    """Return what the two forms of a letter say, each on one line."""
    assert isinstance(letter, Letter), letter
    return plain(letter.text), words_of_html(letter)


@pytest.fixture
def waits(make, event):
    return make.registration(event, status=Status.WAITLISTED)


def call_off(event) -> None:
    event.status = EventStatus.CANCELLED
    db.session.commit()


def test_who_waits_and_asks_for_her_link_is_not_told_the_way_to_a_place(waits, written):
    for said in both(written("my_link", waits)):
        assert PLACE not in said
        assert NO_PLACE in said
        assert "You are on the waitlist." in said


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.WAITLISTED])
@pytest.mark.parametrize("mode", Mode)
def test_who_asks_for_her_link_hears_that_what_she_registered_for_is_canceled(
    make, event, written, status, mode
):
    her = make.registration(event, status=status, mode=mode)
    call_off(event)

    for said in both(written("my_link", her)):
        assert OFF in said
        for untrue in (
            PLACE,
            "Join button",
            "How you take part",
            "617-555-0150",
            "Take part another way",
            NO_PLACE,
        ):
            assert untrue not in said


def test_who_has_a_place_is_told_the_way_with_her_link(make, event, written):
    for said in both(written("my_link", make.registration(event))):
        assert PLACE in said
        assert NO_PLACE not in said


def test_who_is_offered_a_place_is_told_the_way_to_it(make, waits, written):
    offer = make.offer(waits, ends_at=clock.now() + timedelta(days=2))
    for said in both(written("offer", waits, facts={"offer": offer.id})):
        assert PLACE in said
        assert NO_PLACE not in said


@pytest.mark.parametrize("email", ["my_link", "notice", "pause_over"])
def test_who_waits_and_is_offered_a_place_reads_by_when_to_answer_and_how(
    make, waits, written, email
):
    make.offer(waits, ends_at=SPRING_DAY - timedelta(days=3))
    facts = {"notice": notice_of(make, waits.event).id} if email == "notice" else {}

    letter = written(email, waits, facts=facts)

    for said in both(letter):
        assert "A place is kept for you." in said
        assert "Please answer by Wednesday, April 21, 2027, 8:15 am, Eastern Time" in said
        assert "Answer the offer" in said
        for untrue in (NO_PLACE, PLACE, "on the waitlist", "If you would rather not wait"):
            assert untrue not in said
    assert "/offer" in letter.text


def test_who_has_a_place_and_is_offered_another_reads_of_both(make, event, written):
    her = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.offer(her, ends_at=SPRING_DAY - timedelta(days=3))

    for said in both(written("details_changed", her)):
        assert "Please answer by Wednesday, April 21, 2027, 8:15 am, Eastern Time" in said
        assert "You keep the place that you have now until you take this one." in said


def test_an_offer_is_said_once_where_the_email_is_about_waiting(make, waits, written):
    make.offer(waits, ends_at=SPRING_DAY - timedelta(days=3))

    for said in both(written("waitlist", waits, facts={"again": True})):
        assert said.count("Please answer by") == 1
        assert NO_PLACE not in said


def test_who_only_waited_is_not_told_that_she_loses_a_place_with_the_event(waits, event, written):
    call_off(event)
    for said in both(written("event_cancelled", waits)):
        assert "there is no waitlist any more, and no place is offered." in said
        assert "your place" not in said


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("status", "subject"),
    [
        (
            Status.WAITLISTED,
            "You are off the waitlist for Saturday, April 24, 2027: Lantern spring day",
        ),
        (
            Status.CONFIRMED,
            "Your place on Saturday, April 24, 2027 is canceled: Lantern spring day",
        ),
    ],
)
def test_a_cancellation_names_what_she_gives_up(make, event, written, status, subject):
    her = make.registration(event, status=status)
    with transaction():
        actions.cancel(her, now=clock.now())
    facts = db.session.query(Message).filter_by(registration_id=her.id).one().facts

    letter = written("cancellation", her, facts=facts)

    assert letter.subject == subject
    for said in both(letter):
        assert ("Your place is canceled." in said) == (status == Status.CONFIRMED)
        assert "call us or register again" in said


def test_nobody_is_invited_to_register_again_where_nobody_can(make, event, written):
    her = make.registration(event, status=Status.CANCELLED)
    event.takes_registrations = False
    db.session.commit()
    for said in both(written("cancellation", her)):
        assert "register again" not in said


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({}, ""),
        ({"recording": {"posted": "2027-04-25", "minutes": 50, "transcript": True}}, ""),
        ({"promised_by": "2027-05-07"}, "We promise the recordings by Friday, May 7, 2027."),
        (
            {"promised_by": "2027-04-25"},
            "We promised the recordings by Sunday, April 25, 2027. They are late.",
        ),
        (
            {"promised_by": "2027-04-25", "recording": {"posted": "2027-04-25", "minutes": 50}},
            "You cannot watch the recordings on our website yet.",
        ),
    ],
)
def test_after_a_pause_she_reads_of_what_was_promised_and_never_that_it_is_there(
    make, event, written, details, sentence
):
    event.details = details
    her = make.registration(event)
    with time_machine.travel(SPRING_DAY + timedelta(days=2), tick=False):
        letter = written("pause_over", her)
    for said in both(letter):
        assert sentence in said
        assert ("recording" in said) == bool(sentence)
        assert "You can watch" not in said
        assert "transcript" not in said
        assert "more quiet time" not in said


def held_and_let_go(make, person) -> None:
    """Let somebody be held because his wife has died, and be asked, and want our emails."""
    ione = make.registration(person.event, name="Ione", companion_of=person)
    petra = make.organizer()
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    [asked] = [each for each in tasks() if each.kind == TaskKind.ASK_COMPANION]
    with transaction():
        care.settle(asked, TaskAnswer.WRITE, now=clock.now(), by=petra)


@pytest.mark.both_engines
def test_who_was_held_is_not_told_of_a_quiet_time_that_he_never_asked_for(make, event, written):
    jasper = make.registration(event, name="Jasper")
    held_and_let_go(make, jasper)
    notice_of(make, event)

    letter = written("pause_over", jasper)

    assert (
        letter.subject == "Something has changed for Saturday, April 24, 2027: Lantern spring day"
    )
    for said in both(letter):
        assert "quiet time" not in said
        assert "Some time has passed since we last wrote to you. This is how it is now." in said
        assert "What has changed" in said
    call_off(event)
    assert (
        written("pause_over", jasper).subject
        == "Canceled: Lantern spring day, Saturday, April 24, 2027"
    )


def test_whose_pause_is_over_is_told_so(make, event, written):
    hollis = make.registration(event, name="Hollis")
    petra = make.organizer()
    with transaction():
        care.pause(hollis, None, now=clock.now(), by=petra)
    with transaction():
        care.resume(hollis, now=clock.now(), by=petra)

    letter = written("pause_over", hollis)

    assert (
        letter.subject
        == "We are writing to you again about Saturday, April 24, 2027: Lantern spring day"
    )
    for said in both(letter):
        assert "Your emails were paused. Your place is still booked." in said
        assert "If you want no emails for longer" in said
