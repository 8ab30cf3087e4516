"""On a phone the day is folded by time, without scripts: what is on, or next, is open."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import EventStatus, SessionKind
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

DAY = "/events/forum-2027/"


@pytest.fixture
def forum(make):
    """A breakfast, an opening, two sessions at once, lunch, and an end."""
    forum = make.event(slug="forum-2027")
    hall, pier = make.room(), make.room()
    track = make.track(key="science")
    for minutes, key, room, facts in (
        (0, "breakfast", hall, {"kind": SessionKind.BREAK}),
        (30, "opening", hall, {"title": "Welcome"}),
        (60, "scans", hall, {"track": track}),
        (60, "sleep", pier, {}),
        (120, "lunch", pier, {"kind": SessionKind.BREAK}),
        (180, "end", hall, {}),
    ):
        starts_at = forum.starts_at + timedelta(minutes=minutes)
        make.session(
            forum,
            key=key,
            room=room,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            **facts,
        )
    return forum


def are_open(page, name):
    """Return which of the folds of a kind are open."""
    return [
        each.get("open") is not None
        for each in page.all("details")
        if name in each.get("class", "").split()
    ]


def said(page):
    """Return the hours that are said to be on, or next, and how."""
    hours = [words(each).split(" 30 min ") for each in page.all("h3")]
    return [hour for hour in hours if hour[-1] in {"Now", "Next"}]


def test_before_the_day_the_first_time_is_open_and_a_break_is_never_folded(visitor, forum):
    page = visitor.get(DAY)

    assert are_open(page, "row__fold") == [True, False, False]
    assert [words(each) for each in page.all("summary") if "at once" in words(each)] == [
        "9:15 am: 2 sessions at once"
    ]
    assert said(page) == []


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (10, (0, [["8:15 am", "Now"], ["8:45 am", "Next"]])),
        (30, (0, [["8:45 am", "Now"]])),
        (75, (1, [["9:15 am", "Now"]])),
        (95, (2, [["11:15 am", "Next"]])),
        (121, (2, [["10:15 am", "Now"], ["11:15 am", "Next"]])),
        (209, (2, [["11:15 am", "Now"]])),
        (211, (0, [])),
    ],
)
def test_on_the_day_what_is_on_or_next_is_open(visitor, forum, today, minutes, expected):
    visitor.get(DAY)
    today.move_to(forum.starts_at + timedelta(minutes=minutes))

    page = visitor.get(DAY)

    assert are_open(page, "row__fold").count(True) == 1
    assert (are_open(page, "row__fold").index(True), said(page)) == expected


def test_of_a_day_that_is_called_off_nothing_is_on(visitor, forum, today):
    forum.status = EventStatus.CANCELLED
    db.session.commit()
    today.move_to(forum.starts_at + timedelta(minutes=30))

    page = visitor.get(DAY)

    assert said(page) == []
    assert [each for each in page.all("section") if each.get("data-from")] == []


def test_a_page_that_is_kept_is_made_anew_when_another_time_is_on(visitor, forum, today):
    tags = []
    for minutes in (30, 59, 60, 89, 90):
        today.move_to(forum.starts_at + timedelta(minutes=minutes))
        tags.append(visitor.client.get(DAY).headers["ETag"])

    assert [tags[0] == tags[1], tags[2] == tags[3], len({*tags})] == [True, True, 3]


def test_who_narrows_the_day_sees_all_of_it_and_the_filters(visitor, forum, make):
    whole, narrowed = visitor.get(DAY), visitor.get(f"{DAY}?track=science")
    assert are_open(whole, "narrow") == [False]
    assert are_open(narrowed, "narrow") == [True]
    assert are_open(narrowed, "row__fold") == [True]

    for minutes in range(12):
        make.session(forum, starts_at=forum.ends_at - timedelta(minutes=minutes + 1))
    assert are_open(visitor.get(f"{DAY}?mode=webcast"), "row__fold").count(True) == 1


def test_every_session_has_a_place_on_the_day_that_its_own_page_leads_back_to(visitor, forum):
    page = visitor.get(f"{DAY}sessions/sleep/?tz=America/Phoenix")

    assert page.links()["Back to the whole day"] == f"{DAY}?tz=America/Phoenix#session-sleep"
    assert "session-sleep" in [each.get("id") for each in visitor.get(DAY).all("article")]


def test_a_webcast_has_nothing_to_fold(visitor, make):
    make.webcast(slug="webcast", starts_at=datetime(2026, 12, 1, 17, tzinfo=UTC))

    assert are_open(visitor.get("/events/webcast/"), "row__fold") == []
