"""One attendee's own pages: everything about her registration, and each change she may make."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import links
from forum.db import db
from forum.events.models import EventStatus, Mode
from forum.registration.models import CareState, Registration, Status
from tests.my import emails, look_again, my

FORUM_DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
PAGES = (
    "mode",
    "cancel",
    "sessions/",
    "day",
    "companions/",
    "pause",
    "reminders",
    "waiting",
    "waiting/leave",
    "offer",
    "offer/decline",
)
WEBCAST_STARTS = datetime(2026, 12, 16, 17, 0, tzinfo=UTC)


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(make.event(), name="Ada Q. Trialrun", email="ada@people.example")


def test_her_page_says_when_how_to_join_and_whom_to_call(visitor, ada):
    page = visitor.get(my(ada))

    assert page.title == page.heading == "My registration"
    for words in (
        "Your place in person is booked.",
        "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
        "How to join: In person",
        "Harborlight Conference Center",
        "Step-free from the garage and the street.",
        "617-555-0142",
    ):
        assert words in page.text


def test_her_page_speaks_neutrally_unless_she_wants_the_full_titles(visitor, ada):
    assert "Lantern spring day" in visitor.get(my(ada)).text
    assert "ancer" not in visitor.get(my(ada)).text

    ada.is_discreet = False
    db.session.commit()

    assert "Living With Metastatic Breast Cancer" in visitor.get(my(ada)).text


def test_her_page_is_kept_by_no_cache_and_told_to_no_one(visitor, ada):
    headers = visitor.get(my(ada)).response.headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_her_page_says_the_time_on_her_clock_and_the_events(visitor, make):
    ada = make.registration(make.event(), timezone="America/Phoenix")

    page = visitor.get(my(ada))

    mine = "Saturday, April 24, 2027, 5:15 am to 1:30 pm, Mountain Time (Phoenix)"
    assert f"{mine}8:15 am to 4:30 pm, Eastern Time" in page.text


def test_what_she_can_change_is_a_short_list_of_links(visitor, make):
    event = make.event()
    make.session(event, capacity=5)
    ada = make.registration(event)
    make.registration(event, name="Boris", companion_of=ada)

    links = visitor.get(my(ada)).links()

    assert {words: address.removeprefix(my(ada)) for words, address in links.items()} | {
        "Attend another way Now: In person": "mode",
        "My sessions Some rooms have few places": "sessions/",
        "My day What is when, to print": "day",
        "Someone with me Boris": "companions/",
        "My details Name, address, phone, needs, language": "details",
        "Quiet time Send me no emails for a while": "pause",
        "Reminders On": "reminders",
        "What you keep about me": "data",
        "Cancel my place": "cancel",
    } == {words: address.removeprefix(my(ada)) for words, address in links.items()}


def test_a_family_that_opens_the_page_of_one_who_died_is_left_in_peace(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    page = visitor.get(my(ada))

    assert "This registration is closed. Nothing more is sent." in page.text
    assert "617-555-0142" in page.text
    assert page.all("form") == []
    hers = [words for words, address in page.links().items() if address.startswith(my(ada))]
    assert hers == ["Español"]


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x" + t, lambda t: "x", str.upper])
def test_a_link_that_we_did_not_sign_is_not_found(visitor, ada, spoil):
    token = spoil(links.my_token(ada))

    for more in PAGES:
        visitor.get(f"/my/{token}/{more}", status=404)


def test_a_revoked_link_is_the_same_as_an_unknown_one(visitor, ada):
    address = my(ada)
    unknown = visitor.get("/my/unknown/", status=404).text
    ada.link_version += 1
    db.session.commit()

    assert visitor.get(address, status=404).text.replace(address, "") == unknown


def test_a_feed_link_does_not_open_her_page(visitor, ada):
    visitor.get(f"/my/{links.feed_token(ada)}/", status=404)


def test_opening_pages_changes_nothing(visitor, ada):
    before = (ada.mode, ada.status, ada.sequence, ada.wants_reminders)

    for more in ("", *PAGES, "mode?to=webcast"):
        visitor.client.get(my(ada, more))
    visitor.get(links.unsubscribe_link(ada))

    look_again()
    assert (ada.mode, ada.status, ada.sequence, ada.wants_reminders) == before
    assert emails() == []


def test_she_cancels_with_one_button_and_may_come_back(visitor, ada):
    page = visitor.get(visitor.submit(my(ada, "cancel"), action=my(ada, "cancel")))

    assert "Done. An email with the details is on its way." in page.text
    assert "Your registration is canceled" in page.text
    assert page.links()["Register again"] == f"/events/{ada.event.slug}/register"
    look_again()
    assert ada.status == Status.CANCELLED
    assert emails() == ["cancellation"]
    assert "canceled already" in visitor.get(my(ada, "cancel")).text


def test_someone_who_waits_sees_her_number_and_may_leave_the_line(visitor, make):
    event = make.event(capacity=0)
    make.registration(event, status=Status.WAITLISTED)
    ada = make.registration(event, status=Status.WAITLISTED)

    page = visitor.get(my(ada))

    assert "You are number 2 on the waitlist for a place in person." in page.text
    assert "How to join" not in page.text
    assert visitor.get(my(ada, "cancel")).heading == "Leave the waitlist"


def test_after_the_day_nothing_can_be_changed(visitor, ada, today):
    today.move_to(FORUM_DAY + timedelta(days=2), tick=True)

    page = visitor.get(my(ada))

    assert "This event is over" in page.text
    assert "Cancel my place" not in page.links()
    for more in ("mode?to=webcast", "cancel", "pause", "companions/"):
        assert "This can no longer be changed." in visitor.get(my(ada, more)).text


def test_a_cancelled_event_says_so_and_asks_nothing_of_her(visitor, ada):
    ada.event.status = EventStatus.CANCELLED
    db.session.commit()

    page = visitor.get(my(ada))

    assert "This event is canceled" in page.text
    assert "Cancel my place" not in page.links()


def test_reminders_are_stopped_and_started_again(visitor, ada):
    for value, words in (
        ("off", "You will get no more reminders."),
        ("on", "You will get reminders again."),
    ):
        address = visitor.submit(my(ada, "reminders"), reminders=value)
        assert words in visitor.get(address).text
        look_again()
        assert ada.wants_reminders is (value == "on")


def test_a_mail_program_stops_reminders_with_one_post(app, ada):
    stranger = app.test_client(use_cookies=False)

    answer = stranger.post(
        links.unsubscribe_link(ada), data={"List-Unsubscribe": "One-Click"}
    )  # RFC 8058 3.1

    assert answer.status_code == 200
    look_again()
    assert not ada.wants_reminders
    assert ada.status == Status.CONFIRMED


def test_a_person_stops_reminders_with_a_button(visitor, ada):
    address = links.unsubscribe_link(ada).removeprefix("http://localhost:8000")
    page = visitor.get(address)

    done = visitor.post(address, page.form(), status=200)

    assert (page.heading, done.heading) == ("Stop reminders", "Reminders are stopped")


def test_an_unsubscribe_link_that_we_did_not_sign_is_not_found(app, visitor, ada):
    visitor.get("/unsubscribe/unknown", status=404)
    assert app.test_client().post(f"/unsubscribe/{links.my_token(ada)}").status_code == 404


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
    today.move_to(session.ends_at, tick=True)

    answer, address = join(visitor, watcher)

    assert (answer.status_code, answer.location) == (303, address)
    page = visitor.get(address)
    assert "This session is over" in page.text
    assert "Recordings with corrected captions follow within 10 business days." in page.text


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
    first = visitor.get(my(ada)).text
    today.move_to(event.starts_at + timedelta(hours=3, minutes=50), tick=True)
    then = visitor.get(my(ada)).text

    assert ("Morning talk" in first, "Session 4" in first) == (True, False)
    assert ("Morning talk" in then, "Session 4" in then) == (False, True)


def test_by_phone_she_has_the_number_and_needs_no_internet(visitor, make):
    webcast = make.webcast(room=make.room(dial_in="+1-617-555-0150"))
    greta = make.registration(webcast, mode=Mode.PHONE, email=None)

    page = visitor.get(my(greta))

    assert page.links()["+1-617-555-0150"] == "tel:+16175550150"
    assert "Quiet time Send me no emails for a while" not in page.links()


def test_her_link_is_sent_again_and_strangers_learn_nothing(visitor, new_visitor, ada):
    known = visitor.get(visitor.submit("/find", email=" ADA@people.example "))
    unknown = new_visitor().get(new_visitor().submit("/find", email="nobody@people.example"))

    assert known.heading == "Look in your mailbox"
    assert known.text == unknown.text
    assert emails() == ["my_link"]


def test_her_link_is_sent_at_most_hourly_and_not_again_when_the_clock_strikes(visitor, ada, today):
    for minutes, sent in ((50, 1), (20, 1), (41, 2)):
        today.shift(timedelta(minutes=minutes))
        visitor.submit("/find", email="ada@people.example")

        db.session.rollback()  # a read sees what was so when it began
        assert emails() == ["my_link"] * sent


@pytest.mark.parametrize("typed", ["", "ada", "a@b@c", "ädä@people.example"])
def test_an_address_that_is_none_is_said_to_be_none(visitor, ada, typed):
    page = visitor.submit("/find", email=typed, status=422)

    assert len(page.errors()) == 1


def test_remembered_people_are_not_written_to(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    visitor.submit("/find", email="ada@people.example")

    assert emails() == []
