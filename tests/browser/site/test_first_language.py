"""Whoever reads Spanish and comes for the first time is told that the site speaks it."""

import pytest

pytestmark = pytest.mark.browser

OFFER = "Este sitio también está en español"


def offers(screen) -> list[str]:
    return [
        each.inner_text() for each in screen.locator(".offer-language").all() if each.is_visible()
    ]


def speak(screen, language: str) -> None:
    """Let the browser say which language its reader reads first."""
    screen.add_init_script(
        f"Object.defineProperty(navigator, 'language', {{ get: () => '{language}' }})"
    )


def test_a_browser_in_spanish_is_offered_the_page_in_spanish_until_somebody_has_chosen(
    screen, make
):
    make.event(slug="forum-2027")
    speak(screen, "es-MX")
    screen.goto("/events/forum-2027/?tz=America/Phoenix")
    assert offers(screen) == [OFFER]

    screen.get_by_role("link", name=OFFER).click()

    assert screen.url.endswith("/events/forum-2027/?tz=America%2FPhoenix&lang=es")
    assert screen.locator("html").get_attribute("lang") == "es"
    assert offers(screen) == []
    screen.get_by_role("link", name="English").click()
    assert screen.locator("html").get_attribute("lang") == "en"
    assert offers(screen) == []


@pytest.mark.parametrize("language", ["en-US", "fr"])
def test_no_other_browser_is_offered_it(screen, make, language):
    make.event(slug="forum-2027")
    speak(screen, language)

    screen.goto("/events/forum-2027/")

    assert offers(screen) == []
