"""Calendar programs come again and again: a change is seen at once, and nothing else is sent."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.calendars import ics
from forum.db import db, transaction
from forum.links import feed_link
from forum.registration import actions
from tests.calendars.programs import FEED, UNCACHED, change
from tests.calendars.readers import read_with_icalendar
from tests.make import WRITTEN

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture(params=["all", "event", "uncached", "session", "personal"])
def address(request, make, forum):
    """One of each kind of file."""
    make.session(forum, key="s06")
    ada = make.registration(forum)
    return {
        "all": "/calendar.ics",
        "event": FEED,
        "uncached": UNCACHED,
        "session": "/events/forum-2027/sessions/s06/calendar.ics",
        "personal": feed_link(ada),
    }[request.param]


def test_a_file_that_has_not_changed_is_not_sent_again(program, address):
    first = program.fetch(address)
    for question in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = program.fetch(address, **question)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_the_tag_is_believed_before_the_date(program, address):
    first = program.fetch(address)
    dates = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert program.fetch(address, **{"If-None-Match": '"old"'}, **dates).status_code == 200
    tomorrow = {"If-Modified-Since": "Tue, 24 Nov 2026 15:00:00 GMT"}
    tags = {"If-None-Match": first.headers["ETag"]}
    assert program.fetch(address, **tags, **tomorrow).status_code == 304


def test_a_program_may_ask_for_the_headers_alone(program, address):
    whole = program.fetch(address)
    head = program.client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


def test_the_date_is_in_whole_seconds_and_that_of_the_last_change(program, make, forum):
    make.session(forum, updated_at=datetime(2026, 11, 20, 8, 30, 15, 999_999, tzinfo=UTC))
    assert program.fetch(FEED).headers["Last-Modified"] == "Fri, 20 Nov 2026 08:30:15 GMT"


def test_a_change_is_seen_at_once(program, make, forum, address):
    [session] = forum.sessions
    first = program.fetch(address)
    change(forum, quiet_title="Lantern autumn day")
    change(session, quiet_title="Session 9 Z")
    for question in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = program.fetch(address, **question)
        assert again.status_code == 200
        assert b"Lantern autumn day" in again.data


def test_nothing_is_written_to_say_that_nothing_changed(program, make, forum):
    make.session(forum)
    address = UNCACHED
    first = program.fetch(address)
    ics._public_vevent.cache_clear()
    again = program.fetch(address, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert ics._public_vevent.cache_info().misses == 0


def test_nobodys_own_entry_is_kept_in_memory(program, make, forum):
    ics._public_vevent.cache_clear()
    program.fetch(feed_link(make.registration(forum)))
    assert ics._public_vevent.cache_info().currsize == 0


def test_an_unchanged_entry_is_not_written_twice(program, make, forum):
    sessions = [make.session(forum) for _ in range(3)]
    ics._public_vevent.cache_clear()
    program.fetch(UNCACHED)
    change(sessions[1], title="Elsewhere", quiet_title="Elsewhere")
    program.fetch(UNCACHED)
    assert ics._public_vevent.cache_info().misses == 4


def test_an_event_that_was_never_changed_was_last_changed_when_it_was_written(program, forum):
    answer = program.fetch(FEED)
    assert answer.headers["Last-Modified"] == f"{WRITTEN:%a, %d %b %Y %H:%M:%S} GMT"
    assert read_with_icalendar(answer.data) == []


def test_two_changes_within_a_second_are_both_seen_by_date_alone(program, make, forum, today):
    today.move_to("2026-11-24T10:00:00.200000+00:00", tick=False)
    session = make.session(forum, updated_at=datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC))
    assert "Last-Modified" not in program.fetch(FEED).headers
    date = {"If-Modified-Since": "Tue, 24 Nov 2026 10:00:00 GMT"}
    session.quiet_title = "Later in that second"
    forum.revision += 1
    session.version += 1
    db.session.commit()
    assert b"Later in that second" in program.fetch(FEED, **date).data

    today.move_to("2026-11-24T10:00:01+00:00", tick=False)
    assert program.fetch(FEED).headers["Last-Modified"] == date["If-Modified-Since"]
    assert program.fetch(FEED, **date).status_code == 304


def test_a_session_chosen_or_given_back_is_seen_by_date_alone(program, make, forum, today):
    first, second = (make.session(forum, capacity=8, quiet_title=each) for each in "AB")
    ada = make.registration(forum)

    def choose(*sessions):
        asked = {"If-Modified-Since": program.fetch(feed_link(ada)).headers["Last-Modified"]}
        today.shift(timedelta(minutes=5))
        with transaction():
            actions.choose_sessions(ada, tuple(each.id for each in sessions), now=clock.now())
        today.shift(timedelta(minutes=5))
        answer = program.fetch(feed_link(ada), **asked)
        assert answer.status_code == 200
        return [each.summary for each in read_with_icalendar(answer.data)][1:]

    assert choose(first) == ["A · Lantern spring day"]
    assert choose(first, second) == ["A · Lantern spring day", "B · Lantern spring day"]
    assert choose(second) == ["B · Lantern spring day"]
    assert choose() == []


def test_a_place_that_became_free_in_a_session_is_seen_by_date_alone(program, make, forum, today):
    session = make.session(forum, capacity=1)
    ada, kestrel = make.registration(forum), make.registration(forum)
    with transaction():
        actions.choose_sessions(ada, (session.id,), now=clock.now())
        actions.choose_sessions(kestrel, (session.id,), now=clock.now())
    today.shift(timedelta(minutes=5))
    asked = {"If-Modified-Since": program.fetch(feed_link(kestrel)).headers["Last-Modified"]}
    assert len(read_with_icalendar(program.last.data)) == 1

    today.shift(timedelta(minutes=5))
    with transaction():
        actions.choose_sessions(ada, (), now=clock.now())
    today.shift(timedelta(minutes=5))
    assert len(read_with_icalendar(program.fetch(feed_link(kestrel), **asked).data)) == 2
