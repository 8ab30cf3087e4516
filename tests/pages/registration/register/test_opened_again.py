"""The page after registering, opened again later: phones bring back what was open."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import transaction
from forum.events.models import Mode
from forum.planning import actions as planning
from forum.planning import whole_actions
from tests.actions.planning.plans import does, postponed
from tests.registering import ADA, THANKS, path
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

HOUR = timedelta(hours=1)
NUMBER = "617-555-0111"


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    """Return a forum that begins in three hours and can be heard by phone."""
    event = make.event(starts_at=clock.now() + 3 * HOUR, hours=8)
    make.session(event, room=make.room(dial_in=f"+1-{NUMBER}"))
    return event


@pytest.fixture(params=["at once", "an hour later"])
def opened(request, visitor, event, today):
    """Register, let something happen, and open the page that followed again."""

    def opened_after(happens, **answers):
        here = visitor.submit(path(event), **{**ADA, "mode": Mode.PHONE, **answers})
        visitor.get(here)
        happens()
        if request.param == "an hour later":  # it is one and the same for everybody by then
            today.shift(timedelta(minutes=61))
        return visitor.get(here)

    return opened_after


def test_what_is_canceled_is_said_first_and_nobody_is_asked_to_call(opened, event, petra):
    def canceled():
        does(planning.cancel_event, fresh(event), version=fresh(event).version, by=petra)

    page = opened(canceled)

    assert page.heading == "This forum is canceled"
    assert "If you were registered, you do not need to do anything." in page.text
    said = ("is booked", "today", NUMBER, "on its way", "You chose", "Wrong address")
    assert [each for each in said if each in page.text] == []
    assert {"About this event", "Other events"} <= set(page.links())


def test_what_is_over_is_said_first_and_no_email_is_announced(opened, event, today):
    page = opened(lambda: today.move_to(fresh(event).ends_at))

    assert page.heading == "This forum is over"
    said = ("is booked", "This is today", NUMBER, "on its way", "You chose", "Wrong address")
    assert [each for each in said if each in page.text] == []


def test_what_is_postponed_is_said_first_with_both_days(opened, event, petra):
    old = event.starts_at

    page = opened(lambda: postponed(fresh(event), petra))

    assert page.heading == "This forum has a new date"
    assert "The old date was Monday, November 23, 2026." in page.text
    assert "The new date is Monday, December 7, 2026." in page.text
    assert fresh(event).starts_at - old == timedelta(weeks=2)
    assert ("This is today." in page.text, THANKS in page.text) == (False, True)


def test_who_registers_after_it_was_put_off_reads_of_no_other_day(visitor, event, petra):
    postponed(fresh(event), petra)

    page = visitor.get(visitor.submit(path(event), **ADA))

    assert (page.heading, "new date" in page.text) == (THANKS, False)


@pytest.mark.parametrize("taken", [0, 1])
def test_nobody_is_told_to_travel_to_what_takes_place_online(opened, make, event, petra, taken):
    event.gates[0].capacity = 1
    for _ in range(taken):
        make.registration(event)

    def goes_online():
        with transaction():
            whole_actions.go_online(
                fresh(event), (), version=event.version, by=petra, now=clock.now()
            )

    page = opened(goes_online, mode=Mode.IN_PERSON)

    assert page.heading == "This forum takes place online"
    assert "Please do not travel." in page.text
    assert ("You chose: Online." in page.text, THANKS in page.text) == (True, True)
    assert "waitlist" not in page.text
