"""Joining: from when, by which button or number, and what stands there afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration, Status
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough

WEBCAST_STARTS = datetime(2026, 12, 16, 17, 0, tzinfo=UTC)


@pytest.fixture
def watcher(make) -> Registration:
    room = make.room(stream_url="https://live.lantern.example/aud")
    webcast = make.webcast(starts_at=WEBCAST_STARTS, room=room)
    return make.registration(webcast, timezone="Europe/Paris")


def join(visitor, registration):
    session = registration.event.sessions[0]
    address = my(registration, f"sessions/{session.key}/")
    form = visitor.get("/find").form()
    return visitor.client.post(f"{address}join", data=form), address


def to_join(visitor, registration) -> str:
    """Return what stands above whom to call: what can be joined, on the day."""
    return visitor.get(my(registration)).text.partition("Who to call")[0]


def test_too_early_she_is_told_from_when_she_can_join(visitor, watcher):
    page = visitor.get(my(watcher))

    words = "The Join button works from Wednesday, December 16, 2026, at 5:45 pm"
    assert words in page.text
    assert "Join now" not in page.text
    answer, address = join(visitor, watcher)
    assert (answer.status_code, answer.location) == (303, address)


def test_from_15_minutes_before_the_button_leads_to_the_stream(visitor, watcher, today):
    today.move_to(WEBCAST_STARTS - timedelta(minutes=15), tick=True)

    page = visitor.get(my(watcher))
    answer, _address = join(visitor, watcher)

    assert "Join now" in page.text
    assert (answer.status_code, answer.location) == (303, "https://live.lantern.example/aud")
    policy = page.response.headers["Content-Security-Policy"]
    assert "form-action 'self' https://live.lantern.example;" in policy


def test_an_event_says_how_long_before_the_button_works(visitor, watcher, today):
    watcher.event.details = {"opens_min_before": 45}
    db.session.commit()
    assert "works from Wednesday, December 16, 2026, at 5:15 pm" in visitor.get(my(watcher)).text

    today.move_to(WEBCAST_STARTS - timedelta(minutes=45), tick=True)

    assert join(visitor, watcher)[0].location == "https://live.lantern.example/aud"


def test_while_a_webcast_runs_over_she_can_come_back_to_it(visitor, watcher, today):
    today.move_to(watcher.event.ends_at + timedelta(minutes=29), tick=True)

    assert "Join now" in visitor.get(my(watcher)).text
    assert join(visitor, watcher)[0].location == "https://live.lantern.example/aud"

    today.move_to(watcher.event.ends_at + timedelta(minutes=30), tick=True)
    assert "This event is over" in visitor.get(my(watcher)).text


def test_what_runs_over_makes_room_for_the_next_in_its_room(visitor, make, today):
    room = make.room(stream_url="https://live.lantern.example/aud")
    forum = make.event()
    for number in range(2):
        starts_at = forum.starts_at + timedelta(hours=number)
        make.session(forum, room=room, starts_at=starts_at, quiet_title=f"Talk {number}")
    hollis = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(forum.starts_at + timedelta(minutes=44), tick=True)
    assert "Talk 0" in to_join(visitor, hollis)
    assert "Talk 1" not in to_join(visitor, hollis)
    today.move_to(forum.starts_at + timedelta(minutes=46), tick=True)
    assert "Talk 1" in to_join(visitor, hollis)
    assert "Talk 0" not in to_join(visitor, hollis)


def test_a_session_that_is_not_streamed_leads_to_no_stream(visitor, watcher, today):
    watcher.event.sessions[0].is_streamed = False
    db.session.commit()
    today.move_to(WEBCAST_STARTS, tick=True)

    answer, address = join(visitor, watcher)

    assert (answer.status_code, answer.location) == (303, address)


def test_what_she_can_join_now_stands_first(visitor, watcher, today):
    assert visitor.get(my(watcher)).text.index("When") < visitor.get(my(watcher)).text.index("How")

    today.move_to(WEBCAST_STARTS, tick=True)
    now = visitor.get(my(watcher)).text

    assert now.index("Join now") < now.index("When")


def test_afterwards_the_same_address_tells_of_the_recording(visitor, watcher, today):
    session = watcher.event.sessions[0]
    session.is_recorded = True
    watcher.event.details = {"recordings_within_business_days": 10}
    db.session.commit()
    today.move_to(session.ends_at + timedelta(minutes=30), tick=True)

    answer, address = join(visitor, watcher)

    assert (answer.status_code, answer.location) == (303, address)
    page = visitor.get(address)
    assert "This session is over" in page.text
    assert "The recordings come within 10 business days. We correct their captions." in page.text


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.WAITLISTED])
def test_without_a_place_there_is_no_joining(visitor, watcher, today, status):
    token = join(visitor, watcher)[1]
    watcher.status = status
    if status == Status.WAITLISTED:
        watcher.waits_for, watcher.wait_no = watcher.mode, 1
    db.session.commit()
    today.move_to(WEBCAST_STARTS, tick=True)

    assert "Join now" not in visitor.get(token).text
    assert join(visitor, watcher)[0].location == token


def test_the_day_of_a_forum_shows_what_is_on(visitor, make, today):
    event = make.event()
    early = make.session(event, quiet_title="Morning talk", starts_at=event.starts_at)
    late = make.session(
        event, quiet_title="Session 4", starts_at=event.starts_at + timedelta(hours=4)
    )
    for session in (early, late):
        session.room = make.room()
    db.session.commit()
    ada = make.registration(event, mode=Mode.WEBCAST)

    today.move_to(event.starts_at, tick=True)
    first = to_join(visitor, ada)
    today.move_to(event.starts_at + timedelta(hours=3, minutes=50), tick=True)
    then = to_join(visitor, ada)

    assert ("Morning talk" in first, "Session 4" in first) == (True, False)
    assert ("Morning talk" in then, "Session 4" in then) == (False, True)


def test_by_phone_she_has_the_number_and_needs_no_internet(visitor, make):
    webcast = make.webcast(room=make.room(dial_in="+1-617-555-0150"))
    greta = make.registration(webcast, mode=Mode.PHONE, email=None)

    page = visitor.get(my(greta))

    assert page.links()["617-555-0150"] == "tel:+16175550150"
    assert "Pause emails Send me no emails for a while" not in page.links()


def test_each_join_button_names_its_session(visitor, make, today):
    event = make.event()
    for number in range(2):
        make.session(event, quiet_title=f"Talk {number}", room=make.room())
    ada = make.registration(event, mode=Mode.WEBCAST)
    today.move_to(event.starts_at - timedelta(minutes=5), tick=False)

    text = visitor.get(my(ada)).text

    assert "Join now: Talk 0" in text
    assert "Join now: Talk 1" in text
