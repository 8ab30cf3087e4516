"""What the server says at each step, over a real socket, and what becomes of the letter."""

import pytest

from forum import clock
from forum.db import db, transaction
from forum.delivery.refusals import (
    LetterRefused,
    NotDelivered,
    RecipientRefused,
    RefusesUs,
    ServerBusy,
    ServerFull,
    ServerUnreachable,
)
from forum.delivery.tries import SPARED_FOR, Sign, deliver
from forum.outbox import actions
from forum.outbox.models import Message, MessageState
from tests.faults.mail_server import HangUp, Line, MailServer

pytestmark = pytest.mark.sqlite_is_enough
REPLIES = {
    ("greeting", "421 too many connections"): ServerFull,
    ("greeting", "554 No SMTP service here"): RefusesUs,
    ("greeting", "HTTP/1.1 400 Bad Request"): ServerUnreachable,
    ("EHLO", "421 4.7.0 too many connections"): ServerFull,
    ("EHLO", "451 please wait"): ServerFull,
    ("AUTH", "535 5.7.8 Username and Password not accepted"): RefusesUs,
    ("AUTH", "534 5.7.9 Application-specific password required"): RefusesUs,
    ("AUTH", "454 4.7.0 Temporary authentication failure"): ServerFull,
    ("MAIL", "530 5.7.0 Authentication required"): RefusesUs,
    ("MAIL", "550 5.7.60 not as this sender"): RefusesUs,
    ("MAIL", "421 4.4.2 too many"): ServerFull,
    ("RCPT", "530 5.7.0 Authentication required"): RefusesUs,
    ("RCPT", "554 5.7.1 Relay access denied"): RefusesUs,
    ("RCPT", "550 No such user"): RecipientRefused,
    ("RCPT", "550 rejected as spam"): LetterRefused,
    ("RCPT", "451 4.7.1 Greylisted"): ServerBusy,
    ("RCPT", "450 4.7.1 Error: too many recipients"): ServerFull,
    ("letter", "550 5.1.1 User unknown"): RecipientRefused,
    ("letter", "550 This message was classified as spam"): LetterRefused,
    ("letter", "451 later"): ServerBusy,
}


def server_that(moment: str, reply: str) -> MailServer:
    async def mood(line: Line, now: str) -> str | None:
        if now == "EHLO" and moment != "EHLO":
            return "250-here\r\n250 AUTH PLAIN"
        if now == "AUTH" and moment != "AUTH":
            return "235 signed in"
        if now == moment:
            if moment == "greeting":
                await line.say(reply)
                raise HangUp
            return reply
        return None

    return MailServer(mood=mood)


@pytest.fixture
def heard(post_to, letter):
    """Return what a letter meets at a server that says one thing at one moment."""

    def hear(moment: str, reply: str) -> NotDelivered:
        with server_that(moment, reply) as server:
            post = post_to(server.port, mail_username="forum", mail_password="secret")
            with post.connect() as connection, pytest.raises(NotDelivered) as failure:
                connection.deliver(letter)
        return failure.value

    return hear


@pytest.mark.parametrize(("moment", "reply"), REPLIES)
def test_each_answer_is_understood_by_the_moment_at_which_it_comes(heard, moment, reply):
    failure = heard(moment, reply)
    assert type(failure) is REPLIES[moment, reply], failure.reason


def test_a_refused_password_is_said_in_plain_words(heard):
    failure = heard("AUTH", "535 5.7.8 Username and Password not accepted")
    assert failure.reason == "The mail server does not accept our name and password."


@pytest.fixture
def claimed(make):
    """Return a way to claim the one message anew."""
    person = make.registration(make.event())

    def claim() -> actions.Claim:
        with transaction():
            actions.post("my_link", person, once="only", now=clock.now())
            db.session.execute(db.update(Message).values(due_at=clock.now()))
            [claim] = actions.claim("me", 1, now=clock.now(), began=0.0)
        return claim

    return claim


def kept(change) -> tuple[MessageState, int]:
    with transaction():
        change()
    db.session.expire_all()
    message = db.session.scalars(db.select(Message)).one()
    return message.state, message.attempts


@pytest.fixture
def tried(heard, claimed, letter):
    """Return how a try goes at a server that says one thing at one moment."""

    def how(moment: str, reply: str):
        failure = heard(moment, reply)

        class Connection:
            is_open = False

            def deliver(self, _letter):
                raise failure

        return deliver(claimed(), letter, Connection())

    return how


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("moment", "reply", "sign"),
    [
        ("greeting", "421 too many connections", Sign.FULL),
        ("greeting", "554 No SMTP service here", Sign.REFUSES_US),
        ("AUTH", "535 no", Sign.REFUSES_US),
        ("AUTH", "454 not now", Sign.FULL),
        ("MAIL", "530 5.7.0 Authentication required", Sign.REFUSES_US),
        ("MAIL", "450 4.7.1 too much mail", Sign.FAST),
    ],
)
def test_what_is_said_before_an_address_was_named_is_no_try(tried, moment, reply, sign):
    before = clock.now()
    found = tried(moment, reply)
    assert (found.sign, found.spared) == (sign, None)
    assert kept(found.change) == (MessageState.QUEUED, 0)
    assert db.session.scalars(db.select(Message.due_at)).one() <= max(before, clock.now())


@pytest.mark.parametrize(
    ("moment", "reply", "sign"),
    [
        ("RCPT", "554 5.7.1 Relay access denied", Sign.REFUSES_US),
        ("RCPT", "450 4.7.1 too many recipients", Sign.FAST),
        ("letter", "451 later", Sign.LATER),
        ("RCPT", "hello there", Sign.BROKEN),
    ],
)
def test_what_is_said_of_a_letter_is_a_try_unless_the_server_takes_nobodys(
    tried, moment, reply, sign
):
    found = tried(moment, reply)
    assert found.sign == sign
    assert kept(found.change) == (MessageState.QUEUED, 1)
    spared = tried(moment, reply).spared
    assert kept(spared) == (MessageState.QUEUED, 1)
    due_at = db.session.scalars(db.select(Message.due_at)).one()
    assert clock.now() < due_at <= clock.now() + SPARED_FOR


def test_a_greylist_is_the_letters_own_trouble(tried):
    found = tried("RCPT", "451 4.7.1 Greylisted")
    assert (found.sign, found.spared) == (Sign.WELL, None)
    assert kept(found.change) == (MessageState.QUEUED, 1)
