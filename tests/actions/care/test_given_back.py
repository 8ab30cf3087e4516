"""A hold or a death that ends gives back what stood before it: her own word outlasts both."""

from datetime import date

import pytest

from forum.care import actions
from forum.care.rules import TaskAnswer
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import emails, fresh, open_tasks, tasks

pytestmark = pytest.mark.sqlite_is_enough

MAY = date(2027, 5, 1)
IONE = {"name": "Ione", "email": "ione@people.example"}
JASPER = {"name": "Jasper", "email": "jasper@people.example"}


def pauses(*people):
    return [(fresh(each).care_state, each.care_until) for each in people]


@pytest.fixture
def pair(make):
    """Ione, and Jasper, who comes with her and has an address of his own."""
    ione = make.registration(make.event(), **IONE)
    jasper = make.registration(ione.event, **JASPER, companion_of=ione)
    for each in (ione, jasper):
        make.welcome(each)
    return ione, jasper


class TestNobodyHasSpokenWithHer:
    @pytest.fixture
    def other(self, make, petra):
        """Somebody in the mailbox of one who has died, with a name like hers; she is paused."""
        box = "marsh@people.example"
        gone = make.registration(make.event(), name="Ione Ann Marsh", email=box)
        other = make.registration(gone.event, name="Ione Marsh", email=box)
        make.welcome(other)
        do(actions.pause, other, MAY)
        do(actions.remember, fresh(gone), by=petra)
        assert fresh(other).care_state == CareState.HELD
        return other

    @pytest.mark.parametrize("answer", [TaskAnswer.ANOTHER, TaskAnswer.SAME])
    def test_a_pause_of_her_own_outlasts_the_question_who_she_is(self, other, petra, answer):
        do(actions.settle, tasks()[0], answer, by=petra)

        assert pauses(other) == [(CareState.PAUSED, MAY)]

    def test_a_pause_that_has_ended_meanwhile_is_over(self, other, petra, today):
        today.move_to("2027-05-02T12:00:00Z")

        do(actions.settle, tasks()[0], TaskAnswer.ANOTHER, by=petra)

        assert emails()[-1] == "pause_over"


class TestRegisteredWhileHeld:
    def test_what_he_registers_for_is_paused_with_the_rest_after_an_undo(self, make, pair, petra):
        ione, jasper = pair
        do(actions.pause, jasper, MAY)
        do(actions.remember, fresh(ione), by=petra)
        asked = asks(**JASPER, mode=Mode.WEBCAST)
        new = register(make.webcast(), asked).registration
        assert fresh(new).care_state == CareState.HELD

        do(actions.undo_remember, fresh(ione), by=petra)

        assert pauses(jasper, new) == [(CareState.PAUSED, MAY)] * 2

    def test_no_pause_keeps_from_him_that_he_is_registered(self, make, pair, petra):
        ione, jasper = pair
        do(actions.pause, jasper, None)
        do(actions.remember, fresh(ione), by=petra)
        new = register(make.webcast(), asks(**JASPER, mode=Mode.WEBCAST)).registration
        before = len(emails())

        do(actions.undo_remember, fresh(ione), by=petra)

        assert fresh(new).care_state == CareState.PAUSED
        assert emails()[before:] == ["confirmation"]

    @pytest.mark.parametrize("answer", [TaskAnswer.ANOTHER, TaskAnswer.SAME])
    def test_who_had_asked_for_quiet_and_is_well_is_quiet_there_too(self, make, petra, answer):
        """Somebody else of her name has not asked for it."""
        ione = make.registration(make.event(), **IONE)
        do(actions.pause, ione, None)
        do(actions.remember, fresh(ione), by=petra)
        new = register(make.webcast(), asks(**IONE, mode=Mode.WEBCAST)).registration
        [question] = tasks()

        do(actions.settle, question, answer, by=petra)

        is_her = answer == TaskAnswer.SAME
        assert fresh(new).care_state == (CareState.PAUSED if is_her else CareState.ACTIVE)
        assert fresh(ione).care_state == (CareState.PAUSED if is_her else CareState.REMEMBERED)

    def test_so_she_is_where_she_has_registered_with_another_writing(self, make, petra):
        ione = make.registration(make.event(), name="Ione Sample", email=IONE["email"])
        do(actions.pause, ione, MAY)
        do(actions.remember, fresh(ione), by=petra)
        asked = asks(name="Sample, Ione", email=IONE["email"], mode=Mode.WEBCAST)
        new = register(make.webcast(), asked).registration

        do(actions.settle, tasks()[0], TaskAnswer.SAME, by=petra)

        assert pauses(ione, new) == [(CareState.PAUSED, MAY)] * 2


class TestHeldAndRemembered:
    """Jasper, who lost Ione, was taken for dead himself; both were slips."""

    @pytest.mark.parametrize("state", [CareState.ACTIVE, CareState.PAUSED])
    @pytest.mark.parametrize("first", [0, 1])
    def test_both_are_as_they_were_in_whichever_order_it_is_undone(self, pair, petra, state, first):
        ione, jasper = pair
        if state == CareState.PAUSED:
            do(actions.pause, jasper, MAY)
        for each in pair:
            do(actions.remember, fresh(each), by=petra)

        for each in (pair[first], pair[1 - first]):
            do(actions.undo_remember, fresh(each), by=petra)

        until = MAY if state == CareState.PAUSED else None
        assert pauses(ione, jasper) == [(CareState.ACTIVE, None), (state, until)]
        assert open_tasks() == []


class TestCanceled:
    """He has said that he does not come, and nothing about his emails."""

    @pytest.mark.parametrize("is_on_his_page", [False, True])
    def test_his_pause_elsewhere_outlasts_it(self, make, pair, petra, is_on_his_page):
        ione, jasper = pair
        elsewhere = make.registration(make.webcast(), **JASPER)
        make.welcome(elsewhere)
        do(actions.pause, jasper, MAY)
        do(actions.remember, fresh(ione), by=petra)

        if is_on_his_page:
            do(actions.cancel_held, fresh(jasper), by=petra)
        else:
            do(actions.settle, tasks()[0], TaskAnswer.CANCEL, by=petra)

        assert pauses(elsewhere) == [(CareState.PAUSED, MAY)]
        assert fresh(jasper).status == Status.CANCELLED
        assert emails()[-1] == "cancellation"
