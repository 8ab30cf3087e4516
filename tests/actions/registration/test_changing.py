"""Canceling, coming back, and attending another way."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration import actions, queries, refusals
from forum.registration.models import Status
from tests.actions.registration.asking import asks, register
from tests.rush import NOW
from tests.stored import told

DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)


def test_who_cancels_leaves_her_place_to_the_first_in_line(make):
    event = make.event(capacity=1)
    ada = register(event).registration
    boris = register(event, asks("Boris", "boris@people.example")).registration
    cora = register(event, asks("Cora", "cora@people.example")).registration

    with transaction():
        actions.cancel(ada, now=NOW)

    assert (ada.status, ada.cancelled_at, ada.sequence) == (Status.CANCELLED, NOW, 1)
    assert (queries.open_offer(boris).size, queries.open_offer(cora)) == (1, None)
    assert (event.gates[0].taken, event.gates[0].held) == (0, 1)
    assert told()[-2:] == [("cancellation", "Ada Q. Trialrun"), ("offer", "Boris")]


def test_cancelling_twice_is_harmless(make):
    event = make.event(capacity=5)
    ada = register(event).registration

    for _ in range(2):
        with transaction():
            actions.cancel(ada, now=NOW)

    assert event.gates[0].taken == 0
    assert told() == [("confirmation", "Ada Q. Trialrun"), ("cancellation", "Ada Q. Trialrun")]


def test_who_comes_back_after_cancelling_has_a_fresh_calendar_identity(make):
    event = make.event()
    first = register(event).registration
    with transaction():
        actions.cancel(first, now=NOW)

    second = register(event).registration

    assert second.id != first.id
    assert len({event.uid, first.uid, second.uid}) == 3
    assert second.uid.endswith("@forum")


def test_she_moves_from_the_room_to_the_webcast_and_her_place_is_offered(make):
    event = make.event(capacity=1)
    ada = register(event).registration
    boris = register(event, asks("Boris", "boris@people.example")).registration

    with transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert (ada.mode, ada.status, ada.sequence) == (Mode.WEBCAST, Status.CONFIRMED, 1)
    assert queries.open_offer(boris).mode == Mode.IN_PERSON
    assert [(gate.taken, gate.held) for gate in event.gates] == [(0, 1), (1, 0), (0, 0)]
    assert told()[-2:] == [("mode_changed", "Ada Q. Trialrun"), ("offer", "Boris")]


def test_changing_to_the_mode_she_has_changes_nothing(make):
    ada = register(make.event()).registration

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert ada.sequence == 0


def test_she_keeps_her_webcast_place_and_waits_when_the_room_is_full(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event, asks(mode=Mode.WEBCAST)).registration

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert (ada.mode, ada.status, ada.waits_for) == (
        Mode.WEBCAST,
        Status.CONFIRMED,
        Mode.IN_PERSON,
    )
    assert (queries.line_number(ada), ada.sequence) == (1, 0)
    assert told()[-1] == ("waitlist", "Ada Q. Trialrun")


def test_asking_again_for_a_full_room_keeps_her_number_and_says_nothing_new(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event, asks(mode=Mode.WEBCAST)).registration
    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)
    number, before = ada.wait_no, told()

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert (ada.wait_no, told()) == (number, before)


def test_someone_who_waits_takes_the_webcast_at_once_and_goes_on_waiting(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event).registration
    number = ada.wait_no

    with transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert (ada.mode, ada.status) == (Mode.WEBCAST, Status.CONFIRMED)
    assert (ada.waits_for, ada.wait_no) == (Mode.IN_PERSON, number)
    assert told()[-1] == ("mode_changed", "Ada Q. Trialrun")


def test_who_waits_for_another_full_way_waits_there_only(make):
    event = make.event(capacity=0)
    event.gates[2].capacity = 0
    db.session.commit()
    ada = register(event).registration

    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=NOW)

    assert (ada.mode, ada.status, ada.waits_for) == (Mode.PHONE, Status.WAITLISTED, Mode.PHONE)
    assert queries.line_people(event.id, Mode.IN_PERSON) == []


def test_the_mode_can_be_changed_until_the_end_of_the_events_day(make):
    event = make.event()
    ada = register(event).registration
    midnight_in_boston = datetime(2027, 4, 25, 4, 0, tzinfo=UTC)

    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=midnight_in_boston - timedelta(seconds=1))
    with pytest.raises(refusals.TooLateToChange), transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=midnight_in_boston)

    assert ada.mode == Mode.PHONE
