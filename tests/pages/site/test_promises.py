"""No page says that a recording is there: it is promised by a day, or late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import SessionKind, SessionStatus
from tests.desk import queries_in
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

WITHIN_TEN_DAYS = {"promises": {"recordings_within_business_days": 10}}
FORUM, WEBCAST = "/events/forum-2027/", "/events/webcast-2026-10/"
LAST_MONTH = datetime(2026, 10, 14, 16, 0, tzinfo=UTC)
PROMISED = "We promise the recordings by Friday, May 7, 2027."
FIRST = "We promised the recordings by Friday, May 7, 2027."
LATE = f"{FIRST} They are late."
SORRY = "We are sorry. You can call or write to us about it."
LAST_SECOND = datetime(2027, 5, 8, 3, 59, 59, tzinfo=UTC)
"""Of May 7 in Boston."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def forum(make):
    event = make.event(slug="forum-2027", details=WITHIN_TEN_DAYS)
    room = make.room()
    make.session(event, key="s1", room=room, is_recorded=True)
    make.session(event, key="s2", room=room, kind=SessionKind.CIRCLE)
    return event


def webcast(make, **facts):
    event = make.webcast(slug="webcast-2026-10", starts_at=LAST_MONTH, **facts)
    event.sessions[0].is_recorded = True
    db.session.commit()
    return event


def test_beforehand_a_forum_says_by_which_day_its_recordings_are_promised(visitor, forum):
    said = visitor.get(FORUM).text

    assert f"Some talks are recorded. The page of each talk says if it is. {PROMISED}" in said
    assert "business day" not in said
    assert "captions" not in said, "nothing has any"


def test_captions_are_corrected_where_there_are_some(visitor, forum):
    forum.sessions[0].has_captions = True
    db.session.commit()

    assert f"{PROMISED} We correct their captions." in visitor.get(FORUM).text


def test_a_webcast_says_it_of_its_one_recording(visitor, make):
    coming = make.webcast(slug="next", details={"recordings_within_business_days": 10})
    coming.sessions[0].is_recorded = True
    db.session.commit()

    said = visitor.get("/events/next/").text

    assert "It is recorded. We promise the recording by Thursday, December 31, 2026." in said


def test_what_is_recorded_without_a_promise_is_only_recorded(visitor, make):
    coming = make.webcast(slug="next")
    coming.sessions[0].is_recorded = True
    db.session.commit()

    said = visitor.get("/events/next/").text

    assert "It is recorded." in said
    assert "promise" not in said


def test_nothing_is_said_of_recordings_where_none_is_made(visitor, forum, today):
    forum.sessions[0].status = SessionStatus.CANCELLED
    db.session.commit()

    assert "recorded" not in visitor.get(FORUM).text
    assert "recorded" not in visitor.get(f"{FORUM}sessions/s1/").text
    today.move_to(LAST_SECOND, tick=False)
    assert "promise" not in visitor.get("/").text


@pytest.mark.parametrize("address", [FORUM, "/", "/events/"])
def test_a_promise_is_late_from_the_next_morning_on_on_every_page(visitor, forum, today, address):
    today.move_to(LAST_SECOND, tick=False)
    on_the_day = visitor.get(address).text
    today.move_to(LAST_SECOND + SECOND, tick=False)
    next_morning = visitor.get(address).text

    assert (PROMISED in on_the_day, LATE in on_the_day) == (True, False)
    assert (PROMISED in next_morning, LATE in next_morning) == (False, True)
    assert (SORRY in next_morning) == (address != "/events/"), "a list says how it stands alone"


def test_the_page_of_a_talk_says_it_too(visitor, forum, today):
    talk, circle = f"{FORUM}sessions/s1/", f"{FORUM}sessions/s2/"
    assert f"It is recorded. {PROMISED}" in visitor.get(talk).text
    assert "It is not recorded. What is said stays in the room." in visitor.get(circle).text

    today.move_to(LAST_SECOND, tick=False)
    assert f"It was recorded. {PROMISED}" in visitor.get(talk).text
    today.move_to(LAST_SECOND + SECOND, tick=False)
    over = visitor.get(talk)
    assert f"It was recorded. {LATE} {SORRY}" in over.text
    assert "Add to calendar" not in over.text
    assert "It was not recorded. What was said stays in the room." in visitor.get(circle).text


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (
            LAST_SECOND,
            f"{FIRST} They take longer. The new date is Friday, May 21, 2027.",
        ),
        (
            LAST_SECOND + SECOND,
            f"{LATE} The new date is Friday, May 21, 2027. {SORRY}",
        ),
        (
            LAST_SECOND + timedelta(days=14, seconds=1),
            f"{FIRST[:-1]}, and then by Friday, May 21, 2027. They are late. {SORRY}",
        ),
    ],
)
def test_a_new_date_is_said_beside_the_first(visitor, forum, today, now, sentence):
    forum.promise_moved_to = date(2027, 5, 21)
    db.session.commit()
    visitor.get(FORUM)
    today.move_to(now - SECOND, tick=False)
    visitor.get(FORUM)
    today.move_to(now, tick=False)

    assert sentence in visitor.get(FORUM).text


def test_a_promise_that_is_kept_is_not_late_and_nobody_is_told_to_watch(visitor, make):
    webcast(
        make,
        details={
            "recordings_within_business_days": 10,
            "recording": {"posted": "2026-10-23", "minutes": 57, "transcript": True},
            "chapters": [["17:45", "Calling the clinic"]],
        },
    )

    said = visitor.get(WEBCAST).text

    assert "You cannot watch the recording on our website yet. You can call or write" in said
    assert "What it was about Calling the clinic" in said
    for absent in ("57", "transcript", "17:45", "promise", "late", "ready"):
        assert absent not in said
    assert "recording" not in visitor.get("/").text.lower()
    listed = visitor.get("/events/").text
    assert ("recording" in listed.lower(), "from anywhere" in listed) == (False, False)


@pytest.mark.both_engines
def test_the_first_page_names_the_webcasts_whose_recordings_are_owed(visitor, make):
    webcast(make, details={"promised_by": "2026-11-30"}, title="Waiting for scans")

    page = visitor.get("/")

    assert "Recordings that we promised Waiting for scans" in page.text
    assert "We promise the recording by Monday, November 30, 2026." in page.text
    assert "from anywhere" not in page.text, "nobody can join what is over"


def test_in_spanish_too(visitor, forum, today):
    today.move_to(LAST_SECOND + SECOND, tick=False)

    said = visitor.get(f"{FORUM}?lang=es").text

    assert "Prometimos las grabaciones a más tardar el viernes 7 de mayo de 2027." in said
    assert "Están atrasadas. Lo sentimos. Puede llamarnos o escribirnos para preguntar." in said


def test_a_canceled_event_promises_nothing_any_more(visitor, make):
    webcast(make, details={"promised_by": "2026-11-01"}, status="cancelled")

    assert "promise" not in visitor.get(WEBCAST).text
    assert "promise" not in visitor.get("/").text
    assert "promise" not in visitor.get("/events/").text


@pytest.mark.parametrize("address", ["/", "/events/"])
def test_many_promises_take_no_more_queries_than_one(app, visitor, make, address):
    def asked() -> int:
        return queries_in(lambda: visitor.get(f"{address}?x=1"))

    details = {"promised_by": "2026-11-30"}
    make.webcast(starts_at=LAST_MONTH, details=details)
    one = asked()
    for number in range(3):
        make.webcast(starts_at=LAST_MONTH - timedelta(days=number), details=details)

    assert asked() == one


def test_a_talk_in_a_list_of_promises_has_a_heading_of_its_own(visitor, make):
    webcast(make, details={"promised_by": "2026-11-30"}, title="Waiting for scans")

    assert [words(each) for each in visitor.get("/").all("h3")] == ["Waiting for scans"]
