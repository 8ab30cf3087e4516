"""What a calendar answers is kept, shown, and asked about once. It cancels nothing."""

import pytest

from forum import clock
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.incoming import queries
from forum.incoming.models import CalendarReply
from forum.incoming.reader import MailReader
from forum.outbox.models import Message
from forum.registration import actions as registering
from forum.registration.models import CareState, Registration, Status
from tests.mail.returned import reply
from tests.my import my

VOUCHED = "Authentication-Results: mx.lantern.example; dkim=pass header.d=people.example\n"


@pytest.fixture
def overrides(maildir):
    return {"mailboxes": (f"maildir:{maildir._path}",), "mail_authserv": "mx.lantern.example"}


@pytest.fixture
def ada(make) -> Registration:
    event = make.event(sequence=1)
    return make.registration(event, name="Ada", email="ada@people.example", sequence=1)


@pytest.fixture
def answer(app, maildir, ada):
    """Return a way to let her calendar answer by mail; gives how many mails were dealt with."""

    def answer(said="DECLINED", headers=VOUCHED, **changes) -> int:
        maildir.add(reply(said, headers=headers, **{"uid": ada.uid, **changes}).encode())
        dealt_with = MailReader(app, app.extensions["forum"]).read()[0].dealt_with
        db.session.rollback()
        return dealt_with

    return answer


def answers() -> list[str]:
    return [each.answer for each in db.session.scalars(db.select(CalendarReply).order_by("id"))]


def questions() -> list[Message]:
    return list(db.session.scalars(db.select(Message).where(Message.email == "declined")))


def test_a_no_is_kept_and_asked_about_once_and_cancels_nothing(app, ada, answer):
    assert [answer(), answer(), answer("TENTATIVE"), answer()] == [1, 1, 1, 1]

    assert answers() == ["declined", "tentative"]
    assert ada.status == Status.CONFIRMED
    [question] = questions()
    letter = write(question, clock.now())
    assert isinstance(letter, Letter)
    assert letter.to.address == "ada@people.example"
    assert (
        letter.subject
        == "Are you still taking part on Saturday, April 24, 2027? Lantern spring day"
    )
    assert "/cancel" in letter.text
    assert "/mode" in letter.text
    assert queries.calendar_says_no(ada)


def test_a_calendar_that_changes_its_mind_is_believed_and_the_question_is_not_sent(ada, answer):
    answer()
    answer("ACCEPTED")

    assert not queries.calendar_says_no(ada)
    assert write(questions()[0], clock.now()) == Silence(
        "Their calendar no longer says that they cannot come."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": ""},
        {"headers": VOUCHED.replace("pass", "fail")},
        {"headers": VOUCHED.replace("people", "evil")},
        {"sender": "mallory@people.example"},
        {"sender": "mallory@people.example", "attendee": "mailto:mallory@people.example"},
        {"uid": "another@forum"},
        {"headers": f"{VOUCHED}Auto-Submitted: auto-generated\n"},
    ],
    ids=["nobody vouches", "fails", "elsewhere", "not hers", "a stranger", "uid", "automatic"],
)
def test_what_may_be_forged_is_left_for_people(ada, answer, changes):
    assert answer(**changes) == 0

    assert (answers(), questions()) == ([], [])


@pytest.mark.parametrize(
    "changes", [{"sequence": "1"}, {"method": "COUNTER"}, {"method": "REFRESH"}]
)
def test_an_answer_to_what_has_changed_and_proposals_are_dropped(ada, answer, changes):
    assert answer(**changes) == 1

    assert (answers(), questions()) == ([], [])


def test_without_a_server_that_vouches_an_answer_is_only_kept(app, ada, answer):
    from dataclasses import replace

    app.extensions["forum"] = replace(app.extensions["forum"], mail_authserv="")

    assert answer(headers="") == 1

    assert (answers(), questions()) == (["declined"], [])
    assert queries.calendar_says_no(ada)


def test_an_answer_counts_until_the_entry_changes(ada, answer):
    answer()
    assert queries.calendar_says_no(ada)
    with transaction():
        db.session.refresh(ada)
        ada.sequence += 1

    assert not queries.calendar_says_no(ada)
    assert isinstance(write(questions()[0], clock.now()), Silence)


def test_an_answer_to_a_place_that_she_has_given_up_is_outdated_and_not_for_people(ada, answer):
    with transaction():
        registering.cancel(ada, now=clock.now())

    assert [answer(sequence=number) for number in ("1", "2", "3")] == [1, 1, 1]
    assert (answers(), questions()) == ([], [])


@pytest.mark.parametrize("care_state", [CareState.PAUSED, CareState.REMEMBERED])
def test_nobody_is_asked_who_is_to_be_left_in_peace(make, app, maildir, care_state):
    event = make.event()
    ada = make.registration(event, email="ada@people.example", care_state=care_state)
    maildir.add(reply(headers=VOUCHED, uid=ada.uid, sequence="0").encode())
    MailReader(app, app.extensions["forum"]).read()
    db.session.rollback()

    assert [each for each in questions() if isinstance(write(each, clock.now()), Letter)] == []


def test_her_page_offers_to_cancel_or_to_come(visitor, ada, answer):
    assert "Your calendar says" not in visitor.get(my(ada)).text
    answer()

    page = visitor.get(my(ada))
    assert "Your calendar says that you cannot take part. Is that right?" in page.text
    assert page.links()["No, cancel my place"] == my(ada, "cancel")
    visitor.submit(my(ada), action=my(ada, "coming"))

    db.session.rollback()
    assert (answers(), ada.status) == (["declined", "accepted"], Status.CONFIRMED)
    assert "Your calendar says" not in visitor.get(my(ada)).text


def test_whoever_cancels_is_asked_nothing_any_more(visitor, ada, answer):
    answer()
    with transaction():
        registering.cancel(ada, now=clock.now())

    assert "Your calendar says" not in visitor.get(my(ada)).text
    assert write(questions()[0], clock.now()) == Silence("This person has canceled.")
