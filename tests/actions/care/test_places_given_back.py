"""A place given back after a slip of the desk: with it comes all that canceling has ended."""

from datetime import timedelta

import pytest

from forum import emails
from forum.care import actions as care
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.planning import agenda_actions
from forum.registration import actions
from forum.registration.models import CareState, SessionPlace, Status
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, is_told, mail_goes_out, sent_to
from tests.actions.planning.plans import does
from tests.stored import fresh, look_again, open_tasks


@pytest.fixture
def petra(make):
    return make.organizer()


def test_whoever_is_paused_hears_that_the_cancellation_she_was_mailed_is_taken_back(
    app, make, petra, today
):
    """HIGH: told "canceled" (ANSWER passes a pause), never that she is booked (AUTOMATIC)."""
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    do(care.pause, db.session.merge(ada), None)
    mail_goes_out(app)
    do(actions.cancel, db.session.merge(ada), by=petra)
    mail_goes_out(app)
    assert [email for email, _entry in sent_to(ada)][1:] == ["cancellation"]

    today.shift(MINUTE)
    do(care.give_place_back, db.session.merge(ada), by=petra)
    mail_goes_out(app)

    assert fresh(ada).status == Status.CONFIRMED
    assert [email for email, _entry in sent_to(ada)][1:] == ["cancellation", "confirmation"]


def test_whoever_watched_while_she_waited_for_the_room_waits_again_in_her_turn(
    app, make, petra, today
):
    event = make.event(capacity=0)
    ada = make.registration(event, name="Ada", mode=Mode.WEBCAST)
    make.welcome(ada)
    do(actions.change_mode, db.session.merge(ada), Mode.IN_PERSON)
    assert fresh(ada).waits_for == Mode.IN_PERSON
    number = ada.wait_no
    do(actions.cancel, db.session.merge(ada), by=petra)

    do(care.give_place_back, db.session.merge(ada), by=petra)

    look_again()
    assert (ada.mode, ada.status, ada.waits_for, ada.wait_no) == (
        Mode.WEBCAST,
        Status.CONFIRMED,
        Mode.IN_PERSON,
        number,
    )


def test_who_waited_behind_others_for_a_session_does_not_come_back_before_them(
    app, make, petra, today
):
    event = make.event()
    session = make.session(event, capacity=1, is_streamed=False, room=make.room())
    holder, first, ada = (
        make.registration(event, name=each) for each in ("Holder", "First", "Ada")
    )
    for each in (holder, first, ada):
        do(actions.choose_sessions, db.session.merge(each), (session.id,))
    do(actions.cancel, db.session.merge(ada), by=petra)
    do(care.give_place_back, db.session.merge(ada), by=petra)
    do(actions.cancel, db.session.merge(holder), by=petra)

    look_again()
    standing = {each.registration.name: each.status for each in db.session.query(SessionPlace)}
    assert (standing["First"], standing["Ada"]) == (Status.CONFIRMED, Status.WAITLISTED)


def test_who_was_canceled_by_slip_hears_what_a_notice_told_meanwhile(
    app, make, petra, today, monkeypatch
):
    event = make.event()
    talk = make.session(event, room=make.room(), starts_at=event.starts_at + timedelta(hours=2))
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    texts = []
    real = emails.write

    def write(message, now, **given):
        letter = real(message, now, **given)
        texts.append(getattr(letter, "text", ""))
        return letter

    do(actions.cancel, db.session.merge(ada), by=petra)
    mail_goes_out(app)
    look_again()
    does(agenda_actions.cancel_session, talk, version=talk.version, by=petra)
    is_told(event, petra, today)
    mail_goes_out(app)
    today.shift(MINUTE)
    monkeypatch.setattr(emails, "write", write)

    do(care.give_place_back, db.session.merge(ada), by=petra)
    mail_goes_out(app)

    assert len(texts) == len(["confirmation", "pause_over"])
    assert "Your place is booked." in texts[0]
    assert "Some time has passed since we last wrote to you. This is how it is now." in texts[1]
    assert "Session 4\n  - It is canceled." in texts[1]


def test_who_was_held_is_held_and_asked_about_once_his_place_is_given_back(app, make, petra, today):
    event = make.event()
    ada = make.registration(event, name="Ada")
    boris = make.registration(event, name="Boris", companion_of=ada)
    make.welcome(boris)
    do(care.remember, db.session.merge(ada), by=petra)
    assert fresh(boris).care_state == CareState.HELD
    assert [each.task.registration.name for each in open_tasks()] == ["Boris"]

    do(care.cancel_held, db.session.merge(boris), by=petra)
    today.shift(MINUTE)
    do(care.give_place_back, db.session.merge(boris), by=petra)
    mail_goes_out(app)

    assert fresh(boris).status == Status.CONFIRMED
    assert boris.care_state == CareState.HELD
    assert [each.task.registration.name for each in open_tasks()] == ["Boris"]


def test_who_is_given_her_place_back_twice_before_mail_leaves_reads_of_it_once(
    app, make, petra, today
):
    ada = make.registration(make.event(), name="Ada")
    make.welcome(ada)
    for _time in range(2):
        do(actions.cancel, db.session.merge(ada), by=petra)
        do(care.give_place_back, db.session.merge(ada), by=petra)
    mail_goes_out(app)

    assert fresh(ada).status == Status.CONFIRMED
    assert [email for email, _entry in sent_to(ada)][1:] == ["confirmation"]


def test_who_cancels_again_before_mail_leaves_reads_once_that_it_was_she(app, make, petra, today):
    ada = make.registration(make.event(), name="Ada")
    make.welcome(ada)
    do(actions.cancel, db.session.merge(ada), by=petra)
    do(care.give_place_back, db.session.merge(ada), by=petra)
    do(actions.cancel, db.session.merge(ada))
    mail_goes_out(app)

    assert [email for email, _entry in sent_to(ada)][1:] == ["cancellation"]
    last = db.session.query(Message).filter_by(email="cancellation", state=MessageState.SENT)
    assert last.one().facts == {}


def test_who_takes_part_a_third_way_before_mail_leaves_reads_once_how(app, make, petra, today):
    event = make.event()
    session = make.session(event, capacity=1, is_streamed=False, room=make.room())
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    do(actions.choose_sessions, db.session.merge(ada), (session.id,))
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    do(actions.change_mode, db.session.merge(ada), Mode.PHONE)
    mail_goes_out(app)

    assert [email for email, _entry in sent_to(ada)][1:] == ["mode_changed"]
    said = db.session.query(Message).filter_by(email="mode_changed").one().facts
    assert said == {"gave_up_sessions": [session.id]}
