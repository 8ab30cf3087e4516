"""Whatever is done in whatever order, nobody is silent for good, or asked about in vain."""

from random import Random

import pytest

from forum import clock
from forum.care import actions, queries
from forum.care.asking_actions import QUESTIONS
from forum.care.models import TaskKind
from forum.care.rules import ANSWERS, TaskAnswer
from forum.db import db
from forum.errors import Refusal
from forum.operations.queries import miscounted_gates
from forum.privacy import actions as privacy
from forum.registration import actions as registering
from forum.registration.models import CareState, Status
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import look_again, registered, tasks

pytestmark = pytest.mark.sqlite_is_enough

NAMES = ("Ione Doe", "Doe, Ione", "Ione", "Jasper Doe", "Jasper K. Doe")
MAILBOXES = ("ione@people.example", "jasper@people.example")
STEPS = 14
LIVELY = {CareState.ACTIVE, CareState.PAUSED}


def open_questions():
    return [each for each in tasks() if each.done_at is None and each.kind in QUESTIONS]


class Desk:
    """Ione, Jasper who comes with her, and whoever else turns up; and what is done to them."""

    def __init__(self, make, chance: Random) -> None:
        self.chance, self.petra = chance, make.organizer()
        self.events = [make.event(capacity=places) for places in (2, 3)]
        ione = make.registration(self.events[0], name=NAMES[0], email=MAILBOXES[0])
        facts = {"name": "Jasper Doe", "email": MAILBOXES[1], "companion_of": ione}
        make.registration(self.events[0], **facts)

    def step(self) -> None:
        """Do one thing of many to somebody."""
        acts = (self.register, self.settle, self.settle, self.to_somebody, self.to_somebody)
        try:
            self.chance.choice(acts)()
        except Refusal:
            db.session.rollback()
        look_again()

    def register(self) -> None:
        asked = asks(name=self.chance.choice(NAMES), email=self.chance.choice(MAILBOXES))
        register(self.chance.choice(self.events), asked, now=clock.now())

    def settle(self) -> None:
        if found := open_questions():
            task = self.chance.choice(found)
            answer = self.chance.choice(ANSWERS[task.kind])
            do(actions.settle, task, answer, by=self.petra)

    def to_somebody(self) -> None:
        if not (people := registered()):
            return
        act, named = self.chance.choice(
            (
                (actions.remember, {"by": self.petra}),
                (actions.remember, {"by": self.petra}),
                (actions.undo_remember, {"by": self.petra}),
                (actions.end_hold, {"by": self.petra}),
                (privacy.erase, {"by": self.petra}),
                (registering.cancel, {}),
                (actions.resume, {}),
            )
        )
        do(act, self.chance.choice(people), **named)

    def look(self) -> None:
        """See that nobody is held without a question, nor asked about without being held."""
        assert miscounted_gates() == []
        for person in registered():
            if person.care_state == CareState.REMEMBERED:
                assert queries.is_remembered(person.name, person.email)
            if person.care_state == CareState.HELD and person.status != Status.CANCELLED:
                assert any(queries.open_task(person, kind) for kind in QUESTIONS)
        for task in open_questions():
            assert task.registration.care_state not in LIVELY


@pytest.mark.parametrize("seed", range(12))
def test_all_slips_can_be_undone_and_nobody_is_forgotten(make, seed):
    desk = Desk(make, Random(seed))
    for _ in range(STEPS):
        desk.step()
        desk.look()

    while gone := [each for each in registered() if each.care_state == CareState.REMEMBERED]:
        before = len(gone)
        do(actions.undo_remember, gone[0], by=desk.petra)
        assert len([e for e in registered() if e.care_state == CareState.REMEMBERED]) < before
    while found := open_questions():
        is_companion = found[0].kind == TaskKind.ASK_COMPANION
        answer = TaskAnswer.WRITE if is_companion else TaskAnswer.SAME
        do(actions.settle, found[0], answer, by=desk.petra)

    living = [each for each in registered() if each.status != Status.CANCELLED]
    assert {each.care_state for each in living} <= LIVELY
