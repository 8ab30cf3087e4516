"""Her pages and emails, read in another country, in another zone, and by two."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from tests.make import SPRING_DAY
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough

MADRID = "Europe/Madrid"


@pytest.fixture
def two(make):
    """Return Ada, who comes, and Hank, who comes with her."""
    event = make.event()
    ada = make.registration(event)
    make.registration(event, name="Hank", email=ada.email, companion_of=ada)
    db.session.commit()
    return ada


@pytest.mark.parametrize(
    ("zone", "number"),
    [("America/New_York", "617-555-0142 Monday"), (MADRID, "+1 617-555-0142 Monday")],
)
def test_numbers_stand_as_they_are_dialed_where_she_lives(visitor, make, zone, number):
    her = make.registration(make.event(), timezone=zone)
    db.session.commit()

    assert f"Who to call {number}" in visitor.get(my(her)).text


def test_a_public_page_has_the_numbers_of_the_zone_that_it_is_in(visitor, make):
    event = make.event()
    db.session.commit()

    abroad, at_home = (visitor.get(f"/events/{event.slug}/{tz}") for tz in (f"?tz={MADRID}", ""))

    assert "+1 617-555-0142" in abroad.text
    assert "+1 617-555-0142" not in at_home.text


def test_an_hour_before_it_is_near_although_midnight_lies_between(visitor, make, today):
    event = make.event(starts_at=SPRING_DAY.replace(hour=22, minute=30))
    her = make.registration(event, mode=Mode.WEBCAST, timezone=MADRID)
    db.session.commit()
    heads = []
    for before in (timedelta(hours=7), timedelta(hours=3), timedelta(minutes=59), timedelta(0)):
        today.move_to(event.starts_at - before, tick=False)
        heads.append(visitor.get(my(her)).heading)

    assert heads == [
        "My registration",
        "Starts tonight at 12:30 am",
        "Starts in 59 minutes",
        "Today. It has started",
    ]


def test_when_the_hours_of_the_day_are_over_she_reads_the_usual_number_and_where_to_write(
    visitor, make, today
):
    event = make.event(day_phone="+1-617-555-0190", day_hours="07:00-09:00")
    her = make.registration(event, timezone=MADRID)
    db.session.commit()
    today.move_to(SPRING_DAY + timedelta(hours=2), tick=False)

    text = visitor.get(my(her)).text

    said = "Monday to Friday, 9:00 am to 5:00 pm, Eastern Time Write to hello@lantern.example"
    assert f"Who to call +1 617-555-0142 {said}" in text
    assert "0190" not in text


def test_nobody_whose_times_stand_on_two_clocks_is_asked_for_another(visitor, make):
    here, there = (
        make.registration(make.event(), timezone=zone)
        for zone in ("America/New_York", "America/Los_Angeles")
    )
    db.session.commit()

    asked = [
        [each for each in visitor.get(my(her)).all("div") if each.get("data-zone-question")]
        for her in (here, there)
    ]
    assert [len(each) for each in asked] == [1, 0]


def test_who_goes_online_reads_that_nothing_changes_for_who_comes_along(visitor, two):
    page = visitor.get(my(two, "mode?to=webcast"))
    assert "Nothing changes for Hank." in page.text
    assert page.links()["Someone with me"] == my(two, "companions/")

    visitor.post(my(two, "mode"), page.form(my(two, "mode")))

    assert "Changed. Nothing changes for Hank." in visitor.get(my(two)).text


def test_who_comes_after_all_is_asked_to_choose_small_sessions_again(visitor, make):
    event = make.event()
    make.session(event, capacity=8)
    her = make.registration(event, mode=Mode.WEBCAST)
    db.session.commit()

    page = visitor.get(my(her, "mode?to=in_person"))
    assert "Please choose your sessions afterwards" in page.text
    visitor.post(my(her, "mode"), page.form(my(her, "mode")))

    assert "Please choose your small sessions again" in visitor.get(my(her)).text
