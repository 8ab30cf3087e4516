"""A freed place is offered to the first in line, and held until she has answered."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.events.models import EventStatus, Gate, Mode
from forum.operations.queries import Miscount, miscounted_gates
from forum.outbox.models import Message
from forum.registration import actions, queries, refusals
from forum.registration.models import (
    CareState,
    OfferState,
    PairRule,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.places import offers, session_places, vacating, waiting
from forum.registration.places.offer_rules import WhyNot
from forum.registration.requests import Companion, Request
from tests.lines import move_all_lines

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""Monday, ten in the morning in Boston."""
ENDED = NOW + timedelta(days=2)
WAITS = {"status": Status.WAITLISTED}


@pytest.fixture
def event(make):
    """Return an event with one place in the room, which is taken."""
    return make.event(capacity=1)


@pytest.fixture
def seated(make, event):
    return make.registration(event, name="Ada")


def cancel(registration, now=NOW):
    with transaction():
        actions.cancel(registration, now=now)


def free_place(seated):
    """Let the one with the place give it up, and return the offer that follows."""
    cancel(seated)
    (offer,) = queries.open_offers(seated.event_id, Mode.IN_PERSON)
    return offer


def pair(make, event, rule=PairRule.TOGETHER, **facts):
    ada = make.registration(event, name="Ada", pair_rule=rule, **WAITS, **facts)
    boris = make.registration(
        event, name="Boris", pair_rule=rule, companion_of=ada, **WAITS, **facts
    )
    return ada, boris


def told():
    return [
        (message.email, message.registration.name)
        for message in db.session.query(Message).order_by(Message.id)
    ]


def line(event, mode=Mode.IN_PERSON):
    return [each.name for each in queries.line_people(event.id, mode)]


def counted(event, mode=Mode.IN_PERSON):
    db.session.expire_all()
    gate = db.session.query(Gate).filter_by(event_id=event.id, mode=mode).one()
    assert miscounted_gates() == []
    return gate.taken, gate.held


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

    with transaction():
        move_all_lines(now=ENDED)

    assert (offer.state, boris.wants_offers) == (OfferState.LAPSED, False)
    assert (line(event), queries.open_offer(cora).size) == (["Cora", "Boris"], 1)
    assert told()[-2:] == [("offer_lapsed", "Boris"), ("offer", "Cora")]
    assert counted(event) == (0, 1)


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


def test_a_pair_is_passed_over_only_while_places_do_not_suffice(make):
    event = make.event(capacity=2)
    others = [make.registration(event) for _ in range(2)]
    ada, boris = pair(make, event)
    cora = make.registration(event, name="Cora", **WAITS)
    gate = event.gates[0]

    cancel(others[0])
    assert queries.open_offer(cora).size == 1
    assert offers.why_nobody(gate, now=NOW)[0] == (ada, WhyNot.FULL)
    with transaction():
        (offer,) = actions.set_capacity(gate, 4, now=NOW)

    assert (offer.registration, offer.partner, offer.size) == (ada, boris, 2)
    assert told()[-2:] == [("offer", "Ada"), ("offer", "Boris")]
    with transaction():
        waiting.accept(queries.open_offer(boris), now=NOW)
    assert ada.status == boris.status == Status.CONFIRMED
    assert counted(event) == (3, 1)


def test_one_of_a_pair_cancels_and_the_other_has_the_offer_alone(make):
    event = make.event(capacity=0)
    ada, boris = pair(make, event)
    with transaction():
        (offer,) = actions.set_capacity(event.gates[0], 2, now=NOW)

    cancel(ada)

    assert (offer.registration, offer.partner) == (boris, None)
    assert counted(event) == (0, 1)


def test_either_of_two_may_take_the_place_of_the_one_it_was_offered_to(make, event, seated):
    first, other = pair(make, event, PairRule.EITHER)
    offer = free_place(seated)

    with transaction():
        waiting.accept(offer, taker=other, now=NOW)

    assert (other.status, first.status, line(event)) == (
        Status.CONFIRMED,
        Status.WAITLISTED,
        ["Ada"],
    )


def test_a_stranger_cannot_take_the_place_of_someone_else(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    stranger = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)

    with pytest.raises(refusals.NotOneOfThem), transaction():
        waiting.accept(offer, taker=stranger, now=NOW)


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


def test_leaving_the_line_keeps_the_place_one_has_and_refuses_who_has_none(make, event, seated):
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    cora = make.registration(event, name="Cora", **WAITS)

    with transaction():
        waiting.leave_line(boris, now=NOW)
    with pytest.raises(refusals.NoOtherPlace), transaction():
        waiting.leave_line(cora, now=NOW)

    assert (boris.status, line(event)) == (Status.CONFIRMED, ["Cora"])


@pytest.mark.parametrize(
    ("notice", "until", "refusal"),
    [
        (73, None, refusals.NoticeOutOfRange),
        (-1, None, refusals.NoticeOutOfRange),
        (None, NOW, refusals.DayIsPast),
    ],
)
def test_how_one_waits_has_limits(make, notice, until, refusal):
    boris = make.registration(make.event(capacity=0), name="Boris", **WAITS)

    with pytest.raises(refusal), transaction():
        waiting.set_waiting(boris, short_notice=notice, auto_take_until=until, now=NOW)


def test_what_one_of_a_pair_says_of_waiting_holds_for_both(make, event, seated):
    ada, boris = pair(make, event)

    with transaction():
        waiting.set_waiting(ada, short_notice=12, auto_take_until=None, now=NOW)

    assert (ada.short_notice, boris.short_notice) == (12, 12)


def test_who_does_not_wait_has_nothing_to_set(seated):
    with pytest.raises(refusals.NotWaiting), transaction():
        waiting.set_waiting(seated, short_notice=None, auto_take_until=None, now=NOW)


def test_a_place_is_released_without_a_word_and_comes_back_beyond_capacity(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    circle = make.session(event, capacity=1)
    with transaction():
        session_places.choose(seated, [circle.id], now=NOW)

    with transaction():
        standing = vacating.release_silently(seated, now=NOW)
    assert (seated.status, seated.sequence) == (Status.CANCELLED, 0)
    assert told() == [("offer", "Boris")]
    assert counted(event) == (0, 1)
    with transaction():
        vacating.restore(seated, standing, now=NOW, by=None)

    assert (seated.status, counted(event), event.gates[0].capacity) == (
        Status.CONFIRMED,
        (1, 1),
        2,
    )
    assert db.session.query(SessionPlace).one().status == Status.CONFIRMED
    assert told() == [("offer", "Boris")]


def test_who_waited_comes_back_to_her_old_number(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", **WAITS)
    with transaction():
        standing = vacating.release_silently(boris, now=NOW)
    assert line(event) == ["Cora"]

    with transaction():
        vacating.restore(boris, standing, now=NOW, by=None)

    assert line(event) == ["Boris", "Cora"]


def test_a_companion_attends_in_a_way_of_his_own(make):
    event = make.event(capacity=1)
    asked = Request(
        name="Ada",
        email="ada@people.example",
        mode=Mode.IN_PERSON,
        timezone="America/New_York",
        companion=Companion(name="Boris", mode=Mode.WEBCAST),
    )

    with transaction():
        outcome = actions.register(event, asked, now=NOW)

    assert (outcome.status, outcome.mode) == (Status.CONFIRMED, Mode.IN_PERSON)
    assert (outcome.companion.status, outcome.companion.mode) == (Status.CONFIRMED, Mode.WEBCAST)


def test_a_companion_is_added_later_and_only_one(make):
    event = make.event()
    ada = make.registration(event, name="Ada")
    boris = Companion(name="Boris", email="boris@people.example")

    with transaction():
        outcome = actions.add_companion(ada, boris, PairRule.TOGETHER, now=NOW)
    with pytest.raises(refusals.HasCompanion), transaction():
        actions.add_companion(ada, Companion(name="Cora"), PairRule.EITHER, now=NOW)

    assert (outcome.registration.companion_of, ada.pair_rule) == (ada, PairRule.TOGETHER)
    assert told() == [("confirmation", "Boris")]


def test_adding_someone_known_changes_nothing_of_his(make):
    event = make.event()
    ada = make.registration(event, name="Ada")
    boris = make.registration(event, name="Boris", email="boris@people.example")

    with transaction():
        outcome = actions.add_companion(
            ada, Companion(name="Boris", email="boris@people.example"), PairRule.EITHER, now=NOW
        )

    assert (outcome.registration, outcome.status) == (None, Status.CONFIRMED)
    assert (boris.companion_of, db.session.query(Registration).count()) == (None, 2)


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


def test_doctor_counts_what_is_held(make, event, seated):
    event.gates[0].capacity, event.gates[0].held = 2, 1
    db.session.commit()

    assert miscounted_gates() == [Miscount(f"{event.slug}, in_person, held", 1, 0)]
