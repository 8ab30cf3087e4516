"""Silence for good, and its undoing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care import actions, call_actions, queries
from forum.care.models import Suppression, Task, TaskKind
from forum.care.rules import Purpose, TaskAnswer, kept_back
from forum.db import db, transaction
from forum.events.models import Gate, Mode
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.organizer.people_queries import history
from forum.registration.models import CareState, Registration, Status
from forum.registration.places import session_places
from forum.registration.telling import ask
from tests.actions.care.caring import changes, do
from tests.stored import emails, fresh, tasks

MAY = date(2027, 5, 1)


def asked() -> list[Task]:
    return [each for each in tasks() if each.done_at is None]


class TestRemember:
    def test_everything_stops_and_the_companion_is_held(self, couple, petra):
        ione, jasper = couple

        do(actions.remember, ione, by=petra)

        assert (ione.care_state, jasper.care_state) == (CareState.REMEMBERED, CareState.HELD)
        assert emails() == []
        assert [(t.kind, t.registration_id) for t in tasks()] == [
            (TaskKind.ASK_COMPANION, jasper.id)
        ]

    def test_the_companion_is_held_whoever_of_the_two_registered(self, couple, petra):
        ione, jasper = couple

        do(actions.remember, jasper, by=petra)

        assert fresh(ione).care_state == CareState.HELD

    def test_her_seat_is_free_and_no_calendar_is_told(self, couple, petra):
        ione, _jasper = couple
        sequence = ione.sequence

        do(actions.remember, ione, by=petra)

        gate = db.session.scalars(select(Gate).where(Gate.mode == Mode.IN_PERSON)).one()
        assert (gate.taken, ione.sequence) == (1, sequence)
        assert miscounted_gates() == []

    def test_twice_is_once(self, couple, petra):
        ione, _jasper = couple

        do(actions.remember, ione, by=petra)
        do(actions.remember, ione, by=petra)

        assert len(asked()) == 1
        assert len(changes(ione)) == 1
        assert len(db.session.scalars(select(Suppression)).all()) == 1

    def test_all_her_registrations_in_every_event_are_hers(self, make, couple, petra):
        ione, _jasper = couple
        over = make.event(starts_at=datetime(2026, 4, 24, 12, 15, tzinfo=UTC))
        facts = {"name": "Ione", "email": "ione@people.example"}
        webcast = make.registration(make.webcast(), **facts)
        last_year = make.registration(over, **facts)
        namesake = make.registration(ione.event, name="Ione", mode=Mode.WEBCAST)

        do(actions.remember, ione, by=petra)

        states = [fresh(each).care_state for each in (webcast, last_year, namesake)]
        assert states == [CareState.REMEMBERED, CareState.REMEMBERED, CareState.ACTIVE]
        assert last_year.status == Status.CONFIRMED  # what has been, has been

    def test_without_an_address_only_this_registration(self, make, petra):
        greta = make.registration(make.event(), name="Greta", email=None)
        other = make.registration(make.event(), name="Greta", email=None)

        do(actions.remember, greta, by=petra)

        assert fresh(other).care_state == CareState.ACTIVE
        assert db.session.scalars(select(Suppression)).all() == []

    def test_she_is_known_again_when_nothing_else_is_kept(self, app, couple, petra):
        ione, _jasper = couple

        do(actions.remember, ione, by=petra)

        assert queries.is_remembered("ione", "ione@people.example")
        assert not queries.is_remembered("jasper", "ione@people.example")
        assert not queries.is_remembered("ione", None)
        kept = db.session.scalars(select(Suppression.person_hash)).one()
        assert "ione" not in kept

    def test_she_is_known_again_after_the_key_was_changed(self, app, couple, petra):
        from dataclasses import replace

        from forum.sealed import new_key

        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        settings = app.extensions["forum"]

        app.extensions["forum"] = replace(settings, data_keys=(new_key(), *settings.data_keys))

        assert queries.is_remembered("ione", "ione@people.example")

    def test_the_audit_names_nobody(self, couple, petra):
        ione, jasper = couple

        do(actions.remember, ione, by=petra)

        (facts,) = changes(ione)
        assert (facts["from"], facts["to"], facts["had"]) == ("active", "remembered", "confirmed")
        assert {"Ione", "ione", ione.email}.isdisjoint(map(str, facts.values()))
        assert changes(jasper) == [{"from": "active", "to": "held"}]

    def test_someone_who_canceled_is_remembered_too(self, make, petra):
        ione = make.registration(make.event(), status=Status.CANCELLED)

        do(actions.remember, ione, by=petra)

        assert ione.care_state == CareState.REMEMBERED


class TestUndo:
    def test_all_is_as_it_was(self, make, couple, petra):
        ione, jasper = couple
        for each in couple:
            make.welcome(each)
        session = make.session(ione.event, capacity=3)
        with transaction():
            session_places.choose(ione, [session.id], now=clock.now())
        do(actions.pause, ione, MAY)
        do(actions.remember, ione, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert (ione.care_state, ione.care_until) == (CareState.PAUSED, MAY)
        assert (ione.status, ione.cancelled_at) == (Status.CONFIRMED, None)
        assert fresh(jasper).care_state == CareState.ACTIVE
        assert asked() == []
        assert not queries.is_remembered("ione", "ione@people.example")
        assert emails()[2:] == ["pause_over"]  # hers; nothing waits for Jasper
        assert (session.taken, miscounted_gates(), miscounted_sessions()) == (1, [], [])

    def test_a_full_house_counts_one_place_more(self, make, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        make.registration(fresh(ione).event, name="Newcomer")

        do(actions.undo_remember, ione, by=petra)

        gate = db.session.scalars(select(Gate).where(Gate.mode == Mode.IN_PERSON)).one()
        assert (gate.capacity, gate.taken) == (3, 3)
        widened = select(AuditEntry.facts).where(AuditEntry.action == Action.CAPACITY_CHANGED)
        assert db.session.scalars(widened).one() == {
            "event": ione.event_id,
            "mode": "in_person",
            "from": 2,
            "to": 3,
        }

    def test_a_companion_who_was_asked_keeps_his_answer(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.settle, tasks()[0], TaskAnswer.QUIET, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert fresh(jasper).care_state == CareState.PAUSED

    def test_remembered_again_asks_again(self, couple, petra):
        ione, jasper = couple
        for action in (actions.remember, actions.undo_remember, actions.remember):
            do(action, ione, by=petra)

        assert fresh(jasper).care_state == CareState.HELD
        assert len(asked()) == 1

    def test_what_was_noted_while_asking_is_kept_and_is_nobody_elses(
        self, make, couple, petra, today
    ):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        [task] = tasks()
        do(call_actions.tried, task, shown=[task.id], note="Ione is well", by=petra)
        today.shift(60)

        do(actions.undo_remember, fresh(ione), by=petra)

        zoe = make.registration(make.event(), name="Zoe", email=None, phone="+16175550188")
        do(ask, TaskKind.CALL, zoe, about="confirmation", once="zoe:1")
        first, second = tasks()
        assert first.notes.endswith(f"{petra.name}: Ione is well")
        assert (first.registration, first.done_by, first.tried) == (jasper, None, 1)
        assert (second.registration, second.notes) == (zoe, "")
        deeds = {each: [one.action for one in history(each)] for each in (jasper, zoe)}
        assert Action.TASK_TRIED in deeds[jasper]
        assert deeds[zoe] == []

    def test_a_companion_of_two_stays_held_for_the_other(self, make, couple, petra):
        ione, jasper = couple
        daughter = make.registration(ione.event, companion_of=jasper, mode=Mode.WEBCAST)
        do(actions.remember, ione, by=petra)
        do(actions.remember, daughter, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert fresh(jasper).care_state == CareState.HELD
        assert len(asked()) == 1

    def test_of_someone_not_remembered_changes_nothing(self, couple, petra):
        _ione, jasper = couple

        do(actions.undo_remember, jasper, by=petra)

        assert changes(jasper) == []


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("state", CareState)
def test_the_database_leaves_out_whom_the_table_keeps_back_for_good(make, purpose, state):
    person = make.registration(make.event(), care_state=state)

    found = db.session.scalars(select(Registration.id).where(queries.reached_for(purpose))).all()
    reached = list(queries.reached([person], purpose, now=clock.now()))

    kept = kept_back(person, purpose, now=clock.now())
    assert reached == ([] if kept else [person])
    assert found == ([] if kept and state != CareState.PAUSED else [person.id])
