"""A whole event goes to another day, with its sessions and its deadlines."""

from datetime import timedelta

import pytest

from forum import clock
from forum.audit.models import Action
from forum.db import db, transaction
from forum.emails import Letter, write
from forum.outbox.models import Message
from forum.planning import refusals, whole_actions
from forum.registration.models import (
    Offer,
    OfferState,
    Status,
)
from tests.actions.planning.plans import last_facts, postponed
from tests.lines import move_all_lines
from tests.make import SPRING_DAY
from tests.rush import NOW
from tests.stored import look_again

DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
def event(make):
    """A forum with a session on a stream."""
    event = make.event(capacity=2)
    make.session(event, room=make.room())
    return event


def test_a_postponed_event_takes_its_sessions_and_its_deadline_along(make, event, petra):
    session = event.sessions[0]
    gate = event.gates[0]
    gate.closes_at = SPRING_DAY - 3 * DAY
    db.session.commit()

    postponed(event, petra, 2 * WEEK)

    db.session.expire_all()
    assert event.starts_at == SPRING_DAY + 2 * WEEK
    assert session.starts_at == SPRING_DAY + 2 * WEEK
    assert gate.closes_at == SPRING_DAY - 3 * DAY + 2 * WEEK
    assert (event.sequence, session.sequence) == (1, 1)
    assert last_facts(Action.EVENT_POSTPONED) == {
        "from": "2027-04-24T12:15:00+00:00",
        "to": "2027-05-08T12:15:00+00:00",
    }


def test_an_event_postponed_over_a_change_of_clocks_keeps_its_hours(make, event, petra):
    session, gate = event.sessions[0], event.gates[0]
    gate.closes_at = SPRING_DAY - 3 * DAY
    db.session.commit()
    hour = timedelta(hours=1)

    with transaction():  # the same hours in Boston, on the 20th of November
        starts, ends = event.starts_at + 30 * WEEK + hour, event.ends_at + 30 * WEEK + hour
        whole_actions.postpone(event, starts, ends, version=1, by=petra, now=clock.now())

    db.session.expire_all()
    assert session.starts_at == event.starts_at == SPRING_DAY + 30 * WEEK + hour
    assert gate.closes_at == SPRING_DAY - 3 * DAY + 30 * WEEK + hour


def test_a_postponed_webcast_is_one_entry(make, petra):
    event = make.webcast()

    postponed(event, petra, WEEK)

    db.session.expire_all()
    assert event.sessions[0].starts_at == event.starts_at


def test_an_event_is_put_off_to_a_later_day_only(make, event, petra):
    with pytest.raises(refusals.NotLater) as refused:
        postponed(event, petra, -WEEK)

    assert refused.value.field == "day"
    assert event.starts_at == SPRING_DAY


def test_a_room_that_is_taken_on_the_new_day_keeps_the_old_day(make, event, petra):
    other = make.event(starts_at=SPRING_DAY + WEEK)
    make.session(other, room=event.sessions[0].room)

    with pytest.raises(refusals.Clashing):
        postponed(event, petra, WEEK)

    db.session.expire_all()
    assert event.starts_at == SPRING_DAY


def test_whoever_is_asked_has_two_days_more_to_think_about_the_new_day(make, event, petra):
    ada = make.registration(event, status=Status.WAITLISTED)
    offer = make.offer(ada, ends_at=clock.now() + timedelta(hours=1))

    before = clock.now()

    postponed(event, petra)

    db.session.expire_all()
    assert offer.state == OfferState.OPEN
    assert offer.ends_at >= before + 2 * DAY


def test_whoever_is_offered_a_place_while_mail_waits_hears_of_it_once_the_event_is_put_off(make):
    event = make.event(capacity=1)
    make.registration(event, status=Status.WAITLISTED)
    with transaction():
        move_all_lines(now=NOW)
    look_again()
    [offer] = db.session.query(Offer)
    first_end = offer.ends_at
    later = first_end - timedelta(hours=1)  # the mail server has been down since
    with transaction():
        whole_actions.postpone(
            event,
            event.starts_at + timedelta(days=28),
            event.ends_at + timedelta(days=28),
            version=event.version,
            by=make.organizer(),
            now=later,
        )
    look_again()
    [message] = db.session.query(Message).filter_by(email="offer")

    now = first_end + timedelta(hours=1)
    assert offer.ends_at > now
    assert isinstance(write(message, now), Letter)
