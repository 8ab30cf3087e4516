"""Deleted is deleted: not in the database file, and not in the log beside it."""

from datetime import timedelta
from pathlib import Path

import pytest

from forum import clock
from forum.db import transaction
from forum.privacy import actions, housekeeping

pytestmark = pytest.mark.sqlite_is_enough

PEOPLE = 50
CANARIES = (b"canaryname", b"@people.example")


@pytest.fixture
def people(make):
    """Make people of an event long past, each with a name of her own."""
    event = make.event(starts_at=clock.now() - timedelta(days=100), hours=1)
    return [
        make.registration(event, name=f"Canaryname {number}", email=f"ada{number}@people.example")
        for number in range(PEOPLE)
    ]


def found_in(folder: Path) -> list[bytes]:
    """Return which canaries are anywhere in the files of an installation."""
    files = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 2
    return [canary for canary in CANARIES if any(canary in each for each in files)]


def test_a_purge_leaves_no_name_and_no_address_in_any_file(people, settings):
    """SQLite's secure_delete alone leaves them in the write-ahead log."""
    assert found_in(settings.instance) == [*CANARIES]

    housekeeping.purge(now=clock.now(), people=PEOPLE)

    assert found_in(settings.instance) == []


def test_whoever_is_erased_is_in_no_file_after_the_workers_next_round(people, settings, make):
    make.event()
    with transaction():
        for person in people:
            actions.erase(person, now=clock.now())

    housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)

    assert found_in(settings.instance) == []


def test_a_reader_in_the_way_is_noticed_and_the_next_round_ends_it(people, settings, app):
    from forum.db import db

    with db.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM registration").all()
        with transaction():
            actions.erase(people[0], now=clock.now())
        reader.exec_driver_sql("PRAGMA busy_timeout=0")

        assert housekeeping.forget_deleted() is False

    assert housekeeping.forget_deleted() is True
