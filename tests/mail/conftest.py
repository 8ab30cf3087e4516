"""Letters, servers and post offices for the mail tests."""

import datetime as dt
import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine

from forum import clock
from forum.db import db
from forum.delivery.transport import Post
from forum.emails import Letter, write
from forum.emails.letter import Mailbox
from forum.outbox.models import Message
from tests.mail.occasions import reminded
from tests.mail.relay import Relay

WRITTEN_AT = dt.datetime(2027, 4, 22, 14, 0, tzinfo=dt.UTC)


@pytest.fixture
def letter() -> Letter:
    return Letter(
        sender=Mailbox("Lantern", "events@lantern.example"),
        to=Mailbox("Ada Q. Trialrun", "ada@people.example"),
        reply_to=Mailbox("Lantern", "hello@lantern.example"),
        subject="Reminder for Saturday",
        text="Hello Ada,\n\nYour place is booked.\n",
        html='<!doctype html><html lang="en"><title>Soon</title><p>Your place is booked.</p>',
        message_id="reminder.0123@lantern.example",
        written_at=WRITTEN_AT,
    )


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def post_to(app):
    """Return a way to have a post office for a server; sends for real."""

    def make(port: int, **settings) -> Post:
        chosen = replace(
            app.extensions["forum"],
            mail_server="127.0.0.1",
            mail_port=port,
            mail_default_sender="events@lantern.example",
            **settings,
        )
        app.extensions["forum"] = chosen
        for name in [name for name in app.config if name.startswith("MAIL_")]:
            del app.config[name]
        app.config["MAIL_SUPPRESS_SEND"] = False
        return Post(app, chosen)

    return make


@pytest.fixture
def queue(app):
    """Return a way to put a message about a registration into the outbox, due now."""
    numbers = iter(range(1, 10_000))

    def put(email, registration, **values) -> Message:
        now = clock.now()
        defaults = {
            "dedupe_key": f"{email}:{next(numbers)}",
            "facts": {},
            "due_at": now,
            "created_at": now,
        }
        message = Message(email=email, registration=registration, **{**defaults, **values})
        db.session.add(message)
        db.session.commit()
        return message

    return put


@pytest.fixture
def written(queue):
    """Return a way to have an email as it would be written now."""

    def written(email, registration, **values):
        return write(queue(email, registration, **values), clock.now())

    return written


@pytest.fixture
def tls_relay(certificate) -> Iterator[Relay]:
    """Return a server that insists on STARTTLS, with its self-signed certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Relay(options={"tls_context": context, "require_starttls": True}) as relay:
        yield relay


@pytest.fixture
def letter_for(make, queue):
    """Return a way to have the reminder of a rule, as one person gets it."""

    def letter_for(person, lead: str = "P2D", **facts) -> Letter:
        told = reminded(make, person, lead, **facts)
        with time_machine.travel(dt.datetime.fromtimestamp(told["due"], dt.UTC), tick=False):
            letter = write(queue("reminder", person, facts=told), clock.now())
        assert isinstance(letter, Letter), letter
        return letter

    return letter_for
