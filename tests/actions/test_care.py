"""Silence for a while, silence for good, and the questions that only a human may ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care import actions, queries
from forum.care.models import Suppression, Task, TaskKind
from forum.care.refusals import DayGone, DayTooFar, NotHerPause, OtherAnswer
from forum.care.rules import Answer, Purpose, kept_back
from forum.db import db, transaction
from forum.errors import Missing
from forum.events.models import Gate, Mode
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.outbox.models import Message, MessageState
from forum.registration import session_places
from forum.registration.actions import register
from forum.registration.asked import Request
from forum.registration.models import CareState, Registration, Status
from forum.registration.telling import ask

MAY = date(2027, 5, 1)
TEN_O_CLOCK = datetime(2027, 5, 1, 14, 0, tzinfo=UTC)
"""10:00 in Boston."""


@pytest.fixture
def petra(make):
    return make.organizer()


def do(action, *given, **named):
    with transaction():
        action(*given, now=named.pop("now", clock.now()), **named)


def notes(state=MessageState.QUEUED):
    chosen = select(Message).where(Message.email == "pause_over", Message.state == state)
    return db.session.scalars(chosen.order_by(Message.id)).all()


def mail():
    return db.session.scalars(select(Message.email).order_by(Message.id)).all()


def tasks():
    return db.session.scalars(select(Task).order_by(Task.id)).all()


def changes(person):
    entries = select(AuditEntry).where(
        AuditEntry.action == Action.CARE_CHANGED, AuditEntry.subject_id == person.id
    )
    return [entry.facts for entry in db.session.scalars(entries.order_by(AuditEntry.id))]


def now_of(record):
    db.session.rollback()
    db.session.expire_all()
    return record


class TestPause:
    def test_a_pause_keeps_the_place_and_says_once_that_it_is_over(self, make):
        ada = make.registration(make.event())

        do(actions.pause, ada, MAY)

        assert (ada.care_state, ada.care_until) == (CareState.PAUSED, MAY)
        assert ada.status == Status.CONFIRMED
        assert [(note.registration_id, note.due_at) for note in notes()] == [(ada.id, TEN_O_CLOCK)]
        assert changes(ada) == [{"from": "active", "to": "paused"}]

    def test_until_she_says_so_no_note_is_waiting(self, make):
        ada = make.registration(make.event())

        do(actions.pause, ada, None)

        assert (ada.care_state, ada.care_until) == (CareState.PAUSED, None)
        assert notes() == []

    def test_the_note_avoids_the_days_on_which_she_is_not_written_to(self, make):
        ada = make.registration(make.event(), quiet_days=("sat", "sun"))

        do(actions.pause, ada, MAY)  # a Saturday

        assert [note.due_at for note in notes()] == [datetime(2027, 5, 3, 12, 0, tzinfo=UTC)]

    def test_the_note_comes_at_ten_of_her_own_clock(self, make):
        ada = make.registration(make.event(), timezone="Europe/Madrid")

        do(actions.pause, ada, MAY)

        assert [note.due_at for note in notes()] == [datetime(2027, 5, 1, 8, 0, tzinfo=UTC)]

    def test_extending_a_pause_leaves_one_note_for_the_later_day(self, make):
        ada = make.registration(make.event())

        do(actions.pause, ada, MAY)
        do(actions.pause, ada, MAY + timedelta(days=7))

        assert [note.due_at for note in notes()] == [TEN_O_CLOCK + timedelta(days=7)]

    def test_changing_the_day_there_and_back_leaves_one_note(self, make):
        ada = make.registration(make.event())

        for days in (0, 7, 0):
            do(actions.pause, ada, MAY + timedelta(days=days))

        assert [note.due_at for note in notes()] == [TEN_O_CLOCK]

    def test_a_double_click_pauses_once(self, make):
        ada = make.registration(make.event())

        do(actions.pause, ada, MAY)
        do(actions.pause, ada, MAY)

        assert len(notes()) == 1
        assert len(changes(ada)) == 1

    def test_resuming_early_sends_the_note_now_and_not_again(self, make):
        ada = make.registration(make.event())
        do(actions.pause, ada, MAY)

        do(actions.resume, ada)

        assert (ada.care_state, ada.care_until) == (CareState.ACTIVE, None)
        assert [note.due_at for note in notes()] == [pytest.approx(clock.now(), abs=LONG)]
        assert [note.due_at for note in notes(MessageState.DROPPED)] == [TEN_O_CLOCK]

    def test_resuming_twice_tells_once(self, make):
        ada = make.registration(make.event())
        do(actions.pause, ada, None)

        do(actions.resume, ada)
        do(actions.resume, ada)

        assert len(notes()) == 1

    def test_pausing_again_has_a_note_of_its_own(self, make):
        ada = make.registration(make.event())
        do(actions.pause, ada, MAY)
        do(actions.resume, ada)

        do(actions.pause, ada, MAY)

        assert [note.due_at for note in notes()] == [TEN_O_CLOCK]

    def test_a_pause_that_has_ended_by_itself_keeps_its_note(self, make):
        ada = make.registration(make.event())
        do(actions.pause, ada, MAY)

        do(actions.resume, ada, now=TEN_O_CLOCK - timedelta(hours=1))

        assert [note.due_at for note in notes()] == [TEN_O_CLOCK]
        assert ada.care_state == CareState.ACTIVE

    def test_resuming_at_night_lets_the_note_wait_for_the_morning(self, make):
        ada = make.registration(make.event())
        do(actions.pause, ada, None)

        do(actions.resume, ada, now=datetime(2026, 12, 2, 4, 0, tzinfo=UTC))  # 23:00 in Boston

        assert [note.due_at for note in notes()] == [datetime(2026, 12, 2, 13, 0, tzinfo=UTC)]

    def test_her_pause_holds_for_every_event_and_tells_once(self, make):
        ada = make.registration(make.event(), name="Ada", email="ada@people.example")
        webcast = make.registration(make.webcast(), name="Ada", email="ada@people.example")

        do(actions.pause, ada, MAY)

        assert now_of(webcast).care_state == CareState.PAUSED
        assert [note.registration_id for note in notes()] == [ada.id]

    def test_who_shares_her_mailbox_is_not_paused(self, make):
        event = make.event()
        ada = make.registration(event, name="Ada", email="home@people.example")
        boris = make.registration(event, name="Boris", email="home@people.example")

        do(actions.pause, ada, MAY)

        assert now_of(boris).care_state == CareState.ACTIVE

    def test_nobody_is_called_about_a_pause(self, make):
        greta = make.registration(make.event(), email=None)

        do(actions.pause, greta, MAY)
        do(actions.resume, greta)

        assert (mail(), tasks()) == ([], [])

    def test_a_companion_may_pause_for_her(self, make):
        event = make.event()
        ada = make.registration(event)
        boris = make.registration(event, companion_of=ada)

        do(actions.pause, ada, MAY, through=boris)

        assert changes(ada) == [{"from": "active", "to": "paused", "through": "companion"}]
        assert now_of(boris).care_state == CareState.ACTIVE

    def test_a_stranger_may_not(self, make):
        event = make.event()
        ada = make.registration(event)

        with pytest.raises(Missing):
            do(actions.pause, ada, MAY, through=make.registration(event))

        assert now_of(ada).care_state == CareState.ACTIVE

    @pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 22), date(1, 1, 1)])
    def test_a_day_that_has_come_is_refused(self, make, day):
        ada = make.registration(make.event())

        with pytest.raises(DayGone) as refused:
            do(actions.pause, ada, day)

        assert refused.value.sentence == "Choose a day after today."
        assert now_of(ada).care_state == CareState.ACTIVE

    def test_a_day_years_ahead_is_refused(self, make):
        ada = make.registration(make.event())

        with pytest.raises(DayTooFar):
            do(actions.pause, ada, date(2028, 11, 23))
        do(actions.pause, ada, date(2028, 11, 22))

        assert ada.care_until == date(2028, 11, 22)

    @pytest.mark.parametrize("state", [CareState.HELD, CareState.REMEMBERED])
    def test_a_pause_never_weakens_a_deeper_silence(self, make, state):
        jasper = make.registration(make.event(), care_state=state)

        with pytest.raises(NotHerPause):
            do(actions.pause, jasper, MAY)
        do(actions.resume, jasper)

        assert now_of(jasper).care_state == state


LONG = timedelta(minutes=1)


@pytest.fixture
def couple(make):
    """Ione, who has died, and Jasper, who came with her."""
    event = make.event(capacity=2)
    ione = make.registration(event, name="Ione", email="ione@people.example")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    return ione, jasper


class TestRemember:
    def test_everything_stops_and_the_companion_is_held(self, couple, petra):
        ione, jasper = couple

        do(actions.remember, ione, by=petra)

        assert (ione.care_state, jasper.care_state) == (CareState.REMEMBERED, CareState.HELD)
        assert mail() == []
        assert [(t.kind, t.registration_id) for t in tasks()] == [
            (TaskKind.ASK_COMPANION, jasper.id)
        ]

    def test_the_companion_is_held_whoever_of_the_two_registered(self, couple, petra):
        ione, jasper = couple

        do(actions.remember, jasper, by=petra)

        assert now_of(ione).care_state == CareState.HELD

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

        assert len(tasks()) == 1
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

        states = [now_of(each).care_state for each in (webcast, last_year, namesake)]
        assert states == [CareState.REMEMBERED, CareState.REMEMBERED, CareState.ACTIVE]
        assert last_year.status == Status.CONFIRMED  # what has been, has been

    def test_without_an_address_only_this_registration(self, make, petra):
        greta = make.registration(make.event(), name="Greta", email=None)
        other = make.registration(make.event(), name="Greta", email=None)

        do(actions.remember, greta, by=petra)

        assert now_of(other).care_state == CareState.ACTIVE
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
        session = make.session(ione.event, capacity=3)
        with transaction():
            session_places.choose(ione, [session.id], now=clock.now())
        do(actions.pause, ione, MAY)
        do(actions.remember, ione, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert (ione.care_state, ione.care_until) == (CareState.PAUSED, MAY)
        assert (ione.status, ione.cancelled_at) == (Status.CONFIRMED, None)
        assert now_of(jasper).care_state == CareState.ACTIVE
        assert tasks() == []
        assert not queries.is_remembered("ione", "ione@people.example")
        assert mail() == ["pause_over"]
        assert (session.taken, miscounted_gates(), miscounted_sessions()) == (1, [], [])

    def test_a_full_house_counts_one_place_more(self, make, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        make.registration(now_of(ione).event, name="Newcomer")

        do(actions.undo_remember, ione, by=petra)

        gate = db.session.scalars(select(Gate).where(Gate.mode == Mode.IN_PERSON)).one()
        assert (gate.capacity, gate.taken) == (3, 3)
        widened = select(AuditEntry.facts).where(AuditEntry.action == Action.CAPACITY_CHANGED)
        assert db.session.scalars(widened).one() == {"mode": "in_person", "from": 2, "to": 3}

    def test_a_companion_who_was_asked_keeps_his_answer(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.settle, tasks()[0], Answer.QUIET, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert now_of(jasper).care_state == CareState.PAUSED

    def test_remembered_again_asks_again(self, couple, petra):
        ione, jasper = couple
        for action in (actions.remember, actions.undo_remember, actions.remember):
            do(action, ione, by=petra)

        assert now_of(jasper).care_state == CareState.HELD
        assert len(tasks()) == 1

    def test_a_companion_of_two_stays_held_for_the_other(self, make, couple, petra):
        ione, jasper = couple
        daughter = make.registration(ione.event, companion_of=jasper, mode=Mode.WEBCAST)
        do(actions.remember, ione, by=petra)
        do(actions.remember, daughter, by=petra)

        do(actions.undo_remember, ione, by=petra)

        assert now_of(jasper).care_state == CareState.HELD
        assert len(tasks()) == 1

    def test_of_someone_not_remembered_changes_nothing(self, couple, petra):
        _ione, jasper = couple

        do(actions.undo_remember, jasper, by=petra)

        assert changes(jasper) == []


class TestSettle:
    @pytest.mark.parametrize(
        ("answer", "state", "status"),
        [
            (Answer.WRITE, CareState.ACTIVE, Status.CONFIRMED),
            (Answer.QUIET, CareState.PAUSED, Status.CONFIRMED),
            (Answer.CANCEL, CareState.HELD, Status.CANCELLED),
        ],
    )
    def test_he_says_what_he_wants(self, couple, petra, answer, state, status):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)

        do(actions.settle, tasks()[0], answer, by=petra)

        assert (now_of(jasper).care_state, jasper.status) == (state, status)
        assert (tasks()[0].done_at is not None, tasks()[0].done_by) == (True, petra)

    def test_he_is_held_in_every_event_and_let_go_in_every_event(self, make, couple, petra):
        ione, jasper = couple
        webcast = make.registration(make.webcast(), name=jasper.name, email=jasper.email)
        do(actions.remember, ione, by=petra)
        assert now_of(webcast).care_state == CareState.HELD

        do(actions.settle, tasks()[0], Answer.WRITE, by=petra)

        assert now_of(webcast).care_state == CareState.ACTIVE

    def test_an_answer_holds_whatever_is_pressed_after_it(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        task = tasks()[0]
        do(actions.settle, task, Answer.QUIET, by=petra)

        do(actions.settle, task, Answer.WRITE, by=petra)

        assert now_of(jasper).care_state == CareState.PAUSED
        done = select(AuditEntry.facts).where(AuditEntry.action == Action.TASK_DONE)
        assert db.session.scalars(done).one()["answer"] == "quiet"

    def test_another_kind_of_answer_is_refused(self, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)

        with pytest.raises(OtherAnswer):
            do(actions.settle, tasks()[0], Answer.DONE, by=petra)

        assert now_of(tasks()[0]).done_at is None

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

        do(actions.settle, task, Answer.SAME, by=petra)

        assert [now_of(each).care_state for each in (ione, new, jasper)] == [CareState.ACTIVE] * 3
        assert (ione.status, new.status) == (Status.CANCELLED, Status.CONFIRMED)
        assert not queries.is_remembered("ione", "ione@people.example")

    def test_another_person_of_the_same_name(self, couple, petra, returned):
        ione, _jasper = couple
        new, task = returned

        do(actions.settle, task, Answer.ANOTHER, by=petra)

        states = [now_of(each).care_state for each in (ione, new)]
        assert states == [CareState.REMEMBERED, CareState.ACTIVE]
        assert queries.is_remembered("ione", "ione@people.example")


class TestOpenTasks:
    def call(self, person, about="confirmation"):
        with transaction():
            ask(TaskKind.CALL, person, about=about, once=f"{about}:{person.id}", now=clock.now())

    def names(self):
        return [asked.task.registration.name for asked in queries.open_tasks(now=clock.now())]

    def test_the_oldest_comes_first_and_what_is_done_is_gone(self, make, petra):
        event = make.event()
        for name in ("Greta", "Hal"):
            self.call(make.registration(event, name=name, email=None))
        assert self.names() == ["Greta", "Hal"]

        do(actions.settle, tasks()[0], Answer.DONE, by=petra)

        assert self.names() == ["Hal"]

    @pytest.mark.parametrize("state", [CareState.PAUSED, CareState.REMEMBERED, CareState.HELD])
    def test_nobody_is_called_who_would_not_be_written_to(self, make, state):
        self.call(make.registration(make.event(), email=None, care_state=state))

        assert self.names() == []

    def test_nobody_is_called_about_what_is_over(self, make):
        over = make.event(starts_at=datetime(2026, 4, 24, 12, 15, tzinfo=UTC))
        self.call(make.registration(over, email=None))

        assert self.names() == []

    def test_a_call_about_an_offer_knows_when_it_ends(self, make):
        waiting = make.registration(make.event(), email=None, status=Status.WAITLISTED)
        offer = make.offer(waiting)
        self.call(waiting, "offer")

        (asked,) = queries.open_tasks(now=clock.now())

        assert asked.offer == offer


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("state", CareState)
def test_the_database_leaves_out_whom_the_table_keeps_back_for_good(make, purpose, state):
    person = make.registration(make.event(), care_state=state)

    found = db.session.scalars(select(Registration.id).where(queries.reached_for(purpose))).all()
    reached = list(queries.reached([person], purpose, now=clock.now()))

    kept = kept_back(person, purpose, now=clock.now())
    assert reached == ([] if kept else [person])
    assert found == ([] if kept and state != CareState.PAUSED else [person.id])
