"""Confirmations with a calendar part, sent by one and by two real workers over 32 connections.

To a relay that thinks for 10 ms about each command, as one nearby does, and to Postfix's
smtp-sink, which takes everything at once. Beside them, smtplib alone sends such a mail, prebuilt,
over as many connections.

Budget (DESIGN.md 9), by the relay: at least 60 % of smtplib; at most 2 ms of processor time each.
"""

import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import NamedTuple

import psutil
from sqlalchemy import func, insert, select

from benchmarks.house import SLUG, House, house
from benchmarks.memory import start_worker
from benchmarks.people import add_people
from benchmarks.relay import relay
from benchmarks.report import Row
from benchmarks.sink import MISSING, PROGRAM, sink
from forum import clock
from forum.db import after_commit, db, transaction
from forum.emails import mime, write
from forum.events.models import Event
from forum.outbox import runner
from forum.outbox.models import Heartbeat, Message, MessageState
from forum.registration.models import Registration

MAILS = 1_500
CONNECTIONS = 32
WORKERS = (1, 2)
LONGEST = 60.0

Server = Callable[[], AbstractContextManager[tuple[int, Connection]]]


class Sent(NamedTuple):
    """How mails went: per second, seconds until the first, processor ms of the workers for each."""

    per_second: float
    first: float
    cpu_ms: float


def measure() -> Iterator[Row]:
    """Measure smtplib alone, then the workers, against each server."""
    servers: dict[str, Server] = {"10 ms relay": relay}
    if PROGRAM:
        servers["smtp-sink"] = sink
    else:
        yield Row("Mails to smtp-sink", MISSING)
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            add_people(*_event(), MAILS, now=clock.now())
            letter = _prebuilt()
            for where, server in servers.items():
                with server() as (port, told):
                    yield from _compare(here, where, letter, port, told)


def _compare(here: House, where: str, letter: bytes, port: int, told: Connection) -> Iterator[Row]:
    raw = _raw(letter, port, told)
    yield Row(f"smtplib to {where}, prebuilt {len(letter):,} bytes", f"{raw:.0f}/s")
    has_budget = where == "10 ms relay"
    for number in WORKERS:
        sent = _work(here, number, port, told)
        share = sent.per_second / raw
        what = f"{number} worker{'s'[: number > 1]} to {where} ({here.engine})"
        found = f"{sent.per_second:.0f}/s, {share:.0%} of raw; first after {sent.first:.2f} s"
        yield Row(
            what,
            found,
            ">= 60 % of raw" if has_budget else "",
            share >= 0.6 if has_budget else None,
        )
        yield Row(
            f"CPU of one mail, {what}",
            f"{sent.cpu_ms:.2f} ms",
            "<= 2 ms" if has_budget else "",
            sent.cpu_ms <= 2 if has_budget else None,
        )


def _event() -> tuple[int, str]:
    row = db.session.execute(select(Event.id, Event.uid).where(Event.slug == SLUG)).one()
    return row[0], row[1]


def _prebuilt() -> bytes:
    """Return a confirmation as a worker would send it."""
    person = db.session.scalars(select(Registration).where(Registration.email.like("person%")))
    message = Message(
        email="confirmation",
        registration=person.first(),
        facts={},
        dedupe_key="raw",
        created_at=clock.now(),
    )
    with db.session.no_autoflush:
        octets = mime.as_bytes(write(message, clock.now()))  # type: ignore[arg-type]  # it is due, so a letter
    db.session.rollback()
    return octets


def _raw(letter: bytes, port: int, told: Connection) -> float:
    """Return how many prebuilt mails a second smtplib alone hands over."""

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="here", timeout=30) as line:
            for _ in range(MAILS // CONNECTIONS):
                line.sendmail("us@house.example", ["ada@people.example"], letter)

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    times = arrivals(told, MAILS // CONNECTIONS * CONNECTIONS)
    for thread in threads:
        thread.join()
    return len(times) / (times[-1] - times[0])


def _work(here: House, number: int, port: int, told: Connection) -> Sent:
    """Let so many workers share the connections and send all mails."""
    with ExitStack() as at_the_end:
        workers = [
            start_worker(
                here,
                FORUM_MAIL_SERVER="127.0.0.1",
                FORUM_MAIL_PORT=port,
                FORUM_MAIL_DEFAULT_SENDER="us@house.example",
                FORUM_SENDER_THREADS=CONNECTIONS // number,
            )
            for _ in range(number)
        ]
        for worker in workers:
            at_the_end.callback(worker.wait, 30)
            at_the_end.callback(worker.terminate)
        wait_for_workers(number)
        before = _cpu(workers)
        queued_at = _queue()
        times = arrivals(told, MAILS)
        cpu = _cpu(workers) - before
    return Sent(MAILS / (times[-1] - times[0]), times[0] - queued_at, cpu / MAILS * 1000)


def _cpu(workers: list[psutil.Popen]) -> float:
    """Return the seconds that workers and their couriers have used."""
    every = [each for worker in workers for each in (worker, *worker.children(recursive=True))]
    return sum(sum(each.cpu_times()[:2]) for each in every)


def _queue() -> float:
    """Put the confirmations into the outbox as one commit, wake the workers; return when."""
    now = clock.now()
    people = db.session.scalars(
        select(Registration.id).where(Registration.email.like("person%")).limit(MAILS)
    ).all()
    with transaction():
        rows = [
            {
                "email": "confirmation",
                "registration_id": person,
                "facts": {},
                "dedupe_key": f"bench:{person}:{now.timestamp()}",
                "state": MessageState.QUEUED,
                "due_at": now,
                "created_at": now,
            }
            for person in people
        ]
        db.session.execute(insert(Message), rows)
        after_commit(runner.wake)
    return time.time()


def wait_for_workers(number: int) -> None:
    """Wait until so many workers have said that they are there. Those that end take leave."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        lately = Heartbeat.beat_at > clock.now() - timedelta(seconds=30)
        found = db.session.scalar(select(func.count()).where(lately))
        db.session.rollback()
        if found == number:
            return
        time.sleep(0.1)
    raise TimeoutError("the workers did not come")


def arrivals(told: Connection, number: int) -> list[float]:
    """Return when so many mails came in. Raises TimeoutError if they do not come."""
    times: list[float] = []
    while len(times) < number:
        if not told.poll(LONGEST):
            raise TimeoutError(f"{len(times)} of {number} mails came")
        times.append(told.recv())
    return sorted(times)
