"""Finding someone in a real browser: search, person, Back is what a coordinator does all day."""

import pytest

from forum.registration.models import Status
from tests.browser.looking import look
from tests.browser.organizer.arriving import sign_in

pytestmark = pytest.mark.browser


def test_back_from_a_person_leads_to_what_was_found_from_any_page(  # noqa: PLR0917 - fixtures
    screen, live, make, event, petra, ada, axe
):
    make.registration(event, name="María Zoë O'Brien", status=Status.WAITLISTED)
    sign_in(screen, petra)
    screen.goto("/organize/events/")

    screen.get_by_role("searchbox").fill("obrien maria")
    screen.keyboard.press("Enter")
    screen.get_by_role("link", name="María Zoë O'Brien").click()
    screen.go_back()

    assert screen.get_by_role("heading", level=1).inner_text() == "Find a person"
    assert screen.locator("tbody tr").count() == 1
    assert screen.get_by_label("Name, email or phone number").last.input_value() == "obrien maria"
    look(screen, axe)


def test_back_to_a_check_that_was_refused_shows_what_was_typed(  # noqa: PLR0917 - fixtures
    screen, live, event, petra, ada, axe
):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/reminders/add")
    screen.get_by_label("Your own words, in English").fill("The garage is closed.")
    screen.get_by_role("button", name="Check").click()
    assert "Enter your words in both languages" in screen.locator("main").inner_text()

    screen.get_by_role("link", name="Leave it as it is").click()
    screen.go_back()

    assert "Enter your words in both languages" in screen.locator("main").inner_text()
    typed = screen.get_by_label("Your own words, in English").input_value()
    assert typed == "The garage is closed."
    look(screen, axe)
