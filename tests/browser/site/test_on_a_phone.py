"""The forum's page on a phone: under six screens, folded by time, by finger, key and script."""

from datetime import timedelta

import pytest

from tests.browser.looking import look
from tests.programme import event, loaded

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SIX_SCREENS = 6 * PHONE["height"]
DAY = "/events/forum-2027/"
HEIGHT = "document.documentElement.scrollHeight"
OPEN_ONLY = """place => document.querySelectorAll(".row__fold").forEach(
  (fold, number) => { fold.open = number === place; })"""
OPEN_FOLDS = """[...document.querySelectorAll(".row__fold")]
  .flatMap((fold, number) => fold.open ? [number] : [])"""


@pytest.fixture(autouse=True)
def forum(live):
    """A forum of 32 sessions, as the demo has it."""
    loaded()
    return event()


@pytest.fixture
def phone(screen):
    screen.set_viewport_size(PHONE)
    return screen


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_whole_day_is_under_six_screens_whatever_is_open(phone, lang):
    phone.goto(f"{DAY}?lang={lang}")

    heights = [phone.evaluate(HEIGHT)]
    for place in range(phone.locator(".row__fold").count()):
        phone.evaluate(OPEN_ONLY, place)
        heights.append(phone.evaluate(HEIGHT))

    assert len(heights) == 11
    assert [height for height in heights if height >= SIX_SCREENS] == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_on_two_clocks_it_is_under_six_screens_as_well(phone, lang):
    phone.goto(f"{DAY}?tz=America/Mexico_City&lang={lang}")

    assert phone.evaluate(HEIGHT) < SIX_SCREENS


def test_without_scripts_the_server_says_what_is_open(chromium, live, forum, today):
    today.move_to(forum.starts_at + timedelta(hours=2, minutes=20))
    context = chromium.new_context(
        base_url=live.config["BASE_URL"], java_script_enabled=False, viewport=PHONE
    )
    page = context.new_page()
    page.goto(DAY)

    assert page.locator(".row__turn").all_inner_texts() == ["Now"]
    shown = page.locator(".row__fold h4").all()
    assert next(each.inner_text() for each in shown if each.is_visible()).startswith("HR-positive")
    page.locator("summary", has_text="Welcome, and how to take it easy today").click()
    assert page.get_by_role("link", name="Welcome, and how to take it easy today").is_visible()
    page.get_by_text("Find sessions for you").click()
    page.get_by_role("link", name="In Spanish").click()
    assert page.locator(".narrow").get_attribute("open") is not None
    visible = [each for each in page.locator("h4 a").all() if each.is_visible()]
    assert len(visible) == page.locator("h4 a").count() == 1
    context.close()


def test_by_keyboard_a_time_is_opened_and_its_first_session_is_next(phone):
    phone.goto(DAY)
    fold = phone.locator("summary", has_text="5 sessions at once").first

    fold.focus()
    assert "3px" in fold.evaluate("each => getComputedStyle(each).outline")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")

    focused = phone.evaluate("document.activeElement.textContent")
    assert focused == "HR-positive, HER2-negative: choosing the next line"


def test_a_finger_finds_a_fold_by_its_hour_too(phone):
    phone.goto(DAY)
    hour = phone.locator(".row__time", has_text="10:30\xa0am")
    hour.scroll_into_view_if_needed()
    hour = hour.bounding_box()

    phone.mouse.click(hour["x"] + 10, hour["y"] + 10)

    assert phone.evaluate(OPEN_FOLDS) == [0, 3]


def is_open_and_seen(phone):
    phone.wait_for_function("document.getElementById('session-s06').closest('details').open")
    box = phone.locator("#session-s06").bounding_box()
    return 0 <= box["y"] < PHONE["height"]


def test_an_address_of_a_session_opens_its_time(phone):
    phone.goto(f"{DAY}#session-s06")

    assert is_open_and_seen(phone)


def test_where_the_browser_does_not_open_it_the_script_does(phone):
    phone.goto(DAY)
    phone.wait_for_load_state("networkidle")
    phone.evaluate("history.replaceState(null, '', '#session-s06')")  # no browser looks there
    phone.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")

    assert is_open_and_seen(phone)


def test_back_from_a_session_is_where_she_was(phone):
    phone.goto(f"{DAY}sessions/s06/")
    phone.get_by_role("link", name="Back to the whole day").click()

    phone.wait_for_function("document.getElementById('session-s06').closest('details').open")
    assert phone.locator("#session-s06").is_visible()


def test_a_page_left_open_follows_the_clock_when_she_comes_back(phone, forum):
    phone.clock.install(time=forum.starts_at + timedelta(hours=2, minutes=20))
    phone.goto(DAY)
    assert phone.evaluate(OPEN_FOLDS) == [0]
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"

    phone.evaluate(come_back)
    assert phone.locator(".row__turn").all_inner_texts() == ["Now"]
    assert phone.evaluate(OPEN_FOLDS) == [0, 3]

    phone.clock.set_fixed_time(forum.starts_at + timedelta(hours=4, minutes=10))
    phone.evaluate(come_back)
    said = phone.locator(".row:has(.row__turn) .row__time").all_inner_texts()
    assert [each.replace("\xa0", " ").split("\n")[::2] for each in said] == [
        ["12:20 pm", "Now"],
        ["12:50 pm", "Next"],
    ]
    assert phone.evaluate(OPEN_FOLDS) == [0, 5]


def test_where_there_is_room_nothing_is_folded_and_nothing_asks_to_be_opened(chromium, live):
    context = chromium.new_context(
        base_url=live.config["BASE_URL"],
        java_script_enabled=False,
        viewport={"width": 1280, "height": 900},
    )
    page = context.new_page()
    page.goto(DAY)

    assert [each for each in page.locator("h4 a").all() if not each.is_visible()] == []
    assert [each for each in page.locator(".pill").all() if not each.is_visible()] == []
    assert page.get_by_text("Masks are welcome.").is_visible()
    folds = page.locator(".unfolds > summary").all()
    assert [each for each in folds if each.is_visible()] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_folded_and_unfolded_it_is_accessible_and_fits_every_width(phone, axe, scheme):
    phone.emulate_media(color_scheme=scheme)
    phone.goto(DAY)
    look(phone, axe)
    phone.set_viewport_size(PHONE)
    phone.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    look(phone, axe)
