"""Who asked to be invited again allowed us her name and address: all else goes after 90 days."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.events.models import Mode, Session
from forum.incoming.models import CalendarReply
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.organizer.reports.list_queries import statistics
from forum.outbox.models import Message, MessageState
from forum.privacy import actions, housekeeping
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import CareState, Offer, Registration, SessionPlace, Status
from forum.registration.telling import ask
from tests.actions.care.caring import do
from tests.my import my
from tests.stored import fresh, look_again, number_of, open_tasks

DAY = timedelta(days=1)
STAYS = {
    "language": "es",
    "timezone": "America/Denver",
    "quiet_days": ("mon",),
    "is_discreet": False,
    "wants_reminders": False,
}


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def invited(make, event):
    """Return a way to register somebody who wants the next invitation."""

    def make_one(**facts):
        person = make.registration(event, **facts)
        with transaction():
            actions.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
        return person

    return make_one


@pytest.fixture
def purged(event, today):
    """Return a way to let some days pass after the event, and purge."""

    def pass_days(days=91):
        today.move_to(event.ends_at + timedelta(hours=1))
        housekeeping.purge(now=clock.now())
        today.move_to(event.ends_at + days * DAY)
        ended = housekeeping.purge(now=clock.now())
        look_again()
        return {name: number for name, number in ended.items() if number}

    return pass_days


def told_for_the_event(make, invited, event) -> Registration:
    """Return somebody of whom everything is kept that an event asks for."""
    session = make.session(event, capacity=8)
    ada = invited(
        name="Ada",
        email="ada@people.example",
        roles=("patient",),
        is_first_time=True,
        wants_certificate=True,
        has_let_companion_pause=True,
        waits_for=Mode.WEBCAST,
        wait_no=7,
        short_notice=24,
        auto_take_until=event.starts_at,
        form_key="form",
        companion_of=make.registration(event, name="Boris"),
        **STAYS,
    )
    make.offer(ada, mode=Mode.WEBCAST)
    with transaction():
        session.taken = 1
        db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
        reply = {"answer": "declined", "sequence": 0, "once": "reply", "at": clock.now()}
        db.session.add(CalendarReply(registration_id=ada.id, **reply))
        ask("call", ada, about="notice", once="call", now=clock.now())
    return ada


def test_of_who_wants_the_next_invitation_name_and_address_alone_stay(make, invited, event, purged):
    ada = told_for_the_event(make, invited, event)

    assert purged() == {"registrations": 1, "details beside names": 1}
    assert (ada.name, ada.email, number_of(Consent)) == ("Ada", "ada@people.example", 1)
    assert {name: getattr(ada, name) for name in STAYS} == STAYS
    assert (ada.roles, ada.is_first_time, ada.wants_certificate) == ((), False, False)
    assert (ada.companion_of_id, ada.pair_rule, ada.has_let_companion_pause) == (None, None, False)
    assert (ada.waits_for, ada.wait_no, ada.short_notice) == (None, None, None)
    assert (ada.wants_offers, ada.auto_take_until, ada.form_key) == (True, None, None)
    assert [number_of(each) for each in (SessionPlace, Offer, CalendarReply)] == [0, 0, 0]
    assert open_tasks() == []
    assert [*miscounted_gates(), *miscounted_sessions()] == []
    assert db.session.query(Session).one().taken == 0


def test_nothing_goes_a_day_before_and_a_second_purge_finds_nothing(
    make, invited, event, purged, today
):
    ada = told_for_the_event(make, invited, event)

    assert "details beside names" not in purged(days=89)
    assert (ada.roles, number_of(SessionPlace)) == (("patient",), 1)
    assert purged()["details beside names"] == 1
    today.shift(DAY)
    again = housekeeping.purge(now=clock.now())
    assert again["details beside names"] == 0


def test_who_waited_in_vain_keeps_no_turn(make, invited, purged):
    ada = invited(status=Status.WAITLISTED, waits_for=Mode.IN_PERSON, wait_no=7)

    assert purged() == {"details beside names": 1}
    assert (ada.status, ada.waits_for, ada.wait_no) == (Status.WAITLISTED, Mode.IN_PERSON, 0)


@pytest.mark.parametrize("standing", [{}, {"waits_for": Mode.IN_PERSON, "wait_no": 7}])
@pytest.mark.parametrize("more", ["", "data"])
def test_her_pages_open_still(invited, purged, visitor, standing, more):
    status = Status.WAITLISTED if standing else Status.CONFIRMED
    ada = invited(name="Ada", roles=("patient",), status=status, **standing)
    purged()

    assert visitor.get(my(ada, more)).heading


def test_a_pause_a_hold_and_a_death_go_on(make, invited, purged):
    petra = make.organizer()
    ada = invited(name="Ada", email="ada@people.example")
    boris = invited(name="Boris", email="boris@people.example", companion_of=ada)
    cora = invited(name="Cora", email="cora@people.example", roles=("patient",))
    do(care.pause, fresh(cora), None)
    do(care.remember, fresh(ada), by=petra)

    purged()
    assert (ada.care_state, boris.care_state, cora.care_state) == (
        CareState.REMEMBERED,
        CareState.HELD,
        CareState.PAUSED,
    )
    assert cora.roles == ()
    assert boris.companion_of is ada
    assert [each.task.registration.name for each in open_tasks()] == ["Boris"]

    do(care.undo_remember, fresh(ada), by=petra)
    assert fresh(boris).care_state == CareState.ACTIVE
    assert open_tasks() == []


def test_what_waits_to_be_sent_is_decided_first_but_an_invitation_needs_no_more(
    make, invited, purged
):
    first, second = (
        invited(name=name, email=f"{name}@people.example", roles=("patient",))
        for name in ("ada", "boris")
    )
    with transaction():
        for person, email in ((first, "session_place"), (second, "invitation")):
            db.session.add(
                Message(
                    email=email,
                    registration=person,
                    dedupe_key=email,
                    state=MessageState.QUEUED,
                    due_at=clock.now(),
                    created_at=clock.now(),
                )
            )

    assert purged() == {"details beside names": 1}
    assert (first.roles, second.roles) == (("patient",), ())


def test_numbers_for_a_report_say_nothing_of_roles_that_are_kept_no_longer(
    make, invited, event, purged
):
    for number in range(5):
        invited(name=f"Ada {number}", email=f"{number}@people.example", roles=("patient",))
    assert statistics(event, now=clock.now()).roles["patient"] == 5
    purged()

    numbers = statistics(event, now=clock.now())
    assert (numbers.modes[Mode.IN_PERSON, Status.CONFIRMED], numbers.roles) == (5, {})
