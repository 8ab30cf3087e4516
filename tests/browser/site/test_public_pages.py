"""The public pages in a real browser: by keyboard, small, dark, without scripts, judged by axe."""

import pytest

from forum.events.models import SessionKind
from tests.browser.looking import AXE

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ADDRESSES = [
    "/",
    "/events/",
    "/events/forum-2027/",
    "/events/forum-2027/?track=science&tz=America/Phoenix&lang=es",
    "/events/forum-2027/sessions/s1/",
    "/events/webcast/",
    "/privacy",
    "/accessibility",
    "/nothing-here",
]


@pytest.fixture(autouse=True)
def forum(make):
    forum = make.event(slug="forum-2027", details={"promises": {"masks": "welcome"}})
    hall, pier = make.room(name="Tide Auditorium"), make.room(name="North Pier Room")
    track = make.track(key="science", name="Treatment and research", mark="triangle")
    person = make.speaker()
    make.session(
        forum, key="s1", title="Research in plain words", room=hall, track=track,
        has_captions=True, has_asl=True, has_spanish=True, speakers=(person,),
    )  # fmt: skip
    make.session(
        forum, key="s2", title="En español: preguntas", room=pier, track=track, language="es",
        capacity=16, taken=14, audience=("caregiver",), speakers=(person,),
    )  # fmt: skip
    make.session(forum, key="s3", title="Lunch", room=pier, kind=SessionKind.BREAK)
    make.session(
        forum, key="s4", title="Quiet room", room=hall, kind=SessionKind.DROPIN,
        ends_at=forum.ends_at,
    )  # fmt: skip
    make.webcast(slug="webcast")
    return forum


def barriers(page, axe):
    """Return what axe finds, as "rule: element"."""
    page.evaluate(axe)
    return [
        f"{finding['id']}: {node['html'][:100]}"
        for finding in page.evaluate(AXE, {"runOnly": RULES})
        for node in finding["nodes"]
    ]


def test_on_a_phone_no_column_is_too_narrow_to_read(screen):
    screen.set_viewport_size({"width": 320, "height": 800})
    narrow = "all => all.map(each => each.getBoundingClientRect().width).filter(w => w < 150)"
    for address in ("/", "/privacy", "/events/forum-2027/", "/events/webcast/"):
        screen.goto(address)
        assert screen.eval_on_selector_all("dd", narrow) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_has_a_barrier_that_axe_knows(screen, axe, address):
    for scheme in ("light", "dark"):
        screen.emulate_media(color_scheme=scheme)
        screen.goto(address)
        for menu in screen.locator("details").all():
            menu.evaluate("each => each.open = true")
        assert barriers(screen, axe) == [], scheme


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_scrolls_sideways_on_the_smallest_screen(screen, address):
    screen.set_viewport_size({"width": 320, "height": 640})
    screen.goto(address)
    assert screen.evaluate("document.documentElement.scrollWidth") == 320


def test_targets_are_large_enough_for_unsteady_hands(screen):
    screen.set_viewport_size({"width": 390, "height": 800})
    screen.goto("/events/forum-2027/")
    heights = {
        each.inner_text(): each.bounding_box()["height"]
        for each in screen.locator(".button, .pill, .nav a, .language").all()
        if each.is_visible()
    }
    assert {words: height for words, height in heights.items() if height < 44} == {}


def test_the_keyboard_reaches_the_main_part_and_opens_the_calendar_menu(screen):
    screen.goto("/events/forum-2027/")
    screen.keyboard.press("Tab")
    assert screen.evaluate("document.activeElement.innerText") == "Skip to main content"
    screen.keyboard.press("Enter")
    for _ in range(2):
        screen.keyboard.press("Tab")
    assert screen.evaluate("document.activeElement.innerText") == "Add to calendar"
    screen.keyboard.press("Enter")
    assert screen.get_by_role("link", name="Google Calendar").is_visible()


def test_the_focus_is_seen(screen):
    screen.goto("/events/forum-2027/")
    link = screen.get_by_role("link", name="Register")
    link.focus()
    screen.keyboard.press("Shift+Tab")
    screen.keyboard.press("Tab")
    outline = link.evaluate("each => getComputedStyle(each).outline")
    assert "3px" in outline
    assert "solid" in outline


def test_rooms_stand_side_by_side_only_where_there_is_room(screen):
    def places():
        screen.goto("/events/forum-2027/")
        cards = screen.locator(".row").first.locator("article").all()
        return [(round(box["x"]), round(box["y"])) for box in (c.bounding_box() for c in cards)]

    screen.set_viewport_size({"width": 1280, "height": 900})
    (lunch_left, lunch_top), (left, top), (right, same_top) = places()
    assert lunch_left == left < right
    assert lunch_top < top
    assert top == same_top

    screen.set_viewport_size({"width": 390, "height": 900})
    lefts = {x for x, _y in places()}
    assert len(lefts) == 1


def test_the_zone_of_her_device_is_offered_and_shown_on_her_word(screen, chromium, live):
    context = chromium.new_context(base_url=live.config["BASE_URL"], timezone_id="America/Phoenix")
    page = context.new_page()
    page.goto("/events/forum-2027/")
    page.get_by_text("Show in my time zone").click()
    assert page.get_by_label("Time zone").input_value() == "America/Phoenix"
    page.get_by_role("button", name="Show").click()
    assert "tz=America%2FPhoenix" in page.url
    assert "5:15 am to 1:30 pm" in page.locator("main").inner_text().replace("\xa0", " ")
    context.close()


def test_everything_is_there_without_scripts(chromium, live):
    context = chromium.new_context(base_url=live.config["BASE_URL"], java_script_enabled=False)
    page = context.new_page()
    page.goto("/events/forum-2027/")
    page.get_by_text("Add to calendar").click()
    assert page.get_by_role("link", name="Google Calendar").is_visible()
    page.get_by_text("Show in my time zone").click()
    page.get_by_label("Time zone").select_option("America/Los_Angeles")
    page.get_by_role("button", name="Show").click()
    assert "Pacific Time" in page.locator("main").inner_text()
    page.get_by_role("link", name="In Spanish").first.click()
    assert page.locator("h4 a").all_inner_texts() == ["En español: preguntas"]
    context.close()


def test_the_data_for_machines_passes_the_policy(screen):
    screen.goto("/events/forum-2027/")  # `screen` fails on any complaint of the browser
    block = screen.locator("script[type='application/ld+json']").text_content()
    assert screen.evaluate("text => JSON.parse(text)['@type']", block) == "EducationEvent"


def test_a_first_visit_is_small(screen):
    received = {}
    client = screen.context.new_cdp_session(screen)
    client.send("Network.enable")
    kinds = {}
    client.on(
        "Network.responseReceived",
        lambda facts: kinds.update({facts["requestId"]: facts["response"]["url"]}),
    )
    client.on(
        "Network.loadingFinished",
        lambda facts: received.update({facts["requestId"]: facts["encodedDataLength"]}),
    )
    screen.goto("/events/forum-2027/", wait_until="networkidle")
    fonts = sum(size for key, size in received.items() if ".woff2" in kinds.get(key, ""))
    assert sum(received.values()) <= 100_000
    assert sum(received.values()) - fonts <= 40_000
    assert fonts > 0
