"""The questions that only a human may ask, and what the answers do."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care import actions, queries
from forum.care.models import TaskKind
from forum.care.refusals import AnsweredBefore, NotWrittenTo, OtherAnswer
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.events.models import Mode
from forum.planning.actions import cancel_event
from forum.registration.actions import register
from forum.registration.models import CareState, Status
from forum.registration.requests import Request
from forum.registration.telling import ask
from tests.actions.care.caring import do
from tests.stored import fresh, look_again, open_tasks, tasks


class TestSettle:
    @pytest.mark.parametrize(
        ("answer", "state", "status"),
        [
            (TaskAnswer.WRITE, CareState.ACTIVE, Status.CONFIRMED),
            (TaskAnswer.QUIET, CareState.PAUSED, Status.CONFIRMED),
            (TaskAnswer.CANCEL, CareState.ACTIVE, Status.CANCELLED),
        ],
    )
    def test_he_says_what_he_wants(self, couple, petra, answer, state, status):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)

        do(actions.settle, tasks()[0], answer, by=petra)

        assert (fresh(jasper).care_state, jasper.status) == (state, status)
        assert (tasks()[0].done_at is not None, tasks()[0].done_by) == (True, petra)

    def test_he_is_held_in_every_event_and_let_go_in_every_event(self, make, couple, petra):
        ione, jasper = couple
        webcast = make.registration(make.webcast(), name=jasper.name, email=jasper.email)
        do(actions.remember, ione, by=petra)
        assert fresh(webcast).care_state == CareState.HELD

        do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

        assert fresh(webcast).care_state == CareState.ACTIVE

    def test_an_answer_holds_whatever_is_pressed_after_it(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        task = tasks()[0]
        do(actions.settle, task, TaskAnswer.QUIET, by=petra)

        with pytest.raises(AnsweredBefore):
            do(actions.settle, task, TaskAnswer.WRITE, by=petra)

        assert fresh(jasper).care_state == CareState.PAUSED
        done = select(AuditEntry.facts).where(AuditEntry.action == Action.TASK_DONE)
        assert db.session.scalars(done).one()["answer"] == "quiet"

    def test_nothing_is_answered_for_one_who_has_died_as_well(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.remember, fresh(jasper), by=petra)

        with pytest.raises(NotWrittenTo):
            do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

        assert (fresh(jasper).care_state, tasks()[0].done_at) == (CareState.REMEMBERED, None)

    def test_another_kind_of_answer_is_refused(self, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)

        with pytest.raises(OtherAnswer):
            do(actions.settle, tasks()[0], TaskAnswer.DONE, by=petra)

        assert fresh(tasks()[0]).done_at is None

    @pytest.fixture
    def returned(self, couple, petra):
        """Someone registers with the name and address of Ione, who is remembered."""
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        asked = Request(
            name="IONE", email="Ione@people.example", mode=Mode.IN_PERSON, timezone=ione.timezone
        )
        with transaction():
            outcome = register(ione.event, asked, now=clock.now())
        new = outcome.registration
        return new, queries.open_task(new, TaskKind.CHECK_PERSON)

    def test_someone_with_a_remembered_name_is_held_until_a_human_has_looked(self, returned):
        new, task = returned

        assert (new.care_state, new.status) == (CareState.HELD, Status.CONFIRMED)
        assert task.registration is new

    def test_the_same_person_is_well(self, couple, petra, returned):
        ione, jasper = couple
        new, task = returned

        do(actions.settle, task, TaskAnswer.SAME, by=petra)

        assert [fresh(each).care_state for each in (ione, new, jasper)] == [CareState.ACTIVE] * 3
        assert (ione.status, new.status) == (Status.CANCELLED, Status.CONFIRMED)
        assert not queries.is_remembered("ione", "ione@people.example")

    def test_another_person_of_the_same_name(self, couple, petra, returned):
        ione, _jasper = couple
        new, task = returned

        do(actions.settle, task, TaskAnswer.ANOTHER, by=petra)

        states = [fresh(each).care_state for each in (ione, new)]
        assert states == [CareState.REMEMBERED, CareState.ACTIVE]
        assert queries.is_remembered("ione", "ione@people.example")


def call(person, about="confirmation"):
    with transaction():
        ask(TaskKind.CALL, person, about=about, once=f"{about}:{person.id}", now=clock.now())


def names():
    return [asked.task.registration.name for asked in open_tasks()]


def abouts(person):
    found = open_tasks()
    return [each.task.about for each in found if each.task.registration_id == person.id]


def by_phone(make):
    """Ione, and Jasper, who came with her and has no address."""
    ione = make.registration(make.event(), name="Ione", email="ione@people.example")
    number = "+16175550142"
    jasper = make.registration(
        ione.event, name="Jasper", email=None, phone=number, companion_of=ione
    )
    return ione, jasper


def calls_off(event, petra):
    look_again()
    with transaction():
        cancel_event(event, version=event.version, by=petra, now=clock.now())


class TestOpenTasks:
    def test_the_oldest_comes_first_and_what_is_done_is_gone(self, make, petra):
        event = make.event()
        for name in ("Greta", "Hal"):
            call(make.registration(event, name=name, email=None))
        assert names() == ["Greta", "Hal"]

        do(actions.settle, tasks()[0], TaskAnswer.DONE, by=petra)

        assert names() == ["Hal"]

    @pytest.mark.parametrize("state", [CareState.PAUSED, CareState.REMEMBERED, CareState.HELD])
    def test_nobody_is_called_who_would_not_be_written_to(self, make, state):
        call(make.registration(make.event(), email=None, care_state=state))

        assert names() == []

    def test_who_is_held_and_has_only_a_phone_is_called_about_an_event_that_is_off(
        self, make, petra
    ):
        ione, jasper = by_phone(make)
        do(actions.remember, ione, by=petra)
        calls_off(ione.event, petra)
        assert names() == ["Jasper"]  # to be asked

        do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

        assert abouts(jasper) == ["event_cancelled"]

    def test_who_has_only_a_phone_is_called_once_about_an_event_that_was_off_before_a_slip(
        self, make, petra
    ):
        ione, jasper = by_phone(make)
        calls_off(ione.event, petra)
        do(actions.remember, fresh(jasper), by=petra)

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert abouts(jasper) == ["event_cancelled"]

    def test_who_was_remembered_by_a_slip_is_called_about_an_event_that_went_off(self, make, petra):
        ione, jasper = by_phone(make)
        do(actions.remember, jasper, by=petra)
        calls_off(ione.event, petra)
        assert abouts(jasper) == []

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert abouts(jasper) == ["event_cancelled"]

    def test_nobody_is_sent_to_ask_a_companion_who_has_died_as_well(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        assert names() == ["Jasper"]

        do(actions.remember, fresh(jasper), by=petra)

        assert names() == []

    def test_nobody_is_sent_to_ask_a_companion_who_had_died_before(self, couple, petra):
        ione, jasper = couple
        over = jasper.event.ends_at + timedelta(days=1)
        do(actions.remember, jasper, by=petra, now=over)
        do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra, now=over)
        assert queries.consequences(fresh(ione), now=over).held == []

        do(actions.remember, fresh(ione), by=petra, now=over)

        assert names() == []

    def test_a_companion_who_was_remembered_by_a_slip_is_still_to_be_asked(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.remember, fresh(jasper), by=petra)

        do(actions.undo_remember, fresh(jasper), by=petra)

        assert (fresh(jasper).care_state, names()) == (CareState.HELD, ["Jasper"])

    def test_nobody_looks_whether_a_person_is_someone_remembered_who_is_known_to_be(
        self, make, petra
    ):
        ione = make.registration(make.event(), email="ione@people.example", name="Ione")
        do(actions.remember, ione, by=petra)
        asked = Request(name="Ione", email=ione.email, mode=Mode.IN_PERSON, timezone=ione.timezone)
        with transaction():
            again = register(make.event(), asked, now=clock.now()).registration
        assert names() == ["Ione"]

        do(actions.undo_remember, fresh(ione), by=petra)
        do(actions.remember, fresh(again), by=petra)

        assert names() == []

    def test_nobody_is_called_about_what_is_over(self, make):
        over = make.event(starts_at=datetime(2026, 4, 24, 12, 15, tzinfo=UTC))
        call(make.registration(over, email=None))

        assert names() == []

    def test_a_call_about_an_offer_knows_when_it_ends(self, make):
        waiting = make.registration(make.event(), email=None, status=Status.WAITLISTED)
        offer = make.offer(waiting)
        call(waiting, "offer")

        (asked,) = open_tasks()

        assert asked.offer == offer


class TestOneCardForEachPerson:
    def test_who_she_is_is_asked_before_anybody_calls_her(self, make, petra):
        """She may be the one who has died, whatever there is to tell her."""
        ada = make.registration(make.event(), name="Ada Trialrun", email="ada@people.example")
        other = make.registration(make.webcast(), name="Ada Trialrun", email=ada.email)
        with transaction():
            ask(TaskKind.CALL, ada, about="notice", once="call", now=clock.now())
            ask(TaskKind.ASK_COMPANION, ada, once="ask", now=clock.now())
            ask(TaskKind.CHECK_PERSON, other, once="who", now=clock.now())

        assert [each.task.kind for each in open_tasks()] == [TaskKind.CHECK_PERSON]

        for kind in (TaskKind.ASK_COMPANION, TaskKind.CALL):
            db.session.delete(open_tasks()[0].task)
            db.session.commit()
            assert [each.task.kind for each in open_tasks()] == [kind]
