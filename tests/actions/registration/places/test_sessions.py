"""Places in sessions: booked with the registration, waited for, given back."""

from datetime import timedelta

import pytest

from forum.db import db, transaction
from forum.events.models import Mode, SessionStatus
from forum.outbox.models import Message
from forum.registration import actions, queries, refusals
from forum.registration.models import Registration, SessionPlace, Status
from forum.registration.places import session_queries, waiting
from tests.actions.registration.asking import asks, register
from tests.rush import NOW
from tests.stored import told


def choose(registration, *sessions):
    with transaction():
        actions.choose_sessions(registration, tuple(session.id for session in sessions), now=NOW)


def places_of(registration):
    return {
        place.session.key: place.status
        for place in db.session.query(SessionPlace).filter_by(registration_id=registration.id)
    }


def test_sessions_with_few_places_are_booked_with_the_registration(make):
    event = make.event()
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada", sessions=(circle.id,))).registration
    boris = register(event, asks("Boris", sessions=(circle.id,))).registration

    assert (places_of(ada), places_of(boris)) == (
        {"s10": Status.CONFIRMED},
        {"s10": Status.WAITLISTED},
    )
    choose(ada)

    assert (places_of(ada), places_of(boris)) == (
        {"s10": Status.CANCELLED},
        {"s10": Status.CONFIRMED},
    )
    assert circle.taken == 1


def test_someone_who_waits_for_the_day_waits_for_her_sessions_too(make):
    event = make.event(capacity=1)
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada")).registration
    boris = register(event, asks("Boris", sessions=(circle.id,))).registration
    assert places_of(boris) == {"s10": Status.WAITLISTED}

    with transaction():
        actions.cancel(ada, now=NOW)
    assert places_of(boris) == {"s10": Status.WAITLISTED}
    with transaction():
        waiting.accept(queries.open_offer(boris), now=NOW)

    assert places_of(boris) == {"s10": Status.CONFIRMED}


@pytest.mark.parametrize("leave", ["cancel", "switch"])
def test_who_leaves_the_room_leaves_her_sessions(make, leave):
    event = make.event()
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada", sessions=(circle.id,))).registration

    with transaction():
        if leave == "cancel":
            actions.cancel(ada, now=NOW)
        else:
            actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert places_of(ada) == {"s10": Status.CANCELLED}
    assert circle.taken == 0


def test_who_waits_for_the_room_no_more_waits_for_its_sessions_no_more(make):
    event = make.event(capacity=1)
    gates = {gate.mode: gate for gate in event.gates}
    gates[Mode.WEBCAST].capacity = 0
    db.session.commit()
    circle = make.session(event, key="s10", capacity=1)
    register(event, asks("Ada"))
    boris = register(event, asks("Boris", sessions=(circle.id,))).registration
    assert places_of(boris) == {"s10": Status.WAITLISTED}
    with transaction():
        actions.change_mode(boris, Mode.PHONE, now=NOW)
    assert places_of(boris) == {"s10": Status.WAITLISTED}  # she listens meanwhile

    with transaction():
        actions.change_mode(boris, Mode.WEBCAST, now=NOW)

    assert (boris.mode, boris.waits_for) == (Mode.PHONE, Mode.WEBCAST)
    assert places_of(boris) == {"s10": Status.CANCELLED}


@pytest.mark.parametrize("status", [SessionStatus.SCHEDULED, SessionStatus.CANCELLED])
def test_a_session_that_nobody_chooses_any_more_is_not_given_up_by_choosing_others(make, status):
    event = make.event()
    lifted = make.session(event, key="lifted", capacity=1)
    circle = make.session(event, key="circle", capacity=1)
    ada = register(event, asks("Ada", sessions=(lifted.id,))).registration
    lifted.capacity, lifted.status = None, status
    db.session.commit()

    choose(ada, circle)
    assert places_of(ada) == {"lifted": Status.CONFIRMED, "circle": Status.CONFIRMED}
    choose(ada)
    assert places_of(ada) == {"lifted": Status.CONFIRMED, "circle": Status.CANCELLED}
    with transaction():
        actions.cancel(ada, now=NOW)
    assert places_of(ada) == {"lifted": Status.CANCELLED, "circle": Status.CANCELLED}


def test_two_sessions_at_the_same_time_are_allowed(make):
    event = make.event()
    first, second = (make.session(event, key=key, capacity=9) for key in ("s1", "s2"))

    ada = register(event, asks(sessions=(first.id, second.id))).registration

    assert places_of(ada) == {"s1": Status.CONFIRMED, "s2": Status.CONFIRMED}


def test_only_this_events_sessions_with_limited_places_can_be_chosen(make):
    event, other = make.event(), make.event()
    foreign = make.session(other, capacity=5)
    unlimited = make.session(event)

    for number in (foreign.id, unlimited.id, 999_999):
        with pytest.raises(refusals.SessionNotOffered):
            register(event, asks(sessions=(number,)))

    assert db.session.query(Registration).count() == 0


def test_sessions_in_the_room_are_not_for_the_webcast(make):
    event = make.event()
    circle = make.session(event, capacity=5)

    with pytest.raises(refusals.SessionsNeedRoom):
        register(event, asks(mode=Mode.WEBCAST, sessions=(circle.id,)))


def test_who_gets_her_turn_in_a_session_is_told(make):
    event = make.event()
    circle = make.session(event, capacity=1)
    ada, boris = (make.registration(event, name=name) for name in ("Ada", "Boris"))
    for each in (ada, boris):
        with transaction():
            actions.choose_sessions(each, (circle.id,), now=NOW)
    assert told() == []

    with transaction():
        actions.choose_sessions(ada, (), now=NOW)

    message = db.session.query(Message).one()
    assert (message.email, message.registration, message.facts) == (
        "session_place",
        boris,
        {"session": circle.id},
    )


def test_a_session_that_is_over_gives_no_place_and_keeps_the_one_she_had(make, today):
    event = make.event()
    over, later = (
        make.session(event, key=key, capacity=5, starts_at=event.starts_at + timedelta(hours=start))
        for key, start in (("s1", 0), ("s2", 3))
    )
    ada, boris = (make.registration(event, name=name) for name in ("Ada", "Boris"))
    choose(ada, over)
    now = over.ends_at + timedelta(hours=1)
    assert now < event.ends_at
    assert session_queries.limited_sessions(event, now=now) == [later]

    for person in (ada, boris):
        with transaction():
            actions.choose_sessions(person, (later.id,), now=now)
    with pytest.raises(refusals.SessionNotOffered), transaction():
        actions.choose_sessions(boris, (over.id,), now=now)

    assert places_of(ada) == {"s1": Status.CONFIRMED, "s2": Status.CONFIRMED}
    assert places_of(boris) == {"s2": Status.CONFIRMED}


@pytest.mark.parametrize("how", ["asked", "at once"])
def test_an_email_keeps_which_sessions_another_way_to_take_part_gave_back(make, how):
    event = make.event()
    gate = next(each for each in event.gates if each.mode == Mode.PHONE)
    gate.capacity = 0
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada", sessions=(circle.id,))).registration
    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=NOW)
    if how == "at once":
        ada.auto_take_until = event.starts_at
        db.session.commit()
    with transaction():
        actions.set_capacity(gate, 1, now=NOW)
    if how == "asked":
        with transaction():
            waiting.accept(queries.open_offer(ada), now=NOW)

    email = {"asked": "mode_changed", "at once": "promoted"}[how]
    said = db.session.query(Message).filter_by(email=email).one().facts
    assert (ada.mode, said[session_queries.GAVE_UP]) == (Mode.PHONE, [circle.id])


@pytest.mark.parametrize(
    "stands",
    [
        {"mode": Mode.WEBCAST, "waits_for": Mode.IN_PERSON},
        {"status": Status.WAITLISTED},
    ],
    ids=["watches meanwhile", "only waits"],
)
def test_who_waits_for_another_way_instead_of_the_room_reads_which_sessions_she_gave_up(
    make, stands
):
    event = make.event(capacity=0)
    next(each for each in event.gates if each.mode == Mode.PHONE).capacity = 0
    circle = make.session(event, key="s10", capacity=1)
    ada = make.registration(event, **stands)
    choose(ada, circle)
    assert places_of(ada) == {"s10": Status.WAITLISTED}

    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=NOW)

    said = db.session.query(Message).filter_by(email="waitlist").one().facts
    assert said[session_queries.GAVE_UP] == [circle.id]
    assert places_of(ada) == {"s10": Status.CANCELLED}
