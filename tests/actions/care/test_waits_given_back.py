"""What somebody has said of how she waits, and her sessions, survive a slip of the desk."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.db import db
from forum.events.models import Mode
from forum.planning import whole_actions
from forum.registration import actions
from forum.registration.models import Registration, SessionPlace, Status
from forum.registration.places import waiting
from tests.actions.care.caring import do
from tests.actions.planning.plans import does
from tests.stored import fresh, look_again

MINUTE = timedelta(minutes=1)
UNTIL = timedelta(days=100)


def how(person: Registration):
    look_again()
    return person.waits_for, person.wants_offers, person.short_notice, person.auto_take_until


@pytest.fixture
def waits(make):
    """Return a function: let somebody wait as she has said, and tell how that is."""

    def wait(**standing):
        ada = make.registration(make.event(capacity=0), name="Ada", **standing)
        do(waiting.set_waiting, ada, short_notice=24, auto_take_until=clock.now() + UNTIL)
        fresh(ada).wants_offers = False  # she has left an offer unanswered since
        db.session.commit()
        return ada, how(ada)

    return wait


def test_undoing_a_death_gives_back_how_she_waits(waits, petra, today):
    ada, before = waits(status=Status.WAITLISTED)
    do(care.remember, fresh(ada), by=petra)
    assert how(ada)[1:] == (True, None, None)
    today.shift(MINUTE)

    do(care.undo_remember, fresh(ada), by=petra)

    assert how(ada) == before
    assert before[:3] == (Mode.IN_PERSON, False, 24)


def test_a_place_given_back_gives_back_how_she_waits_for_the_other(waits, petra, today):
    ada, before = waits(mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    do(actions.cancel, fresh(ada), by=petra)
    today.shift(MINUTE)

    do(care.give_place_back, fresh(ada), by=petra)

    assert how(ada) == before


def test_what_an_older_release_kept_gives_back_the_number_alone(waits, petra, monkeypatch):
    ada, before = waits(status=Status.WAITLISTED)
    number = ada.wait_no
    older = waiting.vacating.waiting_of
    monkeypatch.setattr(
        "forum.registration.places.vacating.waiting_of",
        lambda each: {name: said for name, said in older(each).items() if name != "waits_how"},
    )
    do(care.remember, fresh(ada), by=petra)

    do(care.undo_remember, fresh(ada), by=petra)

    assert (how(ada), ada.wait_no) == ((before[0], True, None, None), number)


class TestOnlineMeanwhile:
    """Ada and Boris had chosen sessions; the event went online while Ada was taken for dead."""

    @pytest.fixture
    def event(self, make):
        event = make.event(capacity=3)
        late = event.starts_at + timedelta(hours=5)
        make.session(event, title="Closing words", room=make.room(), starts_at=late)
        return event

    def sessions(self, person):
        look_again()
        return sorted(
            (each.session.title, each.status)
            for each in db.session.query(SessionPlace).filter_by(registration_id=person.id)
        )

    def goes_online(self, event, petra):
        event = fresh(event)
        does(whole_actions.go_online, event, (), version=event.version, by=petra)

    @pytest.mark.parametrize("mode", [Mode.IN_PERSON, Mode.WEBCAST])
    def test_she_has_her_sessions_as_others_have_theirs(self, make, event, petra, today, mode):
        waits_for = None if mode == Mode.IN_PERSON else Mode.IN_PERSON
        walk = make.session(event, title="Walk", capacity=1, room=make.room())
        talk = make.session(event, title="Talk", capacity=5, room=make.room())
        boris = make.registration(event, name="Boris")
        ada = make.registration(event, name="Ada", mode=mode, waits_for=waits_for)
        for each in (boris, ada):
            do(actions.choose_sessions, fresh(each), (walk.id, talk.id))
        do(care.remember, fresh(ada), by=petra)
        self.goes_online(event, petra)

        do(care.undo_remember, fresh(ada), by=petra)

        both = [("Talk", Status.CONFIRMED), ("Walk", Status.CONFIRMED)]
        assert (self.sessions(ada), self.sessions(boris)) == (both, both)
        assert (fresh(ada).mode, ada.waits_for) == (Mode.WEBCAST, None)
        assert [fresh(each).taken for each in (walk, talk)] == [2, 2]

    def test_what_is_over_by_then_is_as_it_was(self, make, event, petra, today):
        first, second = (
            make.session(
                event,
                title=title,
                capacity=1,
                room=make.room(),
                starts_at=event.starts_at + timedelta(hours=hours),
            )
            for hours, title in enumerate(("First", "Second"), start=1)
        )
        boris, ada = (make.registration(event, name=each) for each in ("Boris", "Ada"))
        do(actions.choose_sessions, fresh(boris), (second.id,))
        do(actions.choose_sessions, fresh(ada), (first.id, second.id))
        do(care.remember, fresh(ada), by=petra)
        today.move_to(second.ends_at + MINUTE)
        self.goes_online(event, petra)

        do(care.undo_remember, fresh(ada), by=petra)

        assert self.sessions(ada) == [("First", Status.CONFIRMED), ("Second", Status.WAITLISTED)]
        assert fresh(first).taken == 1

    def test_who_waited_to_listen_by_phone_waits_on(self, make, event, petra):
        phone = next(gate for gate in event.gates if gate.mode == Mode.PHONE)
        phone.capacity = 0
        db.session.commit()
        ada = make.registration(event, name="Ada", waits_for=Mode.PHONE)
        number = ada.wait_no
        do(care.remember, fresh(ada), by=petra)
        self.goes_online(event, petra)

        do(care.undo_remember, fresh(ada), by=petra)

        found = fresh(ada)
        assert (found.mode, found.status) == (Mode.WEBCAST, Status.CONFIRMED)
        assert (found.waits_for, found.wait_no) == (Mode.PHONE, number)

    def test_a_place_given_back_brings_along_her_sessions(self, make, event, petra, today):
        walk = make.session(event, title="Walk", capacity=1, room=make.room())
        ada = make.registration(event, name="Ada", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
        do(actions.choose_sessions, fresh(ada), (walk.id,))
        do(actions.cancel, fresh(ada), by=petra)
        self.goes_online(event, petra)
        today.shift(MINUTE)

        do(care.give_place_back, fresh(ada), by=petra)

        assert self.sessions(ada) == [("Walk", Status.CONFIRMED)]
