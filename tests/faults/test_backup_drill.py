"""The drill: what was acknowledged is in the backup; a restore may be killed at any time."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from forum import create_app
from forum.db import db, sqlite
from forum.operations import queries
from forum.operations.backups.container import CHUNK
from forum.privacy.models import Tombstone
from forum.registration.models import Registration
from tests.actions.backups.conftest import KEY
from tests.faults.serving import HOUSE, environment, serving

pytestmark = pytest.mark.faults
PATH = "/events/forum-2027/register"
PEOPLE = 600
ERASED_EACH = 10
KILLS = 7


@pytest.fixture
def overrides():
    with socket.create_server(("127.0.0.1", 0)) as line:
        return {"port": line.getsockname()[1], "limits": False, "backup_keys": (KEY,)}


@pytest.fixture
def clean(engine, overrides, tmp_path):
    """Return the settings of another machine: an empty folder, and a database without people."""
    folder = tmp_path / "clean"
    folder.mkdir()
    with engine.fresh(folder, **overrides) as settings:
        yield settings


def started(settings, *words) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, words)],
        cwd=HOUSE,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ran(settings, *words) -> tuple[int, str]:
    process = started(settings, *words)
    said = process.communicate(timeout=120)[0]
    return process.returncode, said


def stored(settings) -> set[str]:
    """Return whose registrations an installation has, and check that its counters are right."""
    with create_app(settings).app_context():
        found = set(db.session.scalars(select(Registration.email)))
        assert queries.miscounted_gates() == []
        db.session.remove()
        db.engine.dispose()
    return found


def bytes_of(settings) -> bytes:
    """Return every byte of an installation's database, and of the files beside it."""
    files = [each for each in settings.instance.rglob("*") if each.is_file()]
    if not settings.is_sqlite:
        with psycopg.connect(settings.database_url, autocommit=True) as line:
            line.execute("CHECKPOINT")
            folder = Path(line.execute("SHOW data_directory").fetchone()[0])
            number = line.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()[0]
        files += [each for each in (folder / "base" / str(number)).iterdir() if each.is_file()]
    return b"".join(each.read_bytes() for each in files)


@pytest.fixture
def people(make):
    """Return the addresses of many, who come to a forum in no order."""
    event = make.event(slug="forum-2027", capacity=2 * PEOPLE)
    numbers = random.Random(20270424).sample(range(10_000, 99_999), PEOPLE)
    first = make.registration(event, name="Person", email="first@people.example")
    values = {
        column.name: getattr(first, column.name)
        for column in Registration.__table__.columns
        if column.name != "id"
    }
    rows = [
        values
        | {
            "public_id": f"public-{number}",
            "email": f"p{number}@people.example",
            "name_key": f"person {number}",
        }
        for number in numbers
    ]
    db.session.execute(db.insert(Registration), rows)
    event.gates[0].taken += PEOPLE
    db.session.commit()
    return [row["email"] for row in rows]


def test_what_was_acknowledged_before_is_there_on_a_clean_machine(make, settings, clean, tmp_path):
    make.event(slug="forum-2027")
    acknowledged: list[str] = []
    over = threading.Event()
    file = tmp_path / "forum.backup"

    def keep_registering(who: int) -> None:
        form, number = house.form(PATH), 0
        while not over.is_set():
            number += 1
            name = f"person{who}n{number}"
            email = f"{name}@people.example"
            answers = {"name": name, "email": email, "mode": "webcast"}
            if house.send(PATH, form, **answers).status == 303:
                acknowledged.append(email)

    with serving(settings) as house:
        threads = [threading.Thread(target=keep_registering, args=[who]) for who in range(4)]
        for thread in threads:
            thread.start()
        try:
            while len(acknowledged) < 20:
                time.sleep(0.02)
            before = set(acknowledged)
            code, said = ran(settings, "backup", file)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert code == 0, said
        assert ran(settings, "restore", file, "--replacing", len(acknowledged)) == (
            1,
            "The database is in use: stop web and worker first.\n",
        )

    code, said = ran(clean, "restore", file)

    assert code == 0, said
    assert before <= stored(clean) <= set(acknowledged)
    assert len(before) >= 20


def test_the_erased_stay_erased_to_the_last_byte(people, settings, clean, tmp_path):
    file = tmp_path / "forum.backup"
    gone = set(people[::ERASED_EACH])
    assert ran(settings, "backup", file)[0] == 0
    program = f"""
from forum import clock, create_app
from forum.db import db, transaction
from forum.privacy.actions import erase
from forum.registration.models import Registration
with create_app().app_context(), transaction():
    for email in {sorted(gone)!r}:
        erase(db.session.query(Registration).filter_by(email=email).one(), now=clock.now())
"""
    subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE, env=environment(settings), check=True
    )
    (clean.instance / "tombstones").write_bytes((settings.instance / "tombstones").read_bytes())

    code, said = ran(clean, "restore", file)

    assert code == 0, said
    assert said.startswith(f"{len(gone)} people were erased again")
    assert stored(clean) == {"first@people.example", *people} - gone
    everything = bytes_of(clean)
    assert people[1].encode() in everything
    assert [each for each in gone if each.encode() in everything] == []


def test_a_damaged_file_is_refused_before_anything_is_touched(people, settings, tmp_path):
    file = tmp_path / "forum.backup"
    assert ran(settings, "backup", file)[0] == 0
    db.session.remove()
    db.engine.dispose()
    whole, before = file.read_bytes(), stored(settings)
    page = slice(len(whole) // 2, len(whole) // 2 + 4096)
    for octets in (
        whole[: page.start] + bytes(4096) + whole[page.stop :],
        whole[: len(whole) // 2],
        whole[: -CHUNK // 2],
    ):
        file.write_bytes(octets)
        folder = {path.name: path.stat().st_mtime_ns for path in settings.instance.iterdir()}

        assert ran(settings, "restore", file, "--replacing", PEOPLE + 1) == (
            1,
            "This file is damaged or was cut short. Use another backup.\n",
        )

        names = {path.name for path in settings.instance.iterdir()}
        assert names <= folder.keys() | {"backup.lock"}
        assert stored(settings) == before


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(people, settings, clean, tmp_path):
    """Whichever it leaves is whole, the erased are known, and the next one comes to its end."""
    file = tmp_path / "forum.backup"
    assert ran(settings, "backup", file)[0] == 0
    new = {"first@people.example", *people}
    first = db.session.scalar(select(Registration).limit(1))
    copied = {c.name: getattr(first, c.name) for c in Registration.__table__.columns}
    later = copied | {"public_id": "late", "email": "late@people.example", "name_key": "late"}
    del later["id"]
    db.session.execute(db.insert(Registration), [later])
    db.session.execute(db.text("UPDATE gate SET taken = taken + 1 WHERE mode = 'in_person'"))
    db.session.add(Tombstone(public_id_hash="0" * 64, erased_at=first.registered_at))
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    old = new | {"late@people.example"}
    began = time.monotonic()
    assert ran(clean, "restore", file)[0] == 0
    long = time.monotonic() - began
    chance = random.Random(20270424)

    outcomes = []
    for number in range(KILLS):
        now = stored(settings)
        restoring = started(settings, "restore", file, "--replacing", len(now))
        time.sleep(long * (0.4 + 0.7 * (number + chance.random()) / KILLS))
        os.kill(restoring.pid, signal.SIGKILL)
        restoring.communicate()
        if not settings.is_sqlite:
            wait_for_the_server(settings)
        outcomes.append(stored(settings))
        assert outcomes[-1] in (old, new)
        if settings.is_sqlite:
            with closing(sqlite.connect(settings.database_file)) as line:
                assert line.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    code, said = ran(settings, "restore", file, "--replacing", len(outcomes[-1]))
    assert code == 0, said
    assert stored(settings) == new
    assert "0" * 64 in (settings.instance / "tombstones").read_text()
    assert not (settings.instance / "backup-work").exists()
    assert not list(settings.instance.glob("*partial*"))


def wait_for_the_server(settings) -> None:
    """Wait until the server has seen that whom it served is gone."""
    with psycopg.connect(settings.database_url, autocommit=True) as line:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND application_name IN ('psql', 'pg_dump', 'forum')"
        )
        deadline = time.monotonic() + 20
        while line.execute(others).fetchone()[0] and time.monotonic() < deadline:
            time.sleep(0.05)
