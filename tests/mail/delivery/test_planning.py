"""What a worker cannot see to keeps back nothing else, is logged and shown."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from forum import clock
from forum.db import db
from forum.delivery import worker as workers
from forum.delivery.worker import Worker
from forum.operations.readiness import outbox_warnings
from forum.outbox.models import Message
from forum.outbox.queries import health
from forum.registration.models import Status
from forum.reminders import queries as reminders
from tests.desk import OrganizerAtDesk

SOON = timedelta(days=7)
STANDS_STILL = "The waitlist and reminders of some events stand still"


@pytest.fixture
def worker(app) -> Worker:
    return Worker(app)


@pytest.fixture
def desk(app, make):
    return OrganizerAtDesk(app, make.organizer())


@pytest.fixture
def broken(make):
    """Make an event with somebody who waits for a place that is free."""
    event = make.event(capacity=1, slug="broken", title="Broken spring day")
    make.registration(event, status=Status.WAITLISTED)
    return event


@pytest.fixture
def fine(make):
    """Make an event whose reminder is due."""
    event = make.event(starts_at=clock.now() + SOON)
    make.registration(event)
    make.reminder(event, "P7D")
    return event


@pytest.fixture
def other(make):
    """Make a second event whose reminder is due."""
    event = make.event(starts_at=clock.now() + SOON)
    make.registration(event)
    make.reminder(event, "P7D")
    return event


@pytest.fixture
def stumbling(monkeypatch):
    """Return a way to let a step of the worker's stumble over an event."""

    def stumble(step: str, event, error: Exception) -> None:
        real, number = getattr(workers, step), event.id

        def faulty(*given, **named):
            if number in (*given, named.get("event_id")):
                raise error
            return real(*given, **named)

        monkeypatch.setattr(workers, step, faulty)

    return stumble


def planned() -> int:
    db.session.rollback()
    return db.session.query(Message).filter_by(email="reminder").count()


def shown(worker: Worker) -> list[str]:
    senders = worker._hire()
    worker._last_beat = float("-inf")
    worker._beat(senders)
    senders.close()
    db.session.rollback()
    found = health(now=clock.now())
    assert [text for text in outbox_warnings(found) if "cannot see to" in text] == [
        f"The worker cannot see to waitlist and reminders of {event.slug}: see its log."
        for event in found.stumbles_over
    ]
    return [event.slug for event in found.stumbles_over]


def test_a_waitlist_that_cannot_be_moved_keeps_back_no_reminder_and_is_shown(
    worker, broken, fine, stumbling, desk
):
    stumbling("move_lines", broken, RuntimeError("its line cannot be moved"))
    worker._plan()

    assert planned() == 1
    assert shown(worker) == ["broken"]
    page = desk.get("/organize/").text
    assert STANDS_STILL in page
    assert "Broken spring day" in page


def test_reminders_that_cannot_be_planned_keep_back_no_others(worker, fine, other, stumbling):
    stumbling("due_groups", fine, ValueError("no such time zone"))
    worker._plan()
    assert (planned(), shown(worker)) == (1, [fine.slug])
    assert db.session.query(Message).one().registration.event_id == other.id


def test_not_knowing_when_the_next_is_due_keeps_back_none(worker, fine, other, stumbling):
    stumbling("next_due", fine, ValueError("no such time zone"))
    worker._plan()
    assert (planned(), shown(worker)) == (2, [fine.slug])


def test_once_it_goes_well_nothing_is_shown_any_more(worker, broken, stumbling, monkeypatch, desk):
    stumbling("move_lines", broken, RuntimeError("its line cannot be moved"))
    worker._plan()
    assert shown(worker) == ["broken"]
    monkeypatch.undo()
    worker._plan()
    assert shown(worker) == []
    assert STANDS_STILL not in desk.get("/organize/").text


def test_a_database_that_is_away_is_no_events_fault(worker, broken, stumbling):
    stumbling("move_lines", broken, OperationalError("select", {}, Exception("away")))
    with pytest.raises(OperationalError):
        worker._plan()
    assert worker._stumbles_over == frozenset()


def test_events_are_found_by_their_rules(make, fine):
    make.event(slug="without-rules", starts_at=clock.now() + SOON)
    assert reminders.events_to_remind(now=clock.now()) == [fine.id]
