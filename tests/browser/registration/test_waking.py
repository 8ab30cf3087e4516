"""A page that stays open says what is so, asks little, and is never swapped for an error."""

from datetime import timedelta

import pytest

from forum import clock
from forum.events.models import Mode
from tests.my import my

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

AT_ONCE = "Math.random = () => 0"
LAST = "Math.random = () => 0.95"
"""Who wakes up first, and who last, of those who wait for the same moment."""


@pytest.fixture
def cora(make):
    """Register Cora for a webcast whose Join button works in a few seconds."""
    return watcher(make, minutes=15, seconds=6)


def watcher(make, **until):
    starts_at = clock.now() + timedelta(**until)
    webcast = make.webcast(starts_at=starts_at, room=make.room(stream_url="https://live.example/a"))
    return make.registration(webcast, mode=Mode.WEBCAST)


def test_an_open_page_gets_its_join_button_by_itself(screen, cora):
    screen.add_init_script(AT_ONCE)
    screen.goto(my(cora, "join"))
    assert "The Join button works from" in screen.locator("main").inner_text()

    screen.get_by_role("button", name="Join now").wait_for(timeout=20_000)
    screen.get_by_text("This page is up to date again.").wait_for(state="attached", timeout=5_000)


def test_a_page_that_wakes_up_without_a_network_still_says_whom_to_call(chromium, live, cora):
    context = chromium.new_context(base_url=live.config["BASE_URL"])
    page = context.new_page()
    page.add_init_script(AT_ONCE)
    page.goto(my(cora, "join"))

    context.set_offline(True)  # a phone that has just been unlocked
    page.wait_for_timeout(9_000)

    assert page.locator("main").count() == 1
    context.set_offline(False)
    page.get_by_role("button", name="Join now").wait_for(timeout=20_000)
    context.close()


def test_a_page_whose_server_has_trouble_still_says_whom_to_call(chromium, live, cora):
    context = chromium.new_context(base_url=live.config["BASE_URL"])
    page = context.new_page()
    page.add_init_script(AT_ONCE)
    page.goto(my(cora, "join"))

    context.route("**/join", lambda route: route.fulfill(status=503, body="Too many"))
    page.wait_for_timeout(9_000)

    assert "The Join button works from" in page.locator("main").inner_text()
    context.close()


def test_those_who_wait_for_the_join_button_do_not_all_come_in_the_same_second(screen, make):
    asked = []
    screen.on("request", lambda request: asked.append(request.method))
    screen.clock.install()
    screen.add_init_script(LAST)
    screen.goto(my(watcher(make, minutes=35), "join"))
    wakes_in = int(screen.locator("[data-wakes-in]").get_attribute("data-wakes-in"))

    screen.clock.fast_forward((wakes_in + 17) * 1000)
    screen.wait_for_timeout(200)
    assert "HEAD" not in asked
    screen.clock.fast_forward(3_000)
    screen.wait_for_timeout(2_000)
    assert asked.count("HEAD") == 1


def test_minutes_are_counted_down_without_asking_the_server(screen, make):
    now = clock.now()
    zone = ("Etc/GMT-10", "Etc/GMT", "Etc/GMT", "Etc/GMT+10")[now.hour // 6]  # no midnight near
    event = make.event(starts_at=now + timedelta(minutes=3, seconds=-2), hours=2, timezone=zone)
    screen.clock.install()
    screen.goto(my(make.registration(event)))
    asked = []
    screen.on("request", lambda request: asked.append(request.url))
    heading = screen.locator("h1")

    said = [heading.inner_text()]
    for _minute in range(2):
        screen.clock.fast_forward(60_000)
        said.append(heading.inner_text())

    soon = ["3 minutes", "2 minutes", "1 minute"]
    assert said == [f"Today. Starts in {each}" for each in soon]
    assert screen.title().startswith("Today. Starts in 1 minute")
    assert [each for each in asked if "/my/" in each] == []
