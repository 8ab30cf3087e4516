"""Places at the desk, and the numbers that the day is planned by."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events.models import Gate, Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from tests.desk import EVENT, desk_form
from tests.people import XHTML
from tests.people import words as words_of
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

WAITS = {"status": Status.WAITLISTED}


def test_more_places_ask_first_when_someone_would_be_offered_one(make, desk, event):
    gate = event.gates[0]
    gate.capacity = 1
    make.registration(event)
    waiting = make.registration(event, status=Status.WAITLISTED)
    address = "/organize/events/forum-2027/places/in_person"

    page = desk.submit(address, capacity="2", status=200)

    assert "1 person on the waitlist is offered a place." in page.text
    assert waiting.name in page.text
    assert fresh(gate).capacity == 1

    desk.post(address, desk_form(page))
    assert (fresh(gate).capacity, gate.taken, gate.held) == (2, 1, 1)
    assert fresh(waiting).status == Status.WAITLISTED


def test_more_places_name_in_order_who_would_be_offered_one_and_then_offer_them(make, desk, event):
    event.gates[0].capacity = 2
    make.registration(event)
    make.registration(event)
    cora = make.registration(event, name="Cora", **WAITS)
    make.registration(event, name="Paul", care_state=CareState.PAUSED, **WAITS)
    dora = make.registration(event, name="Dora", **WAITS)
    make.registration(event, name="Eva", **WAITS)
    address = "/organize/events/forum-2027/places/in_person"

    page = desk.submit(address, capacity="4", status=200)

    named = [words_of(item) for item in next(page.one("main").iter(XHTML + "ol"))]
    assert named == ["Cora", "Dora"]
    assert "2 people on the waitlist are offered a place." in page.text

    desk.submit(address, capacity="4", is_sure="yes")

    gate = fresh(next(gate for gate in event.gates if gate.mode == Mode.IN_PERSON))
    assert (gate.capacity, gate.taken, gate.held) == (4, 2, 2)
    offered = db.session.scalars(select(Message).where(Message.email == "offer"))
    assert sorted(each.registration_id for each in offered) == sorted([cora.id, dora.id])


def test_places_do_not_fall_below_those_taken(make, desk, event):
    make.registration(event)
    make.registration(event)

    address = "/organize/events/forum-2027/places/in_person"
    page = desk.submit(address, capacity="1", status=422)

    assert page.errors() == ["2 places are taken already. Choose that number or a higher one."]
    assert fresh(event.gates[0]).capacity == 200


def test_places_do_not_fall_below_those_taken_and_offered(make, desk, event):
    make.registration(event)
    make.registration(event)
    make.offer(make.registration(event, status=Status.WAITLISTED))

    address = "/organize/events/forum-2027/places/in_person"
    page = desk.submit(address, capacity="2", status=422)

    assert page.errors() == ["Places taken: 2. Kept for offers: 1. Choose 3 or a higher number."]
    assert fresh(event.gates[0]).capacity == 200


def test_a_mode_gets_a_closing_time(desk, event):
    address = "/organize/events/forum-2027/places/in_person"
    desk.submit(address, closes="2027-04-21T17:00")

    gate = db.session.scalars(select(Gate).where(Gate.mode == Mode.IN_PERSON)).one()
    assert fresh(gate).closes_at == datetime(2027, 4, 21, 21, 0, tzinfo=UTC)


@pytest.mark.both_engines
def test_badges_and_meals_are_for_those_who_come_in_person(make, desk, event):
    make.registration(event, food="no nuts", needs="wheelchair")
    make.registration(event, mode=Mode.WEBCAST, food="none", needs="captions")
    make.registration(event, status=Status.WAITLISTED, food="halal")
    gone = {"status": Status.CANCELLED, "care_state": CareState.REMEMBERED}
    make.registration(event, name="Ione", food="fish", **gone)

    page = desk.get(f"{EVENT}/")

    links = page.links()
    badges = f"{EVENT}/registrations?status=confirmed&mode=in_person"
    assert links["1 badge and meal"] == badges
    assert links["1 of them told us about food"] == f"{badges}&told=food"
    assert links["2 people told us what would help"] == (
        f"{EVENT}/registrations?status=confirmed&told=needs"
    )
    assert "Ione" not in desk.get(links["1 of them told us about food"]).text


def test_what_is_offered_and_who_waits_lead_to_the_line(make, desk, event):
    event.gates[0].capacity = 2
    make.registration(event)
    make.offer(make.registration(event, status=Status.WAITLISTED))
    make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)

    assert "In person: 1 of 2, 1 offered, 2 wait" in desk.get("/organize/").text
    page = desk.get(f"{EVENT}/")
    assert "In person 1 2 1 2" in " ".join(page.text.split())
    assert page.links()["2"] == f"{EVENT}/waitlist"
