"""What is asked again about the held keeps its reason: undoing a death ends it."""

from datetime import timedelta

import pytest

from forum.care import actions, queries
from forum.care.asking_actions import ask_again
from forum.care.models import TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from tests.actions.care.caring import do
from tests.stored import fresh, tasks

ADDRESS = "ada@people.example"
MINUTE = timedelta(minutes=1)


def asked():
    """Return what the desk is to ask, and about whom."""
    return [(each.kind, each.registration.name) for each in tasks() if each.done_at is None]


def forget_what_was_asked():
    with transaction():
        for task in tasks():
            db.session.delete(task)


@pytest.fixture(params=["page", "task"])
def canceled(request, couple, petra, today):
    """Jasper, who is held because of Ione, and whose place an organizer canceled by slip."""
    ione, jasper = couple
    do(actions.remember, ione, by=petra)
    today.shift(MINUTE)
    if request.param == "page":
        do(actions.cancel_held, fresh(jasper), by=petra)
    else:
        do(actions.settle, tasks()[0], TaskAnswer.CANCEL, by=petra)
    today.shift(MINUTE)
    return fresh(jasper)


class TestAPlaceGivenBack:
    def test_undoing_a_death_lets_go_whoever_was_given_his_place_back_meanwhile(
        self, couple, canceled, petra, today
    ):
        ione, jasper = couple
        do(actions.give_place_back, jasper, by=petra)
        assert (fresh(jasper).care_state, asked()) == (
            CareState.HELD,
            [(TaskKind.ASK_COMPANION, "Jasper")],
        )
        today.shift(MINUTE)

        do(actions.undo_remember, fresh(ione), by=petra)

        assert (fresh(jasper).care_state, asked()) == (CareState.ACTIVE, [])

    def test_nobody_asks_him_about_a_death_that_was_undone_before(
        self, couple, canceled, petra, today
    ):
        ione, jasper = couple
        do(actions.undo_remember, fresh(ione), by=petra)
        today.shift(MINUTE)

        do(actions.give_place_back, fresh(jasper), by=petra)

        assert (fresh(jasper).status, jasper.care_state) == (Status.CONFIRMED, CareState.ACTIVE)
        assert asked() == []

    def test_each_question_is_asked_again_as_it_was(self, make, petra, today):
        """He lost Ione, and may be the one who has died under another writing of his name."""
        box = "jasper@people.example"
        event = make.event()
        ione = make.registration(event, name="Ione")
        jasper = make.registration(event, name="Jasper Doe", companion_of=ione, email=box)
        gone = make.registration(make.event(), name="J. Doe", email=box)
        for each in (gone, ione):
            do(actions.remember, fresh(each), by=petra)
        before = sorted(asked())
        kinds = sorted((TaskKind.ASK_COMPANION, TaskKind.CHECK_PERSON))
        assert before == [(kind, "Jasper Doe") for kind in kinds]
        today.shift(MINUTE)
        [question] = [each for each in tasks() if each.kind == TaskKind.ASK_COMPANION]
        do(actions.settle, question, TaskAnswer.CANCEL, by=petra)
        today.shift(MINUTE)

        do(actions.give_place_back, fresh(jasper), by=petra)
        assert sorted(asked()) == before
        for each in (ione, gone):
            assert fresh(jasper).care_state == CareState.HELD
            do(actions.undo_remember, fresh(each), by=petra)

        assert (fresh(jasper).care_state, asked()) == (CareState.ACTIVE, [])

    def test_he_is_held_where_nothing_says_any_more_what_he_was_asked(
        self, couple, canceled, petra
    ):
        jasper = couple[1]
        forget_what_was_asked()

        do(actions.give_place_back, fresh(jasper), by=petra)

        assert fresh(jasper).care_state == CareState.HELD
        assert asked() == [(TaskKind.ASK_COMPANION, "Jasper")]


class TestAskedByTheWorker:
    def test_undoing_a_death_lets_go_whoever_was_asked_about_again(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        forget_what_was_asked()
        do(ask_again)
        assert asked() == [(TaskKind.ASK_COMPANION, "Jasper")]

        do(actions.undo_remember, fresh(ione), by=petra)

        assert (fresh(jasper).care_state, asked()) == (CareState.ACTIVE, [])

    def test_who_lost_two_stays_held_for_the_sake_of_the_other(self, make, couple, petra):
        ione, jasper = couple
        iris = make.registration(ione.event, name="Iris", companion_of=jasper, mode=Mode.WEBCAST)
        for each in (ione, iris):
            do(actions.remember, fresh(each), by=petra)
        forget_what_was_asked()
        do(ask_again)

        do(actions.undo_remember, fresh(ione), by=petra)
        assert (fresh(jasper).care_state, asked()) == (
            CareState.HELD,
            [(TaskKind.ASK_COMPANION, "Jasper")],
        )
        do(actions.undo_remember, fresh(iris), by=petra)

        assert (fresh(jasper).care_state, asked()) == (CareState.ACTIVE, [])

    def test_so_is_whoever_was_taken_for_her_under_another_writing(self, make, petra):
        ada = make.registration(make.event(), name="Ada Trialrun", email=ADDRESS)
        other = make.registration(make.event(), name="Trialrun, Ada", email=ADDRESS)
        do(actions.remember, ada, by=petra)
        forget_what_was_asked()
        do(ask_again)
        assert asked() == [(TaskKind.CHECK_PERSON, "Trialrun, Ada")]

        do(actions.undo_remember, fresh(ada), by=petra)

        assert (fresh(other).care_state, asked()) == (CareState.ACTIVE, [])
        assert not queries.is_remembered(ada.name, ADDRESS)
