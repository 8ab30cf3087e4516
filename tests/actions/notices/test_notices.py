"""Collecting what changed, and telling it once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum import clock
from forum.accounts.models import Organizer
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.events.models import Event, Mode, Session
from forum.notices import actions, queries
from forum.notices.models import Notice, Occasion
from forum.notices.queries import Unreached
from forum.notices.refusals import NothingToTell, WordsTell, WordsTooLong
from forum.notices.rules import ChangeKind
from forum.outbox.models import Message
from forum.planning import actions as events
from forum.registration.models import CareState, SessionPlace, Status
from tests.actions.planning.plans import event_plan
from tests.notices import HALF, waits
from tests.rush import at_once

AGO = timedelta(hours=2)


def posted() -> list[tuple[int, int]]:
    """Return whose notices are in the outbox: registration and notice."""
    rows = select(Message).where(Message.email == "notice").order_by(Message.id)
    return [(each.registration_id, each.facts["notice"]) for each in db.session.scalars(rows)]


def test_a_moved_session_waits_to_be_told_and_is_told_once(make, event, session, petra):
    ada = make.registration(event)
    was = session.starts_at

    petra.move(session)

    [pending] = waits(event).changes
    assert (pending.session, pending.kinds) == (session, {ChangeKind.MOVED})
    notice = petra.send(event)
    told = notice.changes["sessions"][str(session.id)]
    assert (list(notice.changes), told["starts_at"]) == (["sessions"], was.isoformat())
    assert posted() == [(ada.id, notice.id)]
    assert waits(event).changes == ()
    with pytest.raises(NothingToTell):
        petra.send(event)
    assert posted() == [(ada.id, notice.id)]


def test_two_moves_are_one_change_and_moving_back_leaves_nothing(make, event, session, petra):
    make.registration(event)
    petra.move(session)
    petra.move(session)
    [pending] = waits(event).changes
    assert pending.now["starts_at"] == (event.starts_at + 2 * HALF).isoformat()
    assert pending.before["starts_at"] == event.starts_at.isoformat()

    petra.move(session, -2 * HALF)

    assert waits(event).changes == ()


def test_who_registers_after_a_change_is_not_told_of_it(make, event, session, petra, today):
    ada = make.registration(event)
    petra.move(session)
    today.shift(HALF)
    boris = make.registration(event, registered_at=clock.now())
    assert [each.person for each in waits(event).people] == [ada]

    today.shift(HALF)
    petra.move(session, -HALF)

    assert [(each.person, each.changes[0].before["starts_at"]) for each in waits(event).people] == [
        (boris, (event.starts_at + HALF).isoformat())
    ]
    petra.send(event)
    assert [number for number, _notice in posted()] == [boris.id]


def test_what_nobody_relied_on_does_not_wait(make, event, session, petra):
    make.registration(event, status=Status.CANCELLED)
    petra.move(session)
    assert waits(event).changes == ()
    assert queries.waiting(now=clock.now()) == []


def test_changes_to_a_draft_and_to_what_was_taken_back_are_never_told(make, event, session, petra):
    with transaction():
        events.unpublish(event, version=event.version, by=petra.organizer, now=clock.now())
    petra.move(session)
    with transaction():
        events.publish(event, version=event.version, by=petra.organizer, now=clock.now())
    make.registration(event)
    assert (waits(event).changes, event.changed_at) == ((), None)


def test_each_is_told_once_whatever_changed_and_only_of_what_concerns_her(
    make, event, session, petra
):
    ada = make.registration(event)
    boris = make.registration(event, mode=Mode.WEBCAST)
    wim = make.registration(event, status=Status.WAITLISTED)
    off = make.session(event, is_streamed=False)
    petra.change(session, room=make.room())
    petra.cancel(off)
    told = {
        each.person: [(change.session, set(change.kinds)) for change in each.changes]
        for each in waits(event).people
    }
    assert told == {
        ada: [(session, {ChangeKind.ROOM}), (off, {ChangeKind.CANCELLED})],
        boris: [(session, {ChangeKind.JOIN})],
    }
    notice = petra.send(event)
    assert posted() == [(ada.id, notice.id), (boris.id, notice.id)]
    assert wim.status == Status.WAITLISTED


def test_those_who_are_not_written_to_are_listed_with_the_reason(make, event, session, petra):
    people = {
        None: make.registration(event),
        Unreached.NO_ADDRESS: make.registration(event, email=None),
        Unreached.RETURNED: make.registration(event, email="gone@people.example"),
        Unreached.PAUSED: make.registration(event, care_state=CareState.PAUSED),
        Unreached.HELD: make.registration(event, care_state=CareState.HELD),
        Unreached.REMEMBERED: make.registration(event, care_state=CareState.REMEMBERED),
        Unreached.CANCELLED: make.registration(event, status=Status.CANCELLED),
    }
    make.block("gone@people.example")
    petra.move(session)
    pending = waits(event)
    assert [each.person for each in pending.reached] == [people[None]]
    assert pending.kept == {reason: [people[reason]] for reason in Unreached}

    petra.send(event)

    assert [number for number, _notice in posted()] == [
        people[None].id,
        people[Unreached.PAUSED].id,
        people[Unreached.HELD].id,
    ]
    tasks = db.session.scalars(select(Task).order_by(Task.registration_id)).all()
    assert [(task.registration, task.about) for task in tasks] == [
        (people[Unreached.NO_ADDRESS], "notice"),
        (people[Unreached.RETURNED], "notice"),
    ]
    [entry] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.NOTICE_SENT)
    ).all()
    assert entry.facts == {"event": event.id, "changes": 1, "told": 1, "to_phone": 2}


def test_a_canceled_session_with_few_places_concerns_those_in_it(make, event, petra):
    circle = make.session(event, capacity=8, is_streamed=False)
    ada, boris = make.registration(event), make.registration(event)
    place = SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED)
    make._keep(place)
    petra.cancel(circle)
    [concerned] = waits(event).people
    assert (concerned.person, concerned.changes[0].is_chosen) == (ada, True)
    petra.send(event)
    assert place.status == Status.CONFIRMED, "her feed goes on showing it as canceled"
    assert boris.id not in dict(posted())


def test_an_event_on_another_day_is_one_change_and_its_sessions_go_along(
    make, event, session, petra
):
    make.registration(event)
    week = timedelta(days=7)
    plan = event_plan(event, starts_at=event.starts_at + week, ends_at=event.ends_at + week)
    with transaction():
        events.change_event(event, plan, version=event.version, by=petra.organizer, now=clock.now())
    pending = waits(event)
    assert [(each.session, each.moves_along) for each in pending.changes] == [
        (None, False),
        (session, True),
    ]
    assert pending.number == 1


def test_a_notice_with_words_that_tell_or_that_are_too_long_changes_nothing(
    make, event, session, petra
):
    make.registration(event)
    petra.move(session)
    for words, refusal in (({"es": "Etapa IV"}, WordsTell), ({"en": "a" * 501}, WordsTooLong)):
        with pytest.raises(refusal):
            petra.send(event, words=words)
    assert (posted(), waits(event).number) == ([], 1)
    assert petra.send(event, words={"en": " Take\n the ramp. "}).words == {"en": "Take the ramp."}


def test_what_changed_after_the_organizer_looked_is_not_sent_unseen(make, event, session, petra):
    make.registration(event)
    petra.move(session)
    seen = waits(event).fingerprint
    petra.move(session)
    with pytest.raises(ChangedMeanwhile):
        petra.send(event, seen=seen)
    petra.send(event, seen=waits(event).fingerprint)


def test_of_two_who_press_send_at_once_one_sends(app, make, event, session, petra):
    ada = make.registration(event)
    petra.move(session)
    number, version, by = event.id, event.version, petra.organizer.id

    def send():
        actions.send(
            db.session.get_one(Event, number),
            Occasion.CHANGES,
            words={},
            version=version,
            by=db.session.get_one(Organizer, by),
            now=clock.now(),
        )

    faults = at_once(app, send, send, send)

    assert [type(each) for each in faults] == [ChangedMeanwhile, ChangedMeanwhile]
    assert db.session.scalar(select(func.count(Notice.id))) == 1
    assert [each for each, _notice in posted()] == [ada.id]


def test_sending_while_sessions_move_tells_each_move_once(app, make, event, petra):
    """Whoever is second waits; what was not told yet waits to be told."""
    make.registration(event)
    first, second = (make.session(event, room=make.room()) for _ in range(2))
    petra.move(first)
    numbers = event.id, event.version, petra.organizer.id, second.id

    def send():
        actions.send(
            db.session.get_one(Event, numbers[0]),
            Occasion.CHANGES,
            words={},
            version=numbers[1],
            by=db.session.get_one(Organizer, numbers[2]),
            now=clock.now(),
        )

    def move():
        from forum.planning import agenda_actions
        from tests.notices import plan_of

        moved = db.session.get_one(Session, numbers[3])
        plan = plan_of(moved, starts_at=moved.starts_at + HALF, ends_at=moved.ends_at + HALF)
        by = db.session.get_one(Organizer, numbers[2])
        agenda_actions.change_session(moved, plan, version=moved.version, by=by, now=clock.now())

    assert at_once(app, send, move) == []

    [notice] = db.session.scalars(select(Notice)).all()
    told = {int(each) for each in notice.changes["sessions"]}
    still = {each.session.id for each in waits(event).changes}
    assert first.id in told
    assert told | still == {first.id, second.id}
    assert told & still == set()
