"""Two changes of one registration at the same moment, as PostgreSQL lets them meet."""

from threading import Thread

import pytest

from forum.accounts.models import Organizer
from forum.db import db, transaction
from forum.events.models import Event, EventStatus, Mode, Session, SessionStatus
from forum.planning import actions as planning
from forum.planning import agenda_actions
from forum.planning.refusals import PeopleAreRegistered
from forum.registration import actions
from forum.registration.models import PairRule, Registration, SessionPlace, Status
from forum.registration.my.details import actions as details
from forum.registration.places import offers, session_places
from forum.registration.refusals import HasCompanion
from forum.registration.requests import Companion
from tests.rush import NOW, request

TURNS = 30


@pytest.fixture
def engine(postgresql_engine):
    """SQLite lets only one transaction write, so nothing can come between there."""
    return postgresql_engine


def test_who_cancels_while_she_is_changed_elsewhere_gives_up_what_she_has_by_then(app, make):
    ada = make.registration(make.event())

    def switch_elsewhere():
        with app.app_context(), transaction():
            actions.change_mode(db.session.get(Registration, ada.id), Mode.WEBCAST, now=NOW)

    with transaction():
        assert ada.mode == Mode.IN_PERSON
        elsewhere = Thread(target=switch_elsewhere)
        elsewhere.start()
        elsewhere.join()
        actions.cancel(ada, now=NOW)

    assert (ada.mode, ada.status, ada.sequence) == (Mode.WEBCAST, Status.CANCELLED, 2)
    assert [gate.taken for gate in ada.event.gates] == [0, 0, 0]


def test_two_who_change_places_with_each_other_never_wait_for_each_other_for_ever(app, make):
    """Gates are locked in one order, whichever way people change."""
    event = make.event()
    people = [make.registration(event, name=name).id for name in ("Ada", "Boris")]
    faults: list[Exception] = []

    def keep_changing(number: int, modes: tuple[Mode, Mode]) -> None:
        for turn in range(TURNS):
            try:
                with app.app_context(), transaction():
                    person = db.session.get(Registration, number)
                    actions.change_mode(person, modes[turn % 2], now=NOW)
            except Exception as fault:  # noqa: BLE001 - told below
                faults.append(fault)

    ways = (Mode.WEBCAST, Mode.IN_PERSON)
    changers = [
        Thread(target=keep_changing, args=(people[0], ways)),
        Thread(target=keep_changing, args=(people[1], ways[::-1])),
    ]
    for each in changers:
        each.start()
    for each in changers:
        each.join()

    assert faults == []
    db.session.expire_all()
    assert sum(gate.taken for gate in event.gates) == 2


def meanwhile(app, deed, *, seconds=0.3):
    """Begin something in another transaction that waits for this one; return how to hear of it."""
    faults: list[Exception] = []

    def run():
        with app.app_context():
            try:
                with transaction():
                    deed()
            except Exception as fault:  # noqa: BLE001 - told by the test
                faults.append(fault)
            db.session.remove()

    elsewhere = Thread(target=run)
    elsewhere.start()
    elsewhere.join(seconds)

    def heard() -> list[type[Exception]]:
        elsewhere.join()
        return [type(fault) for fault in faults]

    return heard


def test_who_registers_while_an_event_is_taken_back_keeps_it_public(app, make):
    event, petra = make.event(), make.organizer()
    number, by = event.id, petra.id

    def take_back():
        row = db.session.get_one(Event, number)
        owner = db.session.get_one(Organizer, by)
        planning.unpublish(row, version=row.version, by=owner, now=NOW)

    with transaction():
        actions.register(db.session.get_one(Event, number), request(1), now=NOW)
        heard = meanwhile(app, take_back)

    assert heard() == [PeopleAreRegistered]
    db.session.expire_all()
    assert event.status == EventStatus.PUBLISHED


def test_two_companions_who_come_different_ways_at_once_are_one(app, make):
    ada = make.registration(make.event())
    number = ada.id

    def bring(mode):
        her = db.session.get_one(Registration, number)
        boris = Companion(name=f"Boris {mode}", mode=mode)
        actions.add_companion(her, boris, PairRule.EITHER, now=NOW)

    with transaction():
        bring(Mode.IN_PERSON)
        heard = meanwhile(app, lambda: bring(Mode.WEBCAST))

    assert heard() == [HasCompanion]
    assert db.session.query(Registration).filter_by(companion_of_id=number).count() == 1


def test_a_change_of_details_while_she_changes_how_she_attends_loses_no_number(
    app, make, monkeypatch
):
    """Her titles and her place both change what her calendar shows: two numbers, not one."""
    ada = make.registration(make.event(), is_discreet=False)
    number, before = ada.id, (ada.sequence, ada.version)
    move_line, heard = offers.move_line, []

    def correct():
        her = db.session.get_one(Registration, number)
        details.change(her, {"is_discreet": True}, version=her.version, now=NOW)

    def in_between(gate, *, now):
        if not heard:
            heard.append(meanwhile(app, correct, seconds=None))
        return move_line(gate, now=now)

    monkeypatch.setattr(offers, "move_line", in_between)
    with transaction():
        actions.change_mode(db.session.get_one(Registration, number), Mode.WEBCAST, now=NOW)

    assert heard[0]() == []
    db.session.expire_all()
    assert (ada.sequence, ada.version) == (before[0] + 2, before[1] + 2)
    assert (ada.is_discreet, ada.mode) == (True, Mode.WEBCAST)


def test_who_changes_sessions_while_one_is_called_off_waits_for_nobody_for_ever(
    app, make, monkeypatch
):
    event = make.event()
    circle = make.session(event, capacity=1, taken=1)
    walk = make.session(event, capacity=1)
    ada, petra = make.registration(event), make.organizer()
    place = SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED)
    db.session.add(place)
    db.session.commit()
    hers, walks, by = ada.id, walk.id, petra.id
    lock_session, heard = session_places._lock_session, []

    def call_off():
        row = db.session.get_one(Session, walks)
        owner = db.session.get_one(Organizer, by)
        agenda_actions.cancel_session(row, version=row.version, by=owner, now=NOW)

    def in_between(number):
        if number == walks:
            heard.append(meanwhile(app, call_off))
        return lock_session(number)

    monkeypatch.setattr(session_places, "_lock_session", in_between)
    with transaction():
        actions.choose_sessions(db.session.get_one(Registration, hers), (walks,), now=NOW)

    assert heard[0]() == []
    db.session.expire_all()
    assert (circle.taken, walk.taken, walk.status) == (0, 1, SessionStatus.CANCELLED)
