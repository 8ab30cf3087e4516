"""A day that was mistyped reminds nobody before it can be put right, or people have been told."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.errors import Refusal
from forum.notices import actions as notices
from forum.notices.models import Occasion
from forum.outbox import actions as outbox
from forum.outbox.models import Message
from forum.planning import actions as planning
from forum.registration.models import Status
from forum.reminders import actions, queries
from forum.reminders.leaving_queries import leaving
from forum.reminders.preview import preview
from tests.actions.planning.plans import does, event_plan
from tests.stored import look_again

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 11, 28, 13, 15, tzinfo=UTC)
"""In five days: the reminder that goes a week before would have gone two days ago."""


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    event = make.event()
    make.reminder(event, "P7D", local_time="10:00")
    make.registration(event)
    return event


def moves(event, petra, starts_at) -> None:
    look_again()
    hours = event.ends_at - event.starts_at
    plan = event_plan(event, starts_at=starts_at, ends_at=starts_at + hours, people=1)
    does(planning.change_event, event, plan, version=event.version, by=petra)


def planned(after: timedelta = timedelta()) -> int:
    with transaction():
        return actions.plan(clock.now() + after)


def states() -> list[str]:
    look_again()
    return [message.state for message in db.session.query(Message).order_by(Message.id)]


def test_a_day_that_was_mistyped_reminds_nobody_and_is_put_right_within_the_hour(
    event, petra, today
):
    as_it_was = event.starts_at
    moves(event, petra, SATURDAY)
    assert planned() == 0
    today.shift(50 * MINUTE)
    moves(event, petra, as_it_was)

    assert [planned(after) for after in (timedelta(), 20 * MINUTE, DAY)] == [0, 0, 0]


def test_a_day_that_was_meant_reminds_after_an_hour(event, petra):
    moved_at = clock.now()
    moves(event, petra, SATURDAY)

    assert planned(50 * MINUTE) == 0
    assert planned(61 * MINUTE) == 1
    [message] = db.session.scalars(db.select(Message).where(Message.email == "reminder"))
    assert timedelta() <= message.due_at - moved_at - HOUR < MINUTE


def test_once_people_have_been_told_they_are_reminded_at_once(event, petra):
    moves(event, petra, SATURDAY)
    given = {"words": {}, "version": event.version}
    does(notices.send, event, Occasion.CHANGES, **given, by=petra)

    assert planned(MINUTE) == 1


def test_the_planner_and_the_desk_know_when_it_goes(event, petra):
    moved_at = clock.now()
    moves(event, petra, SATURDAY)

    goes = queries.next_due(now=clock.now(), within=2 * HOUR)
    assert goes is not None
    assert timedelta() <= goes - moved_at - HOUR < MINUTE
    assert [each.at for each in leaving(now=clock.now(), within=2 * DAY)] == [goes]
    [ahead] = preview(event, queries.of_event(event), now=clock.now()).ahead
    assert ahead.goes_at == goes


def test_a_reminder_that_was_on_its_way_when_the_day_was_mistyped_goes_once_it_is_right(
    app, event, petra, today
):
    as_it_was = event.starts_at
    today.move_to(as_it_was.replace(hour=14) - 7 * DAY - MINUTE)
    assert planned() == 1
    moves(event, petra, as_it_was + 30 * DAY)
    today.shift(5 * MINUTE)
    Worker(app).run_once()
    assert states() == ["queued"]

    moves(event, petra, as_it_was)
    today.shift(HOUR)
    Worker(app).run_once()

    assert states() == ["sent"]


def test_a_reminder_that_was_on_its_way_when_the_event_was_moved_does_not_go(
    app, event, petra, today
):
    as_it_was = event.starts_at
    today.move_to(as_it_was.replace(hour=14) - 7 * DAY - MINUTE)
    assert planned() == 1
    moves(event, petra, as_it_was + 30 * DAY)

    today.shift(HOUR + 5 * MINUTE)
    Worker(app).run_once()

    assert states() == ["dropped"]


def test_nobody_is_offered_a_place_on_a_day_that_was_mistyped(app, make, petra, today):
    """In two days nobody is asked any more; in a month everybody who waits would be."""
    event = make.event(capacity=1)
    make.registration(event, name="Greta", status=Status.WAITLISTED)
    as_it_was = event.starts_at
    today.move_to(as_it_was - 2 * DAY)
    moves(event, petra, as_it_was + 30 * DAY)
    Worker(app).run_once()
    assert [(each.email, each.state) for each in db.session.query(Message)] == [("offer", "queued")]

    moves(event, petra, as_it_was)
    today.shift(HOUR)
    Worker(app).run_once()

    assert states() == ["sent"]


def test_a_reminder_that_waited_for_an_hour_goes_once_its_day_is_right_again(
    app, event, petra, today
):
    as_it_was = event.starts_at
    due = datetime(2027, 4, 17, 14, 0, tzinfo=UTC)  # a week before, at ten in Boston
    today.move_to(due - 2 * MINUTE, tick=True)
    assert planned() == 1
    moves(event, petra, as_it_was + 7 * DAY)
    for minutes in (3, 61):  # it waits for an hour; then its start is no longer so
        today.move_to(due + minutes * MINUTE, tick=True)
        Worker(app).run_once()
    assert states() == ["dropped"]
    today.move_to(due + 2 * HOUR, tick=True)
    moves(event, petra, as_it_was)

    Worker(app).run_once()

    assert states() == ["dropped", "sent"]
    dropped = db.session.query(Message).order_by(Message.id).first()
    with pytest.raises(Refusal, match="Another email was planned instead"), transaction():
        outbox.retry(dropped, now=clock.now())
