"""Whether there is a place: what the form says of it, and the page that follows."""

from datetime import UTC, datetime

import pytest

from forum.db import db
from forum.events.models import EventStatus, Mode
from forum.registration.models import Registration
from tests.registering import ADA, BOOKED, WAITING, outcome, path, refused, register

pytestmark = pytest.mark.sqlite_is_enough


def test_a_full_room_offers_its_waitlist_and_the_other_ways(make, visitor):
    event = make.event(capacity=1)
    make.registration(event)

    assert "Full. You can join the waitlist." in visitor.get(path(event)).text
    page = register(visitor, event)

    assert outcome(page) == WAITING
    assert "You are on the waitlist, number 1: In person." in page.text
    online = register(visitor, event, name="Boris", mode="webcast")
    assert outcome(online) == BOOKED


def test_few_places_are_said_in_words(make, visitor):
    event = make.event(capacity=20)
    for _ in range(18):
        make.registration(event)

    page = visitor.get(path(event))

    assert "Few places left." in page.text
    assert "2" not in page.text.partition("In person")[2].partition("Online")[0]


def test_a_full_session_is_said_plainly(make, visitor):
    event = make.event()
    circle = make.session(event, capacity=1, title="Under 45: peer circle")
    register(visitor, event, name="Boris", sessions=[str(circle.id)])

    page = register(visitor, event, sessions=[str(circle.id)])

    assert outcome(page) == BOOKED
    assert "One session that you chose is full. It has a waitlist" in page.text


def test_sessions_in_the_room_are_refused_for_the_webcast(make, visitor):
    event = make.event()
    circle = make.session(event, capacity=1)

    page = refused(visitor, event, mode="webcast", sessions=[str(circle.id)])

    assert page.errors() == [
        "Sessions with limited places are in the room. Choose them if you come in person."
    ]


def test_a_pair_learns_how_each_of_them_stands(make, visitor):
    event = make.event(capacity=1)

    page = register(visitor, event, companion_name="Boris", pair_rule="either")

    assert outcome(page) == BOOKED
    assert "The person with you is on the waitlist, number 1." in page.text


@pytest.mark.parametrize(("capacity", "is_asked"), [(None, False), (40, True)])
def test_two_are_asked_about_the_last_place_only_where_places_are_limited(
    make, visitor, capacity, is_asked
):
    page = visitor.get(path(make.event(capacity=capacity)))

    assert ("If there is only one place left" in page.text) is is_asked


def test_a_mode_can_be_chosen_in_the_address(make, visitor):
    page = visitor.get(f"{path(make.event())}?mode=webcast")

    assert page.form()["mode"] == "webcast"


def test_the_only_way_to_attend_is_chosen_already(make, visitor):
    page = visitor.get(path(make.event(modes=(Mode.WEBCAST,))))

    assert page.form()["mode"] == "webcast"


def test_a_mode_that_has_closed_is_named_and_the_others_stay(make, visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    event.gates[0].closes_at = datetime(2026, 11, 23, tzinfo=UTC)
    event.revision += 1
    db.session.commit()

    assert "In person: registration has closed." in visitor.get(path(event)).text
    page = visitor.post(path(event), {**form, **ADA}, status=422)

    assert page.errors() == ["You can no longer register this way. Choose another way, or call us."]
    assert outcome(register(visitor, event, mode="phone")) == BOOKED


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, 0, tzinfo=UTC)},
            "Registration opens on Monday, January 25, 2027, 9:00 am, Eastern Time",
        ),
        ({"takes_registrations": False}, "Registration is not open yet"),
        ({"status": EventStatus.CANCELLED}, "This forum is cancel"),
        ({"starts_at": datetime(2026, 11, 1, tzinfo=UTC)}, "This forum is over"),
    ],
)
def test_when_one_cannot_register_it_is_said_with_what_can_still_be_done(
    make, visitor, facts, title
):
    event = make.event(**facts)

    page = visitor.get(path(event))

    assert page.heading == "Register"
    assert title in page.text
    assert {"About this event", "Other events", "617-555-0142"} <= set(page.links())
    assert page.all("form") == []


def test_an_event_that_is_cancelled_while_she_types_is_said_when_she_sends(make, visitor):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}
    event.status = EventStatus.CANCELLED
    db.session.commit()

    page = visitor.post(path(event), form, status=409)

    assert "cancel" in page.text
    assert db.session.query(Registration).count() == 0


def test_a_draft_is_not_found(make, visitor):
    visitor.get(path(make.event(status=EventStatus.DRAFT)), status=404)
