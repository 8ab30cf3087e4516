"""When registration opens, everybody comes at once: no one is oversold, and no one is lost."""

import time
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.db import db, transaction
from forum.errors import Refusal
from forum.events.models import Event, Gate, Mode
from forum.outbox.models import Message
from forum.registration import actions, places, queries, rules
from forum.registration.asked import Companion, Request
from forum.registration.models import PairRule, Registration, SessionPlace, Status
from tests.rush import NOW, request, rush, rush_in_processes

PLACES = 50
PEOPLE = 200
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
    numbers = [waiting.wait_no for waiting in queries.line(event.id, Mode.IN_PERSON)]
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

    monkeypatch.setattr(places, "_lock", look_only)
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
        in_line = [waiting.registration_id for waiting in queries.line(event.id, Mode.IN_PERSON)]
        try:
            with transaction():
                act(event, circle.id, *each)
        except Refusal:
            pass
        check(event, circle, in_line)


def act(event: Event, circle: int, deed: str, *facts) -> None:
    match deed, facts:
        case "register", (name, mode, is_eager):
            sessions = (circle,) if is_eager and mode == Mode.IN_PERSON else ()
            actions.register(event, asked(name, mode, sessions=sessions), now=NOW)
        case "register a pair", (name, mode, rule):
            companion = Companion(name=f"{name}'s friend")
            request = asked(name, mode, companion=companion, pair_rule=rule)
            actions.register(event, request, now=NOW)
        case "cancel", (name,):
            if registration := living(event, name):
                actions.cancel(registration, now=NOW)
        case "change mode", (name, mode):
            if registration := living(event, name):
                actions.change_mode(registration, mode, now=NOW)
        case "set capacity", (capacity,):
            actions.set_capacity(event.gates[0], capacity, now=NOW)


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


def check(event: Event, circle, was_in_line: list[int]) -> None:
    db.session.expire_all()
    rows = db.session.query(Registration).filter_by(event_id=event.id).all()
    for gate in event.gates:
        has_place = [r for r in rows if (r.mode, r.status) == (gate.mode, Status.CONFIRMED)]
        assert gate.taken == len(has_place)
        assert gate.capacity is None or gate.taken <= gate.capacity
        line = queries.line(event.id, gate.mode)
        assert rules.whom_to_promote(line, gate.left) == []
    confirmed_places = (
        db.session.query(SessionPlace)
        .filter_by(session_id=circle.id, status=Status.CONFIRMED)
        .all()
    )
    assert circle.taken == len(confirmed_places) <= circle.capacity
    assert all(p.registration.status == Status.CONFIRMED for p in confirmed_places)
    assert all(p.registration.mode == Mode.IN_PERSON for p in confirmed_places)
    if circle.taken < circle.capacity:
        in_vain = db.session.query(SessionPlace).filter_by(
            session_id=circle.id, status=Status.WAITLISTED
        )
        assert all(p.registration.status == Status.WAITLISTED for p in in_vain)
    still = {waiting.registration_id for waiting in queries.line(event.id, Mode.IN_PERSON)}
    by_id = {r.id: r for r in rows}
    promoted = [
        place
        for place, n in enumerate(was_in_line)
        if (by_id[n].status, by_id[n].mode) == (Status.CONFIRMED, Mode.IN_PERSON)
    ]
    overtaken = [n for n in was_in_line[: max(promoted, default=0)] if n in still]
    assert all(by_id[n].pair_rule == PairRule.TOGETHER for n in overtaken)
