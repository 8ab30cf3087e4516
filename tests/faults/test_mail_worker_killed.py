"""A worker's process is killed in the middle of its work: no mail is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path

import pytest

from forum import clock
from forum.config import Settings
from forum.db import db, transaction
from forum.outbox import queries
from forum.outbox.models import Message, MessageState
from tests.mail.relay import Relay

pytestmark = pytest.mark.faults
HOUSE = Path(__file__).parent.parent.parent
MAILS = 400
KILLS = 6
THREADS = 4


def started(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a worker in a process of its own, with the same settings."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("FORUM_")}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, bool):
            value = "on" if value else "off"
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        environ[f"FORUM_{field.name.upper()}"] = text
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return subprocess.Popen(command, cwd=HOUSE, env=environ, stderr=subprocess.DEVNULL)


@pytest.fixture
def installation(settings, make):
    """Give a server, an outbox full of due mail, and settings that lead from one to the other."""
    person = make.registration(make.event())
    now = clock.now()
    rows = [
        {
            "email": "my_link",
            "registration_id": person.id,
            "dedupe_key": f"my_link:{number}",
            "due_at": now,
            "created_at": now,
        }
        for number in range(MAILS)
    ]
    db.session.execute(db.insert(Message), rows)
    db.session.commit()
    with Relay() as relay:
        yield (
            relay,
            replace(
                settings,
                mail_server="127.0.0.1",
                mail_port=relay.port,
                mail_default_sender="events@lantern.example",
                sender_threads=THREADS,
            ),
        )


def wait_for(is_so, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
        db.session.rollback()
    return is_so()


def end_leases() -> None:
    """Let the minute pass after which a dead worker's messages are taken over."""
    with transaction():
        db.session.query(Message).where(Message.state == MessageState.SENDING).update(
            {"due_at": clock.now()}
        )


def test_a_killed_worker_loses_nothing_and_repeats_at_most_what_was_in_its_hands(installation):
    relay, settings = installation
    chance = random.Random(20270424)
    for _ in range(KILLS):
        before = len(relay.deliveries)
        worker = started(settings)
        assert wait_for(lambda before=before: len(relay.deliveries) > before)
        time.sleep(chance.uniform(0, 0.2))
        worker.kill()
        worker.wait()
        end_leases()
    worker = started(settings)
    try:
        assert wait_for(lambda: queries.counts()[MessageState.SENT] == MAILS)
    finally:
        worker.terminate()
        worker.wait()

    times = Counter(delivery.message_id for delivery in relay.deliveries)
    assert len(times) == MAILS
    assert sum(times.values()) - MAILS <= KILLS * THREADS


def test_a_worker_told_to_stop_finishes_the_mail_in_hand_and_leaves_none_behind(installation):
    relay, settings = installation
    worker = started(settings)
    assert wait_for(lambda: len(relay.deliveries) > 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    db.session.rollback()
    counts = queries.counts()
    assert counts[MessageState.SENDING] == 0
    assert counts[MessageState.SENT] == len(relay.deliveries)
    assert counts[MessageState.SENT] + counts[MessageState.QUEUED] == MAILS
    assert queries.health(now=clock.now()).workers == 0
