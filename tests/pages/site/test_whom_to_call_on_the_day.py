"""Whom to call on the days of an event: its own number with its hours, on its pages, to tap."""

from datetime import timedelta

import pytest

from tests.make import SPRING_DAY
from tests.my import my
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

MIDNIGHT = SPRING_DAY.replace(hour=4, minute=0)
CLOSING = SPRING_DAY.replace(hour=21, minute=0)
DAY = timedelta(days=1)
TODAY = "Call 617-555-0190 today, 7:00 am to 5:00 pm, Eastern Time"
USUAL = "Call 617-555-0142 Monday to Friday, 9:00 am to 5:00 pm, Eastern Time"


@pytest.fixture
def spring_day(make):
    event = make.event(day_phone="+1-617-555-0190", day_hours="07:00-17:00")
    event.talk = make.session(event, room=make.room())
    return event


def foot(page) -> str:
    return words(page.one("footer"))


def numbers(page) -> set[str]:
    """Return what one can tap to call."""
    return {href for a in page.all("a") if (href := a.get("href", "")).startswith("tel:")}


def test_on_its_day_the_pages_of_an_event_say_who_answers_today(visitor, make, spring_day, today):
    ada, path = make.registration(spring_day), f"/events/{spring_day.slug}/"
    pages = (
        path,
        f"{path}sessions/{spring_day.talk.key}/",
        f"{path}register",
        my(ada),
        my(ada, "day"),
        my(ada, "mode"),
    )
    for address in pages:
        assert USUAL in foot(visitor.get(address)), address

    today.move_to(SPRING_DAY - timedelta(hours=1))

    for address in pages:
        page = visitor.get(address)
        assert TODAY in foot(page), address
        assert numbers(page) == {"tel:+16175550190"}, address


def test_the_page_of_the_event_says_it_beside_its_facts(visitor, spring_day, today):
    today.move_to(SPRING_DAY)

    text = visitor.get(f"/events/{spring_day.slug}/").text

    assert (
        "Questions? Call 617-555-0190 (today, 7:00 am to 5:00 pm, Eastern Time) or write to" in text
    )


def test_a_kept_page_turns_at_both_midnights_of_the_events_clock(app, visitor, spring_day, today):
    """Nothing is edited: time alone makes another page of it."""
    said = []
    for address in (f"/events/{spring_day.slug}/", f"/events/{spring_day.slug}/register"):
        for at in (MIDNIGHT - timedelta(minutes=1), MIDNIGHT, MIDNIGHT + DAY):
            today.move_to(at)
            page = visitor.get(address)
            said.append("today" if TODAY in foot(page) else "usual" if USUAL in foot(page) else "")
        today.move_to(SPRING_DAY - DAY)

    assert said == ["usual", "today", "usual"] * 2


def test_when_the_hours_of_the_day_are_over_every_page_says_the_usual_number_and_its_hours(
    visitor, make, today
):
    evening = make.event(
        day_phone="+1-617-555-0190",
        day_hours="07:00-17:00",
        ends_at=SPRING_DAY + timedelta(hours=11),
    )
    make.session(evening)
    ada, path = make.registration(evening), f"/events/{evening.slug}/"
    today.move_to(CLOSING - timedelta(minutes=1), tick=False)
    for address in (path, f"{path}register", my(ada)):
        assert numbers(visitor.get(address)) == {"tel:+16175550190"}, address

    today.move_to(CLOSING, tick=False)

    for address in (path, f"{path}register", my(ada), my(ada, "mode")):
        page = visitor.get(address)
        assert USUAL in foot(page), address
        assert numbers(page) == {"tel:+16175550142"}, address


def test_between_two_days_the_usual_number_is_said_until_midnight(visitor, make, today):
    both = make.event(
        day_phone="+1-617-555-0190", day_hours="07:00-17:00", ends_at=SPRING_DAY + DAY
    )
    ada, path, said = make.registration(both), f"/events/{both.slug}/", []

    for at in (CLOSING - timedelta(minutes=1), CLOSING, MIDNIGHT + DAY, CLOSING + DAY):
        today.move_to(at, tick=False)
        said.append([numbers(visitor.get(address)) for address in (path, my(ada))])

    usual, that_day = "tel:+16175550142", "tel:+16175550190"
    assert said == [
        [{that_day}] * 2,
        [{usual}, {usual, that_day}],
        [{that_day}] * 2,
        [{usual}] * 2,
    ]


def test_where_a_number_is_said_to_be_called_its_hours_stand_beside_it(visitor, spring_day, today):
    path, hours = f"/events/{spring_day.slug}/register", "Monday to Friday, 9:00 am to 5:00 pm"
    assert f"Call 617-555-0142 ({hours}, Eastern Time). We will fill in" in visitor.get(path).text
    today.move_to(SPRING_DAY - timedelta(hours=1))
    said = "Call 617-555-0190 (today, 7:00 am to 5:00 pm, Eastern Time). We will fill in"
    assert said in visitor.get(path).text


def test_on_that_day_other_events_and_the_first_page_say_the_usual_number(
    visitor, make, spring_day, today
):
    other = make.webcast(starts_at=SPRING_DAY + 7 * DAY)
    today.move_to(SPRING_DAY)

    for address in ("/", f"/events/{other.slug}/", "/find"):
        assert USUAL in foot(visitor.get(address))


def test_a_spanish_reader_reads_it_in_spanish(visitor, spring_day, today):
    today.move_to(SPRING_DAY)

    page = visitor.get(f"/events/{spring_day.slug}/?lang=es")

    assert "617-555-0190 hoy, de 7:00 a.m. a 5:00 p.m., hora del Este" in foot(page)


def test_a_number_without_hours_is_todays(visitor, make, today):
    event = make.event(day_phone="+1-617-555-0190")
    today.move_to(SPRING_DAY)

    assert "Call 617-555-0190 today" in foot(visitor.get(f"/events/{event.slug}/"))


def test_after_the_end_no_page_offers_an_entry_for_the_calendar(visitor, make, spring_day, today):
    ada, path = make.registration(spring_day), f"/events/{spring_day.slug}/"
    pages = (path, f"{path}sessions/{spring_day.talk.key}/", my(ada))
    assert all(calendar_links(visitor.get(address)) for address in pages)

    today.move_to(spring_day.ends_at)

    for address in pages:
        page = visitor.get(address)
        assert calendar_links(page) == [], address
        assert "cancel" not in " ".join(page.links()).lower(), address


def calendar_links(page) -> list[str]:
    return [href for href in page.links().values() if ".ics" in href or "google.com" in href]
