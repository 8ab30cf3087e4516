"""What lies beneath a hold or a death is carried over, and by whose word she is paused."""

from datetime import date

import pytest

from forum import clock
from forum.care import actions as care
from forum.care import history_queries as history
from forum.care.models import TaskKind
from forum.care.rules import Pause, Pauses, TaskAnswer, state_at
from forum.db import db, transaction
from forum.operations.backups import making
from forum.privacy import carried
from forum.registration.models import CareState
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import registered, tasks

MAY, JUNE = date(2027, 5, 1), date(2027, 6, 1)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def pair(ada, boris):
    """Ada, and Boris, who comes with her; each lets the other ask for quiet."""
    him = boris()
    with transaction():
        him.companion_of = ada
        ada.has_let_companion_pause = him.has_let_companion_pause = True
    return ada, him


def her(name):
    return next(each for each in registered() if each.name == name)


def by(petra):
    return db.session.merge(petra)


def restores(operator) -> None:
    code, said = operator.restores("--replacing", "2")
    assert code == 0, said


def carried_now(operator):
    return making.store_of(operator.settings).carried()


@pytest.mark.parametrize("until", [MAY, None])
def test_a_pause_beneath_a_hold_is_there_when_the_hold_is_over(operator, pair, petra, until):
    operator.backs_up()
    do(care.pause, her("Boris"), until)
    do(care.remember, her("Ada"), by=by(petra))

    restores(operator)

    him = her("Boris")
    assert (him.care_state, him.care_until) == (CareState.HELD, until)
    assert history.pauses(him) == Pauses(own=Pause(until))


@pytest.mark.parametrize("until", [MAY, None])
def test_who_is_well_after_all_has_back_the_pause_that_she_had_asked_for(
    operator, pair, petra, until
):
    operator.backs_up()
    do(care.pause, her("Ada"), until)
    do(care.remember, her("Ada"), by=by(petra))

    restores(operator)
    [asked] = [each for each in tasks() if each.kind == TaskKind.CHECK_PERSON]
    do(care.settle, asked, TaskAnswer.SAME, by=by(petra))

    ada = her("Ada")
    assert (ada.care_state, ada.care_until) == (CareState.PAUSED, until)


def test_nobody_is_paused_who_was_not_when_she_was_held(operator, pair, petra):
    do(care.pause, her("Boris"), None)
    operator.backs_up()
    do(care.resume, her("Boris"))
    do(care.remember, her("Ada"), by=by(petra))

    assert [each.pauses for each in carried.silences(carried_now(operator))] == [Pauses()] * 2


def test_a_companions_pause_stays_where_he_asked_for_it(operator, pair, make):
    operator.backs_up()
    do(care.pause, her("Boris"), MAY, through=her("Ada"))

    restores(operator)

    assert history.pauses(her("Boris")) == Pauses(through=Pause(MAY))
    later = register(make.event(), asks("Boris", "boris@people.example"), now=clock.now())
    assert later.registration.care_state == CareState.ACTIVE


def test_her_own_pause_beneath_a_companions_longer_one_is_still_hers(operator, pair):
    operator.backs_up()
    do(care.pause, her("Boris"), MAY)
    do(care.pause, her("Boris"), JUNE, through=her("Ada"))

    restores(operator)

    assert history.pauses(her("Boris")) == Pauses(own=Pause(MAY), through=Pause(JUNE))


def test_her_own_word_since_the_backup_lies_beneath_a_companions_longer_pause(operator, pair):
    do(care.pause, her("Boris"), JUNE, through=her("Ada"))
    operator.backs_up()
    do(care.pause, her("Boris"), MAY)

    restores(operator)

    him = her("Boris")
    assert history.pauses(him) == Pauses(own=Pause(MAY), through=Pause(JUNE))
    assert state_at(him, now=clock.now()) == CareState.PAUSED


def test_a_file_of_an_older_release_tells_a_pause_beneath_a_hold_by_its_day():
    row = {"public_id": "x", "care_state": "held", "wants_reminders": "1"}
    rows = ({**row, "care_until": "2027-05-01"}, {**row, "care_until": None})

    found = [each.pauses for each in carried.silences(carried.Carried(silent=rows))]

    assert found == [Pauses(own=Pause(MAY)), Pauses()]
