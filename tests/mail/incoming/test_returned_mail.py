"""What comes back: known again, kept once, and followed by a call."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.actions import remember
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.incoming import actions, queries
from forum.incoming.models import AddressBlock, DeliveryReport, ReportKind
from forum.incoming.reader import MailReader
from forum.outbox import marks
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState
from forum.registration.my.details import address_actions
from forum.registration.telling import tell
from tests.mail import returned
from tests.mail.incoming.keeping import blocks, calls, came_back, reports


@pytest.fixture
def overrides(maildir):
    return {"mailboxes": (f"maildir:{maildir._path}",)}


def test_a_bounce_of_our_own_email_stops_emails_and_asks_for_a_call(
    app, ada, relay, post_to, maildir
):
    """Sent by the worker to a real server, returned to where it says, read from the mailbox."""
    post_to(relay.port, mail_envelope_sender="bounces@lantern.example")
    with transaction():
        tell("confirmation", ada, "1", now=clock.now())
    worker = Worker(app)
    worker.run_once()
    [delivery] = relay.deliveries
    mark = delivery.sender.removeprefix("bounces+").removesuffix("@lantern.example")
    assert marks.mark_of(db.session.query(Message).one()) == mark
    maildir.add(returned.octets("postfix-unknown-user", mark))
    maildir.add(returned.octets("postfix-unknown-user", mark))  # the same once more

    worker._read()

    db.session.rollback()
    message = db.session.query(Message).one()
    assert (message.state, message.returned_at is not None) == (MessageState.SENT, True)
    assert reports() == [("hard", "5.1.1", "mailbox")]
    assert blocks() == ["hard"]
    assert calls() == [("Ada", "returned")]
    assert [each.get_flags() for each in maildir] == ["S", "S"]


def test_what_people_write_is_left_unread_for_people(app, ada, sent, maildir):
    sent(ada)
    for name in ("vacation", "broken"):
        maildir.add(returned.octets(name))
    maildir.add(returned.octets("postfix-unknown-user", "1.0123456789abcdef01234567"))
    maildir.add(b"Subject: too large\n\n" + b"x" * 1_100_000)

    rounds = MailReader(app, app.extensions["forum"]).read()

    assert [(each.dealt_with, each.left, each.trouble) for each in rounds] == [(0, 4, "")]
    assert [each.get_flags() for each in maildir] == [""] * 4
    assert (reports(), blocks()) == ([], [])


def test_an_email_that_is_only_late_has_not_come_back(app, ada, sent, maildir):
    message = sent(ada)
    maildir.add(returned.octets("delayed", marks.mark_of(message)))

    MailReader(app, app.extensions["forum"]).read()

    assert (reports(), message.returned_at) == ([], None)
    assert [each.get_flags() for each in maildir] == ["S"]


def test_a_fault_in_one_report_stops_no_other(app, ada, sent, maildir, monkeypatch):
    message = sent(ada)
    for name in ("postfix-unknown-user", "complaint"):
        maildir.add(returned.octets(name, marks.mark_of(message)))
    real = actions.keep

    def faulty(said, *given, **named):
        if said.kind == ReportKind.COMPLAINT:
            raise ZeroDivisionError
        return real(said, *given, **named)

    monkeypatch.setattr(actions, "keep", faulty)
    MailReader(app, app.extensions["forum"]).read()

    assert reports() == [("hard", "5.1.1", "mailbox")]
    assert sorted(each.get_flags() for each in maildir) == ["", "S"]


@pytest.fixture(params=["address", "letter"])
def refused(request, ada, relay, post_to):
    """Return a way to let our server refuse the next letter to Ada, at either moment."""

    def refuse(answer: str) -> None:
        post_to(relay.port)
        if request.param == "address":
            relay.refused[ada.email] = answer
        else:
            relay.answers.append(answer)

    return refuse


@pytest.mark.parametrize("answer", ["550 5.1.1 No such person", "550 No such user here"])
def test_a_refusal_of_the_address_by_our_own_server_blocks_it(app, ada, refused, answer):
    refused(answer)
    with transaction():
        tell("my_link", ada, "1", now=clock.now())

    Worker(app).run_once()

    assert reports() == [("hard", "5.1.1", "smtp")]
    assert (blocks(), calls()) == (["hard"], [("Ada", "returned")])
    assert db.session.query(Message).one().state == MessageState.FAILED


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 We do not like you",
        "550 rejected as spam",
        "550 5.1.1 against our policy",
        "550 no",
    ],
)
def test_a_refusal_for_another_reason_is_only_a_failed_email(app, ada, relay, post_to, answer):
    relay.refused["ada@people.example"] = answer
    post_to(relay.port)
    with transaction():
        tell("my_link", ada, "1", now=clock.now())

    Worker(app).run_once()

    assert (reports(), blocks(), calls()) == ([], [], [])
    assert db.session.query(Message).one().state == MessageState.FAILED


def test_three_that_did_not_arrive_within_a_week_are_as_good_as_none(ada, sent):
    now = clock.now()
    first, second, third, fourth = (sent(ada) for _ in range(4))
    came_back(first, ReportKind.SOFT, "5.2.2", at=now - timedelta(days=8))
    came_back(second, ReportKind.SOFT, "4.2.2", at=now - timedelta(days=2))
    came_back(second, ReportKind.SOFT, "4.2.2", at=now - timedelta(days=1))
    came_back(third, ReportKind.SOFT, "5.4.4", at=now)
    assert (blocks(), calls()) == ([], [])

    came_back(fourth, ReportKind.SOFT, "5.2.2", at=now)

    assert (blocks(), calls()) == (["soft"], [("Ada", "returned")])


def test_being_refused_for_what_we_are_is_never_held_against_an_address(ada, sent):
    for _ in range(4):
        came_back(sent(ada), ReportKind.SOFT, "5.7.1")

    assert (blocks(), calls()) == ([], [])
    assert db.session.query(Message.returned_at).first()[0] is not None


def test_many_that_come_back_are_one_call(ada, sent):
    for email in ("confirmation", "reminder", "mode_changed"):
        came_back(sent(ada, email))

    assert calls() == [("Ada", "returned")]
    assert len(reports()) == 3


def test_everyone_who_reads_the_address_is_called_once_in_any_event(make, event, ada, sent):
    make.registration(event, name="Boris", email=ada.email)
    make.registration(make.event(), name="Ada", email=ada.email)
    over = make.event(starts_at=clock.now() - timedelta(days=9), ends_at=clock.now())
    make.registration(over, name="Cora", email=ada.email)

    came_back(sent(ada))

    assert calls() == [("Ada", "returned"), ("Boris", "returned")]
    blocked = db.session.query(AuditEntry).filter_by(action=Action.ADDRESS_BLOCKED)
    assert blocked.count() == 4


@pytest.mark.parametrize("state", [CareState.HELD, CareState.PAUSED, CareState.REMEMBERED])
def test_nobody_is_called_who_is_to_be_left_in_peace(make, event, sent, state):
    came_back(sent(make.registration(event, care_state=state)))

    assert (blocks(), calls()) == (["hard"], [])


def test_a_complaint_asks_for_no_call_and_a_bounce_after_it_does(ada, sent):
    came_back(sent(ada), ReportKind.COMPLAINT, "")
    assert (blocks(), calls()) == (["complaint"], [])

    came_back(sent(ada))
    came_back(sent(ada), ReportKind.COMPLAINT, "")

    assert (blocks(), calls()) == (["hard"], [("Ada", "returned")])


def test_a_bounce_from_an_address_that_she_has_left_is_not_the_new_ones(ada, sent):
    message = sent(ada, sent_at=clock.now() - timedelta(hours=1))
    with transaction():
        change = address_actions.ask(ada, "new@people.example", now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())

    came_back(message)

    assert queries.block_of("new@people.example") is None
    assert queries.block_of("ada@people.example") == ReportKind.HARD
    assert calls() == []


def test_a_mark_fits_one_message_only_and_under_older_keys_too(app, ada, sent):
    message = sent(ada)
    mark = marks.mark_of(message)
    settings = app.extensions["forum"]
    app.extensions["forum"] = replace(settings, secret_keys=("n" * 40, *settings.secret_keys))
    assert queries.message_of([f"<{mark.upper()}@LANTERN.EXAMPLE>"]) is message
    assert marks.mark_of(message) == mark

    message.dedupe_key = "another occasion"  # as if its number had been given again
    db.session.commit()
    assert queries.message_of([mark]) is None
    assert queries.message_of([f"9{mark}", f"0.{mark}", "99999999999.x", ""]) is None


def test_no_address_is_stored_with_what_came_back(ada, sent):
    came_back(sent(ada))

    [report] = db.session.scalars(db.select(DeliveryReport))
    [block] = db.session.scalars(db.select(AddressBlock))
    assert "people.example" not in f"{vars(report)} {vars(block)}"


def test_organizers_sign_in_whatever_came_back(make, queue):
    petra = make.organizer()
    message = queue("sign_in", None, organizer=petra, state=MessageState.SENT)

    came_back(message)

    assert (blocks(), message.returned_at is not None) == ([], True)


def test_remembering_someone_after_a_bounce_ends_the_call(make, ada, sent):
    came_back(sent(ada))
    with transaction():
        remember(ada, now=clock.now(), by=make.organizer())

    assert calls() == []
    assert db.session.query(Task).filter_by(kind=TaskKind.CALL).count() == 1


def test_a_bounce_without_our_message_changes_nothing(app, ada, maildir):
    letter = EmailMessage()
    letter["Subject"] = "Undeliverable"
    letter.set_content("5.1.1 ada@people.example")
    maildir.add(letter.as_bytes())

    MailReader(app, app.extensions["forum"]).read()

    assert (reports(), blocks(), calls()) == ([], [], [])
