"""Her device knows another clock: she is asked once, and her word goes along in the address."""

import pytest

from tests.browser.looking import is_sound
from tests.my import my
from tests.registering import ADA, the_registration
from tests.stored import look_again

pytestmark = pytest.mark.browser

DAY = "/events/forum-2027/"
MEXICO = "America/Mexico_City"
QUESTION = "Show times in Central Time (Mexico City), too?"


@pytest.fixture(autouse=True)
def forum(make):
    forum = make.event(slug="forum-2027")
    make.session(forum, key="s1")
    return forum


@pytest.fixture
def device(chromium, live):
    """Return a way to get a page of a device in some zone, with scripts or without."""
    contexts = []

    def one(zone, *, scripts=True):
        contexts.append(
            chromium.new_context(
                base_url=live.config["BASE_URL"],
                timezone_id=zone,
                java_script_enabled=scripts,
                viewport={"width": 390, "height": 844},
            )
        )
        return contexts[-1].new_page()

    yield one
    for context in contexts:
        context.close()


def said(page):
    return page.locator("main").inner_text().replace("\xa0", " ")


def question(page):
    return page.locator("[data-zone-question]")


def test_her_yes_goes_from_the_day_into_her_registration(device, axe):
    page = device(MEXICO)
    page.goto(DAY)
    assert question(page).locator("p").inner_text() == QUESTION
    is_sound(page, axe)

    page.get_by_role("link", name="Yes, show both").click()
    page.wait_for_url(f"**{DAY}?tz=America%2FMexico_City#agenda")
    assert "6:15 am to 2:30 pm, Central Time (Mexico City)" in said(page)
    assert question(page).count() == 0

    page.get_by_role("link", name="Register").click()
    for name in ("name", "email"):
        page.locator(f"#{name}").fill(ADA[name])
    page.locator("label[for=mode-0]").click()
    page.wait_for_timeout(3000)  # nobody fills in a form faster
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/registered/**")
    assert the_registration().timezone == MEXICO
    page.get_by_role("link", name="Back to the event").click()
    page.wait_for_url(f"**{DAY}?tz=America/Mexico_City")


def test_her_no_is_heard_on_every_page_and_in_the_form(device):
    page = device(MEXICO)
    page.goto(f"{DAY}sessions/s1/")
    page.get_by_role("link", name="No, keep Eastern Time").click()
    page.wait_for_url("**/sessions/s1/?tz=America/New_York")
    assert question(page).count() == 0

    page.get_by_role("link", name="Back to the whole day").click()
    page.get_by_role("heading", name="The day").wait_for()
    assert question(page).count() == 0
    page.get_by_role("link", name="Register").click()
    assert page.locator("#timezone").input_value() == "America/New_York"


@pytest.mark.parametrize("zone", ["America/New_York", "America/Detroit", "America/Toronto", "UTC"])
def test_nobody_is_asked_whose_clock_is_the_events_or_whose_device_hides_it(device, zone):
    page = device(zone)
    for address in (DAY, f"{DAY}sessions/s1/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert question(page).is_hidden()


@pytest.mark.parametrize(
    ("zone", "asks"),
    [("America/Havana", False), ("America/Jamaica", True), ("Asia/Kathmandu", True)],
)
def test_only_the_clocks_of_those_days_count(device, zone, asks):
    page = device(zone)
    page.goto(DAY)
    page.wait_for_load_state("networkidle")

    assert question(page).is_visible() == asks
    if asks:
        assert f"Show times in {zone.partition('/')[2]} time, too?" in said(page).replace(
            "Katmandu", "Kathmandu"
        )


def test_without_scripts_she_picks_it_herself_and_is_asked_nothing(device):
    page = device(MEXICO, scripts=False)
    page.goto(f"{DAY}?lang=es")
    assert question(page).is_hidden()

    page.get_by_text("Mostrar en mi zona horaria").click()
    page.locator("#tz").select_option(MEXICO)
    page.get_by_role("button", name="Mostrar").click()
    assert "6:15 a.m. a 2:30 p.m." in said(page)
    assert "lang=es" in page.url


@pytest.mark.parametrize(("press", "zone"), [("Yes", MEXICO), ("No", "America/New_York")])
def test_on_her_own_page_the_answer_is_kept_for_her_link(device, make, forum, press, zone):
    ada = make.registration(forum)
    page = device(MEXICO)
    page.goto(my(ada))
    assert question(page).locator("p").inner_text() == QUESTION

    page.get_by_role("button", name=press).click()
    page.wait_for_load_state("networkidle")
    look_again()
    assert the_registration().timezone == zone
    assert question(page).all() == [] or question(page).is_hidden()
    assert ("Central Time (Mexico City)" in said(page)) == (zone == MEXICO)


def test_her_own_page_asks_accessibly(device, make, forum, axe):
    page = device(MEXICO)
    page.goto(my(make.registration(forum)))

    assert question(page).is_visible()
    is_sound(page, axe)
