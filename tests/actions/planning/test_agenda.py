"""Sessions are added, changed and called off: nobody is in two places, no room is taken twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.events.models import Mode, SessionStatus
from forum.planning import actions as planning
from forum.planning import agenda_actions, refusals
from forum.registration import actions
from forum.registration.models import SessionPlace, Status
from forum.registration.places import session_places
from tests.actions.planning.plans import NINE, TEN, WEEK, does, event_plan, session_plan, standing
from tests.stored import deeds, told

HOUR = timedelta(hours=1)


def test_a_session_is_added_with_an_identity_of_its_own(event, petra):
    session = does(agenda_actions.add_session, event, session_plan(), by=petra)

    assert (session.status, session.sequence, session.event_id) == ("scheduled", 0, event.id)
    assert session.uid.endswith("@forum")
    assert event.revision == 2
    assert deeds() == [(Action.SESSION_ADDED, {"event": event.id})]


def test_a_room_that_is_taken_is_refused_at_the_room_field(make, event, petra):
    room = make.room(name="North Pier Room")
    make.session(event, starts_at=NINE, room=room, title="Bones")

    with pytest.raises(refusals.Clashing) as refused:
        does(agenda_actions.add_session, event, session_plan(room=room), by=petra)

    assert refused.value.places == [
        ("North Pier Room is taken from 9:00 am to 9:45 am by “Bones”.", "room")
    ]


def test_a_speaker_is_never_in_two_places(make, event, petra):
    marigold = make.speaker(name="Dr. Marigold Testwell")
    make.session(event, starts_at=NINE, speakers=(marigold,), title="Bones")
    plan = session_plan(starts_at=NINE + timedelta(minutes=30), speakers=(marigold,))

    with pytest.raises(refusals.Clashing) as refused:
        does(agenda_actions.add_session, event, plan, by=petra)

    assert refused.value.places == [
        ("Dr. Marigold Testwell is speaking from 9:00 am to 9:45 am in “Bones”.", "speakers")
    ]


def test_a_room_is_taken_by_other_events_too(make, event, petra):
    room = make.room()
    make.webcast(starts_at=NINE, room=room)

    with pytest.raises(refusals.Clashing):
        does(agenda_actions.add_session, event, session_plan(room=room), by=petra)


def test_one_session_may_begin_when_another_ends(make, event, petra):
    room, marigold = make.room(), make.speaker()
    make.session(event, starts_at=NINE - timedelta(minutes=45), room=room, speakers=(marigold,))

    does(agenda_actions.add_session, event, session_plan(room=room, speakers=(marigold,)), by=petra)


def test_a_cancelled_session_needs_no_room(make, event, petra):
    room = make.room()
    make.session(event, starts_at=NINE, room=room, status=SessionStatus.CANCELLED)

    does(agenda_actions.add_session, event, session_plan(room=room), by=petra)


def test_a_session_keeps_within_its_event(event, petra):
    plan = session_plan(ends_at=event.ends_at + HOUR)

    with pytest.raises(refusals.OutsideTheEvent) as refused:
        does(agenda_actions.add_session, event, plan, by=petra)

    assert refused.value.field == "ends"


@pytest.mark.parametrize(
    ("changes", "sequence"),
    [
        ({"title": "Other"}, 0),
        ({"has_captions": True}, 0),
        ({"starts_at": NINE + HOUR, "ends_at": TEN + HOUR}, 1),
        ({"is_streamed": False}, 1),
    ],
)
def test_only_what_calendars_show_raises_a_sessions_sequence(make, event, petra, changes, sequence):
    session = make.session(event, starts_at=NINE)

    plan = session_plan(session, **changes)
    does(agenda_actions.change_session, session, plan, version=1, by=petra)

    assert standing(session) == (sequence, 2)
    assert event.revision == 2


def test_speakers_are_replaced_in_their_order(make, event, petra):
    first, second, third = (make.speaker() for _ in range(3))
    session = make.session(event, starts_at=NINE, speakers=(first, second))

    plan = session_plan(session, speakers=(second, third, first))
    does(agenda_actions.change_session, session, plan, version=1, by=petra)

    db.session.expire_all()
    assert session.speakers == [second, third, first]


def test_two_editors_of_a_session_do_not_overwrite_each_other(make, event, petra):
    session = make.session(event, starts_at=NINE)
    mine, hers = session_plan(session, title="Mine"), session_plan(session, title="Hers")
    does(agenda_actions.change_session, session, mine, version=1, by=petra)

    with pytest.raises(ChangedMeanwhile):
        does(agenda_actions.change_session, session, hers, version=1, by=petra)

    assert session.title == "Mine"


def test_places_do_not_fall_below_those_that_are_taken(make, event, petra):
    session = make.session(event, starts_at=NINE, capacity=10, taken=4)

    plan = session_plan(session, capacity=3)

    with pytest.raises(refusals.TooFewPlaces):
        does(agenda_actions.change_session, session, plan, version=1, by=petra)

    assert session.capacity == 10


def test_a_cancelled_session_stays_and_its_sequence_rises(make, event, petra):
    session = make.session(event)

    does(agenda_actions.cancel_session, session, version=1, by=petra)

    assert session.status == SessionStatus.CANCELLED
    assert standing(session) == (1, 2)
    assert deeds() == [(Action.SESSION_CANCELLED, {"event": event.id})]


def test_a_webcasts_only_session_is_cancelled_with_the_webcast(make, petra):
    webcast = make.webcast()

    with pytest.raises(refusals.AlreadyCancelled):
        does(agenda_actions.cancel_session, webcast.sessions[0], version=1, by=petra)


@pytest.fixture
def circle(make, event):
    """A session with one place, which Ada has; Boris and Cora wait."""
    session = make.session(event, starts_at=NINE, capacity=1)
    for name in ("Ada", "Boris", "Cora"):
        with transaction():
            someone = make.registration(event, name=name, mode=Mode.IN_PERSON)
            session_places.choose(someone, [session.id], now=clock.now())
    db.session.refresh(session)
    return session


def those_inside(session):
    db.session.expire_all()
    chosen = select(SessionPlace).where(SessionPlace.session_id == session.id)
    return session.taken, [
        place.registration.name
        for place in db.session.scalars(chosen.order_by(SessionPlace.id))
        if place.status == Status.CONFIRMED
    ]


@pytest.mark.parametrize(
    ("capacity", "inside"),
    [(1, ["Ada"]), (2, ["Ada", "Boris"]), (None, ["Ada", "Boris", "Cora"])],
)
def test_new_places_of_a_session_go_to_those_who_wait_for_it(circle, petra, capacity, inside):
    assert those_inside(circle) == (1, ["Ada"])

    plan = session_plan(circle, capacity=capacity)
    does(agenda_actions.change_session, circle, plan, version=circle.version, by=petra)

    assert those_inside(circle) == (len(inside), inside)


def test_whose_turn_comes_while_a_session_is_canceled_is_told_once_it_is_back(make, event, petra):
    session = make.session(event, capacity=1)
    ada, boris = (make.registration(event, name=name) for name in ("Ada", "Boris"))
    for each in (ada, boris):
        with transaction():
            actions.choose_sessions(each, (session.id,), now=clock.now())
    does(agenda_actions.cancel_session, session, version=session.version, by=petra)
    with transaction():
        actions.cancel(ada, now=clock.now())
    assert [email for email, _name in told()] == ["cancellation"]

    does(agenda_actions.restore_session, session, version=session.version, by=petra)

    assert told() == [("cancellation", "Ada"), ("session_place", "Boris")]
    assert session.taken == 1


def test_a_session_that_was_canceled_by_a_slip_moves_with_its_event_and_can_come_back(
    make, event, petra
):
    session = make.session(event, starts_at=NINE)
    does(agenda_actions.cancel_session, session, version=session.version, by=petra)
    plan = event_plan(event, starts_at=event.starts_at + WEEK, ends_at=event.ends_at + WEEK)
    does(planning.change_event, event, plan, version=event.version, by=petra)

    does(agenda_actions.restore_session, session, version=session.version, by=petra)

    assert (session.status, session.starts_at) == (SessionStatus.SCHEDULED, NINE + WEEK)
