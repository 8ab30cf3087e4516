"""When registration opens, everybody comes at once: no one is oversold, and no one is lost."""

import time
from contextlib import contextmanager
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.db import db, transaction
from forum.errors import Refusal
from forum.events.models import Event, Gate, Mode
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.outbox.models import Message
from forum.registration import actions, queries
from forum.registration.models import (
    Offer,
    OfferState,
    PairRule,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.places import gates, offers, vacating, waiting
from forum.registration.requests import Companion, Request
from tests.lines import move_all_lines
from tests.rush import NOW, request, rush, rush_and_cancel, rush_in_processes

PLACES = 50
PEOPLE = 200
FORTY, FIVE_HUNDRED = 40, 500
EXACT = {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES}
NAMES = ("Ada", "Boris", "Cora", "Delphine")


def emails() -> list[str]:
    return sorted(db.session.scalars(select(Message.email)))


def test_two_hundred_at_once_for_fifty_places(app, settings, make):
    event = make.event(capacity=PLACES)

    heard = rush_in_processes(settings, event.id, [request(number) for number in range(PEOPLE)])

    assert heard == EXACT
    assert emails() == ["confirmation"] * PLACES + ["waitlist"] * (PEOPLE - PLACES)
    db.session.expire_all()
    assert event.gates[0].taken == PLACES
    numbers = [each.wait_no for each in queries.line_people(event.id, Mode.IN_PERSON)]
    assert len(set(numbers)) == PEOPLE - PLACES


def test_without_the_lock_the_same_rush_goes_wrong(app, make, monkeypatch):
    """The proof that the test above can fail: PostgreSQL oversells, SQLite loses people."""
    event = make.event(capacity=PLACES)

    def look_only(event_id, mode):
        mine = select(Gate).where(Gate.event_id == event_id, Gate.mode == mode)
        gate = db.session.scalar(mine)
        time.sleep(0.005)
        return gate

    @contextmanager
    def writing_carelessly():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise

    monkeypatch.setattr(gates, "_lock_gate", look_only)
    people = [request(number) for number in range(PEOPLE)]

    heard = rush(app, event.id, people, writing=writing_carelessly)

    assert heard != EXACT
    assert heard["confirmed"] > PLACES or heard["failed"] > 0


def test_one_request_fifty_times_at_once_is_one_registration_and_one_email(app, settings, make):
    event = make.event()
    same = [request(1, form_key="hers")] * 50

    heard = rush_in_processes(settings, event.id, same)

    assert heard == {"confirmed": 50}
    assert db.session.query(Registration).count() == 1
    assert emails() == ["confirmation"]


def test_one_person_through_all_doors_at_once_is_one_registration(app, make):
    event = make.event()

    heard = rush(app, event.id, [request(1, mode) for mode in Mode] * 10)

    assert heard == {"confirmed": 30}
    assert db.session.query(Registration).count() == 1
    db.session.expire_all()
    assert sum(gate.taken for gate in event.gates) == 1


person = st.sampled_from(NAMES)
anyone = st.sampled_from([*NAMES, *(f"{name}'s friend" for name in NAMES)])
mode = st.sampled_from([Mode.IN_PERSON] * 4 + [Mode.WEBCAST])
pair = st.sampled_from(PairRule)
register = st.tuples(st.just("register"), person, mode, st.sampled_from([True, True, False]))
step = st.one_of(
    register,
    register,
    st.tuples(st.just("register a pair"), person, mode, pair),
    st.tuples(st.just("cancel"), anyone),
    st.tuples(st.just("change mode"), person, st.sampled_from([Mode.IN_PERSON, Mode.WEBCAST])),
    st.tuples(st.just("set capacity"), st.integers(0, 4)),
    st.tuples(st.just("accept"), anyone),
    st.tuples(st.just("accept"), anyone),
    st.tuples(st.just("decline"), anyone, st.booleans()),
    st.tuples(st.just("leave line"), anyone),
    st.tuples(st.just("wait again"), anyone),
    st.tuples(st.just("let offers lapse")),
    st.tuples(st.just("release silently"), anyone),
    st.tuples(st.just("take without asking"), anyone),
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(capacity=st.integers(1, 3), steps=st.lists(step, min_size=15, max_size=25))
def test_whatever_people_do_places_and_rows_agree_and_nobody_waits_in_vain(
    app, make, capacity, steps
):
    event = make.event(capacity=capacity)
    circle = make.session(event, capacity=2)
    for each in steps:
        try:
            with transaction():
                act(event, circle.id, *each)
        except Refusal:
            pass
        check(event, circle)


def act(event: Event, circle: int, deed: str, *facts) -> None:
    match deed, facts:
        case "register", (name, mode, is_eager):
            sessions = (circle,) if is_eager and mode == Mode.IN_PERSON else ()
            actions.register(event, asked(name, mode, sessions=sessions), now=NOW)
        case "register a pair", (name, mode, rule):
            companion = Companion(name=f"{name}'s friend")
            request = asked(name, mode, companion=companion, pair_rule=rule)
            actions.register(event, request, now=NOW)
        case "set capacity", (capacity,):
            actions.set_capacity(event.gates[0], capacity, now=NOW)
        case "let offers lapse", ():
            move_all_lines(now=NOW + timedelta(days=4))
        case deed, (name, *facts):
            if registration := living(event, name):
                change(deed, registration, *facts)


def change(deed: str, registration: Registration, *facts) -> None:
    offer = queries.open_offer(registration)
    match deed:
        case "cancel":
            actions.cancel(registration, now=NOW)
        case "change mode":
            actions.change_mode(registration, facts[0], now=NOW)
        case "accept" if offer:
            waiting.accept(offer, now=NOW)
        case "decline" if offer:
            waiting.decline(offer, stay=facts[0], who=registration, now=NOW)
        case "leave line":
            waiting.leave_line(registration, now=NOW)
        case "wait again":
            waiting.wait_again(registration, now=NOW)
        case "release silently":
            vacating.release_silently(registration, now=NOW)
        case "take without asking":
            until = NOW + timedelta(days=30)
            waiting.set_waiting(registration, short_notice=None, auto_take_until=until, now=NOW)


def asked(name: str, mode: Mode, **answers) -> Request:
    return Request(
        name=name, email="all@people.example", mode=mode, timezone="America/New_York", **answers
    )


def living(event: Event, name: str) -> Registration | None:
    return db.session.scalar(
        select(Registration).where(
            Registration.event_id == event.id,
            Registration.name == name,
            Registration.status != Status.CANCELLED,
        )
    )


def check(event: Event, circle) -> None:
    db.session.expire_all()
    rows = db.session.query(Registration).filter_by(event_id=event.id).all()
    assert miscounted_gates() == []
    assert miscounted_sessions() == []
    for gate in event.gates:
        assert gate.capacity is None or gate.taken + gate.held <= gate.capacity
        assert offers.would_be_offered(gate, gate.capacity, now=NOW) == []
        line = queries.line_people(event.id, gate.mode)
        assert len({each.wait_no for each in line}) == len(line)
    for offer in db.session.query(Offer).filter_by(state=OfferState.OPEN):
        assert {each.waits_for for each in offers.people(offer)} == {offer.mode}
    confirmed_places = (
        db.session.query(SessionPlace)
        .filter_by(session_id=circle.id, status=Status.CONFIRMED)
        .all()
    )
    assert all(p.registration.status == Status.CONFIRMED for p in confirmed_places)
    assert all(p.registration.mode == Mode.IN_PERSON for p in confirmed_places)
    if circle.taken < circle.capacity:
        in_vain = db.session.query(SessionPlace).filter_by(
            session_id=circle.id, status=Status.WAITLISTED
        )
        assert all(p.registration.waits_for == Mode.IN_PERSON for p in in_vain)
    for person in rows:
        if person.status == Status.CANCELLED:
            assert queries.open_offer(person) is None


def test_five_hundred_for_forty_places_while_every_fifth_cancels(app, settings, make):
    event = make.event(capacity=FORTY)

    heard, most = rush_and_cancel(settings, event.id, [request(n) for n in range(FIVE_HUNDRED)])

    assert heard == {"registered": FIVE_HUNDRED, "canceled": FIVE_HUNDRED // 5}
    assert most <= FORTY
    db.session.expire_all()
    gate = event.gates[0]
    assert gate.taken + gate.held == FORTY
    line = queries.line_people(event.id, Mode.IN_PERSON)
    assert len(line) == FIVE_HUNDRED // 5 * 4 - gate.taken
    offered = [offers.people(each)[0] for each in queries.open_offers(event.id, Mode.IN_PERSON)]
    assert sorted(offered, key=lambda each: each.wait_no) == line[: gate.held]

    with transaction():
        for each in offered:
            waiting.accept(queries.open_offer(each), now=NOW)

    db.session.expire_all()
    assert (gate.taken, gate.held) == (FORTY, 0)
    assert miscounted_gates() == []
