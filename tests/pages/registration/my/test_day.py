"""Choosing sessions with few places, what clashes, and the day in the order of time."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.events.models import Mode, SessionKind, SessionStatus
from forum.registration.models import SessionPlace, Status
from tests.my import my
from tests.people import words
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

HOUR = timedelta(hours=1)


@pytest.fixture
def event(make):
    """Make a forum: a welcome, two circles at once, a walk, lunch, and a quiet room."""
    event = make.event()
    event.hall, event.elm = make.room(name="Harbor Hall", floor=2), make.room(name="Elm Room")
    start = event.starts_at
    make.session(event, key="welcome", quiet_title="Welcome", room=event.hall)
    for key, title in (("loved", "For loved ones only"), ("young", "Under 45: peer circle")):
        make.session(
            event,
            key=key,
            title=title,
            quiet_title=f"Circle {key}",
            capacity=1,
            is_streamed=False,
            starts_at=start + HOUR,
            room=event.elm,
        )
    make.session(
        event,
        key="walk",
        title="Gentle movement",
        quiet_title="Movement",
        capacity=5,
        is_streamed=False,
        starts_at=start + 2 * HOUR,
        room=event.elm,
    )
    make.session(
        event,
        key="lunch",
        quiet_title="Lunch",
        kind=SessionKind.BREAK,
        is_streamed=False,
        starts_at=start + 3 * HOUR,
        room=event.hall,
    )
    make.session(
        event,
        key="quiet",
        quiet_title="Quiet room",
        kind=SessionKind.DROPIN,
        is_streamed=False,
        room=event.elm,
    )
    return event


def numbers(event, *keys: str) -> list[str]:
    return [str(each.id) for each in event.sessions if each.key in keys]


def press(visitor, person, titles: str) -> str:
    """Press the button on the day that chooses titles; return where she is sent on."""
    return visitor.submit(my(person, "day"), action=my(person, "titles"), titles=titles)


def lines(page) -> list[str]:
    """Return the items of the day as they are read."""
    return [
        " ".join(" ".join(item.itertext()).split())
        for each in ("ol", "ul")
        for found in page.all(each)
        if found.get("class") == "my-day"
        for item in found
    ]


def test_she_chooses_sessions_and_sees_her_day(visitor, make, event):
    boris, ada = make.registration(event), make.registration(event)
    visitor.submit(my(boris, "sessions/"), sessions=numbers(event, "young"))

    page = visitor.get(
        visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "young", "walk"))
    )

    assert page.heading == "My day"
    assert "Your choice is saved. One session is full. You are on its waitlist." in page.text
    assert lines(page) == [
        "8:15 am to 9:00 am Welcome Harbor Hall, floor 2",
        "9:15 am to 10:00 am Circle young On the waitlist Elm Room, floor 1",
        "10:15 am to 11:00 am Movement Place booked Elm Room, floor 1",
        "11:15 am to 12:00 noon Lunch Harbor Hall, floor 2",
        "8:15 am to 9:00 am Quiet room Elm Room, floor 1",
    ]
    visitor.submit(my(boris, "sessions/"), sessions=None)
    look_again()
    places = db.session.query(SessionPlace).filter_by(registration_id=ada.id)
    assert {place.status for place in places} == {Status.CONFIRMED}


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.IN_PERSON, ["Captions", "ASL", "Also in Spanish", "In Spanish", "For clinicians"]),
        (Mode.WEBCAST, ["Captions", "ASL", "Also in Spanish", "In Spanish", "For clinicians"]),
        (Mode.PHONE, ["Also in Spanish", "In Spanish", "For clinicians"]),
    ],
)
def test_each_session_of_her_day_says_its_end_its_language_its_help_and_for_whom_it_is(
    visitor, make, today, mode, said
):
    event = make.event()
    make.session(event, quiet_title="One", has_captions=True, has_asl=True, has_spanish=True)
    two = event.starts_at + HOUR
    make.session(
        event, quiet_title="Dos", language="es", audience=("clinician",), starts_at=two,
        ends_at=two + HOUR / 2,
    )  # fmt: skip
    ada = make.registration(event, mode=mode)
    today.move_to(event.starts_at - HOUR, tick=False)

    pages = [visitor.get(my(ada, "day")), visitor.get(my(ada))]

    assert [each.split(" ")[:6] for each in lines(pages[0])] == [
        ["8:15", "am", "to", "9:00", "am", "One"],
        ["9:15", "am", "to", "9:45", "am", "Dos"],
    ]
    for page in pages:
        tags = [words(each) for each in page.all("span") if "tag" in each.get("class", "").split()]
        assert [each for each in tags if not each.startswith("Your place")] == said


def test_two_at_the_same_time_are_said_before_and_after_and_not_forbidden(visitor, make, event):
    ada = make.registration(event)
    before = visitor.get(my(ada, "sessions/"))
    assert before.text.count("Another session in this list is at the same time.") == 2

    page = visitor.get(
        visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "loved", "young"))
    )

    assert "Some of them are at the same time. That is fine. You decide on the day." in page.text
    assert "At the same time: Circle young" in page.text
    assert "At the same time: Circle loved" in page.text
    again = visitor.get(my(ada, "sessions/"))
    assert "At the same time as one that you chose: Circle loved." in again.text


def test_places_are_said_to_be_saved_only_where_she_has_them(visitor, make, event):
    ada = make.registration(event)
    page = visitor.get(visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "walk")))
    assert "Your sessions are saved." in page.text

    again = visitor.get(my(ada, "sessions/"))
    assert "Your place in this session is booked." in again.text
    assert again.text.count("You are on the waitlist of this session.") == 0


def test_who_has_no_place_yet_waits_for_her_sessions_too(visitor, make, event):
    ada = make.registration(event, status=Status.WAITLISTED)

    page = visitor.get(visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "walk")))

    said = "Your choice is saved. You are on the waitlist of these sessions, too, until you have a"
    assert said in page.text
    assert "is full" not in page.text


def test_the_list_to_choose_from_says_neutral_titles_until_she_asks(visitor, make, event):
    ada = make.registration(event)
    neutral = visitor.get(my(ada, "sessions/"))
    assert ("Circle loved" in neutral.text, "For loved ones" in neutral.text) == (True, False)

    to = visitor.submit(my(ada, "sessions/"), action=my(ada, "titles"), titles="full")

    assert (to, "For loved ones" in visitor.get(to).text) == (my(ada, "sessions/"), True)


def test_what_she_chose_stands_out_in_her_day(visitor, make, event):
    ada = make.registration(event)
    page = visitor.get(visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "walk")))

    chosen = [words(each) for each in page.all("li") if each.get("class") == "my-day__chosen"]
    assert chosen == ["10:15 am to 11:00 am Movement Place booked Elm Room, floor 1"]


def test_what_she_chose_comes_first_of_what_is_next_on_her_page(visitor, make, event, today):
    for number in range(3):
        starts_at = event.starts_at + 2 * HOUR
        make.session(event, quiet_title=f"Talk {number}", starts_at=starts_at, position=0)
    ada = make.registration(event)
    visitor.submit(my(ada, "sessions/"), sessions=numbers(event, "walk"))
    today.move_to(event.starts_at + HOUR, tick=False)

    found = lines(visitor.get(my(ada)))

    assert found[0] == "10:15 am to 11:00 am Movement Place booked Elm Room, floor 1"
    assert lines(visitor.get(my(ada, "day")))[1] == found[0]


def test_afterwards_her_day_is_past(visitor, make, event, today):
    ada = make.registration(event, mode=Mode.WEBCAST)
    today.move_to(event.ends_at + timedelta(days=1), tick=False)

    page = visitor.get(my(ada, "day"))

    assert "This event is over." in page.text
    for present in ("is booked", "Come, rest and leave", "Live online"):
        assert present not in page.text


def test_times_are_on_her_clock_and_on_the_events(visitor, make, event):
    ada = make.registration(event, mode=Mode.WEBCAST, timezone="America/Phoenix")

    page = visitor.get(my(ada, "day"))

    assert "Times are in Mountain Time (Phoenix) and Eastern Time." in page.text
    assert lines(page)[0] == "5:15 am to 6:00 am 8:15 am Eastern Time Welcome Live online"


def test_who_comes_to_the_place_reads_the_clocks_that_are_there(visitor, make, event, today):
    ada = make.registration(event, timezone="America/Halifax")
    today.move_to(event.starts_at - HOUR, tick=False)

    day, page = visitor.get(my(ada, "day")), visitor.get(my(ada))

    assert "Times are in Eastern Time." in day.text
    assert lines(day)[0] == "8:15 am to 9:00 am Welcome Harbor Hall, floor 2"
    assert lines(page)[0] == "8:15 am to 9:00 am Welcome Harbor Hall, floor 2"


def test_online_she_sees_what_is_streamed(visitor, make, event):
    ada = make.registration(event, mode=Mode.WEBCAST)

    page = visitor.get(my(ada, "day"))

    assert lines(page) == ["8:15 am to 9:00 am Welcome Live online"]
    assert page.links()["Welcome"] == my(ada, "sessions/welcome/")


def test_by_phone_she_sees_which_number_to_call(visitor, make, event):
    ada = make.registration(event, mode=Mode.PHONE)

    assert lines(visitor.get(my(ada, "day"))) == ["8:15 am to 9:00 am Welcome Call 617-555-0150"]


def test_by_phone_she_sees_no_number_of_what_is_over(visitor, make, event, today):
    ada = make.registration(event, mode=Mode.PHONE)
    today.move_to(event.starts_at + 2 * HOUR, tick=False)

    assert lines(visitor.get(my(ada, "day"))) == ["8:15 am to 9:00 am Welcome"]


def test_titles_are_neutral_until_she_asks_for_the_full_ones(visitor, make, event):
    ada = make.registration(event)
    page = visitor.get(my(ada, "day"))
    assert "Bones" not in page.text

    full = visitor.get(press(visitor, ada, "full"))

    assert "Bones: pain, strength and radiation" in full.text
    assert (full.title, full.heading) == ("My day", "My day")
    assert "Bones: pain, strength and radiation" in visitor.get(my(ada, "day")).text
    assert "Bones" not in visitor.get(press(visitor, ada, "neutral")).text
    ada.is_discreet = False
    db.session.commit()
    assert "Bones" in visitor.get(my(ada, "day")).text


def test_a_session_that_is_cancelled_is_not_in_her_day(visitor, make, event):
    ada = make.registration(event)
    next(each for each in event.sessions if each.key == "welcome").status = SessionStatus.CANCELLED
    db.session.commit()

    assert "Welcome" not in visitor.get(my(ada, "day")).text


def test_a_forum_of_two_days_says_which_day(visitor, make, event):
    event.ends_at += timedelta(days=1)
    make.session(event, quiet_title="Second day", starts_at=event.starts_at + timedelta(days=1))
    ada = make.registration(event)

    page = visitor.get(my(ada, "day"))

    days = ["Saturday, April 24, 2027", "Sunday, April 25, 2027"]
    assert [words(each) for each in page.all("h2")][:2] == days


def test_without_a_place_there_is_no_day(visitor, make, event):
    ada = make.registration(event, status=Status.CANCELLED)

    page = visitor.get(my(ada, "day"))

    assert "Your registration is canceled" in page.text
    assert lines(page) == []


def test_a_session_of_another_event_cannot_be_chosen(visitor, make, event):
    foreign = make.session(make.event(), capacity=5)
    ada = make.registration(event)

    page = visitor.submit(my(ada, "sessions/"), sessions=[str(foreign.id)], status=422)

    assert page.errors() == [
        "One of the sessions you chose has no places to book. Please choose again."
    ]
