"""One person's clock that the zone data has no more: the event's stands for it, for her alone."""

import logging
from datetime import UTC, datetime

import pytest

from forum import clock, offsets
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.outbox.models import Message
from forum.registration.telling import tell
from forum.reminders import queries
from forum.reminders.preview import preview
from tests.my import my
from tests.stored import look_again

DUE = datetime(2027, 4, 17, 14, 0, tzinfo=UTC)
"""A week before, at ten in Boston."""


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event)
    make.reminder(event, "P7D", local_time="10:00")
    return event


@pytest.fixture
def nowhere(make, event):
    """Someone whose zone a later or an earlier tzdata lacks, such as after a step back."""
    offsets.known_zone.cache_clear()
    return make.registration(event, name="Nora Nowhere", timezone="America/Nowhere")


def states(email) -> list[tuple[int | None, str]]:
    look_again()
    found = db.session.query(Message).filter_by(email=email).order_by(Message.registration_id)
    return [(each.registration_id, each.state) for each in found]


def test_a_zone_that_nobody_knows_keeps_no_reminder_from_anybody(app, make, nowhere, today, caplog):
    event = nowhere.event
    ada, [rule] = make.registration(event), queries.of_event(event)
    with caplog.at_level(logging.WARNING, "forum"):
        assert [len(each.people) for each in preview(event, [rule], now=clock.now()).ahead] == [2]
        today.move_to(DUE.replace(second=1), tick=True)
        Worker(app).run_once()

    assert states("reminder") == [(nowhere.id, "sent"), (ada.id, "sent")]
    said = [each.getMessage() for each in caplog.records if "zone data" in each.getMessage()]
    assert said == [
        "The zone data has no zone 'America/Nowhere'. America/New_York is used instead."
    ]


def test_whose_zone_nobody_knows_is_told_all_else_by_the_clock_of_the_event(app, nowhere, today):
    with transaction():
        tell("confirmation", nowhere, "1", now=clock.now())
        tell("details_changed", nowhere, "1", now=clock.now())
        tell("my_link", nowhere, "1", now=clock.now())
    Worker(app).run_once()

    sent = [(nowhere.id, "sent")]
    assert [states(each) for each in ("confirmation", "details_changed", "my_link")] == [sent] * 3


@pytest.mark.parametrize("page", ["", "data", "day", "details", "pause", "sessions/"])
def test_the_pages_of_whose_zone_nobody_knows_open(visitor, nowhere, page):
    visitor.get(my(nowhere, page))


def test_what_was_stored_stays_for_the_day_on_which_the_data_knows_it_again(nowhere):
    assert (nowhere.timezone, nowhere.zone_name) == ("America/New_York", "America/Nowhere")
