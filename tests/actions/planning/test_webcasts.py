"""A webcast that is moved by its one session is moved as carefully as by the event itself."""

from datetime import timedelta

import pytest

from forum.planning import agenda_actions
from forum.planning.refusals import IntoThePast, OutOfThePast
from forum.registration.models import Status
from tests.actions.planning.plans import does, session_plan
from tests.rush import NOW
from tests.stored import fresh


@pytest.fixture
def webcast(make):
    return make.webcast(starts_at=NOW + timedelta(days=60))


def moves(session, starts_at, petra):
    plan = session_plan(session, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    does(agenda_actions.change_session, session, plan, version=session.version, by=petra)


def test_a_webcast_with_people_is_not_over_at_once_by_a_slip_in_its_session(make, webcast):
    make.registration(webcast)
    [session] = webcast.sessions
    petra = make.organizer()

    with pytest.raises(IntoThePast):
        moves(session, session.starts_at - timedelta(days=365), petra)


def test_nobody_of_a_webcast_that_is_over_is_taken_along_by_its_session(make, webcast, today):
    make.registration(webcast)
    [session] = webcast.sessions
    petra = make.organizer()
    today.move_to(webcast.ends_at + timedelta(days=1))

    with pytest.raises(OutOfThePast):
        moves(session, session.starts_at + timedelta(days=30), petra)


def test_an_open_offer_follows_a_webcast_that_its_session_moves_earlier(make, webcast):
    waits = make.registration(webcast, status=Status.WAITLISTED)
    end = webcast.starts_at - timedelta(days=5)
    offer = make.offer(waits, made_at=end - timedelta(days=2), ends_at=end)
    [session] = webcast.sessions

    moves(session, session.starts_at - timedelta(days=30), make.organizer())

    assert fresh(offer).ends_at <= fresh(webcast).starts_at
