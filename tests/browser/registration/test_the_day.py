"""The day itself on a phone: what she needs stands on the first screen, also without scripts."""

from datetime import timedelta

import pytest

from forum import clock
from forum.events.models import Mode
from tests.browser.looking import look
from tests.my import my

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

PHONE = {"width": 390, "height": 844}
WATCH_INSTEAD = "I cannot come. Watch instead"


@pytest.fixture
def spring_day(make):
    """Make a forum that begins in a good half hour, where that is far from midnight."""
    now = clock.now()
    zone = ("Etc/GMT-10", "Etc/GMT", "Etc/GMT", "Etc/GMT+10")[now.hour // 6]
    event = make.event(
        starts_at=now + timedelta(minutes=35),
        hours=2,
        timezone=zone,
        day_phone="+1-617-555-0190",
        day_hours="07:00-17:00",
    )
    for minutes in (36, 66):
        starts_at = now + timedelta(minutes=minutes)
        make.session(event, starts_at=starts_at, room=make.room())
    return event


@pytest.mark.parametrize("mode", [Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE])
def test_the_day_is_accessible_and_fits_a_phone(screen, spring_day, make, axe, mode):
    screen.goto(my(make.registration(spring_day, mode=mode)))

    # Who watches or listens counts from what she can watch or hear.
    minutes = 35 if mode == Mode.IN_PERSON else 36
    assert screen.locator("h1").inner_text() == f"Today. Starts in {minutes} minutes"
    look(screen, axe)


def test_the_place_and_watching_instead_stand_on_the_first_screen(
    spring_day, make, without_scripts
):
    without_scripts.set_viewport_size(PHONE)
    without_scripts.goto(my(make.registration(spring_day)))

    for shown in ("1 Example Wharf", WATCH_INSTEAD):
        box = without_scripts.get_by_text(shown).first.bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"], shown
    without_scripts.get_by_role("link", name=WATCH_INSTEAD).click()
    without_scripts.get_by_role("button", name="Take part online instead").click()
    assert "Your place online is booked." in without_scripts.locator("main").inner_text()


def test_without_scripts_a_link_reloads_the_page(make, without_scripts):
    webcast = make.webcast(starts_at=clock.now() + timedelta(hours=2), room=make.room())
    cora = make.registration(webcast, mode=Mode.WEBCAST)
    without_scripts.goto(my(cora, "join"))

    without_scripts.get_by_role("link", name="Reload this page then").click()
    assert "The Join button works from" in without_scripts.locator("main").inner_text()
