"""What is asked about the held because somebody died, and what answers and undoing do."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.care import actions, queries
from forum.care.asking_actions import ask_again
from forum.care.models import Suppression, TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.planning import whole_actions
from forum.privacy import actions as privacy
from forum.registration import actions as registering
from forum.registration.models import CareState, Status
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import emails, fresh, look_again, tasks

ADDRESS = "ada@people.example"
ADA = {"name": "Ada Trialrun", "email": ADDRESS}
OTHERWISE = {"name": "Trialrun, Ada", "email": ADDRESS}
JASPER = {"name": "Jasper", "email": "jasper@people.example"}
SPRING = date(2027, 4, 1)


def asked():
    """Return what the desk is to ask, and about whom."""
    return [(each.kind, each.registration.name) for each in tasks() if each.done_at is None]


def moves(person, email):
    """Let somebody have another address at one event."""
    with transaction():
        change = address_actions.ask(fresh(person), email, now=clock.now())
    do(address_actions.confirm, change)


def states(*people):
    return [fresh(each).care_state for each in people]


def notes():
    """Return what waits in the outbox to say that a silence is over."""
    chosen = select(Message.facts).where(
        Message.email == "pause_over", Message.state == MessageState.QUEUED
    )
    return list(db.session.scalars(chosen))


class TestRememberedTwice:
    """Somebody registers with the name of Ada, who has died; then she is remembered there, too."""

    @pytest.fixture
    def twice(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        do(actions.remember, ada, by=petra)
        again = register(make.event(), asks(**ADA)).registration
        do(actions.remember, again, by=petra)
        return ada, again

    def test_nothing_is_lost_of_how_she_stood(self, twice, petra):
        ada, again = twice
        assert states(ada, again) == [CareState.REMEMBERED] * 2

        do(actions.undo_remember, fresh(again), by=petra)

        assert (fresh(ada).care_state, ada.status) == (CareState.ACTIVE, Status.CONFIRMED)

    def test_she_has_one_place_where_both_were_for_one_event(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        do(actions.remember, ada, by=petra)
        again = register(ada.event, asks(**ADA)).registration
        do(actions.remember, again, by=petra)

        do(actions.undo_remember, fresh(again), by=petra)

        assert [fresh(each).status for each in (ada, again)] == [
            Status.CONFIRMED,
            Status.CANCELLED,
        ]
        assert states(ada, again) == [CareState.ACTIVE] * 2

    def test_nobody_asks_her_about_a_death_that_was_none(self, twice, petra):
        ada, again = twice

        do(actions.undo_remember, fresh(ada), by=petra)

        assert states(ada, again) == [CareState.ACTIVE] * 2
        assert (asked(), queries.is_remembered(**ADA)) == ([], False)


class TestTheSamePersonHasDied:
    """The human who was to find out knows that it is the one who has died."""

    def test_of_another_writing_that_was_there_before_she_died(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        other = make.registration(make.event(capacity=1), **OTHERWISE)
        do(actions.remember, ada, by=petra)

        do(actions.settle, tasks()[0], TaskAnswer.DIED, by=petra)

        assert states(ada, other) == [CareState.REMEMBERED] * 2
        assert other.status == Status.CANCELLED
        assert (asked(), emails()) == ([], [])

    def test_of_a_registration_made_since(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        do(actions.remember, ada, by=petra)
        again = register(make.event(), asks(**ADA)).registration

        do(actions.settle, tasks()[0], TaskAnswer.DIED, by=petra)

        assert states(ada, again) == [CareState.REMEMBERED] * 2
        assert asked() == []

    def test_nobody_who_is_linked_is_forgotten(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        other = make.registration(make.event(), **OTHERWISE)
        boris = make.registration(other.event, name="Boris", companion_of=other)
        do(actions.remember, ada, by=petra)

        do(actions.settle, tasks()[0], TaskAnswer.DIED, by=petra)

        assert fresh(boris).care_state == CareState.HELD
        assert asked() == [(TaskKind.ASK_COMPANION, "Boris")]


class TestUndone:
    """Whoever was held because of her is let go, whatever he has done since."""

    def test_a_companion_who_has_canceled_since_is_not_asked_about_a_death_that_was_none(
        self, make, couple, petra
    ):
        ione, jasper = couple
        later = make.registration(make.event(), name=jasper.name, email=jasper.email)
        do(actions.remember, ione, by=petra)
        do(registering.cancel, fresh(jasper))

        do(actions.undo_remember, fresh(ione), by=petra)

        assert asked() == []
        assert fresh(later).care_state == CareState.ACTIVE

    def test_another_writing_with_a_new_address(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        other = make.registration(make.event(), **OTHERWISE)
        do(actions.remember, ada, by=petra)
        with transaction():
            fresh(other).email = "trialrun@people.example"

        do(actions.undo_remember, fresh(ada), by=petra)

        assert (fresh(other).care_state, asked()) == (CareState.ACTIVE, [])

    @pytest.mark.parametrize("is_asked_again", [False, True])
    def test_who_has_another_address_at_one_event_since_is_written_to_at_both(
        self, make, petra, is_asked_again
    ):
        ione = make.registration(make.event(), name="Ione")
        jasper = make.registration(ione.event, **JASPER, companion_of=ione)
        webcast = make.registration(make.webcast(), **JASPER)
        do(actions.remember, ione, by=petra)
        moves(webcast, "new@people.example")
        if is_asked_again:
            do(ask_again)

        do(actions.undo_remember, fresh(ione), by=petra)

        assert (states(jasper, webcast), asked()) == ([CareState.ACTIVE] * 2, [])

    def test_who_lost_two_stays_held_at_both_addresses_for_the_sake_of_the_other(self, make, petra):
        event = make.event()
        ione, iris = (make.registration(event, name=name) for name in ("Ione", "Iris"))
        jasper = make.registration(event, **JASPER, companion_of=ione)
        webcast = make.registration(make.webcast(), **JASPER)
        with transaction():
            fresh(iris).companion_of = webcast
        for each in (ione, iris):
            do(actions.remember, fresh(each), by=petra)
        moves(webcast, "new@people.example")

        do(actions.undo_remember, fresh(ione), by=petra)
        assert states(jasper, webcast) == [CareState.HELD] * 2
        do(actions.undo_remember, fresh(iris), by=petra)

        assert (states(jasper, webcast), asked()) == ([CareState.ACTIVE] * 2, [])

    def test_though_the_page_on_which_she_was_remembered_is_gone(self, make, petra):
        first, second = (make.registration(make.event(), **ADA) for _each in range(2))
        jasper = make.registration(second.event, **JASPER, companion_of=second)
        do(actions.remember, first, by=petra)
        do(privacy.erase, fresh(first), by=petra)

        do(actions.undo_remember, fresh(second), by=petra)

        assert (states(second, jasper), asked()) == ([CareState.ACTIVE] * 2, [])

    def test_a_companion_who_may_have_died_himself_stays_held(self, make, petra):
        doe = {"email": "jasper@people.example"}
        event = make.event()
        ione = make.registration(event, name="Ione")
        jasper = make.registration(event, name="Jasper Doe", companion_of=ione, **doe)
        do(actions.remember, make.registration(make.event(), name="J. Doe", **doe), by=petra)
        do(actions.remember, fresh(ione), by=petra)

        do(actions.undo_remember, fresh(ione), by=petra)

        assert fresh(jasper).care_state == CareState.HELD
        assert asked() == [(TaskKind.CHECK_PERSON, "Jasper Doe")]

    def test_a_pause_that_his_companion_asked_for_stays_where_it_was_asked_for(
        self, make, couple, petra
    ):
        ione, jasper = couple
        with transaction():
            jasper.has_let_companion_pause = True
        do(actions.pause, jasper, SPRING, through=ione)
        do(actions.remember, ione, by=petra)

        do(actions.undo_remember, fresh(ione), by=petra)

        assert fresh(jasper).care_state == CareState.PAUSED
        request = asks(name=jasper.name, email=jasper.email)
        assert register(make.event(), request).registration.care_state == CareState.ACTIVE


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [(TaskAnswer.QUIET, CareState.PAUSED), (TaskAnswer.WRITE, CareState.ACTIVE)],
    )
    def test_who_lost_two_is_asked_once(self, make, couple, petra, answer, state):
        ione, jasper = couple
        daughter = make.registration(ione.event, companion_of=jasper, mode=Mode.WEBCAST)
        for each in (ione, daughter):
            do(actions.remember, fresh(each), by=petra)

        do(actions.settle, tasks()[0], answer, by=petra)

        assert (fresh(jasper).care_state, asked()) == (state, [])

    def test_whoever_registers_again_after_his_place_was_canceled_is_asked_no_more(
        self, make, couple, petra
    ):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(actions.settle, tasks()[0], TaskAnswer.CANCEL, by=petra)

        again = register(make.event(), asks(name=jasper.name, email=jasper.email))

        assert asked() == []
        assert fresh(again.registration).care_state == CareState.ACTIVE

    def test_who_wants_emails_hears_no_more_of_a_pause_from_before(self, make, couple, petra):
        ione, jasper = couple
        make.welcome(jasper)
        do(actions.pause, jasper, SPRING)
        do(actions.remember, ione, by=petra)

        do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

        assert notes() == []  # nothing has happened meanwhile

    def test_the_calendar_of_who_canceled_while_he_was_held_is_told(self, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        do(registering.cancel, fresh(jasper))
        with transaction():
            db.session.query(Message).one().state = MessageState.DROPPED

        do(actions.end_hold, fresh(jasper), by=petra)

        assert emails() == ["cancellation"] * 2

    def test_who_canceled_while_he_was_held_is_not_called_about_changes(self, make, petra):
        ione = make.registration(make.event(), name="Ione")
        number = "+16175550142"
        jasper = make.registration(
            ione.event, name="Jasper", email=None, phone=number, companion_of=ione
        )
        make.registration(ione.event)
        do(actions.remember, ione, by=petra)
        do(registering.cancel, fresh(jasper))
        event = fresh(ione).event
        later = (event.starts_at + timedelta(days=14), event.ends_at + timedelta(days=14))
        with transaction():
            whole_actions.postpone(event, *later, version=event.version, by=petra, now=clock.now())

        do(actions.end_hold, fresh(jasper), by=petra)

        assert [each.about for each in tasks() if each.about == "notice"] == []


class TestRenamed:
    """The desk corrects the name of someone who has died."""

    @pytest.fixture
    def ada(self, make, petra):
        ada = make.registration(make.event(), **ADA)
        do(actions.remember, ada, by=petra)
        named = {"name": "Adah Sample"}
        do(details.change, fresh(ada), named, version=ada.version, by=petra)
        return ada

    def test_she_is_known_by_her_name_when_her_registration_is_gone(self, ada):
        with transaction():
            ada.name = ada.name_key = "gone"

        assert queries.is_remembered("Adah Sample", ADDRESS)
        assert not queries.is_remembered("Ada Trialrun", ADDRESS)

    def test_undoing_it_forgets_her(self, ada, petra):
        do(actions.undo_remember, fresh(ada), by=petra)

        look_again()
        assert db.session.query(Suppression).all() == []


def test_all_codes_of_a_name_of_many_words_are_kept(make, petra):
    name = " ".join(f"Ada{letter}" for letter in "abcdefghijklmnop")
    ada = make.registration(make.event(), name=name, email=ADDRESS)

    do(actions.remember, ada, by=petra)

    assert queries.is_remembered("Adap Adaa", ADDRESS)
