"""A care state is a person's: wherever she is registered, by whomever, also later."""

from datetime import date, timedelta

import pytest

from forum import clock
from forum.care import actions
from forum.care.models import TaskKind
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.registration.actions import add_companion, cancel
from forum.registration.models import CareState, Offer, OfferState, PairRule, Status
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions
from forum.registration.requests import Companion
from tests.actions.care.caring import changes, do
from tests.actions.registration.asking import asks, register
from tests.lines import let_offers_be_heard, move_all_lines
from tests.rush import NOW
from tests.stored import fresh, tasks

MAY = date(2027, 5, 1)
ADA = {"name": "Ada", "email": "ada@people.example"}


@pytest.fixture
def ada(make):
    return make.registration(make.event(), **ADA)


class TestLater:
    def test_she_is_paused_at_what_she_registers_for_later(self, make, ada):
        do(actions.pause, ada, MAY)

        later = register(make.event(), asks(**ADA)).registration

        assert (later.care_state, later.care_until) == (CareState.PAUSED, MAY)
        assert changes(later) == [{"from": "active", "to": "paused"}]

    def test_a_pause_of_hers_that_is_over_keeps_no_other_away(self, make, ada):
        old = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 23)}
        other = make.registration(make.event(), name="Adda", email=ADA["email"], **old)
        do(actions.pause, ada, MAY)

        do(details.change, other, {"name": "Ada"}, version=other.version)

        assert (fresh(other).care_state, other.care_until) == (CareState.PAUSED, MAY)

    def test_and_where_somebody_brings_her_along(self, make, ada):
        do(actions.pause, ada, None)
        mallory = make.registration(make.event())

        with transaction():
            outcome = add_companion(mallory, Companion(**ADA), PairRule.EITHER, now=NOW)

        assert outcome.registration.care_state == CareState.PAUSED

    def test_a_pause_that_is_over_is_not_taken_along(self, make, ada):
        do(actions.pause, ada, date(2026, 11, 24))

        later = register(make.event(), asks(**ADA), now=NOW + timedelta(days=9)).registration

        assert later.care_state == CareState.ACTIVE

    def test_of_two_pauses_the_longer_counts(self, make, ada):
        for until in (MAY, None):
            make.registration(make.event(), **ADA, care_state=CareState.PAUSED, care_until=until)

        later = register(make.event(), asks(**ADA)).registration

        assert (later.care_state, later.care_until) == (CareState.PAUSED, None)

    def test_what_a_companion_asked_for_stays_where_he_asked(self, make, ada):
        boris = make.registration(ada.event, companion_of=ada)
        do(actions.let_companion_pause, ada, lets=True)
        do(actions.pause, ada, MAY, through=boris)

        later = register(make.event(), asks(**ADA)).registration

        assert later.care_state == CareState.ACTIVE

    def test_who_is_held_is_held_there_too_until_a_human_has_asked(self, make, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        later = register(make.event(), asks(name=jasper.name, email=jasper.email)).registration
        assert later.care_state == CareState.HELD

        do(actions.settle, tasks()[0], TaskAnswer.WRITE, by=petra)

        assert fresh(later).care_state == CareState.ACTIVE

    def test_another_at_her_address_is_not_paused(self, make, ada):
        do(actions.pause, ada, MAY)

        other = register(make.event(), asks(name="Boris", email=ADA["email"])).registration

        assert other.care_state == CareState.ACTIVE

    def test_who_takes_her_name_later_takes_her_state_along(self, make, ada):
        do(actions.pause, ada, MAY)
        other = make.registration(make.event(), name="Adda", email=ADA["email"])

        do(details.change, other, {"name": "Ada"}, version=other.version)

        assert fresh(other).care_state == CareState.PAUSED

    def test_who_takes_the_name_of_someone_remembered_is_held(self, make, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        other = make.registration(make.event(), name="Iris", email=ione.email)

        do(details.change, other, {"name": "Ione"}, version=other.version)

        assert fresh(other).care_state == CareState.HELD
        assert [task.kind for task in tasks() if task.registration_id == other.id] == [
            TaskKind.CHECK_PERSON
        ]

    def test_who_comes_to_her_address_takes_her_state_along(self, make, ada):
        do(actions.pause, ada, MAY)
        other = make.registration(make.event(), name="Ada", email="old@people.example")
        with transaction():
            change = address_actions.ask(other, ADA["email"], now=clock.now())

        do(address_actions.confirm, change)

        assert fresh(other).care_state == CareState.PAUSED


class TestSheIsWell:
    def test_all_that_was_held_is_let_go_and_no_other_question_stays(self, make, couple, petra):
        ione, _jasper = couple
        do(actions.remember, ione, by=petra)
        again = [
            register(make.event(), asks(name="Ione", email=ione.email)).registration
            for _ in range(2)
        ]
        checks = [task for task in tasks() if task.kind == TaskKind.CHECK_PERSON]

        do(actions.settle, checks[0], TaskAnswer.SAME, by=petra)

        assert [fresh(each).care_state for each in (ione, *again)] == [CareState.ACTIVE] * 3
        assert [fresh(each).done_by for each in checks] == [petra, petra]

    def test_who_must_be_asked_about_another_stays_held(self, make, couple, petra):
        ione, jasper = couple
        do(actions.remember, ione, by=petra)
        twin = make.registration(make.event(), name=jasper.name, email=jasper.email)
        do(actions.remember, twin, by=petra)
        again = register(make.event(), asks(name=jasper.name, email=jasper.email)).registration
        check = next(task for task in tasks() if task.kind == TaskKind.CHECK_PERSON)

        do(actions.settle, check, TaskAnswer.SAME, by=petra)

        assert fresh(again).care_state == CareState.HELD


class TestHerTurn:
    @pytest.fixture
    def line(self, make):
        """Boris, who is offered a place, and Cora behind him."""
        event = make.event(capacity=1)
        seated = make.registration(event, name="Ada")
        boris = make.registration(event, name="Boris", status=Status.WAITLISTED)
        cora = make.registration(event, name="Cora", status=Status.WAITLISTED)
        with transaction():
            cancel(seated, now=NOW)
        return boris, cora

    def offers(self):
        rows = db.session.query(Offer).order_by(Offer.id)
        return [(each.registration.name, each.state) for each in rows]

    def test_a_pause_costs_neither_her_number_nor_further_offers(self, line):
        boris, cora = line
        number = boris.wait_no
        do(actions.pause, boris, None, now=NOW + timedelta(minutes=1))

        with transaction():
            move_all_lines(now=NOW + timedelta(days=4))

        assert (fresh(boris).wait_no, boris.wants_offers) == (number, True)
        assert boris.wait_no < cora.wait_no
        assert self.offers() == [("Boris", OfferState.WITHDRAWN), ("Cora", OfferState.OPEN)]

    def test_one_that_is_over_by_then_costs_nothing_either(self, line):
        boris, _cora = line
        do(actions.pause, boris, None, now=NOW + timedelta(minutes=1))
        do(actions.resume, boris, now=NOW + timedelta(days=1))

        with transaction():
            move_all_lines(now=NOW + timedelta(days=4))

        assert self.offers() == [("Boris", OfferState.WITHDRAWN), ("Boris", OfferState.OPEN)]

    def test_who_is_held_keeps_his_turn(self, make, line, petra):
        boris, cora = line
        ione = make.registration(boris.event, name="Ione", companion_of=boris, mode="webcast")
        do(actions.remember, ione, by=petra, now=NOW + timedelta(minutes=1))

        with transaction():
            move_all_lines(now=NOW + timedelta(days=4))

        assert (fresh(boris).wants_offers, boris.wait_no < cora.wait_no) == (True, True)

    def test_who_was_only_silent_is_put_last_as_before(self, line):
        boris, cora = line
        let_offers_be_heard()

        with transaction():
            move_all_lines(now=NOW + timedelta(days=4))

        assert (fresh(boris).wants_offers, boris.wait_no > cora.wait_no) == (False, True)

    def test_a_pause_before_the_offer_does_not_count(self, make):
        event = make.event(capacity=1)
        seated = make.registration(event, name="Ada")
        boris = make.registration(event, name="Boris", status=Status.WAITLISTED)
        do(actions.pause, boris, None, now=NOW - timedelta(days=2))
        do(actions.resume, boris, now=NOW - timedelta(days=1))
        with transaction():
            cancel(seated, now=NOW)
        let_offers_be_heard()

        with transaction():
            move_all_lines(now=NOW + timedelta(days=4))

        assert fresh(boris).wants_offers is False
