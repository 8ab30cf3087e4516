"""What silence does to those whom a task, a key or another's pause forgets."""

from datetime import date, timedelta

import pytest

from forum import clock
from forum.care import actions, queries
from forum.care.models import TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.emails.letter import Letter
from forum.emails.writing import write
from forum.outbox.models import Message
from forum.planning.actions import cancel_event
from forum.privacy import actions as privacy
from forum.privacy import housekeeping
from forum.registration.models import CareState
from forum.registration.my.details import actions as details
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import fresh, look_again, tasks

MAY = date(2027, 5, 1)
ADA = {"name": "Ada", "email": "ada@people.example"}


def is_somebody_to_ask():
    """Tell whether the desk's list asks for a companion still."""
    return any(each.done_at is None and each.kind == TaskKind.ASK_COMPANION for each in tasks())


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
    assert later.care_state != CareState.HELD or is_somebody_to_ask()


def test_whoever_is_held_is_still_to_be_asked_when_he_has_erased_the_old_registration(
    make, couple, petra
):
    later = widower(make, couple, petra)

    do(privacy.erase, couple[1])

    look_again()
    assert later.care_state != CareState.HELD or is_somebody_to_ask()


@pytest.fixture
def twice(make):
    """Ada's two registrations of one event, as the migration to one comparison has left them."""
    event = make.event()
    first = make.registration(event, name="Ada O'Neil", email=ADA["email"])
    second = make.registration(
        event,
        name="Ada O\N{RIGHT SINGLE QUOTATION MARK}Neil",
        email=ADA["email"],
        name_key="adao-neil",
    )
    with transaction():
        second.name_key = f"{first.name_key}#{second.id}"
    return first, second


def test_nobody_writes_to_someone_who_has_died_because_she_was_registered_twice(twice, petra):
    first, second = twice

    do(actions.remember, first, by=petra)

    assert fresh(second).care_state in {CareState.REMEMBERED, CareState.HELD}


def test_who_asks_for_quiet_has_it_in_both_of_her_registrations(twice):
    first, second = twice

    do(actions.pause, second, MAY)

    assert fresh(first).care_state == CareState.PAUSED


def test_her_own_pause_is_hers_everywhere_though_a_companion_has_asked_for_the_same(make):
    ada = make.registration(make.event(), **ADA)
    elsewhere = make.registration(make.event(), **ADA)
    boris = make.registration(ada.event, companion_of=ada)
    do(actions.let_companion_pause, ada, lets=True)
    do(actions.pause, ada, MAY, through=boris)

    do(actions.pause, ada, MAY)

    assert fresh(elsewhere).care_state == CareState.PAUSED
    assert register(make.event(), asks(**ADA)).registration.care_state == CareState.PAUSED


def test_who_was_held_from_the_first_hears_that_the_event_was_canceled(make, petra):
    gone = make.registration(make.event(), **ADA)
    do(actions.remember, gone, by=petra)
    event = make.event()
    namesake = register(event, asks(**ADA)).registration
    assert namesake.care_state == CareState.HELD
    look_again()
    with transaction():
        cancel_event(event, version=event.version, by=petra, now=clock.now())
    look_again()

    do(actions.settle, tasks()[-1], TaskAnswer.ANOTHER, by=petra)

    look_again()
    posted = db.session.query(Message).filter_by(registration_id=namesake.id).all()
    written = [each.email for each in posted if isinstance(write(each, clock.now()), Letter)]
    assert written, [each.email for each in posted]


def test_undoing_a_slip_does_not_forget_another_who_has_died(make, petra):
    mother = make.registration(make.event(), name="Ione Lee", email=ADA["email"])
    daughter = make.registration(make.event(), name="Ione M. Lee", email=ADA["email"])
    do(actions.remember, mother, by=petra)
    do(actions.remember, daughter, by=petra)

    do(actions.undo_remember, daughter, by=petra)

    assert fresh(mother).care_state == CareState.REMEMBERED
    assert queries.is_remembered(mother.name, mother.email)


@pytest.mark.parametrize("written", ["O'Neil, Ione", "Ione M. O'Neil"])
def test_somebody_is_asked_about_what_is_stored_in_another_writing_of_her_name(
    make, petra, written
):
    ione = make.registration(make.event(), name="Ione O'Neil", email=ADA["email"])
    other = make.registration(make.event(), name=written, email=ADA["email"])

    do(actions.remember, ione, by=petra)

    assert fresh(other).care_state in {CareState.REMEMBERED, CareState.HELD}


def test_who_has_died_is_asked_about_though_her_second_surname_is_left_out(make, petra):
    maria = make.registration(make.event(), name="María López García", email=ADA["email"])
    do(actions.remember, maria, by=petra)

    again = register(make.event(), asks(name="María López", email=ADA["email"])).registration

    assert again.care_state == CareState.HELD


def test_who_corrects_his_name_while_he_is_held_is_let_go_everywhere_once_he_was_asked(
    make, couple, petra
):
    later = widower(make, couple, petra)
    jasper = fresh(couple[1])
    do(details.change, jasper, {"name": "Jasper Trialrun"}, version=jasper.version)
    [asked] = [each for each in tasks() if each.kind == TaskKind.ASK_COMPANION]

    do(actions.settle, asked, TaskAnswer.WRITE, by=petra)

    assert fresh(couple[1]).care_state == CareState.ACTIVE
    assert fresh(later).care_state == CareState.ACTIVE or is_somebody_to_ask()


def asked_about():
    """Return the names of those about whom the desk's list asks somebody to ask."""
    look_again()
    return [each.task.registration.name for each in queries.open_tasks(now=clock.now())]


def test_nobody_is_sent_to_ask_a_companion_who_has_died_as_well(couple, petra):
    ione, jasper = couple
    do(actions.remember, ione, by=petra)
    do(actions.remember, fresh(jasper), by=petra)

    assert jasper.name not in asked_about()


def test_nobody_is_sent_to_ask_a_companion_who_had_died_before(couple, petra):
    ione, jasper = couple
    over = jasper.event.ends_at + timedelta(days=1)
    do(actions.remember, jasper, by=petra, now=over)
    for task in tasks():  # Ione was asked
        do(actions.settle, task, TaskAnswer.WRITE, by=petra, now=over)

    do(actions.remember, fresh(ione), by=petra, now=over)

    assert jasper.name not in asked_about()


def test_who_has_only_a_phone_and_was_held_is_called_about_the_event_that_was_canceled(make, petra):
    event = make.event()
    ione = make.registration(event, name="Ione", email="ione@people.example")
    jasper = make.registration(
        event, name="Jasper", email=None, phone="+16175550142", companion_of=ione
    )
    do(actions.remember, ione, by=petra)
    look_again()
    with transaction():
        cancel_event(event, version=event.version, by=petra, now=clock.now())

    do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

    assert [each.task.kind for each in queries.open_tasks(now=clock.now())] == [TaskKind.CALL]
    assert fresh(jasper).care_state == CareState.ACTIVE


def test_who_took_on_a_hold_is_let_go_once_a_human_has_answered_about_it(make, petra):
    """She was remembered by a slip, which is undone on her page while a question is open."""
    ada = make.registration(make.event(), **ADA)
    do(actions.remember, ada, by=petra)
    register(make.event(), asks(**ADA))
    do(actions.undo_remember, fresh(ada), by=petra)
    later = register(make.event(), asks(**ADA)).registration
    assert later.care_state == CareState.HELD

    do(actions.settle, tasks()[0], TaskAnswer.ANOTHER, by=petra)

    assert fresh(later).care_state == CareState.ACTIVE or asked_about()
