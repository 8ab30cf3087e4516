"""The hour of a session, told wrong by whatever email or call while a slip stood, is put right."""

import pytest

from forum import emails
from forum.care import actions as care
from forum.care import call_actions
from forum.db import db
from forum.outbox.models import Message
from forum.registration import actions
from forum.registration.models import Offer, Status
from forum.registration.places import waiting
from forum.registration.telling import tell
from tests.actions.care.caring import do
from tests.actions.notices.slips import (
    MINUTE,
    Week,
    sent_to,
)
from tests.stored import open_tasks

WRONG = "12:15 pm"
"""Four hours late: the slip."""


@pytest.fixture
def week(app, make, today):
    return Week(app, make.organizer(), today)


@pytest.fixture
def event(make):
    return make.event(capacity=1)


@pytest.fixture
def talk(make, event):
    return make.session(event, capacity=5, is_streamed=False, room=make.room())


@pytest.fixture
def said(monkeypatch):
    """Everything that was written: which email, and its text."""
    found = []
    real = emails.write

    def write(message, now, **given):
        letter = real(message, now, **given)
        if isinstance(letter, emails.Letter):
            found.append((message.email, letter.text))
        return letter

    monkeypatch.setattr(emails, "write", write)
    return found


def said_wrong(said) -> list[str]:
    return [email for email, text in said if WRONG in text]


def test_by_a_notice_that_left_late(make, event, talk, week, said):
    ada = make.registration(event, name="Ada")
    do(actions.choose_sessions, db.session.merge(ada), (talk.id,))
    as_it_was = talk.starts_at
    week.moves(talk, as_it_was + 60 * MINUTE)
    week.tells(event)  # no mail server answers for a while
    week.moves(talk, as_it_was + 240 * MINUTE)
    week.mails()
    assert said_wrong(said) == ["notice"]

    week.moves(talk, as_it_was + 60 * MINUTE)
    week.mails()

    assert sent_to(ada) == [("notice", False), ("session_place", False)]


def test_by_the_confirmation_of_a_place_that_was_offered(make, event, talk, week, said):
    boris = make.registration(event, name="Boris")
    ada = make.registration(event, name="Ada", status=Status.WAITLISTED)
    do(actions.choose_sessions, db.session.merge(ada), (talk.id,))
    do(actions.cancel, db.session.merge(boris))
    as_it_was = talk.starts_at
    week.moves(talk, as_it_was + 240 * MINUTE)
    [offer] = db.session.query(Offer)
    do(waiting.accept, offer)
    week.mails()
    assert said_wrong(said) == ["confirmation"]
    number = len(sent_to(ada))

    week.moves(talk, as_it_was)
    week.mails()

    assert sent_to(ada)[number:] == [("session_place", False)]


def test_by_the_note_after_a_pause(make, event, talk, week, said):
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    do(actions.choose_sessions, db.session.merge(ada), (talk.id,))
    do(care.pause, db.session.merge(ada), None)
    as_it_was = talk.starts_at
    week.moves(talk, as_it_was + 60 * MINUTE)
    week.tells(event)
    week.mails()
    week.moves(talk, as_it_was + 240 * MINUTE)
    do(care.resume, db.session.merge(ada))
    week.mails()
    assert said_wrong(said) == ["pause_over"]

    week.moves(talk, as_it_was + 60 * MINUTE)
    week.mails()

    assert sent_to(ada)[-2:] == [("pause_over", False), ("session_place", False)]


def test_by_a_notice_of_a_session_that_is_open_to_everybody(make, event, week, said):
    talk = make.session(event, is_streamed=False, room=make.room())
    ada = make.registration(event, name="Ada")
    as_it_was = talk.starts_at
    week.moves(talk, as_it_was + 60 * MINUTE)
    week.tells(event)
    week.moves(talk, as_it_was + 240 * MINUTE)
    week.mails()

    week.moves(talk, as_it_was + 60 * MINUTE)
    week.mails()

    assert sent_to(ada) == [("notice", False), ("pause_over", False)]
    [_notice, (_email, text)] = said
    assert "Earlier, we may have told you another date, time, room or phone number." in text
    assert "9:15 am" in text


def test_by_a_notice_that_a_session_is_canceled(make, event, week, said):
    talk = make.session(event, is_streamed=False, room=make.room())
    ada = make.registration(event, name="Ada")
    week.moves(talk, talk.starts_at + 60 * MINUTE)
    week.tells(event)
    week.cancels(talk)
    week.mails()
    assert "canceled" in said[0][1]

    week.restores(talk)
    week.mails()

    assert sent_to(ada) == [("notice", False), ("pause_over", False)]


def test_an_email_keeps_of_which_sessions_it_named_the_hours(make, event, talk, week):
    ada = make.registration(event, name="Ada")
    do(actions.choose_sessions, db.session.merge(ada), (talk.id,))
    do(tell_it, db.session.merge(ada))
    week.mails()

    [message] = db.session.query(Message).filter_by(email="confirmation")
    assert message.facts == {"hours_of": [talk.id]}


def tell_it(person, *, now):
    tell("confirmation", person, "again", now=now)


def test_by_a_call_about_a_notice(make, event, talk, week):
    ada = make.registration(event, name="Ada", email=None, phone="+16175550142")
    do(actions.choose_sessions, db.session.merge(ada), (talk.id,))
    as_it_was = talk.starts_at
    week.moves(talk, as_it_was + 60 * MINUTE)
    week.tells(event)
    week.moves(talk, as_it_was + 240 * MINUTE)
    [card] = open_tasks()
    do(call_actions.done, card.task, shown={card.task.id}, by=week.petra)  # it said the slip

    week.moves(talk, as_it_was + 60 * MINUTE)

    assert open_tasks() != []
