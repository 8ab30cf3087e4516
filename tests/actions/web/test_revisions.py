"""Every process knows at once which revision of an event is current."""

import multiprocessing
import os
import threading
import time
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import update

from forum import create_app
from forum.db import db, transaction
from forum.events.models import Event
from forum.web import revisions_for

LONGEST = 5.0
"""Seconds after which a notice that has not come will not come."""


@pytest.fixture
def revisions(settings):
    return revisions_for(settings)


@pytest.fixture
def event(make) -> Event:
    return make.event(slug="forum-2027")


def edit() -> None:
    with transaction():
        change = update(Event).where(Event.slug == "forum-2027")
        db.session.execute(change.values(revision=Event.revision + 1))


def edit_elsewhere(settings) -> None:
    """Edit in another process."""
    app = create_app(settings)
    with app.app_context():
        edit()


def seen_by(revisions, revision: int) -> int | None:
    """Return the revision seen: PostgreSQL's notices take a moment to travel."""
    deadline = time.monotonic() + LONGEST
    while True:
        seen = (revisions.current() or {}).get("forum-2027")
        if seen == revision or time.monotonic() > deadline:
            return seen


def test_what_is_committed_is_known(revisions, event, make):
    make.event(slug="webcast-2026-12", revision=7)

    assert revisions.current() == {"forum-2027": 1, "webcast-2026-12": 7}


def test_an_edit_is_known_at_once_to_the_process_that_made_it(revisions, event):
    known = []
    for _ in range(20):
        edit()
        known.append(revisions.current()["forum-2027"])

    assert known == list(range(2, 22))


def test_nothing_new_is_the_same_object(revisions, event, make):
    before = revisions.current()

    make.registration(event)

    assert revisions.current() is before


def test_an_edit_that_is_taken_back_is_never_known(revisions, event):
    revisions.current()

    with suppress(RuntimeError), transaction():
        db.session.execute(update(Event).values(revision=99))
        raise RuntimeError

    assert revisions.current() == {"forum-2027": 1}


def test_a_new_event_and_a_new_address_are_known(revisions, event, make):
    revisions.current()
    make.event(slug="webcast-2026-12")
    event.slug = "forum-moved"
    db.session.commit()

    assert revisions.current() == {"forum-moved": 1, "webcast-2026-12": 1}


@pytest.mark.real_time
def test_an_edit_in_another_process_is_known(revisions, settings, event):
    revisions.current()
    other = multiprocessing.get_context("spawn").Process(target=edit_elsewhere, args=(settings,))
    other.start()
    other.join()

    assert other.exitcode == 0
    assert seen_by(revisions, 2) == 2


@pytest.mark.real_time
def test_processes_that_were_forked_know_each_for_itself(revisions, settings, event):
    revisions.current()
    reader, writer = os.pipe()

    child = os.fork()
    if child == 0:
        try:
            first = seen_by(revisions, 1)
            os.write(writer, b"%d" % first)
            os.write(writer, b"%d" % seen_by(revisions, 2))
        finally:
            os._exit(0)
    assert os.read(reader, 1) == b"1"
    edit()

    assert os.read(reader, 1) == b"2"
    assert seen_by(revisions, 2) == 2
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)


def test_threads_agree(app, revisions, event):
    wrong: list[object] = []

    def ask() -> None:
        last = 0
        for _ in range(300):
            seen = revisions.current()["forum-2027"]
            if seen < last:
                wrong.append((last, seen))
            last = seen

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for _ in range(10):
        edit()
    for asker in askers:
        asker.join()

    assert wrong == []
    assert revisions.current() == {"forum-2027": 11}


def test_without_a_database_nothing_is_known(settings):
    if settings.is_sqlite:
        settings.database_file.unlink()
        assert revisions_for(settings).current() is None
        assert not settings.database_file.exists(), "asking makes no database"
    else:
        away = settings.database_url.replace("/forum_", "/no_forum_")
        revisions = revisions_for(type(settings)(**{**vars(settings), "database_url": away}))
        assert [revisions.current(), revisions.current()] == [None, None]


@pytest.mark.real_time
def test_a_listener_whose_connection_was_cut_knows_nothing_until_it_is_back(
    revisions, settings, event
):
    if settings.is_sqlite:
        assert revisions.current() == {"forum-2027": 1}, "a file has no connection to cut"
        return
    assert revisions.current() == {"forum-2027": 1}
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'forum revisions' AND datname = current_database()"
        )

    assert revisions.current() is None
    edit()
    assert seen_by(revisions, 2) == 2
