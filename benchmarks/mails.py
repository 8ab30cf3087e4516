"""Confirmations sent by a real worker, 32 connections, to a relay that thinks 10 ms per command.

Budget (DESIGN.md 9): at least 60 % of smtplib sending prebuilt bytes over as many connections;
the first at most 2 s after it is due; at most 2 ms of processor time each.
"""

import smtplib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.connection import Connection

import psutil
from sqlalchemy import insert, select

from benchmarks.house import SLUG, House, house
from benchmarks.memory import start_worker
from benchmarks.people import add_people
from benchmarks.relay import relay
from benchmarks.report import Row
from forum import clock
from forum.db import after_commit, db, transaction
from forum.events.models import Event
from forum.outbox import runner
from forum.outbox.models import Heartbeat, Message, MessageState
from forum.registration.models import Registration

MAILS = 1_500
CONNECTIONS = 32
LETTER_BYTES = 12_000
LONGEST = 60.0


def measure() -> Iterator[Row]:
    """Measure smtplib alone, then the worker, against the same relay."""
    with relay() as (port, told):
        raw = _raw(port, told)
        yield Row("smtplib, prebuilt bytes", f"{raw:.0f}/s")
        for engine in ("sqlite", "postgresql"):
            with house(engine) as here:
                per_second, first, cpu_ms = _work(here, port, told)
            share = per_second / raw
            found = f"{per_second:.0f}/s, {share:.0%} of raw"
            yield Row(f"Mails sent ({engine})", found, ">= 60 % of raw", share >= 0.6)
            yield Row(f"First mail after ({engine})", f"{first:.2f} s", "<= 2 s", first <= 2)
            yield Row(f"CPU of one mail ({engine})", f"{cpu_ms:.1f} ms", "<= 2 ms", cpu_ms <= 2)


def _raw(port: int, told: Connection) -> float:
    """Return how many prebuilt mails a second smtplib alone hands over."""
    letter = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" * (LETTER_BYTES // 72)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="here", timeout=30) as line:
            for _ in range(MAILS // CONNECTIONS):
                line.sendmail("us@house.example", ["ada@people.example"], letter)

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    times = _arrivals(told, MAILS // CONNECTIONS * CONNECTIONS)
    for thread in threads:
        thread.join()
    return len(times) / (times[-1] - times[0])


def _work(here: House, port: int, told: Connection) -> tuple[float, float, float]:
    """Return mails per second, seconds until the first, and processor ms for each."""
    event = db.session.scalars(select(Event).where(Event.slug == SLUG)).one()
    event_id, uid = event.id, event.uid
    add_people(event_id, uid, MAILS, now=clock.now())
    worker = start_worker(
        here,
        FORUM_MAIL_SERVER="127.0.0.1",
        FORUM_MAIL_PORT=port,
        FORUM_MAIL_DEFAULT_SENDER="us@house.example",
        FORUM_SENDER_THREADS=CONNECTIONS,
    )
    try:
        _wait_for_worker()
        cpu_before = _processor_time(worker)
        queued_at = _queue(event_id)
        times = _arrivals(told, MAILS)
        cpu = _processor_time(worker) - cpu_before
    finally:
        worker.send_signal(psutil.signal.SIGTERM)
        worker.wait(30)
    return MAILS / (times[-1] - times[0]), times[0] - queued_at, cpu / MAILS * 1000


def _processor_time(worker: psutil.Popen) -> float:
    """Return the seconds that a worker and its couriers have used."""
    every = [worker, *worker.children(recursive=True)]
    return sum(sum(each.cpu_times()[:2]) for each in every)


def _queue(event_id: int) -> float:
    """Put the confirmations into the outbox as one commit, wake the worker; return when."""
    now = clock.now()
    people = db.session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event_id, Registration.email.like("person%"))
        .limit(MAILS)
    ).all()
    with transaction():
        rows = [
            {
                "email": "confirmation",
                "registration_id": person,
                "facts": {},
                "dedupe_key": f"bench:{person}",
                "state": MessageState.QUEUED,
                "due_at": now,
                "created_at": now,
            }
            for person in people
        ]
        db.session.execute(insert(Message), rows)
        after_commit(runner.wake)
    return time.time()


def _wait_for_worker() -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        seen = db.session.scalar(select(Heartbeat.beat_at).order_by(Heartbeat.beat_at.desc()))
        db.session.rollback()
        if seen is not None and clock.now() - seen < timedelta(seconds=30):
            return
        time.sleep(0.1)
    raise TimeoutError("no worker came")


def _arrivals(told: Connection, number: int) -> list[float]:
    """Return when so many mails came in. Raises TimeoutError if they do not come."""
    times: list[float] = []
    while len(times) < number:
        if not told.poll(LONGEST):
            raise TimeoutError(f"{len(times)} of {number} mails came")
        times.append(told.recv())
    return sorted(times)
