"""A feed of 1,000 sessions costs what has changed, and nothing when nothing has."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from forum.calendars import ics
from forum.db import db
from forum.events.models import Session, SessionKind, SessionStatus
from forum.links import feed_link
from forum.registration.models import SessionPlace, Status
from tests.calendars.programs import FEED, UNCACHED, change
from tests.calendars.readers import read_with_icalendar
from tests.make import WRITTEN

MANY = 1_000


@pytest.fixture
def many(make, forum):
    """Return a forum of 1,000 sessions."""
    room = make.room()
    rows = [
        {
            "event_id": forum.id,
            "room_id": room.id,
            "key": f"n{number}",
            "position": number,
            "starts_at": forum.starts_at,
            "ends_at": forum.starts_at + timedelta(minutes=30),
            "kind": SessionKind.TALK,
            "title": f"Talk {number}",
            "quiet_title": f"Session {number}",
            "uid": f"{number}@feeds.test",
            "created_at": WRITTEN,
            "updated_at": WRITTEN,
        }
        for number in range(MANY)
    ]
    db.session.execute(db.insert(Session), rows)
    db.session.commit()
    return forum


@pytest.fixture
def work(app):
    """Return how many statements and entries are made while something is done."""

    def work(act):
        statements = []

        def note(_connection, _cursor, statement, *_more):
            statements.append(statement)

        ics._public_vevent.cache_clear()
        event.listen(db.engine, "after_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "after_cursor_execute", note)
        return len(statements), ics._public_vevent.cache_info().misses

    return work


def test_a_feed_of_1000_sessions_asks_no_more_of_the_database_than_a_small_one(
    program, make, many, work
):
    small = make.event(slug="small")
    make.session(small)
    statements, entries = work(lambda: program.fetch("/events/small/calendar.ics?unknown=field"))
    assert entries == 1
    more, entries = work(lambda: program.fetch(UNCACHED))
    assert entries == MANY
    assert more <= statements + 2  # what belongs to sessions is asked for 500 at a time
    assert len(read_with_icalendar(program.last.data)) == MANY


def test_a_feed_from_memory_asks_for_nothing_and_a_304_writes_nothing(program, many, work):
    tag = {"If-None-Match": program.fetch(FEED).headers["ETag"]}
    uncached_tag = {"If-None-Match": program.fetch(UNCACHED).headers["ETag"]}

    assert work(lambda: program.fetch(FEED))[1] == 0
    assert work(lambda: program.fetch(FEED, **tag))[1] == 0
    assert program.last.status_code == 304
    statements, entries = work(lambda: program.fetch(UNCACHED, **uncached_tag))
    assert (program.last.status_code, entries) == (304, 0)
    assert statements < 10


def test_an_edit_among_1000_sessions_writes_one_entry_anew(program, many):
    ics._public_vevent.cache_clear()
    program.fetch(FEED)
    before = ics._public_vevent.cache_info().misses
    change(many.sessions[500], quiet_title="Elsewhere")
    assert b"Elsewhere" in program.fetch(FEED).data
    assert ics._public_vevent.cache_info().misses == before + 1


def test_her_feed_of_many_sessions_asks_as_little_as_one_of_few(program, make, many, work):
    ada, greta = make.registration(many), make.registration(many)
    places = [
        {"registration_id": person.id, "session_id": session.id, "status": Status.CONFIRMED}
        for person, sessions in ((ada, many.sessions[:200]), (greta, many.sessions[:1]))
        for session in sessions
    ]
    db.session.execute(db.insert(SessionPlace), places)
    db.session.commit()

    def ask(person, **headers):
        db.session.expire_all()
        address = feed_link(person)
        return work(lambda: program.fetch(address, **headers))

    few = ask(greta)
    assert ask(ada) == few
    assert len(read_with_icalendar(program.last.data)) == 201
    statements, _ = ask(ada, **{"If-None-Match": program.last.headers["ETag"]})
    assert program.last.status_code == 304
    assert statements <= few[0]


def test_a_canceled_session_leaves_a_kept_feed_at_midnight_to_the_second(
    program, make, forum, today
):
    session = make.session(forum, quiet_title="Gone")
    change(session, status=SessionStatus.CANCELLED)
    today.move_to("2027-04-25T03:59:59+00:00", tick=False)
    for _ in range(2):  # the second comes from memory
        assert b"CANCELLED" in program.fetch(FEED).data
    today.move_to("2027-04-25T04:00:00+00:00", tick=False)
    assert b"CANCELLED" not in program.fetch(FEED).data


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_public_feed_is_sent_compressed(program, many, encoding):
    answer = program.fetch(FEED, **{"Accept-Encoding": encoding})
    assert answer.headers["Content-Encoding"] == encoding
    assert len(answer.data) < 100_000


def test_her_own_feed_is_not_compressed(program, make, many):
    answer = program.fetch(feed_link(make.registration(many)), **{"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers
