"""Joining: from when, by which button or number, and what stands there afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration, Status
from tests.make import SPRING_DAY
from tests.my import my
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

WEBCAST_STARTS = datetime(2026, 12, 16, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


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


def talks(make, **details):
    """Make two talks in one room, one right after the other."""
    forum = make.event(details=details)
    room = make.room(stream_url="https://live.lantern.example/aud")
    for number in range(2):
        starts_at = forum.starts_at + timedelta(minutes=45 * number)
        make.session(forum, room=room, starts_at=starts_at, quiet_title=f"Talk {number}")
    return forum


@pytest.mark.parametrize("opens", [15, 60])
def test_what_runs_or_comes_first_can_be_joined_until_its_end(visitor, make, today, opens):
    forum = talks(make, opens_min_before=opens)
    hollis = make.registration(forum, mode=Mode.WEBCAST)

    for minutes, number in ((-5, 0), (31, 0), (44, 0), (45, 1)):
        today.move_to(forum.starts_at + timedelta(minutes=minutes), tick=False)
        for page in ("", "join"):
            text = visitor.get(my(hollis, page)).text
            assert text.count("Join now") == text.count(f"Join now: Talk {number}") == 1


@pytest.mark.parametrize("minutes", [-60, 0])
def test_no_join_button_is_promised_where_it_would_lead_nowhere(visitor, make, today, minutes):
    forum = make.event()
    room = make.room(stream_url=None, dial_in="+1-617-555-0150")
    item = make.session(forum, room=room, quiet_title="Talk 0")
    hollis = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(forum.starts_at + timedelta(minutes=minutes), tick=False)

    for page in ("", "join", f"sessions/{item.key}/"):
        text = visitor.get(my(hollis, page)).text
        assert "There is nothing to join at the moment." in text
        assert "Call this number to listen" in text
        assert "617-555-0150" in text
        assert "Join" not in text.removeprefix("Join")  # the heading of its page


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


def test_afterwards_the_same_address_says_by_when_the_recording_is_promised(
    visitor, watcher, today
):
    session = watcher.event.sessions[0]
    session.is_recorded = True
    watcher.event.details = {"recordings_within_business_days": 10}
    db.session.commit()
    today.move_to(session.ends_at + timedelta(minutes=30), tick=True)

    answer, address = join(visitor, watcher)

    assert (answer.status_code, answer.location) == (303, address)
    page = visitor.get(address)
    assert "This session is over" in page.text
    assert "We promise the recording by Thursday, December 31, 2026." in page.text
    today.move_to(datetime(2027, 1, 1, 5, tzinfo=UTC), tick=True)
    late = "We promised the recording by Thursday, December 31, 2026. It is late."
    assert late in visitor.get(address).text
    where = "You can open this page again with the same link. It says how it stands."
    assert where in visitor.get(address).text
    assert late in visitor.get(my(watcher)).text


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


@pytest.fixture
def forum(make):
    """Make a talk in the small room, then one in each room at the same time."""
    forum = make.event()
    hall = make.room(name="Harbor Hall", position=1, dial_in="+1-617-555-0150")
    pier = make.room(name="Pier", position=2, dial_in="+1-617-555-0151")
    for title, room, hours in (("Early", pier, 0), ("Late", hall, 1), ("Later", pier, 1)):
        starts_at = SPRING_DAY + hours * HOUR
        make.session(forum, quiet_title=title, room=room, starts_at=starts_at)
    return forum


def buttons(page) -> list[str]:
    return [words(each) for each in page.all("button") if "titles" not in words(each)]


def test_there_is_one_button_and_it_leads_to_the_stream(visitor, make, today, forum):
    ada = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY - timedelta(minutes=10))

    page = visitor.get(my(ada, "join"))

    assert (page.heading, buttons(page)) == ("Join", ["Join now: Early"])
    assert "https://live.lantern.example" in page.response.headers["Content-Security-Policy"]
    stream = visitor.submit(my(ada, "join"), action=page.all("form")[0].get("action"))
    assert stream == forum.sessions[0].room.stream_url


def test_before_there_is_none_and_it_says_from_when(visitor, make, today, forum):
    ada = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY - HOUR)

    page = visitor.get(my(ada, "join"))

    assert buttons(page) == []
    assert "The Join button works from Saturday, April 24, 2027, at 8:00 am" in page.text


def test_two_at_once_have_a_button_each_and_the_buttons_differ(visitor, make, today, forum):
    ada = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY + HOUR)

    assert sorted(buttons(visitor.get(my(ada, "join")))) == ["Join now: Late", "Join now: Later"]


@pytest.mark.parametrize(
    "facts",
    [
        {"mode": Mode.IN_PERSON},
        {"mode": Mode.PHONE},
        {"mode": Mode.WEBCAST, "status": Status.CANCELLED},
        {"mode": Mode.WEBCAST, "status": Status.WAITLISTED},
    ],
)
def test_who_does_not_watch_is_led_to_her_page(visitor, make, today, forum, facts):
    ada = make.registration(forum, **facts)
    today.move_to(SPRING_DAY)

    answer = visitor.client.get(my(ada, "join"))

    assert (answer.status_code, answer.location) == (303, my(ada))


def test_afterwards_it_leads_to_her_page(visitor, make, today, forum):
    ada = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(forum.ends_at)

    assert visitor.client.get(my(ada, "join")).location == my(ada)


def test_who_listens_sees_one_number_for_each_hour_on_her_clock(visitor, make, forum):
    greta = make.registration(forum, mode=Mode.PHONE, timezone="America/Chicago")

    page = visitor.get(my(greta))

    assert [words(each) for each in page.all("li") if "617-555" in words(each)] == [
        "617-555-0151 7:15 am to 8:00 am, Central Time",
        "617-555-0150 8:15 am to 9:00 am, Central Time",
    ]
    assert "At some hours there are more sessions to hear. “My day” has the number" in page.text
    assert "Call 617-555-0151" in visitor.get(my(greta, "day")).text


def test_beside_each_join_button_stands_the_number_of_its_own_room(visitor, make, today, forum):
    ada = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY + HOUR)

    for where in ("", "join"):
        page = visitor.get(my(ada, where))
        cards = [words(each) for each in page.all("div") if each.get("class") == "card"]
        assert sorted(each.partition("Join now: ")[2] for each in cards) == [
            "Late If the picture stops, listen by phone: 617-555-0150",
            "Later If the picture stops, listen by phone: 617-555-0151",
        ]


def test_a_join_button_shows_the_name_that_this_device_chose(visitor, make, today):
    event = make.event()
    make.session(event, title="Bones and pain", quiet_title="Talk 1", room=make.room())
    ada = make.registration(event, mode=Mode.WEBCAST)
    today.move_to(event.starts_at)
    assert buttons(visitor.get(my(ada, "join"))) == ["Join now: Talk 1"]

    to = visitor.submit(my(ada, "join"), action=my(ada, "titles"), titles="full")

    assert to == my(ada, "join")
    page = visitor.get(to)
    assert buttons(page) == ["Join now: Bones and pain"]
    assert [each.get("class") for each in page.all("span") if "Join now" in words(each)] == [None]


def test_who_listens_reads_no_number_of_what_is_over(visitor, make, today, forum):
    greta = make.registration(forum, mode=Mode.PHONE)

    def numbers() -> list[str]:
        page = visitor.get(my(greta))
        return [words(each) for each in page.all("li") if words(each).startswith("617-555-01")]

    today.move_to(SPRING_DAY + HOUR * 0.9, tick=False)
    assert numbers() == ["617-555-0150"]
    today.move_to(SPRING_DAY + HOUR * 2.2, tick=False)
    assert numbers() == ["617-555-0150"]
    today.move_to(SPRING_DAY + HOUR * 2.3, tick=False)
    assert numbers() == []
    assert "There is nothing more to listen to by phone." in visitor.get(my(greta)).text


def test_where_no_number_is_known_yet_none_is_said_to_be_there(visitor, make):
    greta = make.registration(make.event(), mode=Mode.PHONE)

    text = visitor.get(my(greta)).text

    assert "Call this number" not in text
    assert "We will tell you the number before the day. You can also call us." in text


def test_one_number_needs_no_hours(visitor, make):
    webcast = make.webcast(room=make.room(dial_in="+1-617-555-0150"))
    greta = make.registration(webcast, mode=Mode.PHONE)

    page = visitor.get(my(greta))

    assert [words(each) for each in page.all("li") if "617-555-01" in words(each)] == [
        "617-555-0150"
    ]
    assert "Call this number to listen. You need no internet and no code." in page.text


def test_of_several_join_buttons_it_is_said_once_where_they_lead(visitor, make, today):
    forum = make.event()
    for number in range(2):
        room = make.room(stream_url=f"https://live.lantern.example/{number}")
        make.session(forum, room=room, starts_at=forum.starts_at, quiet_title=f"Talk {number}")
    hollis = make.registration(forum, mode=Mode.WEBCAST)
    today.move_to(forum.starts_at, tick=True)

    for page in ("", "join"):
        text = visitor.get(my(hollis, page)).text
        assert (text.count("Join now"), text.count("another company")) == (2, 1)


def test_the_page_to_join_a_webcast_names_it_once(visitor, watcher, today):
    today.move_to(WEBCAST_STARTS, tick=True)

    page = visitor.get(my(watcher, "join")).response.text
    assert (page.count('class="lede"'), page.count('class="card"')) == (0, 1)
