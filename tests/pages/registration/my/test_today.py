"""The day itself, on her own page: how soon, where, what to press, and whom to call."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import SessionPlace, Status
from tests.make import SPRING_DAY
from tests.my import my
from tests.people import words as read

pytestmark = pytest.mark.sqlite_is_enough

SATURDAY_AT_HALF_PAST_SEVEN = SPRING_DAY - timedelta(minutes=45)
AFTER_THE_END = SPRING_DAY + timedelta(hours=9, minutes=30)


@pytest.fixture
def spring_day(make):
    event = make.event(day_phone="+1-617-555-0190", day_hours="07:00-17:00")
    for number, hours in enumerate((0, 1, 2)):
        starts_at = SPRING_DAY + timedelta(hours=hours)
        make.session(event, starts_at=starts_at, quiet_title=f"Talk {number}", room=make.room())
    return event


def test_on_the_day_her_page_says_how_soon_it_starts(visitor, make, spring_day, today):
    ada = make.registration(spring_day)
    heads = []
    for before in (
        timedelta(hours=5),
        timedelta(minutes=35),
        timedelta(minutes=1),
        -timedelta(1) / 9,
    ):
        today.move_to(SPRING_DAY - before, tick=False)
        heads.append(visitor.get(my(ada)).heading)

    assert heads == [
        "Today. Starts at 8:15 am",
        "Today. Starts in 35 minutes",
        "Today. Starts in 1 minute",
        "Today. It has started",
    ]


def test_the_evening_before_is_not_the_day(visitor, make, spring_day, today):
    ada = make.registration(spring_day)
    today.move_to(datetime(2027, 4, 24, 3, 59, tzinfo=UTC), tick=False)

    assert visitor.get(my(ada)).heading == "My registration"


def test_who_waits_is_not_told_that_it_starts(visitor, make, today):
    event = make.event(capacity=0)
    waiting = make.registration(event, status=Status.WAITLISTED, waits_for=Mode.IN_PERSON)
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)

    assert visitor.get(my(waiting)).heading == "My registration"


def test_on_the_day_the_place_comes_first_then_watching_instead(visitor, make, spring_day, today):
    ada = make.registration(spring_day)
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)

    page = visitor.get(my(ada))

    in_order = (
        "Today. Starts in 45 minutes",
        "Harborlight Conference Center",
        "8:15 am to 4:30 pm, Eastern Time",
        "I cannot come. Watch instead",
        "Call us: 617-555-0190",
        "Someone answers today from 7:00 am to 5:00 pm, Eastern Time.",
        "Talk 0",
        "Talk 1",
        "All of my day",
        "When",
    )
    places = [page.text.index(words) for words in in_order]
    assert places == sorted(places)
    assert "Talk 2" not in page.text
    assert page.links()["I cannot come. Watch instead"] == my(ada, "mode?to=webcast")


def test_who_watches_is_shown_join_first_and_is_not_asked_to_watch(
    visitor, make, spring_day, today
):
    ada = make.registration(spring_day, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY - timedelta(minutes=5), tick=False)

    page = visitor.get(my(ada))

    assert page.text.index("Join now") < page.text.index("Call us: 617-555-0190")
    assert "I cannot come" not in page.text


@pytest.mark.parametrize("mode", [Mode.IN_PERSON, Mode.PHONE])
def test_what_is_on_now_is_not_said_to_come_next(visitor, make, spring_day, today, mode):
    ada = make.registration(spring_day, mode=mode)
    today.move_to(SPRING_DAY + timedelta(minutes=10), tick=False)

    page = visitor.get(my(ada))

    lists = [
        [" ".join("".join(item.itertext()).split()) for item in each]
        for each in page.all("ol")
        if each.get("class") == "my-day"
    ]
    titles = [[item.split(" Room")[0].split(" Call")[0] for item in each] for each in lists]
    assert titles == [
        ["8:15 am to 9:00 am Talk 0"],
        ["9:15 am to 10:00 am Talk 1", "10:15 am to 11:00 am Talk 2"],
    ]
    assert page.text.index("On now") < page.text.index("Next")


def test_the_next_session_that_she_has_chosen_is_shown_after_all_that_is_open_to_everybody(
    visitor, make, spring_day, today
):
    ada = make.registration(spring_day)
    for title, status, hours in (
        ("Circle A", Status.WAITLISTED, 2),
        ("Circle B", Status.CONFIRMED, 4),
        ("Circle C", Status.CONFIRMED, 5),
    ):
        starts_at = SPRING_DAY + timedelta(hours=hours)
        circle = make.session(spring_day, quiet_title=title, capacity=8, starts_at=starts_at)
        db.session.add(SessionPlace(registration=ada, session=circle, status=status))
    db.session.commit()
    today.move_to(SPRING_DAY + timedelta(minutes=50), tick=False)

    text = visitor.get(my(ada)).text

    shown = [
        each for each in ("Talk 1", "Talk 2", "Circle A", "Circle B", "Circle C") if each in text
    ]
    assert shown == ["Talk 1", "Circle B"]


@pytest.mark.parametrize(("number", "more"), [(2, ""), (3, "and 1 more"), (4, "and 2 more")])
def test_what_comes_next_beside_the_two_that_are_named_is_counted(
    visitor, make, today, number, more
):
    event = make.event()
    for at in range(number):
        make.session(event, key=f"t{at}", quiet_title=f"Talk {at}")
    make.session(event, quiet_title="Later", starts_at=SPRING_DAY + timedelta(hours=1))
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)
    ada = make.registration(event)

    page = visitor.get(my(ada))

    assert [href for said, href in page.links().items() if said.startswith("and ")] == (
        [my(ada, "day")] if more else []
    )
    assert more in page.text


@pytest.mark.parametrize("where", ["offer", "waiting", "offer/decline"])
def test_a_page_about_an_offer_wakes_when_its_time_is_over(visitor, make, today, where):
    her = make.registration(make.event(capacity=1), status=Status.WAITLISTED)
    ends_at = SPRING_DAY - timedelta(days=30)
    make.offer(her, ends_at=ends_at)
    today.move_to(ends_at - timedelta(seconds=90), tick=False)

    assert 'data-wakes-in="91"' in visitor.get(my(her, where)).response.text


def test_in_the_morning_she_changes_to_watching_in_two_taps(visitor, make, spring_day, today):
    ada = make.registration(spring_day)
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)
    way = visitor.get(my(ada)).links()["I cannot come. Watch instead"]

    page = visitor.get(visitor.submit(way))

    assert "Your place online is booked." in page.text
    assert page.heading == "Today. Starts in 45 minutes"


def test_before_the_day_her_page_has_both_numbers(visitor, make, spring_day):
    page = visitor.get(my(make.registration(spring_day)))

    words = "On the day of the event: 617-555-0190 7:00 am to 5:00 pm, Eastern Time"
    assert words in page.text
    assert "617-555-0142 Monday to Friday" in page.text


def test_after_the_end_there_is_nothing_to_add_or_to_cancel(visitor, make, spring_day, today):
    ada = make.registration(spring_day)
    today.move_to(AFTER_THE_END, tick=False)

    page = visitor.get(my(ada))

    assert "This event is over" in page.text
    for words in (
        "Add to my calendar",
        "Cancel my place",
    ):
        assert words not in page.text
    cancel = visitor.get(my(ada, "cancel"))
    assert "This event is over. You do not need to do anything." in cancel.text
    assert cancel.all("form") == []


def test_an_event_without_a_number_of_its_own_is_called_at_the_usual_one(visitor, make, today):
    ada = make.registration(make.event())
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)

    page = visitor.get(my(ada))

    assert "617-555-0142" in page.text
    assert "Someone answers today" not in page.text


def test_hours_alone_are_those_of_the_usual_number(visitor, make, today):
    event = make.event(day_hours="07:00-12:00")
    ada = make.registration(event)
    db.session.commit()
    today.move_to(SATURDAY_AT_HALF_PAST_SEVEN, tick=False)

    page = visitor.get(my(ada))

    assert "Call us: 617-555-0142" in page.text
    assert "Someone answers today from 7:00 am to 12:00 noon, Eastern Time." in page.text


def test_who_watches_counts_from_the_first_session_that_she_can_watch(
    visitor, make, spring_day, today
):
    spring_day.sessions[0].is_streamed = False
    db.session.commit()
    hollis = make.registration(spring_day, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY + timedelta(minutes=1), tick=False)

    assert visitor.get(my(hollis)).heading == "Today. Starts in 59 minutes"


@pytest.mark.parametrize(
    "turn",
    [
        (-timedelta(minutes=15, seconds=30), 31),  # the first Join button
        (-timedelta(minutes=15), 15 * 60 + 1),  # the start
        (-timedelta(minutes=50), 35 * 60 + 1),
        (-timedelta(hours=3), 2 * 3600 + 1),  # from then on minutes are said
        (-timedelta(hours=10), 105 * 60 + 1),  # midnight
    ],
)
def test_her_page_knows_when_it_will_say_something_else(visitor, make, spring_day, today, turn):
    after_start, seconds = turn
    hollis = make.registration(spring_day, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY + after_start, tick=False)

    for page in ("", "join"):
        assert f'data-wakes-in="{seconds}"' in visitor.get(my(hollis, page)).response.text


def test_within_the_hour_her_page_counts_minutes_by_itself(visitor, make, spring_day, today):
    ada = make.registration(spring_day)

    said = {}
    for minutes in (61, 60, 1, 0):
        today.move_to(SPRING_DAY - timedelta(minutes=minutes), tick=False)
        heading = visitor.get(my(ada)).one("h1")
        said[minutes] = [heading.get(f"data-{name}") for name in ("starts-in", "one", "two")]

    one, two = "Today. Starts in 1 minute", "Today. Starts in 2 minutes"
    nothing = [None] * 3
    assert said == {61: nothing, 60: ["3600", one, two], 1: ["60", one, two], 0: nothing}


def test_days_before_her_page_waits_for_nothing(visitor, make, spring_day, today):
    hollis = make.registration(spring_day, mode=Mode.WEBCAST)
    today.move_to(SPRING_DAY - timedelta(days=3), tick=False)

    page = visitor.get(my(hollis)).response.text
    assert "data-wakes-in" not in page
    assert "Reload this page then" in page


def test_who_listens_reads_from_when_on_there_is_something_to_hear(visitor, make, today):
    event = make.event()
    make.session(event, room=make.room(dial_in=None))
    make.session(event, room=make.room(), starts_at=SPRING_DAY + timedelta(hours=1))
    ada = make.registration(event, mode=Mode.PHONE)
    heads, said = [], []
    for minutes in (-90, -30, 30, 61):
        today.move_to(SPRING_DAY + timedelta(minutes=minutes), tick=False)
        page = visitor.get(my(ada))
        heads.append(page.heading)
        numbers = [read(each) for each in page.all("li") if "617-555-0150" in read(each)]
        said.append(numbers[0])

    assert heads == [
        "Today. By phone from 9:15 am",
        "Today. By phone from 9:15 am",
        "Today. Starts in 30 minutes",
        "Today. It has started",
    ]
    hours = "617-555-0150 9:15 am to 10:00 am, Eastern Time"
    assert said == [hours, hours, hours, "617-555-0150"]
