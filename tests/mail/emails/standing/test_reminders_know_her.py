"""Reminders know what she has told and what is hers, and the last one when Join works."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum import clock
from forum.db import db
from forum.emails import write
from forum.events.models import Mode
from forum.registration.models import SessionPlace, Status
from tests.mail.occasions import reminded
from tests.mail.reading import plain, words_of_html
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

WATCHES = {"mode": Mode.WEBCAST, "timezone": "America/Chicago"}


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, is_streamed=False)
    make.session(event, room=make.room(), starts_at=SPRING_DAY + timedelta(minutes=45))
    return event


@pytest.fixture
def reminders(make, queue):
    """Return a way to read a reminder as it is sent, as text and as page."""

    def reminders(person, lead, **facts) -> list[str]:
        facts = reminded(make, person, lead, **facts)
        with time_machine.travel(datetime.fromtimestamp(facts["due"], UTC), tick=False):
            letter = write(queue("reminder", person, facts=facts), clock.now())
        return [plain(letter.text), words_of_html(letter)]

    return reminders


@pytest.fixture
def ada(make, event):
    """Make someone who has a place in the circle."""
    ada = make.registration(event)
    session = make.session(event, capacity=8, quiet_title="The circle", is_streamed=False)
    db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    return ada


@pytest.mark.parametrize("lead", ["P7D", "P2D"])
def test_a_reminder_names_her_session_as_the_confirmation_did(reminders, ada, lead):
    for said in reminders(ada, lead):
        assert "Your session The circle" in said
        assert "Your place in this session is booked." in said


def test_a_reminder_whose_texts_were_chosen_names_it_only_where_that_was_chosen(reminders, ada):
    for said in reminders(ada, "P7D", blocks=("bring",)):
        assert "The circle" not in said
    for said in reminders(ada, "P6D", blocks=("sessions",)):
        assert "The circle" in said


def test_who_has_told_what_she_needs_is_not_asked_again_and_nothing_is_repeated(
    make, event, reminders
):
    ada = make.registration(event, needs="A wheelchair")
    for said in reminders(ada, "P7D"):
        assert "You have told us what you need. If anything is missing, please tell us now." in said
        assert "wheelchair" not in said
    for said in reminders(make.registration(event), "P7D"):
        assert "If you need a seat near the door, a wheelchair or other help" in said


def test_the_evening_before_says_tomorrow_and_from_which_hour_she_can_join(make, event, reminders):
    ada = make.registration(event, **WATCHES)
    for said in reminders(ada, "P1D", local_time="18:00"):
        assert "We write this on Friday, April 23: it is tomorrow." in said
        assert "You can join from Saturday, April 24, 7:45 am." in said
        assert said.index("Open your page") < said.index("Join from Saturday, April 24, 7:45 am")
        assert "Before it starts, try the sound of your device" in said
        assert "device now" not in said


def test_on_the_day_the_button_is_join(make, event, reminders):
    ada = make.registration(event, mode=Mode.WEBCAST, timezone="Europe/London")
    for said in reminders(ada, "PT60M"):
        assert "tomorrow" not in said
        assert "You can join from Saturday, April 24, 1:45 pm." in said
        assert "Join from" not in said


def test_days_before_nothing_is_said_of_the_hour_to_join(make, event, reminders):
    for said in reminders(make.registration(event, **WATCHES), "P2D"):
        assert "You can join from" not in said
        assert "tomorrow" not in said


def test_who_comes_reads_tomorrow_but_nothing_of_joining(make, event, reminders):
    for said in reminders(make.registration(event), "P1D", local_time="18:00"):
        assert "We write this on Friday, April 23: it is tomorrow." in said
        assert "You can join" not in said
