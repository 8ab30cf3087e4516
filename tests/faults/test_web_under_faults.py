"""The web server keeps its word while its processes die, and its database is locked or full."""

import os
import random
import resource
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, text

from forum.db import db, sqlite
from forum.operations import queries
from forum.outbox.models import Message
from forum.registration.models import Registration
from tests.faults.serving import serving

pytestmark = pytest.mark.faults
KILLS = 5
PEOPLE = 6
PATH = "/events/forum-2027/register"


@pytest.fixture
def overrides():
    with socket.create_server(("127.0.0.1", 0)) as line:
        return {"port": line.getsockname()[1], "limits": False}


def answers(name: str) -> dict[str, str]:
    return {"name": name, "email": f"{name}@people.example", "mode": "webcast"}


def stored() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Registration.name)))


def check_nothing_is_half() -> None:
    """Everybody who is registered has one confirmation, and the counters are right."""
    db.session.rollback()
    letters = Counter(db.session.scalars(select(Message.registration_id)))
    people = set(db.session.scalars(select(Registration.id)))
    assert set(letters) == people
    assert set(letters.values()) <= {1}
    assert queries.miscounted_gates() == []


def test_what_was_acknowledged_is_stored_though_processes_are_killed(make, settings):
    make.event(slug="forum-2027")
    acknowledged: list[str] = []
    over = threading.Event()

    def keep_registering(who: int) -> None:
        form = house.form(PATH)
        number = 0
        while not over.is_set():
            number += 1
            name = f"person{who}n{number}"
            if house.send(PATH, form, **answers(name)).status == 303:
                acknowledged.append(name)

    with serving(settings) as house, ThreadPoolExecutor(PEOPLE) as people:
        done = [people.submit(keep_registering, who) for who in range(PEOPLE)]
        chance = random.Random(20270424)
        try:
            for _ in range(KILLS):
                so_far = len(acknowledged)
                deadline = time.monotonic() + 20
                while len(acknowledged) <= so_far + 3 and time.monotonic() < deadline:
                    time.sleep(0.02)
                assert len(acknowledged) > so_far
                time.sleep(chance.uniform(0, 0.2))
                os.kill(house.worker(), signal.SIGKILL)
        finally:
            over.set()
        for each in done:
            each.result()

    assert len(set(acknowledged)) == len(acknowledged) > KILLS
    assert set(acknowledged) <= stored()
    check_nothing_is_half()


@contextmanager
def locked(settings):
    """Keep the database for ourselves, as a stuck program of the operator's would."""
    if settings.is_sqlite:
        line = sqlite.connect(settings.database_file, isolation_level=None)
        line.execute("BEGIN IMMEDIATE")
        yield
        line.execute("ROLLBACK")
        line.close()
    else:
        engine = create_engine(settings.sqlalchemy_url)
        with engine.begin() as line:
            line.execute(text("LOCK TABLE gate IN EXCLUSIVE MODE"))
            yield
        engine.dispose()


def test_a_locked_database_asks_people_to_come_back_and_loses_nothing(make, settings):
    make.event(slug="forum-2027")
    with serving(settings) as house:
        form = house.form(PATH)
        with locked(settings), ThreadPoolExecutor(4) as people:
            posts = [
                people.submit(house.send, PATH, form, **answers(f"early{number}"))
                for number in range(4)
            ]
            while not all(each.done() for each in posts):
                time.sleep(0.1)
            pages = [house.ask("GET", "/events/forum-2027/").status for _ in range(20)]
            late = house.send(PATH, form, **answers("late"))
            refused = [each.result() for each in posts] + [late]
        later = house.send(PATH, form, **answers("later"))

    assert set(pages) == {200}
    assert {(each.status, each.headers.get("retry-after")) for each in refused} == {(503, "10")}
    assert later.status == 303
    assert stored() == {"later"}
    check_nothing_is_half()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_disk_asks_people_to_come_back_and_heals_by_itself(make, settings):
    make.event(slug="forum-2027")
    with serving(settings) as house:
        form = house.form(PATH)
        assert house.send(PATH, form, **answers("before")).status == 303
        journal = settings.database_file.with_name(settings.database_file.name + "-wal")
        full = (journal.stat().st_size, resource.RLIM_INFINITY)
        for worker in house.workers():
            resource.prlimit(worker, resource.RLIMIT_FSIZE, full)
        refused = [house.send(PATH, form, **answers(f"full{number}")) for number in range(4)]
        page = house.ask("GET", "/events/forum-2027/")
        for worker in house.workers():
            room = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(worker, resource.RLIMIT_FSIZE, room)
        later = house.send(PATH, form, **answers("later"))

    assert [(each.status, each.headers.get("retry-after")) for each in refused] == [(503, "10")] * 4
    assert page.status == 200
    assert later.status == 303
    assert stored() == {"before", "later"}
    check_nothing_is_half()
