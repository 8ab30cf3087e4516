"""A restored database is behind what people were told: it says nothing of it before one looked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.models import Organizer
from forum.audit.models import Action, AuditEntry
from forum.care import actions as care
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.events.models import Event
from forum.incoming.queries import who_says_no
from forum.operations.backups import making
from forum.operations.backups.container import Refused
from forum.outbox import actions as outbox
from forum.planning import actions
from forum.privacy import carried, housekeeping, rules
from forum.privacy.carrying_actions import set_aside
from forum.registration.models import CareState
from tests.actions.care.caring import do
from tests.actions.planning.plans import does, event_plan
from tests.stored import emails, look_again, registered, seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def petra(make):
    return make.organizer().id


def forum_of(petra) -> tuple[Event, Organizer]:
    """Return the event and the organizer, as they are in whichever database is there."""
    look_again()
    return db.session.query(Event).one(), db.session.get_one(Organizer, petra)


def restores(operator) -> str:
    """Let the backup be restored. Returns what the command says."""
    code, said = operator.restores("--replacing", "1")
    assert code == 0, said
    return said


def sent() -> list[str]:
    return [each.email for each in seen(db.select(outbox.Message)) if each.sent_at]


def test_nobody_is_reminded_of_a_forum_that_was_canceled_after_the_backup(
    operator, ada, make, petra, today
):
    make.session(ada.event)
    make.reminder(ada.event, "P1D")
    make.welcome(ada)
    today.move_to(ada.event.starts_at - DAY - 8 * HOUR)
    operator.backs_up()
    event, by = forum_of(petra)
    does(actions.cancel_event, event, version=event.version, by=by)
    Worker(operator.app).run_once()
    assert sent() == ["confirmation", "event_cancelled"]

    code, said = operator.restores("--replacing", "1")
    today.shift(9 * HOUR)
    Worker(operator.app).run_once()

    assert code == 0, said
    assert "All emails to attendees are stopped" in said
    assert (emails(), sent()) == (["confirmation", "reminder"], ["confirmation"])
    _event, by = forum_of(petra)
    with transaction():
        outbox.resume(event_programme(), by=by, now=clock.now())
    Worker(operator.app).run_once()
    assert sent() == ["confirmation", "reminder"]


def event_programme():
    return db.session.query(outbox.Programme).one()


def test_the_history_says_that_a_restore_has_stopped_the_emails(operator, ada):
    operator.backs_up()

    restores(operator)

    [entry] = seen(db.select(AuditEntry).where(AuditEntry.action == Action.MAIL_STOPPED))
    assert entry.organizer_id is None


def test_a_calendar_that_knows_a_later_edition_takes_the_next_one(operator, ada, petra):
    """RFC 5546 2.1.4 and 2.1.5: what comes with a lower SEQUENCE than is known is ignored."""
    operator.backs_up()
    for _ in range(3):
        move_by_an_hour(petra)
    event, _by = forum_of(petra)
    told = event.sequence

    restores(operator)
    move_by_an_hour(petra)

    event, _by = forum_of(petra)
    assert event.sequence > told


def move_by_an_hour(petra):
    event, by = forum_of(petra)
    plan = event_plan(event, starts_at=event.starts_at + HOUR)
    does(actions.change_event, event, plan, version=event.version, by=by)


def test_what_is_over_keeps_its_number(operator, ada, make, today):
    sessions = make.session(ada.event).id
    today.move_to(ada.event.ends_at + HOUR)
    operator.backs_up()

    restores(operator)

    [event] = seen(db.select(Event))
    assert (event.sequence, [(each.id, each.sequence) for each in event.sessions]) == (
        0,
        [(sessions, 0)],
    )


def test_a_calendar_that_said_no_still_says_it(operator, ada, make):
    make.calendar_reply(ada, "declined")
    operator.backs_up()

    restores(operator)

    [back] = registered()
    assert who_says_no([back]) == {back.id}


def test_answers_that_were_deleted_in_time_do_not_come_back_for_another_month(operator, ada, today):
    operator.backs_up()
    over = ada.event.ends_at
    today.move_to(over + HOUR)
    housekeeping.purge(now=clock.now())
    today.move_to(over + rules.ANSWERS + DAY)
    housekeeping.purge(now=clock.now())
    assert [each.needs for each in registered()] == [""]

    restores(operator)

    assert [each.needs for each in registered()] == [""]


def test_who_was_purged_by_a_wrong_day_can_be_had_back_and_stays_once_it_is_corrected(
    operator, ada, petra, today
):
    right = event_plan(ada.event)
    today.move_to(ada.event.ends_at + HOUR)
    housekeeping.note_over(now=clock.now())
    today.shift(rules.ANSWERS + DAY)
    operator.backs_up()
    housekeeping.purge(now=clock.now())
    assert [each.needs for each in registered()] == [""]

    code, said = operator.restores("--replacing", "1", "--purge-later")

    assert code == 0, said
    assert said.endswith("Start the web, and the worker last.\n")
    assert [each.needs for each in registered()] == ["wheelchair"]
    event, by = forum_of(petra)
    times = {name: getattr(right, name) + 60 * DAY for name in ("starts_at", "ends_at")}
    plan = replace(right, people=1, **times)
    does(actions.change_event, event, plan, version=event.version, by=by)
    housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
    assert [each.needs for each in registered()] == ["wheelchair"]


def test_a_worker_that_starts_after_a_killed_restore_knows_before_its_first_mail(
    operator, ada, make, petra
):
    """The database has been replaced, and nothing has been done to it yet."""
    make.welcome(ada)
    do(care.remember, ada, by=db.session.get_one(Organizer, petra))
    db.session.remove()
    known = making.store_of(operator.settings).carried()
    _event, by = forum_of(petra)
    do(care.undo_remember, registered()[0], by=by)
    set_aside(carried.Carried(known.remembered, known.keys, is_restored=True), operator.folder)
    with transaction():
        db.session.execute(db.text("UPDATE message SET state = 'queued', sent_at = NULL"))

    Worker(operator.app).run_once()

    assert sent() == []
    assert [each.care_state for each in registered()] == [CareState.HELD]


def test_a_restore_that_is_refused_at_last_stops_nothing(operator, ada, monkeypatch):
    operator.backs_up()
    store = type(making.store_of(operator.settings))

    def refuses(*_given):
        raise Refused("PostgreSQL refuses it. The database is as it was before.")

    monkeypatch.setattr(store, "put", refuses)

    code, said = operator.restores("--replacing", "1")

    assert (code, said.splitlines()[-1]) == (
        1,
        "PostgreSQL refuses it. The database is as it was before.",
    )
    assert carried.waiting(operator.folder) == carried.Carried()
    Worker(operator.app).run_once()
    assert seen(db.select(outbox.Programme.mail_stopped_at)) == [None]
