"""Nobody is held for good: there is always a human who is to ask, and a way to end it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care import actions
from forum.care.asking_actions import ask_again
from forum.care.models import TaskKind
from forum.care.refusals import NotWrittenTo
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.privacy import actions as privacy
from forum.privacy import housekeeping
from forum.registration.models import CareState
from forum.registration.my.details import actions as details
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import fresh, look_again, seen, tasks

ADA = {"name": "Ada", "email": "ada@people.example"}


def asked():
    """Return what the desk is to ask, and of which registration."""
    return [(each.kind, each.registration_id) for each in tasks() if each.done_at is None]


def widower(make, couple, petra):
    """Let Ione be remembered; return Jasper, as he is registered for the next event as well."""
    ione, jasper = couple
    later = make.registration(
        make.event(starts_at=ione.event.starts_at + timedelta(days=365)),
        name=jasper.name,
        email=jasper.email,
    )
    do(actions.remember, ione, by=petra)
    assert fresh(later).care_state == CareState.HELD
    return later


def test_whoever_is_held_is_still_to_be_asked_when_the_purge_has_taken_the_old_registration(
    make, couple, petra
):
    later = widower(make, couple, petra)
    jasper = couple[1]
    over = jasper.event.ends_at + timedelta(hours=1)

    housekeeping.note_over(now=over)
    housekeeping.purge(now=over + timedelta(days=91))

    look_again()
    assert (later.care_state, asked()) == (CareState.HELD, [(TaskKind.ASK_COMPANION, later.id)])


def test_whoever_is_held_is_still_to_be_asked_when_he_has_erased_the_old_registration(
    make, couple, petra
):
    later = widower(make, couple, petra)

    gone = couple[1].public_id

    do(privacy.erase, couple[1])

    look_again()
    assert (later.care_state, asked()) == (CareState.HELD, [(TaskKind.ASK_COMPANION, later.id)])
    assert [gone in each.dedupe_key for each in tasks()] == [False]


def test_who_corrects_his_name_while_he_is_held_is_asked_about_under_the_old_one_too(
    make, couple, petra
):
    later = widower(make, couple, petra)
    jasper = fresh(couple[1])
    do(details.change, jasper, {"name": "Jasper Trialrun"}, version=jasper.version)
    companion = TaskKind.ASK_COMPANION
    assert asked() == [(companion, jasper.id), (companion, later.id)]

    do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

    assert fresh(jasper).care_state == CareState.ACTIVE
    assert asked() == [(TaskKind.ASK_COMPANION, later.id)]


def test_who_took_on_a_hold_is_let_go_once_a_human_has_answered_about_it(make, petra):
    """She was remembered by a slip, which is undone on her page while a question is open."""
    ada = make.registration(make.event(), **ADA)
    do(actions.remember, ada, by=petra)
    register(make.event(), asks(**ADA))
    do(actions.undo_remember, fresh(ada), by=petra)
    later = register(make.event(), asks(**ADA)).registration
    assert later.care_state == CareState.HELD

    do(actions.settle, tasks()[0], TaskAnswer.ANOTHER, by=petra)

    assert fresh(later).care_state == CareState.ACTIVE


def test_what_is_asked_of_each_stays_with_each(make, petra):
    """Two of one name and address: an answer about one of them lets go nobody else."""
    do(actions.remember, make.registration(make.event(), **ADA), by=petra)
    first, second = (register(make.event(), asks(**ADA)).registration for _ in range(2))

    do(actions.settle, tasks()[0], TaskAnswer.ANOTHER, by=petra)

    states = [fresh(each).care_state for each in (first, second)]
    assert states == [CareState.ACTIVE, CareState.HELD]
    assert asked() == [(TaskKind.CHECK_PERSON, second.id)]


def test_a_slip_that_is_undone_asks_again_about_who_was_held_before(make, couple, petra):
    ione, jasper = couple
    do(actions.remember, ione, by=petra)
    do(actions.remember, fresh(jasper), by=petra)
    with transaction():
        for task in tasks():
            db.session.delete(task)

    do(actions.undo_remember, fresh(jasper), by=petra)

    assert fresh(jasper).care_state == CareState.HELD
    assert asked() == [(TaskKind.ASK_COMPANION, jasper.id)]


def test_a_worker_asks_again_about_whoever_is_held_and_forgotten(make, petra):
    event = make.event()
    held = {"care_state": CareState.HELD}
    jasper = make.registration(event, name="Jasper", **held)
    gone = make.registration(event, name="Ione O'Neil", email="ione@people.example")
    like = make.registration(event, name="O'Neil, Ione", email=gone.email, **held)
    do(actions.remember, gone, by=petra)
    with transaction():
        for task in tasks():
            db.session.delete(task)

    housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)

    expected = [(TaskKind.ASK_COMPANION, jasper.id), (TaskKind.CHECK_PERSON, like.id)]
    assert asked() == expected
    do(ask_again)
    assert asked() == expected


class TestEndHold:
    def test_he_is_written_to_in_every_event_and_nothing_more_is_asked(self, make, couple, petra):
        later = widower(make, couple, petra)

        do(actions.end_hold, later, by=petra)

        assert [fresh(each).care_state for each in (couple[1], later)] == [CareState.ACTIVE] * 2
        assert [(each.done_by, asked()) for each in tasks()] == [(petra, [])]
        [facts] = seen(select(AuditEntry.facts).where(AuditEntry.action == Action.TASK_DONE))
        assert facts == {"kind": "ask companion", "answer": "write"}

    def test_it_lets_go_nobody_who_is_not_held(self, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)

        with pytest.raises(NotWrittenTo):
            do(actions.end_hold, fresh(ione), by=petra)

        assert fresh(ione).care_state == CareState.REMEMBERED

    def test_it_ends_no_pause_that_he_has_asked_for_meanwhile(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.settle, tasks()[0], TaskAnswer.QUIET, by=petra)

        with pytest.raises(NotWrittenTo) as refused:
            do(actions.end_hold, fresh(jasper), by=petra)

        assert refused.value.sentence == "Emails are paused by now. Nothing was changed."
        assert fresh(jasper).care_state == CareState.PAUSED
