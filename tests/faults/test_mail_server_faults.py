"""A mail server in every temper, a real worker, and a web that does not notice."""

import asyncio
import itertools
import socket
import ssl
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from forum import clock, create_app
from forum.config import Settings
from forum.db import db, transaction
from forum.outbox import actions
from forum.outbox.models import Heartbeat, Message, MessageState
from forum.outbox.rules import JITTER, RETRY_DELAYS
from forum.registration.models import Registration
from tests.faults.mail_server import HangUp, MailServer, kind
from tests.faults.serving import House, serving
from tests.faults.working import eventually, mailing_to, working
from tests.make import Make

pytestmark = [pytest.mark.faults, pytest.mark.sqlite_is_enough]
CANNOT = "The mail server cannot be reached."
CLOSED = "The mail server closed the connection."
GARBLED = "The mail server's answer cannot be understood."
LOST = "The mail server closed the connection before it said whether it took the email."
SILENT = "The mail server did not answer in time."
NO_MORE = "The mail server takes no more for now: "
PUT_OFF = "The mail server asked to try again later: "
UNTRUSTED = "The mail server's certificate is not to be trusted."
PEOPLE = 80
PATH = "/events/forum-2027/register"
numbers = itertools.count(1)


@dataclass
class Place:
    """Everything that runs."""

    settings: Settings
    server: MailServer
    web: House
    people: list[tuple[int, str]]

    def someone(self) -> tuple[int, str]:
        """Return a person nobody has written to yet: her number and her address."""
        return self.people.pop()

    def tell(self, person: tuple[int, str] | None = None) -> str:
        """Put an email to someone into the outbox; return her address."""
        number, address = person or self.someone()
        with transaction():
            registration = db.session.get_one(Registration, number)
            actions.post("my_link", registration, once=address, now=clock.now())
        return address

    def check_web(self) -> None:
        """Someone reads a page and registers, as on any other day."""
        assert self.web.ask("GET", "/events/forum-2027/").status == 200
        name = f"Visitor {next(numbers)}"
        answers = {"name": name, "email": "visitor@people.example", "mode": "webcast"}
        assert self.web.send(PATH, self.web.form(PATH), **answers).status == 303
        db.session.rollback()
        assert db.session.query(Registration).filter_by(name=name).count() == 1

    def times_taken(self, address: str) -> int:
        """Return how often the server was given her letter; all had one Message-ID."""
        found = Counter(t.message_id for t in self.server.taken if t.recipient == address)
        assert len(found) <= 1
        return found.total()


@pytest.fixture(scope="module")
def place(sqlite_engine, tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    folder = tmp_path_factory.mktemp("mail-faults")
    with (
        MailServer() as server,
        sqlite_engine.fresh(folder, port=port, limits=False) as settings,
    ):
        settings = mailing_to(settings, server.port, mail_timeout=2)
        app = create_app(settings, TESTING=True)
        with app.app_context():
            make = Make()
            event = make.event(slug="forum-2027")
            people = [make.registration(event) for _ in range(PEOPLE)]
            addresses = [(each.id, each.email) for each in people]
            with serving(settings) as web, working(settings):
                yield Place(settings, server, web, addresses)
            db.session.remove()
            db.engine.dispose()


def message(address: str) -> Message:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(db.select(Message).where(Message.dedupe_key == address)).one()


def comes_to(address: str, state: MessageState, tries: int = 1) -> bool:
    return eventually(
        lambda: (found := message(address)).state == state and found.attempts >= tries
    )


def trouble() -> str | None:
    """Return what the worker says keeps it from sending."""
    return db.session.scalars(db.select(Heartbeat.trouble)).first()


def finds_out(address: str, reason: str) -> bool:
    """Wait until the worker knows why her mail cannot leave; another that is due may tell it."""
    return eventually(lambda: reason in {message(address).reason, trouble()})


def is_put_off(address: str) -> bool:
    """Wait until a mail waits and says why; it was no try if another had found out before."""
    return eventually(
        lambda: (found := message(address)).state == MessageState.QUEUED and found.reason
    )


def let_time_pass() -> None:
    """Let the next try come."""
    with transaction():
        actions.hurry(Message.reason.is_not(None), now=clock.now())


def says(moment: str, reply: str):
    """Return the temper of a server that has one reply for one moment."""

    async def mood(_line, now: str) -> str | None:
        return reply if now == moment else None

    return mood


def hangs_up(moment: str):
    async def mood(_line, now: str) -> None:
        if now == moment:
            raise HangUp

    return mood


def falls_silent(moment: str):
    async def mood(_line, now: str) -> None:
        if now == moment:
            await asyncio.sleep(3600)

    return mood


async def drips(line, _moment: str) -> None:
    while True:
        line.write.write(b"2")
        await line.write.drain()
        await asyncio.sleep(1)


async def chatters(line, moment: str) -> str | None:
    if moment == "MAIL":
        line.write.write(b"\x00\xff\x16\x03" * 4000 + b"\r\n")
        return "GET / HTTP/1.1"
    return None


async def reads_no_letter(line, moment: str) -> None:
    if moment == "DATA":
        await line.say("354 go on")
        line.read._transport.pause_reading()
        await asyncio.sleep(3600)


@contextmanager
def in_a_temper(server: MailServer, mood):
    server.close_door()  # or else a mail may leave by a line that was greeted before
    server.mood = mood
    server.open_door()
    try:
        yield
    finally:
        server.mood = kind


TEMPERS = {
    "silent after the letter": (falls_silent("letter"), SILENT),
    "never reads the letter": (reads_no_letter, SILENT),
    "421 at RCPT": (says("RCPT", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "421 at DATA": (says("DATA", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "421 after the letter": (says("letter", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "451 after the letter": (says("letter", "451 4.4.3 later"), PUT_OFF + "451 4.4.3 later"),
    "cut at MAIL": (hangs_up("MAIL"), CLOSED),
    "cut before it took the letter": (hangs_up("letter"), LOST),
    "cut after it took the letter": (hangs_up("taken"), LOST),
    "chatters": (chatters, None),
    "nonsense at RCPT": (says("RCPT", "hello there"), GARBLED),
}

NO_LINE = {
    "silent": (falls_silent("greeting"), SILENT),
    "one octet a second": (drips, SILENT),
    "421 at first": (says("greeting", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "421 at EHLO": (says("EHLO", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "421 at MAIL": (says("MAIL", "421 4.3.2 busy"), NO_MORE + "421 4.3.2 busy"),
    "554 at first": (says("greeting", "554 no"), "The mail server refuses us: 554 no"),
    "speaks HTTP": (says("greeting", "HTTP/1.1 400 Bad Request"), CANNOT),
}

LONGEST_FIRST_DELAY = RETRY_DELAYS[0] * (1 + JITTER)


@pytest.mark.parametrize("temper", TEMPERS)
def test_a_server_in_a_temper_gets_the_mail_later_and_pages_are_as_ever(place, temper):
    mood, reason = TEMPERS[temper]
    told_at = clock.now()
    with in_a_temper(place.server, mood):
        ada = place.tell()
        place.check_web()
        assert is_put_off(ada), message(ada).state
    found = message(ada)
    assert reason in {found.reason, None}
    assert told_at + RETRY_DELAYS[0] <= found.due_at <= clock.now() + LONGEST_FIRST_DELAY
    let_time_pass()
    assert comes_to(ada, MessageState.SENT)
    repeats = 1 if temper == "cut after it took the letter" else 0
    assert place.times_taken(ada) == 1 + repeats


@pytest.mark.parametrize("temper", NO_LINE)
def test_no_connection_is_no_try_and_the_mail_leaves_once_there_is_one(place, temper):
    mood, reason = NO_LINE[temper]
    told_at = clock.now()
    with in_a_temper(place.server, mood):
        ada = place.tell()
        place.check_web()
        assert finds_out(ada, reason), trouble()
        assert comes_to(ada, MessageState.QUEUED, tries=0)
    assert message(ada).due_at <= told_at + timedelta(seconds=5)
    assert comes_to(ada, MessageState.SENT)
    assert (message(ada).attempts, place.times_taken(ada)) == (1, 1)


def test_a_server_that_is_down_gets_the_mail_later_and_pages_are_as_ever(place):
    place.server.close_door()
    ada, boris = place.tell(), place.tell()
    place.check_web()
    for each in (ada, boris):
        assert finds_out(each, CANNOT), trouble()
        assert comes_to(each, MessageState.QUEUED, tries=0)
    place.server.open_door()
    cora = place.tell()
    for each in (cora, ada, boris):
        assert comes_to(each, MessageState.SENT)
        assert place.times_taken(each) == 1


def test_greylisting_delays_each_first_try_once(place):
    seen = set()

    async def greylists(line, moment: str) -> str | None:
        if moment == "RCPT" and line.recipient not in seen:
            seen.add(line.recipient)
            return "451 4.7.1 Greylisted"
        return None

    with in_a_temper(place.server, greylists):
        people = [place.tell(), place.tell()]
        for each in people:
            assert comes_to(each, MessageState.QUEUED)
            assert message(each).reason == PUT_OFF + "451 4.7.1 Greylisted"
        let_time_pass()
        for each in people:
            assert comes_to(each, MessageState.SENT, tries=2)
            assert place.times_taken(each) == 1


@pytest.mark.parametrize("moment", ["RCPT", "letter"])
def test_an_address_that_does_not_exist_fails_alone(place, moment):
    someone = place.someone()

    async def knows_no_ada(line, now: str) -> str | None:
        is_ada = now == moment and line.recipient == someone[1]
        return "550 5.1.1 No such person" if is_ada else None

    with in_a_temper(place.server, knows_no_ada):
        ada = place.tell(someone)
        others = [place.tell() for _ in range(5)]
        assert comes_to(ada, MessageState.FAILED)
        for each in others:
            assert comes_to(each, MessageState.SENT)
            assert place.times_taken(each) == 1
    assert message(ada).reason == ("The mail server refused the email: 550 5.1.1 No such person")
    assert place.times_taken(ada) == 0


def test_a_server_that_closes_after_three_mails_gets_all_at_the_first_try(place):
    async def closes_after_three(line, moment: str) -> None:
        if moment == "MAIL" and line.mails == 3:
            raise HangUp

    with in_a_temper(place.server, closes_after_three):
        people = [place.tell() for _ in range(40)]
        place.check_web()
        for each in people:
            assert comes_to(each, MessageState.SENT)
            assert (message(each).attempts, place.times_taken(each)) == (1, 1)


def with_tls(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def check_nothing_leaves(make, settings, reason: str, **environ: str) -> None:
    """Let a worker of this installation try once; it gives no letter away and says why."""
    person = make.registration(make.event())
    with transaction():
        actions.post("my_link", person, once="only", now=clock.now())
    with working(settings, **environ):
        assert eventually(lambda: message("only").reason == reason)
    assert (message("only").state, message("only").attempts) == (MessageState.QUEUED, 0)


def test_a_self_signed_server_gets_nothing(make, settings, certificate):
    with MailServer(tls=with_tls(certificate)) as server:
        check_nothing_leaves(make, mailing_to(settings, server.port, mail_use_ssl=True), UNTRUSTED)
        assert server.tried == []


def test_a_trusted_certificate_for_another_name_gets_nothing(make, settings, certificate):
    with MailServer(tls=with_tls(certificate)) as server:
        other = replace(
            mailing_to(settings, server.port, mail_use_ssl=True), mail_server="localhost"
        )
        check_nothing_leaves(make, other, UNTRUSTED, SSL_CERT_FILE=str(certificate))
        assert server.tried == []


def test_a_trusted_server_gets_the_mail(make, settings, certificate):
    person = make.registration(make.event())
    with transaction():
        actions.post("my_link", person, once="only", now=clock.now())
    with MailServer(tls=with_tls(certificate)) as server:
        there = mailing_to(settings, server.port, mail_use_ssl=True)
        with working(there, SSL_CERT_FILE=str(certificate)):
            assert comes_to("only", MessageState.SENT)


def test_a_name_that_no_name_server_knows_is_tried_again(make, settings):
    nowhere = replace(mailing_to(settings, 25), mail_server="relay.invalid")
    check_nothing_leaves(make, nowhere, CANNOT)
