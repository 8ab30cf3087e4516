"""Several organizers, companions and attendees at the same moment, on both engines."""

from sqlalchemy import func, select

from forum.accounts.models import Organizer
from forum.care import actions
from forum.care.models import Suppression, Task
from forum.db import db
from forum.events.models import Event, Mode
from forum.operations.queries import miscounted_gates
from forum.registration.actions import change_mode, register
from forum.registration.models import CareState, Registration
from tests.actions.registration.asking import asks
from tests.rush import NOW, at_once


def test_two_organizers_remember_the_same_person_once(app, make):
    event = make.event(capacity=2)
    ione = make.registration(event, name="Ione")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    petra = make.organizer().id

    def remember():
        by = db.session.get_one(Organizer, petra)
        actions.remember(db.session.get_one(Registration, ione.id), now=NOW, by=by)

    assert at_once(app, *[remember] * 4) == []

    counts = [db.session.scalar(select(func.count(kind.id))) for kind in (Task, Suppression)]
    assert counts == [1, 1]
    assert [each.care_state for each in (ione, jasper)] == [CareState.REMEMBERED, CareState.HELD]
    assert miscounted_gates() == []


def test_who_registers_with_her_name_while_she_is_remembered_is_held(app, make):
    first, second = make.event(), make.event()
    petra = make.organizer().id
    for number in range(6):
        address = f"ione{number}@people.example"
        ione = make.registration(first, name="Ione Doe", email=address).id

        def remember(ione=ione):
            by = db.session.get_one(Organizer, petra)
            actions.remember(db.session.get_one(Registration, ione), now=NOW, by=by)

        def come(address=address):
            event = db.session.get_one(Event, second.id)
            register(event, asks(name="Ione Doe", email=address), now=NOW)

        assert at_once(app, remember, come) == []

        new = select(Registration.care_state).where(
            Registration.event_id == second.id, Registration.email == address
        )
        assert db.session.scalar(new) in {CareState.HELD, CareState.REMEMBERED}


def test_a_pause_at_the_same_moment_never_undoes_the_silence(app, make):
    event = make.event(capacity=3)
    petra = make.organizer().id
    for number in range(6):
        ione = make.registration(event, name=f"Ione {number}", mode=Mode.WEBCAST).id

        def remember(ione=ione):
            by = db.session.get_one(Organizer, petra)
            actions.remember(db.session.get_one(Registration, ione), now=NOW, by=by)

        def pause(ione=ione):
            actions.pause(db.session.get_one(Registration, ione), None, now=NOW)

        def switch(ione=ione):
            change_mode(db.session.get_one(Registration, ione), Mode.PHONE, now=NOW)

        at_once(app, pause, remember, switch)

        assert db.session.get_one(Registration, ione).care_state == CareState.REMEMBERED
        assert miscounted_gates() == []
