"""Two changes of one registration at the same moment, as PostgreSQL lets them meet."""

from threading import Thread

import pytest

from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.models import Registration, Status
from tests.rush import NOW

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
