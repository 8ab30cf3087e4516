"""Many people at once, in threads and in processes, as a real rush is."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import TypeVar

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from forum import create_app
from forum.config import Settings
from forum.db import Record, db, is_sqlite, transaction
from forum.errors import Busy
from forum.events.models import Event, Gate, Mode
from forum.registration import actions
from forum.registration.models import Registration
from forum.registration.requests import Request

Done = TypeVar("Done")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
THREADS = 8
PROCESSES = 2


def at_once(app, *deeds: Callable[[], None]) -> list[Exception]:
    """Do everything in threads of their own; return what went wrong."""
    start, faults = Barrier(len(deeds)), []

    def run(deed: Callable[[], None]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    deed()
            except Exception as fault:  # noqa: BLE001 - told by the test
                faults.append(fault)
            db.session.remove()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return faults


@contextmanager
def writing_all_the_while(app: Flask) -> Iterator[None]:
    """Let another thread have the writer's turn, and every table to itself but for its readers."""
    inside, over = threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context(), transaction():
            if not is_sqlite():
                tables = ", ".join(f'"{name}"' for name in Record.metadata.tables)
                db.session.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
            inside.set()
            over.wait(60)

    db.session.rollback()
    writer = Thread(target=write)
    writer.start()
    try:
        assert inside.wait(20)
        yield
    finally:
        over.set()
        writer.join()


def request(number: int, mode: Mode = Mode.IN_PERSON, **answers) -> Request:
    """Return what the person with this number asks for."""
    return Request(
        name=f"Person {number}",
        email=f"person{number}@people.example",
        mode=mode,
        timezone="America/New_York",
        **answers,
    )


def rush(
    app: Flask,
    event_id: int,
    requests: Iterable[Request],
    *,
    writing: Callable[[], AbstractContextManager[None]] = transaction,
) -> Counter[str]:
    """Let all of them register at once; return how many heard what. "failed" is a lost one."""

    def register(request: Request) -> str:
        with app.app_context():
            try:
                with writing():
                    event = db.session.get(Event, event_id)
                    return actions.register(event, request, now=NOW).status.value
            except DBAPIError:
                return "failed"

    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(register, requests))


def rush_in_processes(settings: Settings, event_id: int, requests: list[Request]) -> Counter[str]:
    """As `rush`, from several processes, each with its own connections and locks."""
    spawn = multiprocessing.get_context("spawn")
    shares = [requests[start::PROCESSES] for start in range(PROCESSES)]
    with spawn.Pool(PROCESSES) as processes:
        tallies = processes.starmap(_rush, [(settings, event_id, share) for share in shares])
    return sum(tallies, Counter())


def _rush(settings: Settings, event_id: int, requests: list[Request]) -> Counter[str]:
    app = create_app(settings, TESTING=True)
    tally = rush(app, event_id, requests)
    with app.app_context():
        db.engine.dispose()
    return tally


def rush_and_cancel(
    settings: Settings, event_id: int, requests: list[Request]
) -> tuple[Counter[str], int]:
    """Let all register at once, from several processes, and every fifth cancel right after.

    Returns how many did what, and the most places in person that were taken or held at any look.
    """
    spawn = multiprocessing.get_context("spawn")
    shares = [requests[start::PROCESSES] for start in range(PROCESSES)]
    looks = [0]
    with spawn.Pool(PROCESSES) as processes:
        tallies = [
            processes.apply_async(_come_and_go, (settings, event_id, share)) for share in shares
        ]
        while not all(each.ready() for each in tallies):
            db.session.rollback()
            gate = db.session.execute(
                select(Gate.taken, Gate.held).where(
                    Gate.event_id == event_id, Gate.mode == Mode.IN_PERSON
                )
            ).one()
            looks.append(gate.taken + gate.held)
            tallies[0].wait(0.02)
        db.session.rollback()
        return sum((each.get() for each in tallies), Counter()), max(looks)


def pressed(deed: Callable[[], Done]) -> Done:
    """Do something, and once more whenever the page says that we are busy."""
    while True:
        try:
            with transaction():
                return deed()
        except Busy:
            db.session.rollback()


def _come_and_go(settings: Settings, event_id: int, requests: list[Request]) -> Counter[str]:
    app = create_app(settings, TESTING=True)

    def come(request: Request) -> list[str]:
        def register() -> int:
            event = db.session.get(Event, event_id)
            return actions.register(event, request, now=NOW).registration.id

        with app.app_context():
            number = pressed(register)
            if int(request.name.split()[-1]) % 5:
                return ["registered"]
            pressed(lambda: actions.cancel(db.session.get_one(Registration, number), now=NOW))
            return ["registered", "canceled"]

    with ThreadPoolExecutor(THREADS) as threads:
        tally = Counter(deed for deeds in threads.map(come, requests) for deed in deeds)
    with app.app_context():
        db.engine.dispose()
    return tally
