"""What went to a wrong mailbox, or came back, has told nobody: it is told once she is reached."""

from datetime import timedelta

import pytest

from forum import emails
from forum.care import call_actions
from forum.db import db
from forum.emails.writing import message_id
from forum.incoming import actions as incoming
from forum.incoming.models import ReportKind, ReportSource
from forum.incoming.reports import Returned
from forum.outbox.models import Message, MessageState
from forum.registration.models import AddressChange
from forum.registration.my.details import address_actions
from forum.registration.register import correcting_actions
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, Week
from tests.stored import look_again, open_tasks


@pytest.fixture
def week(app, make, today):
    return Week(app, make.organizer(), today)


@pytest.fixture
def letters(monkeypatch):
    """Everything that is written to anybody: the address and the text."""
    found = []
    real = emails.write

    def write(message, now, **given):
        letter = real(message, now, **given)
        if isinstance(letter, emails.Letter):
            found.append((message.email, letter.to.address, letter.text))
        return letter

    monkeypatch.setattr(emails, "write", write)
    return found


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def talk(make, event):
    return make.session(event, room=make.room(), starts_at=event.starts_at + timedelta(hours=2))


@pytest.fixture
def ada(make, event, talk):
    ada = make.registration(event, name="Ada", email="adda@people.example")
    make.welcome(ada)
    return ada


def is_called_off(talk, week) -> None:
    week.cancels(talk)
    week.tells(talk.event)


def test_whose_address_is_put_right_hears_what_a_notice_told_the_wrong_mailbox(
    talk, ada, week, letters
):
    is_called_off(talk, week)
    week.mails()
    assert [each[:2] for each in letters] == [("notice", "adda@people.example")]

    do(
        correcting_actions.correct_at_desk,
        db.session.merge(ada),
        "ada@people.example",
        by=week.petra,
    )
    week.mails()

    hers = [text for _email, to, text in letters if to == "ada@people.example"]
    assert any("canceled" in text for text in hers) or open_tasks() != []


def comes_back(email: str) -> None:
    message = db.session.query(Message).filter_by(email=email).one()
    returned = Returned(marks=(message_id(message),), kind=ReportKind.HARD, code="5.1.1")
    do(incoming.keep, returned, ReportSource.MAILBOX)
    look_again()


@pytest.mark.parametrize("by_whom", ["the desk", "herself"])
def test_whose_notice_came_back_hears_of_it_once_her_address_is_another(
    talk, ada, week, letters, by_whom
):
    is_called_off(talk, week)
    week.mails()
    comes_back("notice")
    assert [each.task.about for each in open_tasks()] != []
    week.today.shift(MINUTE)

    if by_whom == "the desk":
        do(
            correcting_actions.correct_at_desk,
            db.session.merge(ada),
            "a@people.example",
            by=week.petra,
        )
    else:
        do(address_actions.ask, db.session.merge(ada), "a@people.example")
        [change] = db.session.query(AddressChange)
        do(address_actions.confirm, change)
    week.mails()

    hers = [text for _email, to, text in letters if to == "a@people.example"]
    assert hers != []
    assert any("canceled" in text for text in hers) or open_tasks() != []


def test_whose_mailbox_was_full_hears_of_it_once_it_takes_mail_again(talk, ada, week, letters):
    is_called_off(talk, week)
    week.mails()
    comes_back("notice")
    letters.clear()
    week.today.shift(MINUTE)

    do(incoming.lift, "adda@people.example", by=week.petra)  # "write to this address again"
    week.mails()

    assert [each[:2] for each in letters] == [("pause_over", "adda@people.example")]
    [(_email, _to, text)] = letters
    assert "canceled" in text
    assert "paused" not in text


def test_whose_lost_notice_was_told_by_phone_is_not_written_to_again(talk, ada, week, letters):
    is_called_off(talk, week)
    week.mails()
    comes_back("notice")
    letters.clear()
    week.today.shift(MINUTE)
    calls = [each.task for each in open_tasks()]
    assert [each.about for each in calls] == ["notice", "returned"]
    do(call_actions.done, calls[0], shown={each.id for each in calls}, by=week.petra)

    do(incoming.lift, "adda@people.example", by=week.petra)
    week.mails()

    assert (letters, open_tasks()) == ([], [])


def test_what_the_mail_server_refused_is_told_at_the_right_address(talk, ada, week, letters):
    is_called_off(talk, week)
    message = db.session.query(Message).filter_by(email="notice").one()
    message.state = MessageState.FAILED
    db.session.commit()

    do(
        correcting_actions.correct_at_desk,
        db.session.merge(ada),
        "ada@people.example",
        by=week.petra,
    )
    week.mails()

    assert [each[0] for each in letters] == ["confirmation", "pause_over"]


def test_whose_address_is_put_right_gets_no_note_where_nothing_was_lost(ada, week, letters):
    do(
        correcting_actions.correct_at_desk,
        db.session.merge(ada),
        "ada@people.example",
        by=week.petra,
    )
    week.mails()

    assert [each[0] for each in letters] == ["confirmation"]
    assert db.session.query(Message).filter_by(email="pause_over").all() == []
