"""The first page shows the forum before, during and after, and what one can register for."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import EventStatus, Mode, SessionKind
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

SPRING = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
MIDNIGHT = datetime(2027, 4, 24, 4, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
NOT_OPEN = {"registration_opens_at": datetime(2027, 1, 25, 14, tzinfo=UTC)}


@pytest.fixture
def forum(make):
    """A forum with breakfast, two talks side by side, and a room that is open all day."""
    event = make.event(slug="forum-2027", title="Spring Forum")
    room, other, third = make.room(), make.room(), make.room()
    kinds = {"breakfast": SessionKind.BREAK}
    for key, title, place, minutes in (
        ("breakfast", "Breakfast", room, 0),
        ("bones", "Bones", room, 60),
        ("sleep", "Sleep", other, 60),
    ):
        starts = event.starts_at + minutes * MINUTE
        kind = kinds.get(key, SessionKind.TALK)
        make.session(event, key=key, title=title, room=place, starts_at=starts, kind=kind)
    make.session(
        event, title="Quiet room", room=third, kind=SessionKind.DROPIN, ends_at=event.ends_at
    )
    return event


def headings(page):
    return [words(each) for each in page.all("h2")][:-1]


def names_of_buttons(page):
    return {
        name: href for name, href in page.links().items() if name.partition(":")[0] == "Register"
    }


@pytest.fixture
def around(visitor, today):
    """Return a way to read the first page just before a moment, and at it.

    Nothing but the clock changes between the two.
    """

    def read(moment, address="/"):
        pages = []
        for now in (moment - SECOND, moment):
            today.move_to(now, tick=False)
            pages.append(visitor.get(address))
        return pages

    return read


def test_before_the_forum_it_says_how_far_ahead_it_is_and_where_to_register(visitor, forum):
    page = visitor.get("/")

    assert "The next forum, in about 5 months Spring Forum" in page.text
    assert "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time" in page.text
    assert names_of_buttons(page) == {"Register: Spring Forum": "/events/forum-2027/register"}
    assert page.links()["See the day"] == "/events/forum-2027/"


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        (MIDNIGHT - 2 * DAY, "in 3 days", "in 2 days"),
        (MIDNIGHT - DAY, "in 2 days", "tomorrow"),
        (MIDNIGHT - 13 * DAY, "in about 2 weeks", "in 13 days"),
    ],
)
def test_days_pass_at_midnight_where_the_forum_is(around, forum, moment, before, after):
    said = [page.text for page in around(moment)]

    assert [
        f"The next forum, {words} Spring Forum" in page
        for page, words in zip(said, (before, after), strict=True)
    ] == [True, True]


def test_on_its_day_it_says_today_and_what_comes_first(around, forum):
    before, morning = (page.text for page in around(MIDNIGHT))

    assert "The next forum, tomorrow Spring Forum" in before
    assert "Today Spring Forum Next, 8:15 am Breakfast When" in morning
    assert "The link in our email opens your page. Send me my link again" in morning


@pytest.mark.parametrize(
    ("zone", "morning", "first"),
    [
        ("Australia/Sydney", MIDNIGHT - timedelta(hours=14), "10:15 pm (8:15 am Eastern Time)"),
        ("Pacific/Honolulu", MIDNIGHT + timedelta(hours=6), "2:15 am (8:15 am Eastern Time)"),
    ],
)
def test_to_who_reads_in_another_zone_today_is_hers(around, forum, zone, morning, first):
    before, after = (page.text for page in around(morning, f"/?tz={zone}"))

    assert "The next forum, tomorrow Spring Forum" in before
    assert f"Today Spring Forum Next, {first} Breakfast When" in after


@pytest.mark.parametrize(
    ("minutes", "before", "after"),
    [
        (0, "Today Spring Forum Next, 8:15 am Breakfast", "On now Spring Forum Now Breakfast"),
        (45, "Now Breakfast Next, 9:15 am Bones Sleep", "Today Spring Forum Next, 9:15 am Bones"),
        (60, "Spring Forum Next, 9:15 am Bones Sleep", "On now Spring Forum Now Bones Sleep When"),
    ],
)
def test_what_runs_now_changes_at_the_minute(around, forum, minutes, before, after):
    said = [page.text for page in around(SPRING + minutes * MINUTE)]

    assert (before in said[0], after in said[1]) == (True, True)
    assert "Quiet room" not in said[1]


def test_a_session_that_runs_leads_to_its_page_and_there_are_at_most_two(
    visitor, forum, make, today
):
    for number in range(4):
        starts = forum.starts_at + 60 * MINUTE
        make.session(forum, title=f"Talk {number}", room=make.room(), starts_at=starts)
    today.move_to(SPRING + 61 * MINUTE, tick=False)

    page = visitor.get("/")

    assert page.links()["Bones"] == "/events/forum-2027/sessions/bones/"
    assert page.links()["and 4 more"] == "/events/forum-2027/#agenda"


def test_in_the_night_between_two_days_it_goes_on(visitor, make, today):
    event = make.event(slug="forum-2027", title="Spring Forum", hours=32)
    make.session(event, room=make.room())
    make.session(event, title="Second day", room=make.room(), starts_at=SPRING + DAY)
    today.move_to(SPRING + timedelta(hours=12), tick=False)

    page = visitor.get("/")

    assert (
        "The forum goes on Spring Forum Next, Sunday, April 25, 2027, 8:15 am Second" in page.text
    )
    assert page.links()["See the days"] == "/events/forum-2027/"
    today.move_to(MIDNIGHT + DAY, tick=False)
    assert "Today Spring Forum Next, 8:15 am Second day" in visitor.get("/").text
    today.move_to(event.ends_at, tick=False)
    held = "It was held from Saturday, April 24, 2027 to Sunday, April 25, 2027."
    assert held in visitor.get("/").text


def test_a_forum_without_an_agenda_is_on_from_its_start_to_its_end(around, make):
    event = make.event(title="Spring Forum")

    before, started = (page.text for page in around(SPRING))
    last, over = (page.text for page in around(event.ends_at))

    assert ("Today Spring Forum" in before, "On now Spring Forum" in started) == (True, True)
    assert ("On now Spring Forum" in last, "The last forum Spring Forum" in over) == (True, True)


def test_a_forum_until_midnight_was_held_on_its_day(around, make):
    event = make.event(title="Spring Forum", ends_at=MIDNIGHT + DAY)

    _last, page = around(event.ends_at)

    assert "It was held on Saturday, April 24, 2027." in page.text


def test_afterwards_it_says_when_it_was_held(around, forum):
    _last, page = around(forum.ends_at)

    assert "The last forum Spring Forum It was held on Saturday, April 24, 2027." in page.text
    assert names_of_buttons(page) == {}
    assert page.links()["See the day"] == "/events/forum-2027/"
    assert "Send me my link" not in page.text


def test_the_last_forum_makes_room_for_the_next_unless_its_recordings_are_owed(
    visitor, make, today
):
    last = make.event(title="Autumn Forum", starts_at=datetime(2026, 10, 3, 12, tzinfo=UTC))
    last.details = {"promises": {"recordings_within_business_days": 10}}
    talk = make.session(last, room=make.room(), is_recorded=True)
    make.event(title="Spring Forum")
    assert headings(visitor.get("/")) == ["Spring Forum", "Autumn Forum", "Next webcasts"]

    talk.is_recorded, last.revision = False, last.revision + 1
    db.session.commit()
    assert headings(visitor.get("/")) == ["Spring Forum", "Next webcasts"]


def test_a_forum_that_is_called_off_says_so_beside_the_next_one(visitor, make):
    make.event(title="Spring Forum", status=EventStatus.CANCELLED)
    make.event(title="Fall Forum", starts_at=SPRING + 150 * DAY)

    page = visitor.get("/")

    assert "This forum is canceled Spring Forum Canceled" in page.text
    assert headings(page)[:2] == ["Spring Forum", "Fall Forum"]
    assert list(names_of_buttons(page)) == ["Register: Fall Forum"]


@pytest.mark.parametrize(
    ("of_forum", "of_webcast", "comes_first"),
    [
        ({}, {}, "forum"),
        (NOT_OPEN, {}, "webcast"),
        ({"takes_registrations": False}, {}, "webcast"),
        ({"status": EventStatus.CANCELLED}, {}, "webcast"),
        (NOT_OPEN, {"takes_registrations": False}, "forum"),
    ],
)
def test_an_open_webcast_comes_before_a_forum_that_is_not_open_yet(
    visitor, make, of_forum, of_webcast, comes_first
):
    make.event(title="Spring Forum", **of_forum)
    make.webcast(title="News", **of_webcast)

    for address in ("/", "/events/"):
        text = visitor.get(address).text
        is_forum_first = text.index("Spring Forum") < text.index("News")
        assert is_forum_first == (comes_first == "forum")


@pytest.mark.parametrize("address", ["/", "/events/"])
def test_when_registration_opens_the_forum_goes_up_and_can_be_registered_for(around, make, address):
    make.event(title="Spring Forum", **NOT_OPEN)
    make.webcast(title="News", starts_at=SPRING - 30 * DAY)

    shown = [
        [*names_of_buttons(page)] for page in around(NOT_OPEN["registration_opens_at"], address)
    ]

    assert shown == [["Register: News"], ["Register: Spring Forum", "Register: News"]]


@pytest.mark.parametrize("address", ["/", "/events/"])
def test_a_closed_forum_stands_first_on_its_day(around, make, address):
    event = make.event(title="Spring Forum")
    for gate in event.gates:
        gate.closes_at = SPRING - 3 * DAY
    make.webcast(title="News", starts_at=SPRING + 30 * DAY)
    db.session.commit()

    texts = [page.text for page in around(MIDNIGHT, address)]

    assert [text.index("Spring Forum") < text.index("News") for text in texts] == [False, True]


@pytest.mark.parametrize("address", ["/", "/events/"])
def test_a_webcast_that_runs_is_on_now_and_can_still_be_registered_for(around, make, address):
    event = make.webcast(title="News")

    before, running = around(event.starts_at, address)

    assert ("On now" in before.text, "On now" in running.text) == (False, True)
    assert list(names_of_buttons(running)) == ["Register: News"]


def nearness(page):
    tags = [words(each) for each in page.all("span") if "tag" in each.get("class", "").split()]
    return [each for each in tags if each in {"Today", "Starts within the hour", "On now"}]


@pytest.mark.parametrize(
    "address", ["/", "/events/", "/events/news/", "/events/news/sessions/news/"]
)
def test_a_webcast_says_from_its_morning_that_it_is_today_and_then_that_it_is_soon(
    around, make, address
):
    start = make.webcast(slug="news", key="news", title="News").starts_at
    morning = datetime(2026, 12, 16, 5, 0, tzinfo=UTC)

    moments = (morning, start - 60 * MINUTE, start)
    pages = [page for at in moments for page in around(at, address)]

    assert [nearness(page) for page in pages] == [
        [],
        ["Today"],
        ["Today"],
        ["Today", "Starts within the hour"],
        ["Today", "Starts within the hour"],
        ["On now"],
    ]


def test_in_the_list_of_all_events_a_forum_is_today_on_its_day_until_it_is_over(around, forum):
    said = [
        nearness(page)
        for at in (MIDNIGHT, SPRING, forum.ends_at)
        for page in around(at, "/events/")
    ]

    soon = ["Today", "Starts within the hour"]
    assert said == [[], ["Today"], soon, ["Today"], ["Today"], []]


def test_what_is_full_or_closed_or_over_says_so_and_has_a_button_only_if_one_can(visitor, make):
    make.webcast(title="Announced", takes_registrations=False)
    closed = make.webcast(title="Closed")
    for gate in closed.gates:
        gate.closes_at = datetime(2026, 11, 22, tzinfo=UTC)
    db.session.commit()
    make.webcast(title="Open")

    page = visitor.get("/")

    assert list(names_of_buttons(page)) == ["Register: Open"]
    assert "Registration has closed" in page.text


@pytest.mark.parametrize(
    ("modes", "said"),
    [
        ((Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE), "In person, online, or by phone."),
        ((Mode.WEBCAST, Mode.PHONE), "Online or by phone."),
        ((Mode.WEBCAST,), "Online."),
    ],
)
def test_only_ways_to_take_part_that_there_are_are_named(visitor, make, modes, said):
    make.event(modes=modes)

    assert f"those close to them. {said} You need no account." in visitor.get("/").text


def test_where_nothing_is_planned_no_way_is_named(visitor, make):
    make.event(status=EventStatus.CANCELLED)

    assert "those close to them. You need no account." in visitor.get("/").text


def test_a_webcast_without_a_number_does_not_offer_the_phone(visitor, make):
    event = make.webcast(slug="next")
    for gate in event.gates:
        if gate.mode == Mode.PHONE:
            db.session.delete(gate)
    db.session.commit()

    said = visitor.get("/events/next/").text

    assert "phone" not in said.partition("Questions")[0]
    assert "With people who know the subject. You can take part online." in said


def test_in_spanish_too(visitor, forum, today):
    assert "El próximo foro, en unos 5 meses Spring Forum" in visitor.get("/?lang=es").text
    today.move_to(SPRING + 61 * MINUTE, tick=False)
    assert "En curso Spring Forum (solo en inglés) Ahora Bones (solo en inglés)" in (
        visitor.get("/?lang=es").text
    )
