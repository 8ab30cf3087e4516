"""What has changed, and how much of it: the same on every page of the desk."""

from datetime import timedelta

import pytest

from forum import clock
from forum.audit.models import Action
from forum.audit.models import AuditEntry as Entry
from forum.db import db
from forum.events.models import Mode
from tests.actions.notices.slips import moves
from tests.notices import HALF, Desk, waits
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

DAY = "/organize/events/forum-2027"
CHANGES = f"{DAY}/changes"
NOBODY = "Changed, and nobody is written to"
ALL_ALONG = "The sessions move to the new date. Their times of day stay the same."
OTHERS_ALONG = "All other sessions move to the new date. Their times of day stay the same."
WEEK = timedelta(weeks=1)


@pytest.fixture
def circle(make, event):
    return make.session(event, title="Circle", capacity=8)


def test_what_was_put_back_as_it_was_is_not_said_to_have_changed(make, desk, event, petra, circle):
    make.registration(event)
    Desk(petra).move(circle)
    assert NOBODY in desk.get(CHANGES).text

    Desk(petra).move(circle, -HALF)

    page = desk.get(CHANGES).text
    assert NOBODY not in page
    assert "Nothing is different from what was told last." in page


def test_who_came_while_it_was_otherwise_is_told_though_it_is_back(
    make, event, petra, session, today
):
    make.registration(event, name="Ada Before")
    Desk(petra).move(session)
    today.shift(timedelta(minutes=5))
    between = make.registration(event, name="Ben Between", registered_at=clock.now())
    today.shift(timedelta(minutes=5))
    Desk(petra).move(session, -HALF)

    assert [each.person for each in waits(event).people] == [between]


def test_a_room_with_a_new_stream_is_one_change_on_every_page(make, desk, event, petra):
    room = make.room(name="Tide Auditorium", stream_url="https://live.example/1")
    for number in range(3):
        make.session(event, title=f"Talk {number}", room=room)
    make.registration(event, mode=Mode.WEBCAST)
    Desk(petra).restream(room, stream_url="https://live.example/2")

    said = "1 change is not told yet"
    changes = desk.get(CHANGES)
    assert desk.get("/organize/").links()["Changes not told yet: 1"] == CHANGES
    assert [said in desk.get(page).text for page in (f"{DAY}/", f"/organize/rooms/{room.id}")] == [
        True,
        True,
    ]
    assert said in changes.text
    assert [words(each) for each in changes.all("h3")][:1] == ["Tide Auditorium"]

    asked = desk.post(f"{CHANGES}/send", changes.form(CHANGES), status=200)
    desk.post(f"{CHANGES}/send", asked.form(f"{CHANGES}/send"))

    [entry] = db.session.query(Entry).filter(Entry.action == Action.NOTICE_SENT)
    assert entry.facts["changes"] == 1


@pytest.fixture
def postponed(make, event, session, petra, today):
    """Let the forum and its two sessions move by a week."""
    make.session(event, title="Closing", starts_at=session.starts_at + timedelta(hours=2))
    make.registration(event)
    moves(event, petra, event.starts_at + WEEK, today)


def test_sessions_that_go_along_are_no_change_of_their_own(desk, postponed):
    page = desk.get(CHANGES).text

    assert "1 change is not told yet" in page
    assert ALL_ALONG in page


def test_beside_a_session_that_has_another_hour_only_the_others_keep_theirs(
    desk, petra, postponed, session
):
    Desk(petra).move(session)

    page = desk.get(CHANGES).text

    assert "2 changes are not told yet" in page
    assert OTHERS_ALONG in page
    assert ALL_ALONG not in page


def test_today_counts_the_changes_of_each_event_by_themselves(make, desk, event, session, petra):
    other = make.event(
        title="Autumn Forum",
        quiet_title="Autumn day",
        slug="forum-2028",
        starts_at=event.starts_at + 52 * WEEK,
    )
    sessions = [make.session(other, title=title) for title in ("Sleep", "Sail")]
    for each in (event, other):
        make.registration(each)
    for each in (session, *sessions):
        Desk(petra).move(each)

    links = desk.get("/organize/").links()

    assert links["Changes not told yet: 1"] == CHANGES
    assert links["Changes not told yet: 2"] == "/organize/events/forum-2028/changes"
