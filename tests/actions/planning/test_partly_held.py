"""An event that goes on is moved under "Edit": what has been held does not take place again."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db
from forum.events.models import EventStatus, SessionStatus
from forum.planning import actions, agenda_actions, refusals
from tests.actions.planning.plans import WEEK, does, event_plan
from tests.stored import fresh

HOUR = timedelta(hours=1)


@pytest.fixture
def event(make, today):
    """A forum of today. Its first session is over, the second to come."""
    event = make.event(starts_at=clock.now() + HOUR, hours=8)
    make.session(event, starts_at=event.starts_at, room=make.room())
    make.session(event, starts_at=event.starts_at + 5 * HOUR, room=make.room())
    today.shift(3 * HOUR)
    return event


def moves(event, petra, later=WEEK, *, by_hours=timedelta(), people=None):
    event = fresh(event)
    starts_at, ends_at = event.starts_at + later, event.ends_at + later + by_hours
    plan = event_plan(event, starts_at=starts_at, ends_at=ends_at, people=people)
    does(actions.change_event, event, plan, version=event.version, by=petra)


def starts(event):
    return [each.starts_at for each in sorted(fresh(event).sessions, key=lambda each: each.id)]


def test_this_mornings_sessions_go_to_another_day_only_on_a_number(make, event, petra):
    make.registration(event, name="Ada")
    was = starts(event)

    with pytest.raises(refusals.PartlyHeld) as refused:
        moves(event, petra)

    assert refused.value.field == "people"
    assert "To move only what is still to come, use “Postpone to a new date”." in str(
        refused.value.sentence
    )
    assert starts(event) == was
    moves(event, petra, people=1)  # its day was mistyped
    assert starts(event) == [each + WEEK for each in was]


def test_nobody_is_asked_where_nobody_is_registered(event, petra):
    was = starts(event)

    moves(event, petra)

    assert starts(event) == [each + WEEK for each in was]


def test_a_later_end_on_the_same_day_asks_nothing(make, event, petra):
    make.registration(event, name="Ada")
    was = starts(event)

    moves(event, petra, timedelta(), by_hours=HOUR)

    assert starts(event) == was


def test_before_its_first_session_is_over_an_event_moves_as_before(make, event, petra, today):
    make.registration(event, name="Ada")
    today.shift(-2 * HOUR)
    was = starts(event)

    moves(event, petra)

    assert starts(event) == [each + WEEK for each in was]


def cancels(session, petra):
    does(agenda_actions.cancel_session, fresh(session), version=session.version, by=petra)


def statuses(event):
    return [each.status for each in sorted(fresh(event).sessions, key=lambda each: each.id)]


def test_what_has_been_held_is_not_canceled_afterwards(event, petra):
    held, coming = sorted(event.sessions, key=lambda each: each.id)
    cancels(coming, petra)
    with pytest.raises(refusals.NotUnderWay) as refused:
        cancels(held, petra)

    assert str(refused.value) == "This session is over. What has taken place stays on the agenda."
    assert statuses(event) == [SessionStatus.SCHEDULED, SessionStatus.CANCELLED]


def test_a_draft_has_held_nothing(event, petra):
    event.status = EventStatus.DRAFT
    db.session.commit()
    held, _coming = sorted(event.sessions, key=lambda each: each.id)
    cancels(held, petra)

    assert statuses(event) == [SessionStatus.CANCELLED, SessionStatus.SCHEDULED]


def test_what_was_canceled_is_not_put_back_once_it_would_be_over(event, petra, today):
    _held, coming = sorted(event.sessions, key=lambda each: each.id)
    cancels(coming, petra)
    today.shift(5 * HOUR)
    with pytest.raises(refusals.NotUnderWay) as refused:
        does(agenda_actions.restore_session, fresh(coming), version=coming.version, by=petra)

    assert str(refused.value) == "This session would be over by now. It stays canceled."
    assert statuses(event) == [SessionStatus.SCHEDULED, SessionStatus.CANCELLED]
