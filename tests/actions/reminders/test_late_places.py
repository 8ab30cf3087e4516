"""A reminder whose day has passed is not sent beside the email that says what it brought."""

from datetime import timedelta

import pytest

from forum.care.models import Task
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.registration.models import Status
from forum.registration.places import waiting
from forum.registration.telling import tell
from forum.reminders import actions
from forum.reminders.queries import TELLING
from tests.rush import NOW

TWO_DAYS = timedelta(days=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(make):
    """Make an event in five days; its reminder of a week before was due two days ago."""
    event = make.event(capacity=1, starts_at=NOW + timedelta(days=5))
    make.reminder(event, "P7D", armed_at=NOW - timedelta(days=30))
    return event


def planned_later() -> int:
    with transaction():
        return actions.plan(NOW + MINUTE)


def sent_to(person) -> list[str]:
    rows = db.select(Message).where(Message.registration_id == person.id).order_by(Message.id)
    return [each.email for each in db.session.scalars(rows)]


def waits(make, event, **facts):
    return make.registration(
        event, name="Boris", status=Status.WAITLISTED, registered_at=NOW - 10 * TWO_DAYS, **facts
    )


def gets_a_place(make, person) -> None:
    offer = make.offer(person, made_at=NOW, ends_at=NOW + TWO_DAYS)
    with transaction():
        waiting.accept(offer, now=NOW)


def test_who_gets_a_place_late_reads_in_her_confirmation_what_she_missed_and_no_reminder(
    make, event
):
    boris = waits(make, event)
    gets_a_place(make, boris)

    assert planned_later() == 0
    assert sent_to(boris) == ["confirmation"]


def test_who_gets_a_place_late_by_phone_is_called_once(make, event):
    boris = waits(make, event, email=None, phone="617-555-0100")
    gets_a_place(make, boris)

    planned_later()
    assert [each.about for each in db.session.scalars(db.select(Task))] == ["confirmation"]


@pytest.mark.parametrize("email", TELLING)
def test_every_email_that_says_what_was_missed_stands_for_it(make, event, email):
    ada = make.registration(event, registered_at=NOW - 10 * TWO_DAYS)
    with transaction():
        tell(email, ada, "1", now=NOW)
    assert planned_later() == 0


@pytest.mark.parametrize("state", [MessageState.DROPPED, MessageState.FAILED])
def test_one_that_was_not_sent_stands_for_nothing(make, event, state):
    ada = make.registration(event, registered_at=NOW - 10 * TWO_DAYS)
    with transaction():
        tell("confirmation", ada, "1", now=NOW)
        db.session.execute(db.update(Message).values(state=state))
    assert planned_later() == 1


def test_one_from_before_it_was_due_stands_for_nothing(make, event):
    ada = make.registration(event, registered_at=NOW - 10 * TWO_DAYS)
    with transaction():
        tell("confirmation", ada, "1", now=NOW - TWO_DAYS - MINUTE)
    assert planned_later() == 1


def test_who_changes_how_she_attends_after_it_was_due_is_not_reminded_of_it(make):
    event = make.event(starts_at=NOW + timedelta(days=5))
    make.reminder(event, "P7D", armed_at=NOW - timedelta(days=30), modes=(Mode.WEBCAST,))
    ada = make.registration(event, mode=Mode.WEBCAST, registered_at=NOW - 10 * TWO_DAYS)
    with transaction():
        tell("mode_changed", ada, "1", now=NOW)
    assert planned_later() == 0
