"""The mailboxes that we read: a real IMAP server, one that is silent, and folders."""

import imaplib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.incoming import mailboxes
from forum.incoming.mailboxes import Unreachable
from forum.incoming.models import AddressBlock, DeliveryReport
from forum.incoming.reader import MailReader
from forum.operations import doctor
from forum.outbox import marks
from forum.outbox.models import Message, MessageState
from forum.registration.telling import tell
from tests.faults.serving import HOUSE, environment
from tests.mail import returned
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.relay import Silent
from tests.stored import number_of

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture(scope="module")
def dovecot(certificate):
    folder = Path(tempfile.mkdtemp(prefix="forum-dovecot-", dir="/tmp"))
    readable = folder / "server.pem"
    shutil.copy(certificate, readable)
    with Dovecot(folder, readable) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def inbox(dovecot):
    """Return somebody's mail program, which has the server's mailbox open; it is empty."""
    client = imaplib.IMAP4("127.0.0.1", dovecot.port)
    client.login("bounces@lantern.example", PASSWORD)
    _status, (number,) = client.select("INBOX")
    if int(number):
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    yield client
    client.logout()


@pytest.fixture
def confirmation(make, queue) -> Message:
    ada = make.registration(make.event(), email="ada@people.example", phone="+16175550100")
    return queue("confirmation", ada, state=MessageState.SENT, sent_at=clock.now())


@pytest.fixture
def certificate_is_trusted(monkeypatch, dovecot):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "server.pem"))


def put(inbox, octets: bytes) -> None:
    inbox.append("INBOX", None, None, octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def flags(inbox) -> list[bool]:
    """Return of each message whether it was read."""
    inbox.noop()
    everything, seen = (inbox.search(None, which)[1][0].split() for which in ("ALL", "SEEN"))
    return [each in seen for each in everything]


def reader(app, *addresses: str) -> MailReader:
    return MailReader(app, replace(app.extensions["forum"], mailboxes=addresses))


@pytest.mark.both_engines
@pytest.mark.imap
@pytest.mark.usefixtures("certificate_is_trusted")
@pytest.mark.parametrize("tls", [False, True])
def test_a_bounce_in_an_imap_mailbox_is_read_once_and_the_rest_left(
    app, confirmation, dovecot, inbox, tls
):
    put(inbox, returned.octets("vacation"))
    put(inbox, returned.octets("postfix-unknown-user", marks.mark_of(confirmation)))
    put(inbox, b"Subject: large\n\n" + b"x" * 1_100_000)
    reading = reader(app, dovecot.address(tls=tls))

    first, second = reading.read()[0], reading.read()[0]

    assert (first.trouble, first.dealt_with, first.left) == ("", 1, 2)
    assert (second.trouble, second.dealt_with, second.left) == ("", 0, 0)
    assert flags(inbox) == [False, True, False]
    assert (number_of(DeliveryReport), db.session.query(AddressBlock).count()) == (1, 1)


@pytest.mark.imap
def test_a_reader_that_dies_between_keeping_and_marking_counts_nothing_twice(
    app, confirmation, dovecot, inbox, monkeypatch
):
    put(inbox, returned.octets("postfix-unknown-user", marks.mark_of(confirmation)))

    class Killed(BaseException):
        """What a kill is to the code that it ends."""

    def die(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(mailboxes._Imap, "set_seen", die)
        with suppress(Killed):
            reader(app, dovecot.address()).read()
    assert (number_of(DeliveryReport), flags(inbox)) == (1, [False])

    assert reader(app, dovecot.address()).read()[0].dealt_with == 1
    assert (number_of(DeliveryReport), flags(inbox)) == (1, [True])


@pytest.mark.imap
def test_a_reader_that_dies_before_keeping_loses_nothing(
    app, confirmation, dovecot, inbox, monkeypatch
):
    put(inbox, returned.octets("postfix-unknown-user", marks.mark_of(confirmation)))

    with monkeypatch.context() as patched:
        patched.setattr("forum.incoming.actions.keep", lambda *_, **__: 1 / 0)
        reader(app, dovecot.address()).read()
    assert (number_of(DeliveryReport), flags(inbox)) == (0, [False])

    reader(app, dovecot.address()).read()
    assert (number_of(DeliveryReport), flags(inbox)) == (1, [True])


@pytest.mark.imap
def test_a_mailbox_that_refuses_us_is_named_without_its_password(app, dovecot, monkeypatch):
    refused = "The mailbox's server does not accept our name and password, or has no such folder."
    for address in (
        dovecot.address(password="wrong secret"),
        dovecot.address(folder="No%20such%22folder"),
    ):
        assert [each.trouble for each in reader(app, address).read()] == [refused]
    untrusted = reader(app, dovecot.address(tls=True)).read()[0]
    assert untrusted.trouble == "The mailbox's server cannot be reached, or hung up."
    assert untrusted.mailbox == "imaps://127.0.0.1"


@pytest.mark.imap
def test_doctor_and_the_command_say_how_each_mailbox_does(app, dovecot, tmp_path):
    good, gone = dovecot.address(), f"maildir:{tmp_path}/nowhere"
    settings = replace(app.extensions["forum"], mailboxes=(good, gone), mail_server="mx.example")
    app.extensions["forum"] = settings

    found = list(doctor.mailboxes_answer(settings, clock.now()))
    said = app.test_cli_runner().invoke(args=["incoming", "read"])

    assert found == ["maildir: There is no Maildir at this path."]
    assert list(doctor.returned_mail(settings, clock.now())) == [
        "FORUM_MAIL_ENVELOPE_SENDER is empty: bounces are known only where they quote us."
    ]
    assert said.exit_code == 1
    assert "imap://127.0.0.1: 0 dealt with, " in said.output
    assert "maildir: There is no Maildir at this path." in said.output
    assert PASSWORD not in said.output


def test_doctor_warns_when_nobody_learns_of_bounces(app):
    settings = replace(app.extensions["forum"], mail_server="mx.example")

    assert list(doctor.returned_mail(settings, clock.now())) == [
        "FORUM_MAILBOXES is empty, and no provider tells us: nobody learns of bounces."
    ]
    told = replace(settings, mailgun_key="key")
    assert list(doctor.returned_mail(told, clock.now())) == []
    assert app.test_cli_runner().invoke(args=["incoming", "read"]).exit_code == 1


@pytest.mark.parametrize("pause", [None, 0.05])
def test_a_mailbox_that_is_silent_is_left_in_time(app, pause, monkeypatch):
    monkeypatch.setattr(mailboxes, "PATIENCE", 0.3)
    monkeypatch.setattr(mailboxes, "LONGEST", 0.6)
    with Silent(pause) as server:
        started = time.monotonic()
        [found] = reader(app, f"imap://a:b@127.0.0.1:{server.port}/").read()
        assert time.monotonic() - started < 5
    assert found.trouble in {
        "The mailbox's server did not answer in time.",
        "The mailbox's server cannot be reached, or hung up.",
    }


def test_a_silent_mailbox_holds_no_mail_up_and_lets_the_worker_end(app, make, relay, post_to):
    with Silent() as server:
        post_to(relay.port, mailboxes=(f"imap://a:b@127.0.0.1:{server.port}/",))
        person = make.registration(make.event())
        worker = Worker(app)
        thread = threading.Thread(target=worker.run)
        thread.start()
        with transaction():
            tell("my_link", person, "1", now=clock.now())
        deadline = time.monotonic() + 10
        while not relay.deliveries and time.monotonic() < deadline:
            time.sleep(0.02)
        worker.stop()
        thread.join(10)
    assert (len(relay.deliveries), thread.is_alive()) == (1, False)


def test_one_mailbox_that_is_away_does_not_hide_the_others(app, confirmation, tmp_path):
    import mailbox

    folder = mailbox.Maildir(tmp_path / "bounces")
    folder.add(returned.octets("mailbox-full", marks.mark_of(confirmation)))

    rounds = reader(app, "imap://a:b@127.0.0.1:1/", f"maildir:{tmp_path}/bounces").read()

    assert [(each.dealt_with, bool(each.trouble)) for each in rounds] == [(0, True), (1, False)]
    assert number_of(DeliveryReport) == 1


def test_marking_keeps_what_others_have_marked(tmp_path):
    folder = tmp_path / "bounces"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "cur" / "1.a[b]c.host:2,FR").write_bytes(b"one")
    (folder / "new" / "2.host").write_bytes(b"two")
    (folder / "cur" / "3.host:2,S").write_bytes(b"read already")

    with mailboxes.opened(f"maildir:{folder}") as opened:
        found = dict(opened.unseen({"none"}))
        for key in found:
            opened.set_seen(key)
        opened.set_seen("gone")

    assert found == {"1.a[b]c.host": b"one", "2.host": b"two"}
    assert sorted(path.name for path in (folder / "cur").iterdir()) == [
        "1.a[b]c.host:2,FRS",
        "2.host:2,S",
        "3.host:2,S",
    ]


def test_a_maildir_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(Unreachable, match="There is no Maildir"), mailboxes.opened("maildir:/no"):
        pass


@pytest.mark.faults
def test_a_reader_killed_at_any_moment_counts_each_report_once(settings, make, queue, tmp_path):
    import mailbox

    event = make.event()
    folder = mailbox.Maildir(tmp_path / "bounces")
    for number in range(60):
        person = make.registration(event, email=f"gone{number}@people.example")
        message = queue("confirmation", person, state=MessageState.SENT, sent_at=clock.now())
        folder.add(returned.octets("postfix-unknown-user", marks.mark_of(message)))
    environ = environment(replace(settings, mailboxes=(f"maildir:{tmp_path}/bounces",)))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "incoming", "read"]

    for pause in (1.0, 1.2, 1.4, 1.6):
        process = subprocess.Popen(command, cwd=HOUSE, env=environ, stdout=subprocess.DEVNULL)
        time.sleep(pause)
        process.kill()
        process.wait()
    subprocess.run(command, cwd=HOUSE, env=environ, check=True, stdout=subprocess.DEVNULL)

    assert number_of(DeliveryReport) == 60
    assert [each.get_flags() for each in folder] == ["S"] * 60
