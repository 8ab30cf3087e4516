"""Whom a silence kept from hearing that nobody comes to the place hears it once it is over."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions
from forum.care.rules import NOTE, TaskAnswer
from forum.db import db, transaction
from forum.emails.letter import Letter
from forum.emails.writing import write
from forum.outbox.models import Message
from forum.planning import whole_actions
from forum.registration.models import Status
from tests.actions.care.caring import do
from tests.rush import NOW
from tests.stored import fresh, look_again, tasks

EARLIER = NOW - timedelta(days=5)


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


def goes_online(event, petra):
    look_again()
    with transaction():
        whole_actions.go_online(event, (), version=event.version, by=petra, now=clock.now())


def note_to(person):
    look_again()
    messages = db.session.query(Message).filter_by(registration_id=person.id, email=NOTE)
    [note] = messages
    return write(note, clock.now())


def test_who_was_held_hears_that_the_event_has_gone_online(make, event, ione, petra):
    jasper = make.registration(event, name="Jasper", companion_of=ione, registered_at=EARLIER)
    make.welcome(jasper)
    do(actions.remember, ione, by=petra)
    goes_online(event, petra)

    do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

    note = note_to(jasper)
    assert isinstance(note, Letter), note.reason
    assert "online" in note.text.lower()
    assert note.calendar is not None


def test_who_was_held_and_waited_hears_that_she_has_a_place_online(make, event, ione, petra):
    jasper = make.registration(
        event,
        name="Jasper",
        companion_of=ione,
        registered_at=EARLIER,
        status=Status.WAITLISTED,
    )
    waitlist = make.welcome(jasper)
    with transaction():
        waitlist.email = "waitlist"
    do(actions.remember, fresh(ione), by=petra)
    goes_online(event, petra)

    do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

    assert isinstance(note_to(jasper), Letter)


def test_who_was_remembered_by_a_slip_hears_that_the_event_has_gone_online(event, ione, petra):
    do(actions.remember, ione, by=petra)
    goes_online(event, petra)

    do(actions.undo_remember, fresh(ione), by=petra)

    note = note_to(ione)
    assert isinstance(note, Letter), note.reason
