"""Relays that take few connections, or few mails a minute: every mail leaves, and none is lost."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field

import pytest

from forum import clock
from forum.db import db, transaction
from forum.outbox import actions, queries
from forum.outbox.models import Message, MessageState
from tests.faults.mail_server import HangUp, Line, MailServer
from tests.faults.working import eventually, fill, mailing_to, working

pytestmark = [pytest.mark.faults, pytest.mark.sqlite_is_enough]
MAILS = 200
PATIENCE = 180
TOO_MANY = "421 4.7.0 too many connections from your address"


@dataclass
class Narrow:
    """Takes so many connections at a time, and so many mails in a time (RFC 5321 3.8)."""

    takes: int
    at: str = "greeting"
    per_window: int = 10**6
    window: float = 5.0
    says: str = "450 4.7.1 Error: too much mail from 127.0.0.1"
    lines: list[Line] = field(default_factory=list)
    taken_at: deque[float] = field(default_factory=deque)
    turned_away: int = 0

    async def __call__(self, line: Line, moment: str) -> str | None:
        self.lines = [each for each in self.lines if not _is_over(each)]
        if moment == self.at and line not in self.lines:
            if len(self.lines) >= self.takes:
                self.turned_away += 1
                await line.say(TOO_MANY)
                raise HangUp
            self.lines.append(line)
        if moment == "MAIL" and self._is_too_fast():
            self.turned_away += 1
            return self.says
        if moment == "taken":
            self.taken_at.append(time.monotonic())
        if moment == "QUIT" and line in self.lines:
            self.lines.remove(line)
        return None

    def _is_too_fast(self) -> bool:
        while self.taken_at and self.taken_at[0] < time.monotonic() - self.window:
            self.taken_at.popleft()
        return len(self.taken_at) >= self.per_window


def _is_over(line: Line) -> bool:
    return line.write.is_closing() or line.read.at_eof()


def states() -> Counter[str]:
    db.session.rollback()
    return Counter({state: number for state, number in queries.counts().items() if number})


def put_off() -> int:
    """Return how many mails were tried and wait for their next try."""
    tried = Message.attempts > 0, Message.state == MessageState.QUEUED
    return db.session.query(Message).where(*tried).count()


def tries() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Message.attempts)))


def every_mail_leaves(narrow: Narrow, make, settings, mails: int = MAILS) -> MailServer:
    """Let a worker with eight couriers empty an outbox."""
    fill(make.registration(make.event()), mails)
    with MailServer(mood=narrow, thinks=0.005) as server:
        with working(mailing_to(settings, server.port)):
            assert eventually(
                lambda: states()[MessageState.SENT] + states()[MessageState.FAILED] == mails,
                PATIENCE,
            ), states()
        assert states() == {MessageState.SENT: mails}
        assert tries() == {1}
        assert set(Counter(each.message_id for each in server.taken).values()) == {1}
    return server


@pytest.mark.parametrize(
    ("takes", "at"), [(2, "greeting"), (5, "greeting"), (1, "EHLO"), (3, "EHLO")]
)
def test_a_relay_with_few_connections_gets_every_mail_at_the_first_try(make, settings, takes, at):
    narrow = Narrow(takes, at)
    every_mail_leaves(narrow, make, settings)
    assert narrow.turned_away < 30


def test_a_relay_that_hangs_up_without_a_word_on_the_third_gets_every_mail(make, settings):
    narrow = Narrow(2)

    async def wordless(line: Line, moment: str) -> str | None:
        if moment == "greeting":
            narrow.lines = [each for each in narrow.lines if not _is_over(each)]
            if len(narrow.lines) >= narrow.takes:
                raise HangUp
        return await narrow(line, moment)

    every_mail_leaves(wordless, make, settings)


@pytest.mark.parametrize(
    "says", ["450 4.7.1 Error: too much mail from 127.0.0.1", "451 4.7.0 please wait"]
)
def test_a_relay_with_a_limit_in_a_time_gets_every_mail_at_the_first_try(make, settings, says):
    every_mail_leaves(Narrow(8, per_window=40, window=3, says=says), make, settings)


def test_a_relay_whose_limit_falls_and_rises_gets_every_mail(make, settings):
    narrow, grown = Narrow(6), []

    async def changing(line: Line, moment: str) -> str | None:
        if moment == "taken":
            if len(server.taken) >= 300:
                grown.append(len(narrow.lines))
            narrow.takes = 1 if 100 <= len(server.taken) < 300 else 5
            if len(server.taken) == 100:
                for each in [other for other in narrow.lines if other is not line]:
                    each.write.close()
        return await narrow(line, moment)

    fill(make.registration(make.event()), 1500)
    server = MailServer(mood=changing, thinks=0.005)
    with server, working(mailing_to(settings, server.port)):
        assert eventually(lambda: len(server.taken) > 300, PATIENCE), states()
        assert eventually(lambda: states()[MessageState.QUEUED] == put_off(), PATIENCE), states()
        with transaction():
            actions.hurry(Message.reason.is_not(None), now=clock.now())
        assert eventually(lambda: states() == {MessageState.SENT: 1500}, PATIENCE), states()
    assert (grown[0], max(grown) > 1) == (1, True)
    assert max(tries()) <= 2


def test_two_workers_share_what_a_relay_takes(make, settings):
    narrow = Narrow(3)
    fill(make.registration(make.event()), MAILS)
    with MailServer(mood=narrow, thinks=0.005) as server:
        there = mailing_to(settings, server.port)
        with working(there), working(there):
            assert eventually(lambda: states() == {MessageState.SENT: MAILS}, PATIENCE), states()
    assert tries() == {1}


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("MAIL", "530 5.7.0 Authentication required"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("greeting", "554 5.7.1 Client host blocked"),
    ],
)
def test_a_relay_that_refuses_us_fails_no_mail_and_hears_from_us_seldom(
    make, settings, moment, says
):
    async def refuses(_line: Line, now: str) -> str | None:
        return says if now == moment else None

    fill(make.registration(make.event()), MAILS)
    with MailServer(mood=refuses) as server, working(mailing_to(settings, server.port)):
        assert eventually(lambda: server.connections > 0)
        time.sleep(5)
        assert states() == {MessageState.QUEUED: MAILS}
        assert server.connections <= 16
    assert sum(db.session.scalars(db.select(Message.attempts))) <= 1
