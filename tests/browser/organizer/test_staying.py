"""Whoever types for long at the desk is warned before it signs her out, and may stay."""

import pytest

from tests.browser.looking import violations
from tests.browser.organizer.arriving import sign_in

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
