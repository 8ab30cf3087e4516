"""On pages, in mails and in titles: the day on which something ends, where it is another one."""

from datetime import timedelta

import pytest

from forum.events.models import Mode
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough

TWO_DAYS = 8.25 + 24
TOKYO = "Asia/Tokyo"


@pytest.fixture
def two_days(make):
    event = make.event(slug="forum-2027", hours=TWO_DAYS)
    room = make.room()
    make.session(event, quiet_title="First", room=room)
    last = event.starts_at + timedelta(days=1)
    make.session(event, key="last", quiet_title="Last", room=room, starts_at=last, capacity=9)
    return event


def text_of(page) -> str:
    return " ".join(page.text.split())


@pytest.mark.parametrize("address", ["/", "/events/", "/events/forum-2027/"])
def test_an_event_of_two_days_says_when_it_ends(visitor, two_days, address):
    assert "8:15 am to 4:30 pm on Sunday, April 25, 2027, Eastern Time" in text_of(
        visitor.get(address)
    )


def test_in_spanish_too(visitor, two_days):
    assert "8:15 a.m. a 4:30 p.m. del domingo 25 de abril de 2027" in text_of(
        visitor.get("/events/forum-2027/?lang=es")
    )


def test_a_forum_seen_from_tokyo_ends_on_her_sunday(visitor, make):
    event = make.event(slug="forum-2027")
    late = event.starts_at + timedelta(hours=4)
    make.session(event, room=make.room(), starts_at=late)
    said = text_of(visitor.get(f"/events/forum-2027/?tz={TOKYO}"))
    assert "Saturday, April 24, 2027, 9:15 pm to 5:30 am on Sunday, April 25, 2027" in said
    assert "Sunday, 1:15 am" in said


def test_her_own_page_and_her_stream_say_it_on_her_clock(visitor, make, today):
    event = make.event()
    late = event.starts_at + timedelta(hours=4)
    make.session(event, room=make.room(), starts_at=late)
    ada = make.registration(event, mode=Mode.WEBCAST, timezone=TOKYO)
    said = text_of(visitor.get(my(ada)))
    assert "9:15 pm to 5:30 am on Sunday, April 25, 2027" in said
    assert "Sunday, April 25, 2027, 1:15 am to 2:00 am" in said


def test_the_choice_of_a_session_on_the_second_day_names_its_weekday(visitor, two_days):
    assert "Sunday, 8:15 am: " in text_of(visitor.get("/events/forum-2027/register"))
