"""Loading a file with more places, or fewer, and ways to attend."""

import pytest
from sqlalchemy import delete, select

from forum.care import actions as care
from forum.db import Record, db, transaction
from forum.events.models import (
    Gate,
    Mode,
)
from forum.programme.queries import use_of
from forum.programme.reading.faults import Faulty
from forum.registration import actions as registering
from forum.registration.models import Offer, OfferState, Status
from forum.registration.places import session_places
from tests.actions.programme.rows import state
from tests.programme import LATER, changed, event, loaded, session
from tests.rush import NOW
from tests.stored import number_of


def test_more_places_are_offered_to_those_who_wait(app, make):
    loaded(changed(("in_person: 200", "in_person: 1")))
    forum = event()
    make.registration(forum, mode=Mode.IN_PERSON)
    waiting = make.registration(forum, mode=Mode.IN_PERSON, status=Status.WAITLISTED)

    loaded(changed(("in_person: 200", "in_person: 2")), now=LATER)

    offer = db.session.scalars(select(Offer)).one()
    assert (offer.registration_id, offer.state) == (waiting.id, OfferState.OPEN)
    gate = {gate.mode: gate for gate in event().gates}[Mode.IN_PERSON]
    assert (gate.taken, gate.held, gate.left) == (1, 1, 0)


def test_fewer_places_than_are_taken_and_held_are_a_fault(app, make):
    loaded(changed(("in_person: 200", "in_person: 1")))
    make.registration(event(), mode=Mode.IN_PERSON)
    make.registration(event(), mode=Mode.IN_PERSON, status=Status.WAITLISTED)
    loaded(changed(("in_person: 200", "in_person: 2")), now=LATER)

    with pytest.raises(Faulty) as caught:
        loaded(changed(("in_person: 200", "in_person: 1")))

    said = "1 is less than the 1 places taken and 1 held by offers"
    assert caught.value.lines == [f"forum.modes.in_person: {said}"]


def test_fewer_places_than_are_taken_are_a_fault_and_nothing_is_loaded(app, make):
    loaded()
    for _ in range(3):
        make.registration(event(), mode=Mode.IN_PERSON)
    before = state()

    with pytest.raises(Faulty) as caught:
        loaded(changed(("in_person: 200", "in_person: 2"), ("Tide Auditorium", "Ebb Auditorium")))

    assert caught.value.lines == ["forum.modes.in_person: 2 is less than the 3 places taken"]
    assert state() == before


def test_a_mode_that_people_have_chosen_cannot_be_left_out(app, make):
    loaded()
    make.registration(event(), mode=Mode.PHONE)

    with pytest.raises(Faulty) as caught:
        loaded(
            changed(
                ("webcast: unlimited, phone: unlimited}\n  switch", "webcast: unlimited}\n  switch")
            )
        )

    assert caught.value.lines == [
        'forum.modes: "phone" cannot be left out: people are registered for it'
    ]


BY_PHONE_TOO = "webcast: unlimited, phone: unlimited}\n  switch"
WITHOUT_PHONE = (BY_PHONE_TOO, "webcast: unlimited}\n  switch")


def phone_gate() -> Gate:
    return next(gate for gate in event().gates if gate.mode == Mode.PHONE)


def attends_by_webcast(ada, _make):
    ada.waits_for, ada.wait_no = Mode.PHONE, 1


def waits_for_nothing_else(ada, _make):
    ada.status, ada.waits_for, ada.wait_no, ada.mode = Status.WAITLISTED, Mode.PHONE, 1, Mode.PHONE


def is_offered_it(ada, make):
    attends_by_webcast(ada, make)
    phone_gate().capacity = 1
    make.offer(ada)


@pytest.mark.parametrize("stands", [attends_by_webcast, waits_for_nothing_else, is_offered_it])
def test_a_mode_that_someone_waits_for_or_is_offered_cannot_be_left_out(app, make, stands):
    loaded()
    ada = make.registration(event(), mode=Mode.WEBCAST)
    with transaction():
        stands(ada, make)
    before = state()

    with pytest.raises(Faulty) as caught:
        loaded(changed(WITHOUT_PHONE))

    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith('forum.modes: "phone" cannot be left out: people ')
    assert state() == before


def test_an_offer_alone_keeps_a_mode(app, make):
    loaded()
    ada = make.registration(event(), mode=Mode.WEBCAST)
    phone_gate().capacity = 1
    ada.waits_for, ada.wait_no = Mode.PHONE, 1
    make.offer(ada)
    ada.waits_for, ada.wait_no = None, None
    db.session.commit()

    assert use_of(phone_gate()) == "people are offered a place in it"


def test_every_column_that_can_name_a_mode_is_looked_at_before_one_is_left_out():
    ways = {
        f"{table.name}.{column.name}"
        for table in Record.metadata.tables.values()
        for column in table.columns
        if getattr(column.type, "enum_class", None) is Mode
    }

    assert ways == {"gate.mode", "registration.mode", "registration.waits_for", "offer.mode"}


def take_away(mode: Mode) -> None:
    """Take a mode away as an older release let a file do while someone waited for it."""
    with transaction():
        db.session.execute(delete(Gate).where(Gate.event_id == event().id, Gate.mode == mode))


def test_who_waits_for_a_mode_that_is_no_longer_there_can_cancel(app, make):
    loaded()
    ada = make.registration(event(), mode=Mode.WEBCAST)
    with transaction():
        attends_by_webcast(ada, make)
    take_away(Mode.PHONE)

    with transaction():
        registering.cancel(ada, now=LATER)

    assert (ada.status, ada.waits_for) == (Status.CANCELLED, None)


def test_who_was_remembered_by_mistake_comes_back_where_there_is_a_way_to_attend(app, make):
    loaded()
    petra, ada = make.organizer(), make.registration(event(), mode=Mode.PHONE)
    with transaction():
        care.remember(ada, now=NOW, by=petra)
    loaded(changed(WITHOUT_PHONE), now=LATER)
    take_away(Mode.WEBCAST)

    with transaction():
        care.undo_remember(ada, now=LATER, by=petra)

    assert (ada.status, ada.mode) == (Status.CONFIRMED, Mode.IN_PERSON)


def test_a_mode_that_nobody_has_chosen_can_be_left_out(app):
    loaded()

    loaded(
        changed(
            ("webcast: unlimited, phone: unlimited}\n  switch", "webcast: unlimited}\n  switch")
        )
    )

    assert [gate.mode for gate in event().gates] == [Mode.IN_PERSON, Mode.WEBCAST]
    assert number_of(Gate) == 3 + 8 * 2 - 1


def test_a_session_with_more_guests_than_places_is_a_fault(app):
    loaded()
    session("s10").taken = 5
    db.session.commit()

    with pytest.raises(Faulty) as caught:
        loaded(changed(("rec: false, capacity: 20,", "rec: false, capacity: 4,")))

    assert caught.value.lines == ["forum.sessions[9].capacity: 4 is less than the 5 places taken"]


def test_more_places_in_a_session_go_to_those_who_wait_for_it(app, make):
    loaded(changed(("rec: false, capacity: 20,", "rec: false, capacity: 1,")))
    for _ in range(2):
        with transaction():
            someone = make.registration(event(), mode=Mode.IN_PERSON)
            session_places.choose(someone, [session("s10").id], now=NOW)

    loaded(now=LATER)

    assert [place.status for place in someone.session_places] == [Status.CONFIRMED]
    assert session("s10").taken == 2


def test_a_session_that_a_file_brings_back_gives_its_free_place_to_who_waits(app, make):
    one = ("rec: false, capacity: 20,", "rec: false, capacity: 1,")
    off = (one[0], f"{one[1]} status: cancelled,")
    loaded(changed(one))
    ada, boris = (make.registration(event(), mode=Mode.IN_PERSON) for _ in range(2))
    for someone in (ada, boris):
        with transaction():
            session_places.choose(someone, [session("s10").id], now=NOW)
    loaded(changed(off), now=LATER)
    with transaction():
        session_places.choose(ada, [], now=LATER)
    assert session("s10").taken == 0

    loaded(changed(one), now=LATER)

    assert [each.status for each in boris.session_places] == [Status.CONFIRMED]
    assert session("s10").taken == 1
