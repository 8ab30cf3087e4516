"""A purge and a change of keys are killed in the middle: the next run ends what was begun."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from forum import clock
from forum.care.models import HashKey
from forum.db import db
from forum.operations.queries import miscounted_gates
from forum.privacy.key_queries import values_by_key
from forum.registration.models import Registration, new_public_id
from forum.sealed import key_id, seal
from tests.engines import KEYS
from tests.faults.serving import environment

pytestmark = pytest.mark.faults
HOUSE = Path(__file__).parent.parent.parent
PEOPLE = 6_000
NEW = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="


@pytest.fixture
def people(make):
    """Make people with sealed needs at an event that ended a hundred days ago."""
    event = make.event(starts_at=clock.now() - timedelta(days=100), hours=1, capacity=PEOPLE)
    rows = []
    for number in range(PEOPLE):
        public_id = new_public_id()
        place = f"registration:{public_id}:needs"
        rows.append(
            {
                "event_id": event.id,
                "public_id": public_id,
                "name": "Ada",
                "name_key": f"ada{number}",
                "email": f"ada{number}@people.example",
                "mode": "in_person",
                "status": "confirmed",
                "timezone": "America/New_York",
                "uid": event.uid,
                "needs_sealed": seal("wheelchair", place, KEYS["data_keys"]),
                "registered_at": event.created_at,
                "updated_at": event.created_at,
            }
        )
    db.session.execute(db.insert(Registration), rows)
    event.gates[0].taken = PEOPLE
    db.session.commit()


def command(settings, *words: str) -> subprocess.Popen[bytes]:
    """Start one of our commands in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=HOUSE,
        env=environment(settings),
        stdout=subprocess.DEVNULL,
    )


def purge(settings, people: int) -> subprocess.Popen[bytes]:
    """Start a purge that may take so many people."""
    return command(settings, "purge", "--people", str(people))


def killed_in_the_middle(process: subprocess.Popen[bytes], done) -> None:
    """Kill a command as soon as it has done something. It must not have been done with all."""
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.wait()
    assert 0 < done() < PEOPLE


def number(query) -> int:
    found = db.session.scalar(select(func.count()).select_from(query.subquery()))
    db.session.rollback()
    return found


def test_a_purge_that_was_killed_is_ended_by_the_next(people, settings):
    with_needs = select(Registration.id).where(Registration.needs_sealed.is_not(None))

    killed_in_the_middle(purge(settings, PEOPLE), lambda: PEOPLE - number(with_needs))
    killed_in_the_middle(purge(settings, PEOPLE), lambda: PEOPLE - number(select(Registration.id)))
    assert miscounted_gates() == []
    db.session.rollback()

    assert purge(settings, number(select(Registration.id))).wait(60) == 0
    assert number(select(Registration.id)) == 0
    assert miscounted_gates() == []


def test_a_change_of_keys_that_was_killed_is_ended_by_the_next(people, settings, app):
    old = settings.data_keys[0]
    both = replace(settings, data_keys=(NEW, old))
    app.extensions["forum"] = both

    def under_new_key() -> int:
        db.session.rollback()
        return values_by_key()[key_id(NEW)]

    killed_in_the_middle(command(both, "keys", "rotate"), under_new_key)
    db.session.rollback()
    one_of_each = [
        db.session.scalar(select(Registration).order_by(order).limit(1)).needs
        for order in (Registration.id, Registration.id.desc())
    ]
    assert one_of_each == ["wheelchair", "wheelchair"]
    db.session.rollback()

    assert command(both, "keys", "rotate").wait(60) == 0
    app.extensions["forum"] = replace(settings, data_keys=(NEW,))
    db.session.rollback()
    keys_of_hashes = number(select(HashKey.id))
    assert keys_of_hashes > 0
    assert values_by_key() == {key_id(NEW): PEOPLE + keys_of_hashes}
    needs = {each.needs for each in db.session.scalars(select(Registration).limit(500))}
    assert needs == {"wheelchair"}
