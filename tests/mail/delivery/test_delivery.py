"""Letters over a real socket: taken, refused, put off, and never in doubt."""

import mailbox
import threading
from dataclasses import replace

import flask_mail
import pytest

from forum.delivery import transport
from forum.delivery.refusals import (
    AddressUnusable,
    LetterRefused,
    RefusesUs,
    ServerBusy,
    ServerSilent,
    ServerUnreachable,
    TemporaryFailure,
)
from forum.delivery.transport import MaildirConnection
from forum.emails.letter import Mailbox
from tests.mail.relay import Relay, Silent

pytestmark = pytest.mark.sqlite_is_enough


def numbered(letter, number: int):
    return replace(letter, message_id=f"reminder.{number}@lantern.example")


def test_a_letter_arrives_at_the_one_address(relay, post_to, letter):
    with post_to(relay.port).connect() as connection:
        connection.deliver(letter)
    assert [(d.sender, d.recipients) for d in relay.deliveries] == [
        ("events@lantern.example", ["ada@people.example"])
    ]
    assert relay.deliveries[0].message["Subject"] == letter.subject


def test_bounces_go_where_the_settings_say(relay, post_to, letter):
    post = post_to(relay.port, mail_envelope_sender="bounces@lantern.example")
    with post.connect() as connection:
        connection.deliver(letter)
    assert relay.deliveries[0].sender == "bounces@lantern.example"
    assert relay.deliveries[0].message["From"] == "Lantern <events@lantern.example>"


def test_many_letters_share_a_connection_but_not_for_ever(relay, post_to, letter):
    with post_to(relay.port).connect() as connection:
        for number in range(201):
            connection.deliver(numbered(letter, number))
    assert len(relay.deliveries) == 201
    assert relay.connections == 3


def test_an_old_connection_is_replaced(relay, post_to, letter, monkeypatch):
    monkeypatch.setattr(transport, "LONGEST_KEPT", 0.0)
    with post_to(relay.port).connect() as connection:
        for number in range(3):
            connection.deliver(numbered(letter, number))
    assert relay.connections == 3


def test_a_server_that_hangs_up_between_letters_loses_none_and_repeats_none(post_to, letter):
    with Relay(close_after=3) as relay, post_to(relay.port).connect() as connection:
        for number in range(10):
            connection.deliver(numbered(letter, number))
    assert [d.message_id for d in relay.deliveries] == [
        f"<reminder.{number}@lantern.example>" for number in range(10)
    ]


def test_a_421_between_letters_is_a_new_connection_and_not_a_failure(post_to, letter):
    with Relay() as relay, post_to(relay.port).connect() as connection:
        connection.deliver(letter)
        relay.refused["ada@people.example"] = "421 4.3.2 closing"
        with pytest.raises(TemporaryFailure, match="421"):
            connection.deliver(letter)
        assert relay.connections == 2
        relay.refused.clear()
        connection.deliver(letter)
    assert len(relay.deliveries) == 2


def test_a_451_is_temporary_and_the_connection_stays_fit(relay, post_to, letter):
    relay.answers.append("451 4.7.1 Greylisted, please come back")
    with post_to(relay.port).connect() as connection:
        with pytest.raises(ServerBusy) as failure:
            connection.deliver(letter)
        connection.deliver(letter)
    assert failure.value.reason == (
        "The mail server asked to try again later: 451 4.7.1 Greylisted, please come back"
    )
    assert relay.tries == [f"<{letter.message_id}>"] * 2
    assert relay.connections == 1


@pytest.mark.parametrize("moment", ["address", "letter"])
def test_a_550_is_final_and_the_next_letter_is_sent(relay, post_to, letter, moment):
    if moment == "address":
        relay.refused["ada@people.example"] = "550 5.1.1 No such person"
    else:
        relay.answers.append("550 5.1.1 No such person")
    with post_to(relay.port).connect() as connection:
        with pytest.raises(LetterRefused, match=r"refused the email: 550 5\.1\.1 No such person$"):
            connection.deliver(letter)
        connection.deliver(replace(letter, to=Mailbox("Boris", "boris@people.example")))
    assert [d.recipients for d in relay.deliveries] == [["boris@people.example"]]


def test_a_server_that_says_nothing_is_left_in_time(post_to, letter):
    with (
        Silent() as server,
        post_to(server.port, mail_timeout=0.2).connect() as connection,
        pytest.raises(ServerSilent, match="did not answer in time"),
    ):
        connection.deliver(letter)


def test_a_server_that_says_one_letter_at_a_time_is_left_in_time(post_to, letter, monkeypatch):
    monkeypatch.setattr(transport, "TRY_LIMIT", 0.5)
    with (
        Silent(pause=0.05) as server,
        post_to(server.port).connect() as connection,
        pytest.raises(ServerSilent),
    ):
        connection.deliver(letter)


def test_no_server_at_all_is_temporary(post_to, letter):
    with Relay() as relay:
        port = relay.port
    with (
        post_to(port).connect() as connection,
        pytest.raises(ServerUnreachable, match="cannot be reached"),
    ):
        connection.deliver(letter)


def test_a_self_signed_server_gets_no_letter_and_no_password(tls_relay, post_to, letter):
    post = post_to(tls_relay.port, mail_use_tls=True, mail_username="u", mail_password="secret")
    with (
        post.connect() as connection,
        pytest.raises(ServerUnreachable, match="certificate is not to be trusted"),
    ):
        connection.deliver(letter)
    assert tls_relay.deliveries == []


def test_a_server_with_a_trusted_certificate_gets_the_letter(
    tls_relay, post_to, letter, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with post_to(tls_relay.port, mail_use_tls=True).connect() as connection:
        connection.deliver(letter)
    assert len(tls_relay.deliveries) == 1


def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for(relay, post_to, letter):
    with (
        post_to(relay.port, mail_use_tls=True).connect() as connection,
        pytest.raises(RefusesUs, match="does not offer"),
    ):
        connection.deliver(letter)


def test_an_address_that_no_server_takes_is_a_final_failure(relay, post_to, letter):
    with (
        post_to(relay.port).connect() as connection,
        pytest.raises(AddressUnusable, match="before the @"),
    ):
        connection.deliver(replace(letter, to=Mailbox("José", "josé@people.example")))


def test_flask_mail_still_records_and_suppresses(app, relay, post_to, letter):
    post = post_to(relay.port)
    app.config["MAIL_SUPPRESS_SEND"] = True
    post = transport.Post(app, post.settings)
    with post.record_messages() as outbox, post.connect() as connection:
        connection.deliver(letter)
    assert [(m.subject, m.recipients, m.body) for m in outbox] == [
        (letter.subject, [("Ada Q. Trialrun", "ada@people.example")], letter.text)
    ]
    assert outbox[0].as_string().startswith("Date: Thu, 22 Apr 2027 14:00:00 +0000")
    assert relay.deliveries == []


def test_only_letters_leave(app, relay, post_to):
    with post_to(relay.port).connect() as connection, pytest.raises(TypeError):
        connection.send(flask_mail.Message("Hello", ["ada@people.example"], sender="a@b.example"))


def test_without_a_server_letters_lie_in_a_maildir(app, letter):
    app.config["MAIL_SUPPRESS_SEND"] = False
    post = transport.Post(app, app.extensions["forum"])

    def deliver(first: int) -> None:
        with app.app_context(), post.connect() as connection:
            assert isinstance(connection, MaildirConnection)
            for number in range(first, first + 20):
                connection.deliver(numbered(letter, number))

    threads = [threading.Thread(target=deliver, args=(20 * part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = mailbox.Maildir(app.extensions["forum"].instance / "mail", create=False)
    assert {message["Message-ID"] for message in found} == {
        f"<reminder.{number}@lantern.example>" for number in range(80)
    }
    assert {message["To"] for message in found} == {'"Ada Q. Trialrun" <ada@people.example>'}
