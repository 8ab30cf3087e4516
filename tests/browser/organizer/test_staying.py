"""Whoever types for long at the desk is warned before it signs her out, and may stay."""

import pytest

from tests.browser.looking import violations
from tests.browser.organizer.arriving import arrive, sign_in

pytestmark = pytest.mark.browser

WARNING = "[data-staying]"


def test_she_is_warned_five_minutes_before_and_stays_at_a_press(screen, petra, axe):
    sign_in(screen, petra)
    screen.clock.install()
    screen.goto("/organize/events/forum-2027/edit")
    assert not screen.is_visible(WARNING)

    screen.clock.fast_forward("25:01")

    assert "You will be signed out in 5 minutes." in screen.text_content(WARNING)
    assert screen.evaluate("document.activeElement === document.body")
    assert violations(screen, axe) == []
    screen.click("text=Stay signed in")
    screen.wait_for_selector("text=You stay signed in.")
    screen.clock.fast_forward("24:00")
    assert "You stay signed in." in screen.text_content(WARNING)


def test_what_has_ended_is_said_with_what_becomes_of_her_words(screen, petra):
    sign_in(screen, petra)
    screen.clock.install()
    screen.goto("/organize/events/forum-2027/edit")

    screen.clock.fast_forward("30:01")

    assert "it comes back after you have signed in" in screen.text_content(WARNING)
    assert not screen.is_visible("text=Stay signed in")


def test_on_a_phone_what_has_ended_covers_no_button_at_the_end_of_a_form(screen, petra):
    screen.set_viewport_size({"width": 390, "height": 844})
    sign_in(screen, petra)
    screen.clock.install()
    screen.goto("/organize/events/forum-2027/registrations/add")
    screen.clock.fast_forward("30:01")
    screen.wait_for_selector(WARNING)

    screen.evaluate("scrollTo(0, document.body.scrollHeight)")

    button = screen.locator("main form .button").last.bounding_box()
    assert button["y"] + button["height"] <= screen.locator(WARNING).bounding_box()["y"]


def asked_when(screen, *, anyway):
    """Return a list of what the browser asks before a page is left, from now on; it is answered."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept() if anyway else dialog.dismiss()

    screen.once("dialog", answer)
    return asked


WAYS = {
    "a link of the menu": lambda screen: screen.click(".side__nav a >> nth=0"),
    "signing out": lambda screen: screen.click("text=Sign out"),
    "the search": lambda screen: screen.press("#side-search", "Enter"),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_leaving_what_was_typed_is_asked_first(screen, petra, way):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/registrations/add")
    screen.fill("#name", "Half Typed")

    asked = asked_when(screen, anyway=False)
    WAYS[way](screen)
    screen.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert screen.input_value("#name") == "Half Typed"


def test_back_brings_what_was_typed_back(screen, petra):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    screen.fill("#title", "Half typed")
    screen.uncheck("#takes_registrations")
    screen.select_option("#language", "es")
    asked = asked_when(screen, anyway=True)
    screen.click(".side__nav a >> nth=0")
    arrive(screen, "/organize/")

    screen.go_back()
    arrive(screen, "/organize/events/forum-2027/edit")

    assert asked == ["beforeunload"]
    screen.wait_for_selector("text=This is what you had written")
    assert screen.input_value("#title") == "Half typed"
    assert not screen.is_checked("#takes_registrations")
    assert screen.input_value("#language") == "es"


@pytest.mark.parametrize("title", ["", "Half typed"])
def test_what_was_typed_stays_when_the_page_is_read_in_another_language(screen, petra, title):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    screen.fill("#quiet_title", "Half typed")
    screen.fill("#title", title)
    if not title:
        screen.click("main form .button >> text=Save")
        screen.wait_for_selector("#problems")
    asked = asked_when(screen, anyway=False)

    screen.click("text=Español")
    screen.wait_for_selector("html[lang=es]")

    assert asked == []
    screen.wait_for_selector("text=Esto es lo que había escrito")
    assert screen.input_value("#quiet_title") == "Half typed"
    assert screen.input_value("#title") == title


def test_a_choice_for_a_list_is_left_unasked(screen, petra):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/lists/check-in")
    screen.check("#is_large")
    asked = asked_when(screen, anyway=False)

    screen.click(".side__nav a >> nth=0")
    arrive(screen, "/organize/")

    assert asked == []


def test_signing_out_leaves_nothing_that_was_typed_in_the_browser(screen, petra):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    screen.fill("#title", "Half typed")
    asked_when(screen, anyway=True)
    screen.click("text=Sign out")
    screen.wait_for_url("**/organize/sign-in")

    assert screen.evaluate("sessionStorage.length") == 0


def test_a_refused_form_is_not_left_unasked_and_sending_it_asks_nothing(screen, petra):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    screen.fill("#title", "")
    screen.click("main form .button >> text=Save")
    screen.wait_for_selector("#problems")

    asked = asked_when(screen, anyway=False)
    screen.click(".side__nav a >> nth=0")
    screen.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    screen.fill("#title", "Whole")
    screen.click("main form .button >> text=Save")
    arrive(screen, "/organize/events/forum-2027/")


@pytest.mark.parametrize("page", ["registrations/add", "edit", "reminders/add", "changes"])
def test_a_form_as_it_was_opened_asks_nothing(screen, petra, page):
    sign_in(screen, petra)
    screen.goto(f"/organize/events/forum-2027/{page}")

    asked = asked_when(screen, anyway=False)
    screen.click("text=Sign out")
    screen.wait_for_url("**/organize/sign-in")
    assert asked == []
