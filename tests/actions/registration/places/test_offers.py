"""A freed place is offered to the first in line, and held until she has answered."""

from datetime import timedelta

import pytest

from forum.care import call_actions
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.events.models import EventStatus, Mode
from forum.operations.queries import Miscount, miscounted_gates
from forum.outbox import actions as outbox
from forum.outbox.models import Message
from forum.registration import actions, queries, refusals
from forum.registration.models import (
    CareState,
    OfferState,
    Status,
)
from forum.registration.places import offers, waiting
from forum.registration.places.offer_rules import WhyNot
from forum.registration.requests import Request
from tests.actions.registration.places.line import WAITS, cancel, counted, free_place, line
from tests.lines import let_offers_be_heard, move_all_lines
from tests.rush import NOW
from tests.stored import told

ENDED = NOW + timedelta(days=2)


def test_a_freed_place_is_held_for_the_first_and_she_is_told_until_when(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", **WAITS)

    offer = free_place(seated)

    assert (offer.registration, offer.ends_at) == (boris, NOW + timedelta(hours=48))
    message = db.session.query(Message).filter_by(email="offer").one()
    assert (message.facts, message.useful_until) == ({"offer": offer.id}, offer.ends_at)
    assert counted(event) == (0, 1)


def test_who_accepts_is_seated_at_once_and_accepting_twice_is_harmless(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    for _ in range(2):
        with transaction():
            waiting.accept(offer, now=NOW)

    assert (boris.status, boris.waits_for, offer.state) == (
        Status.CONFIRMED,
        None,
        OfferState.ACCEPTED,
    )
    assert told()[-2:] == [("offer", "Boris"), ("confirmation", "Boris")]
    assert counted(event) == (1, 0)


def test_who_had_a_webcast_place_gives_it_up_and_her_calendar_is_told(make, event, seated):
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    offer = free_place(seated)

    with transaction():
        waiting.accept(offer, now=NOW)

    assert (boris.mode, boris.waits_for, boris.sequence) == (Mode.IN_PERSON, None, 1)
    assert told()[-1] == ("mode_changed", "Boris")
    assert (counted(event), counted(event, Mode.WEBCAST)) == ((1, 0), (0, 0))


def test_asking_for_the_room_takes_the_place_that_is_offered(make, event, seated):
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    offer = free_place(seated)

    with transaction():
        actions.change_mode(boris, Mode.IN_PERSON, now=NOW)

    assert (boris.mode, offer.state) == (Mode.IN_PERSON, OfferState.ACCEPTED)
    assert counted(event) == (1, 0)


def test_someone_new_does_not_get_the_place_that_is_held(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    free_place(seated)
    asked = Request(
        name="Cora", email="cora@people.example", mode=Mode.IN_PERSON, timezone="America/New_York"
    )

    with transaction():
        outcome = actions.register(event, asked, now=NOW)

    assert (outcome.status, outcome.line_number) == (Status.WAITLISTED, 2)


def test_who_declines_and_stays_goes_to_the_end_and_the_next_is_offered(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    cora = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)

    with transaction():
        waiting.decline(offer, stay=True, now=NOW)

    assert offer.state == OfferState.DECLINED
    assert line(event) == ["Cora", "Boris"]
    assert queries.open_offer(cora).size == 1


def test_who_declines_and_leaves_keeps_her_webcast_place(make, event, seated):
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    offer = free_place(seated)

    with transaction():
        waiting.decline(offer, stay=False, now=NOW)

    assert (boris.mode, boris.status, boris.waits_for) == (Mode.WEBCAST, Status.CONFIRMED, None)
    assert counted(event) == (0, 0)


def test_who_declines_and_leaves_without_another_place_is_canceled_and_told(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    with transaction():
        waiting.decline(offer, stay=False, now=NOW)

    assert boris.status == Status.CANCELLED
    assert told()[-1] == ("cancellation", "Boris")


def test_an_unanswered_offer_goes_to_the_next_and_she_waits_on_at_the_end(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    cora = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)
    let_offers_be_heard()

    with transaction():
        move_all_lines(now=ENDED)

    assert (offer.state, boris.wants_offers) == (OfferState.LAPSED, False)
    assert (line(event), queries.open_offer(cora).size) == (["Cora", "Boris"], 1)
    assert told()[-2:] == [("offer_lapsed", "Boris"), ("offer", "Cora")]
    assert counted(event) == (0, 1)


def test_an_offer_that_no_email_could_bring_costs_nobody_her_turn(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)  # mail is stopped, or no worker runs

    with transaction():
        move_all_lines(now=ENDED)

    assert (offer.state, boris.wants_offers) == (OfferState.WITHDRAWN, True)
    assert (line(event), queries.open_offer(boris).ends_at > ENDED) == (["Boris", "Cora"], True)
    assert told()[-1] == ("offer", "Boris")
    assert counted(event) == (0, 1)


@pytest.mark.parametrize("is_tried", [False, True])
def test_whoever_is_to_be_called_keeps_her_turn_until_somebody_has_tried(
    make, event, seated, is_tried
):
    """A place becomes free on Friday evening, and nobody is at the desk before Monday."""
    greta = make.registration(event, name="Greta", email=None, phone="+16175550142", **WAITS)
    make.registration(event, name="Cora", **WAITS)
    free_place(seated)
    if is_tried:
        [call] = db.session.query(Task)
        with transaction():
            call_actions.tried(call, shown={call.id}, now=NOW, by=make.organizer())

    with transaction():
        move_all_lines(now=ENDED)

    assert line(event) == (["Cora", "Greta"] if is_tried else ["Greta", "Cora"])
    assert (queries.open_offer(greta) is None) == is_tried
    assert counted(event) == (0, 1)


def test_when_mail_leaves_again_whoever_is_asked_by_it_has_two_days(make, event, seated):
    petra = make.organizer()
    boris = make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)
    late = ENDED - timedelta(hours=1)
    with transaction():
        outbox.stop(make.programme(), by=petra, now=NOW)
        waiting.resume_mail(make.programme(), by=petra, now=late)

    [message] = db.session.query(Message).filter_by(email="offer")
    assert (offer.registration, message.useful_until) == (boris, offer.ends_at)
    assert offer.ends_at >= late + timedelta(days=2)

    let_offers_be_heard()
    ends_at = offer.ends_at
    with transaction():
        outbox.stop(make.programme(), by=petra, now=late)
        waiting.resume_mail(make.programme(), by=petra, now=ends_at - timedelta(hours=1))
    assert offer.ends_at == ends_at  # she had heard of it


def test_a_moment_before_its_end_an_offer_is_still_open(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    with transaction():
        move_all_lines(now=ENDED - timedelta(seconds=1))

    assert offer.state == OfferState.OPEN


def test_an_offer_whose_time_is_over_cannot_be_answered(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    with pytest.raises(refusals.OfferOver), transaction():
        waiting.accept(offer, now=ENDED)
    with pytest.raises(refusals.OfferOver), transaction():
        waiting.decline(offer, stay=True, now=ENDED)

    assert counted(event) == (0, 1)


def test_who_left_one_unanswered_is_offered_none_until_she_says_that_she_waits(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    free_place(seated)
    let_offers_be_heard()
    with transaction():
        move_all_lines(now=ENDED)
    assert queries.open_offer(boris) is None
    assert offers.why_nobody(event.gates[0], now=ENDED) == [(boris, WhyNot.UNANSWERED)]

    with transaction():
        waiting.wait_again(boris, now=ENDED)

    assert queries.open_offer(boris).size == 1


def test_a_place_that_nobody_can_be_offered_is_there_for_whoever_waits(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    free_place(seated)
    with transaction():
        move_all_lines(now=ENDED)

    with transaction():
        actions.change_mode(boris, Mode.IN_PERSON, now=ENDED)

    assert (boris.status, counted(event)) == (Status.CONFIRMED, (1, 0))


def test_the_worker_ends_offers_and_two_workers_harm_nothing(app, make, event, seated, today):
    boris = make.registration(event, name="Boris", **WAITS)
    cora = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)
    let_offers_be_heard()
    today.move_to(offer.ends_at)

    for _ in range(2):
        Worker(app).run_once()

    db.session.rollback()  # SQLite goes on showing what was there when we began to read
    db.session.expire_all()
    assert (offer.state, boris.wants_offers) == (OfferState.LAPSED, False)
    assert [each.registration for each in queries.offers_of(cora)] == [cora]
    assert counted(event) == (0, 1)


@pytest.mark.parametrize("state", [CareState.PAUSED, CareState.HELD])
def test_who_must_not_be_written_to_keeps_her_number_while_the_next_is_offered(
    make, event, seated, state
):
    boris = make.registration(event, name="Boris", care_state=state, **WAITS)
    cora = make.registration(event, name="Cora", **WAITS)

    offer = free_place(seated)

    assert (offer.registration, line(event)) == (cora, ["Boris", "Cora"])
    assert (queries.line_number(boris), queries.open_offer(boris)) == (1, None)


def test_who_wished_so_is_seated_without_being_asked(make, event, seated):
    boris = make.registration(event, name="Boris", auto_take_until=NOW + timedelta(days=1), **WAITS)

    cancel(seated)

    assert (boris.status, boris.auto_take_until) == (Status.CONFIRMED, None)
    assert told()[-1] == ("promoted", "Boris")
    assert counted(event) == (1, 0)


def test_someone_without_an_address_is_called(make, event, seated):
    greta = make.registration(event, name="Greta", email=None, **WAITS)

    free_place(seated)

    task = db.session.query(Task).one()
    assert (task.registration, task.kind, task.about) == (greta, TaskKind.CALL, "offer")


def test_who_cancels_with_an_open_offer_leaves_it_to_the_next(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    cora = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)

    cancel(boris)

    assert offer.state == OfferState.WITHDRAWN
    assert (queries.open_offer(cora).size, counted(event)) == (1, (0, 1))


def test_who_takes_the_webcast_meanwhile_keeps_her_offer(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    with transaction():
        actions.change_mode(boris, Mode.WEBCAST, now=NOW)

    assert (boris.mode, boris.waits_for, offer.state) == (
        Mode.WEBCAST,
        Mode.IN_PERSON,
        OfferState.OPEN,
    )


def test_offers_end_when_the_event_is_canceled(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)
    event.status = EventStatus.CANCELLED
    db.session.commit()

    with transaction():
        move_all_lines(now=NOW)

    assert (offer.state, counted(event)) == (OfferState.WITHDRAWN, (0, 0))
    assert told()[-1] == ("offer", "Boris")


def test_an_organizer_sees_whom_more_places_would_reach_and_nothing_changes(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", care_state=CareState.PAUSED, **WAITS)
    gate = event.gates[0]

    assert offers.would_be_offered(gate, 3, now=NOW) == [boris]
    assert counted(event) == (1, 0)


def test_doctor_counts_what_is_held(make, event, seated):
    event.gates[0].capacity, event.gates[0].held = 2, 1
    db.session.commit()

    assert miscounted_gates() == [Miscount(f"{event.slug}, in_person, held", 1, 0)]
