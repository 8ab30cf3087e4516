"""A whole event goes online, or to another day: one step, and every place counted."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care import actions as care
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.events.models import EventStatus, Gate, Mode, SessionKind, SessionStatus
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.planning import refusals, whole_actions
from forum.registration import actions as registering
from forum.registration.models import (
    CareState,
    Offer,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.refusals import ModeNotOffered
from forum.registration.requests import Request
from tests.actions.planning.plans import last_facts, postponed
from tests.make import SPRING_DAY
from tests.rush import at_once

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
def event(make):
    """A forum with a session on a stream."""
    event = make.event(capacity=2)
    make.session(event, room=make.room())
    return event


def goes_online(event, by, *also, version=None):
    with transaction():
        seen = version or event.version
        whole_actions.go_online(event, also, version=seen, by=by, now=clock.now())


def standing(person):
    db.session.expire_all()
    return person.mode, person.status, person.waits_for


def counts(event):
    db.session.expire_all()
    gates = db.session.query(Gate).filter_by(event_id=event.id).order_by(Gate.id)
    return {gate.mode: (gate.capacity, gate.taken, gate.held) for gate in gates}


def test_on_a_snow_day_everyone_has_a_place_by_webcast(make, event, petra):
    ada = make.registration(event)
    boris = make.registration(event, companion_of=ada)
    cora = make.registration(event, status=Status.WAITLISTED)
    delphine = make.registration(event, mode=Mode.PHONE, waits_for=Mode.IN_PERSON)
    hollis = make.registration(event, mode=Mode.WEBCAST)
    gone = make.registration(event, status=Status.CANCELLED)

    goes_online(event, petra)

    assert [standing(each) for each in (ada, boris, cora)] == [
        (Mode.WEBCAST, Status.CONFIRMED, None)
    ] * 3
    assert standing(delphine) == (Mode.PHONE, Status.CONFIRMED, None)
    assert standing(hollis) == (Mode.WEBCAST, Status.CONFIRMED, None)
    assert standing(gone) == (Mode.IN_PERSON, Status.CANCELLED, None)
    assert [each.sequence for each in (ada, cora, delphine, hollis)] == [1, 1, 0, 0]
    assert counts(event) == {Mode.WEBCAST: (None, 4, 0), Mode.PHONE: (None, 1, 0)}
    assert miscounted_gates() == []
    assert event.sequence == 1
    assert last_facts(Action.EVENT_WENT_ONLINE) == {
        "moved": 3,
        "no_longer_wait": 1,
        "also_online": [],
        "canceled": [],
    }


def test_whoever_is_paused_or_held_keeps_her_place_online(make, event, petra):
    ada = make.registration(event, care_state=CareState.PAUSED)
    boris = make.registration(event, care_state=CareState.HELD)

    goes_online(event, petra)

    assert [standing(each)[0] for each in (ada, boris)] == [Mode.WEBCAST] * 2
    assert (ada.care_state, boris.care_state) == (CareState.PAUSED, CareState.HELD)


def test_a_place_that_is_offered_in_the_room_is_a_place_online(make, event, petra):
    ada = make.registration(event, status=Status.WAITLISTED)
    boris = make.registration(event, status=Status.WAITLISTED)
    offer = make.offer(ada, partner=boris)

    goes_online(event, petra)

    assert db.session.get_one(Offer, offer.id).state == OfferState.WITHDRAWN
    assert [standing(each) for each in (ada, boris)] == [(Mode.WEBCAST, Status.CONFIRMED, None)] * 2
    assert miscounted_gates() == []


def test_a_webcast_with_few_places_takes_everyone(make, event, petra):
    webcast = next(gate for gate in event.gates if gate.mode == Mode.WEBCAST)
    webcast.capacity = 2
    db.session.commit()
    people = [make.registration(event) for _ in range(2)]
    people += [make.registration(event, mode=Mode.WEBCAST) for _ in range(2)]
    people += [make.registration(event, mode=Mode.WEBCAST, status=Status.WAITLISTED)]
    people += [make.registration(event, mode=Mode.PHONE, waits_for=Mode.WEBCAST)]

    goes_online(event, petra)

    assert {standing(each) for each in people} == {(Mode.WEBCAST, Status.CONFIRMED, None)}
    assert counts(event) == {Mode.WEBCAST: (6, 6, 0), Mode.PHONE: (None, 0, 0)}
    assert miscounted_gates() == []
    facts = last_facts(Action.CAPACITY_CHANGED)
    assert facts == {"event": event.id, "mode": "webcast", "from": 2, "to": 6}


def test_whoever_waits_to_listen_by_phone_waits_on(make, event, petra):
    phone = next(gate for gate in event.gates if gate.mode == Mode.PHONE)
    phone.capacity = 0
    db.session.commit()
    ada = make.registration(event, waits_for=Mode.PHONE)

    goes_online(event, petra)

    assert standing(ada) == (Mode.WEBCAST, Status.CONFIRMED, Mode.PHONE)
    assert ada.wait_no is not None


def test_an_event_without_a_webcast_gets_one(make, petra):
    event = make.event(modes=(Mode.IN_PERSON,))
    make.session(event, room=make.room())
    make.registration(event)

    goes_online(event, petra)

    assert counts(event) == {Mode.WEBCAST: (None, 1, 0)}


def test_sessions_that_cannot_be_seen_fall_and_breaks_stay(make, event, petra):
    streamed, silent = make.room(), make.room(is_streamed=False)
    shown = make.session(event, room=streamed, is_streamed=False, starts_at=at(1))
    not_shown = make.session(event, room=streamed, is_streamed=False, starts_at=at(2))
    walk = make.session(event, room=silent, is_streamed=False, starts_at=at(3))
    lunch = make.session(event, is_streamed=False, kind=SessionKind.BREAK, starts_at=at(4))

    goes_online(event, petra, shown.id)

    db.session.expire_all()
    assert [(each.status, each.is_streamed) for each in (shown, not_shown, walk, lunch)] == [
        (SessionStatus.SCHEDULED, True),
        (SessionStatus.CANCELLED, False),
        (SessionStatus.CANCELLED, False),
        (SessionStatus.SCHEDULED, False),
    ]
    assert [each.sequence for each in (shown, not_shown, walk, lunch)] == [1, 1, 1, 0]
    assert last_facts(Action.EVENT_WENT_ONLINE)["canceled"] == [not_shown.id, walk.id]


def test_what_was_held_this_morning_is_not_canceled_when_the_afternoon_goes_online(
    make, event, petra, today
):
    hall = make.room(is_streamed=False)
    morning = make.session(event, room=hall, is_streamed=False, capacity=1)
    noon = make.session(event, room=make.room(), starts_at=event.starts_at + 4 * HOUR)
    walk = make.session(event, is_streamed=False, starts_at=event.starts_at + 6 * HOUR)
    make.registration(event)
    sequence = morning.sequence
    today.move_to(event.starts_at + HOUR)

    goes_online(event, petra)

    db.session.expire_all()
    assert [each.status for each in (morning, noon, walk)] == [
        SessionStatus.SCHEDULED,
        SessionStatus.SCHEDULED,
        SessionStatus.CANCELLED,
    ]
    assert (morning.capacity, morning.sequence) == (1, sequence)
    assert last_facts(Action.EVENT_WENT_ONLINE)["canceled"] == [walk.id]


def test_a_small_session_that_is_shown_has_room_for_those_who_waited_for_it(make, event, petra):
    circle = make.session(
        event, room=make.room(), is_streamed=False, capacity=1, taken=1, starts_at=at(1)
    )
    ada, boris = make.registration(event), make.registration(event)
    db.session.add_all(
        [
            SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED),
            SessionPlace(registration=boris, session=circle, status=Status.WAITLISTED, wait_no=1),
        ]
    )
    db.session.commit()

    goes_online(event, petra, circle.id)

    db.session.expire_all()
    assert (circle.capacity, circle.taken) == (None, 2)
    assert miscounted_sessions() == []


def test_an_event_in_rooms_without_a_stream_cannot_go_online(make, petra):
    event = make.event()
    make.session(event, room=make.room(is_streamed=False), is_streamed=False)
    ada = make.registration(event)

    with pytest.raises(refusals.NothingOnline) as refused:
        goes_online(event, petra)

    assert refused.value.sentence.startswith("No room of this event is streamed")
    assert standing(ada) == (Mode.IN_PERSON, Status.CONFIRMED, None)


def test_somebody_must_have_chosen_what_is_shown(make, petra):
    event = make.event()
    session = make.session(event, room=make.room(), is_streamed=False)

    with pytest.raises(refusals.NothingOnline):
        goes_online(event, petra)
    goes_online(event, petra, session.id)

    assert counts(event)[Mode.WEBCAST] == (None, 0, 0)


def test_a_session_elsewhere_cannot_be_shown(make, event, petra):
    other = make.session(make.event(), room=make.room(), is_streamed=False)

    with pytest.raises(refusals.NothingOnline):
        goes_online(event, petra, other.id)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"status": EventStatus.DRAFT}, "This event is a draft. Change it under “Edit”."),
        ({"status": EventStatus.CANCELLED}, "This event is canceled and stays so."),
        ({"starts_at": datetime(2026, 3, 1, 15, 0, tzinfo=UTC)}, "This event is over."),
    ],
)
def test_only_an_event_that_people_count_on_goes_online_or_to_another_day(
    make, petra, facts, sentence
):
    event = make.event(**facts)
    make.session(event, room=make.room())

    for step in (goes_online, postponed):
        with pytest.raises(refusals.NotUnderWay) as refused:
            step(event, petra)
        assert refused.value.sentence == sentence


def test_it_goes_online_once(make, event, petra):
    make.registration(event)
    goes_online(event, petra, version=1)

    with pytest.raises(ChangedMeanwhile):
        goes_online(event, petra, version=1)
    with pytest.raises(refusals.AlreadyOnline):
        goes_online(event, petra)

    assert event.sequence == 1


def test_nobody_comes_to_the_place_any_more(make, event, petra):
    ada = make.registration(event)
    goes_online(event, petra)

    with pytest.raises(ModeNotOffered), transaction():
        registering.change_mode(ada, Mode.IN_PERSON, now=clock.now())
    with pytest.raises(ModeNotOffered), transaction():
        registering.register(event, request(), now=clock.now())


def test_someone_remembered_by_mistake_comes_back_online(make, event, petra):
    ada, boris = make.registration(event), make.registration(event, status=Status.WAITLISTED)
    with transaction():
        care.remember(ada, now=clock.now(), by=petra)
        care.remember(boris, now=clock.now(), by=petra)
    goes_online(event, petra)

    with transaction():
        care.undo_remember(ada, now=clock.now(), by=petra)
        care.undo_remember(boris, now=clock.now(), by=petra)

    assert [standing(each) for each in (ada, boris)] == [(Mode.WEBCAST, Status.CONFIRMED, None)] * 2
    assert miscounted_gates() == []


def test_who_comes_or_switches_as_it_goes_online_is_counted_once(app, make, event, petra):
    ada = make.registration(event, mode=Mode.PHONE)
    make.registration(event)
    number, ada_id = event.id, ada.id

    def fresh():
        return db.session.get_one(type(event), number)

    faults = at_once(
        app,
        lambda: registering.register(fresh(), request("Linnea", Mode.IN_PERSON), now=clock.now()),
        lambda: registering.register(fresh(), request("Noor", Mode.WEBCAST), now=clock.now()),
        lambda: registering.change_mode(
            db.session.get_one(Registration, ada_id), Mode.IN_PERSON, now=clock.now()
        ),
        lambda: whole_actions.go_online(fresh(), version=1, by=petra, now=clock.now()),
        lambda: whole_actions.go_online(fresh(), version=1, by=petra, now=clock.now()),
    )

    db.session.expire_all()
    kinds = {type(each) for each in faults}
    assert kinds - {ModeNotOffered} == {ChangedMeanwhile}
    assert miscounted_gates() == []
    assert {each.mode for each in db.session.query(Registration)} <= {Mode.WEBCAST, Mode.PHONE}
    assert Mode.IN_PERSON not in counts(event)
    entries = db.session.query(AuditEntry).filter_by(action=Action.EVENT_WENT_ONLINE)
    assert entries.count() == 1


def at(hour):
    return SPRING_DAY + timedelta(hours=hour)


def request(name="Greta", mode=Mode.IN_PERSON):
    return Request(
        name=name,
        email=f"{name.lower()}@people.example",
        mode=mode,
        timezone="America/New_York",
    )
