"""A file that would call an event off, or hide it, while people count on it."""

import pytest
from sqlalchemy import select

from forum.db import db, transaction
from forum.events.models import EventStatus
from forum.notices.end_queries import has_untold_end, untold_ends
from forum.notices.models import Notice, Occasion
from forum.outbox.models import Message
from forum.planning import actions, refusals
from forum.programme.reading.faults import Faulty
from forum.registration.models import Status
from tests.actions.programme.rows import state
from tests.programme import LATER, changed, event, loaded


def told() -> list[str]:
    return [each.email for each in db.session.scalars(select(Message))]


@pytest.mark.parametrize("status", ["cancelled", "draft"])
def test_a_file_does_not_take_an_event_from_people_who_count_on_it(app, make, status):
    loaded()
    make.registration(event("w3"))
    make.registration(event("w3"), status=Status.WAITLISTED)
    before = state()

    with pytest.raises(Faulty) as refused:
        loaded(changed(("{id: w3, ", f"{{id: w3, status: {status}, ")), now=LATER)

    assert refused.value.lines == [
        (
            "webcasts[2].status: 2 people are registered for this event: cancel it at the desk "
            'under "Cancel this event", so that they are told'
        )
    ]
    assert state() == before


def test_nobody_who_has_canceled_stands_in_the_way_of_a_file(app, make):
    loaded()
    make.registration(event("w3"), status=Status.CANCELLED)

    loaded(changed(("{id: w3, ", "{id: w3, status: cancelled, ")), now=LATER)

    assert event("w3").status == EventStatus.CANCELLED


def test_what_the_desk_has_canceled_is_not_hidden_by_a_file(app, make):
    loaded()
    make.registration(event("w3"))
    with transaction():
        actions.cancel_event(event("w3"), version=1, by=make.organizer(), now=LATER)

    with pytest.raises(Faulty) as refused:
        loaded(changed(("{id: w3, ", "{id: w3, status: draft, ")), now=LATER)

    assert refused.value.lines == [
        (
            "webcasts[2].status: 1 person is registered for this event: a canceled event stays "
            "canceled, and its page says so"
        ),
        (
            "webcasts[2].status: the event was canceled at the desk: people have been told; "
            "`programme dump` writes the event as it is now"
        ),
    ]


@pytest.fixture
def off(app, make):
    """Return an event that an older release let a file cancel, with people who were not told."""
    loaded()
    webcast = event("w3")
    make.registration(webcast, name="Ada")
    with transaction():
        webcast.status = EventStatus.CANCELLED
    return webcast


def test_those_whom_a_file_has_told_nothing_are_told_from_the_desk_once(off, make):
    petra = make.organizer()
    assert list(untold_ends(now=LATER)) == [off]

    with transaction():
        number = actions.cancel_event(off, version=off.version, by=petra, now=LATER)

    assert (number, told()) == (1, ["event_cancelled"])
    assert db.session.scalars(select(Notice.occasion)).all() == [Occasion.CANCELLED]
    assert not has_untold_end(off, now=LATER)
    with pytest.raises(refusals.AlreadyCancelled), transaction():
        actions.cancel_event(off, version=off.version, by=petra, now=LATER)
    assert told() == ["event_cancelled"]


def test_of_an_event_that_would_be_over_nobody_is_told(off, make):
    with pytest.raises(refusals.AlreadyCancelled), transaction():
        actions.cancel_event(off, version=off.version, by=make.organizer(), now=off.ends_at)


@pytest.mark.parametrize("status", ["cancelled", "draft"])
def test_what_has_taken_place_is_neither_canceled_nor_hidden_by_a_file(app, status):
    """Its people are purged by now; the desk refuses both."""
    loaded()
    assert event("w1").ends_at < LATER

    with pytest.raises(Faulty) as refused:
        loaded(changed(("{id: w1, ", f"{{id: w1, status: {status}, ")), now=LATER)

    assert refused.value.lines == [
        "webcasts[0].status: this event has taken place: it is neither canceled nor hidden"
    ]
