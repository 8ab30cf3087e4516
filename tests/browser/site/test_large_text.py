"""Text of twice its size on a phone: 195 px are left for a page of 390."""

import pytest

from forum.events.models import Mode, SessionKind
from forum.registration.models import Status
from tests.my import my

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

PUBLIC = [
    "/",
    "/events/",
    "/events/forum-2027/",
    "/events/forum-2027/register",
    "/events/forum-2027/sessions/s1/",
    "/events/webcast/",
    "/events/webcast/register",
    "/find",
    "/privacy",
    "/accessibility",
    "/nothing-here",
]
HERS = [
    *("", "mode", "mode?to=webcast", "sessions/", "day", "sessions/s1/", "companions/"),
    *("details", "pause", "reminders", "data", "cancel", "calendar/new"),
]
WIDER = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.getBoundingClientRect().right > 195.5
    && !each.closest(".visually-hidden, .skip"))
  .map(each => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 60)}`)"""


@pytest.fixture
def forum(make):
    forum = make.event(
        slug="forum-2027", day_phone="+1-617-555-0190", day_hours="07:00-17:00", capacity=1
    )
    hall, track = make.room(name="Tide Auditorium"), make.track(key="science", mark="triangle")
    make.session(
        forum, key="s1", title="Understanding immunotherapy", room=hall, track=track,
        has_captions=True, has_asl=True, has_spanish=True, speakers=(make.speaker(),),
    )  # fmt: skip
    make.session(forum, key="s2", title="Conversaciones", language="es", capacity=16, taken=14)
    make.session(forum, key="s4", kind=SessionKind.DROPIN, ends_at=forum.ends_at)
    make.webcast(slug="webcast")
    return forum


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_of_the_site_scrolls_sideways_with_text_of_twice_its_size(screen, forum, language):
    assert sideways(screen, [f"{address}?lang={language}" for address in PUBLIC]) == {}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("mode", Mode)
def test_nor_does_a_page_of_her_own(screen, make, forum, mode, language):
    her = make.registration(forum, name="Ada Q. Trialrun", mode=mode, language=language)
    waiting = make.registration(forum, status=Status.WAITLISTED, language=language)
    pages = [*(my(her, each) for each in HERS), my(waiting), my(waiting, "waiting")]
    joined = [f"{each}{'&' if '?' in each else '?'}lang={language}" for each in pages]

    assert sideways(screen, joined) == {}


def sideways(screen, addresses) -> dict[str, list[str]]:
    """Return what of each page stands out of a screen of 195 px, where it scrolls."""
    screen.set_viewport_size({"width": 195, "height": 420})
    found = {}
    for address in addresses:
        screen.goto(address)
        for folded in screen.locator("details").all():
            folded.evaluate("each => each.open = true")
        if screen.evaluate("document.documentElement.scrollWidth") > 195:
            found[address] = screen.evaluate(WIDER)
    return found
