"""Coming to the desk in a real browser."""

from urllib.parse import urlsplit

from tests.desk import new_link


def arrive(screen, path):
    """Wait until the browser has come to an address."""
    screen.wait_for_url(lambda url: urlsplit(url).path == path)


def sign_in(screen, organizer):
    """Come in by a mailed link."""
    screen.goto(new_link(organizer))
    screen.click("main button")
    screen.wait_for_url(lambda url: "/sign-in/" not in url)
