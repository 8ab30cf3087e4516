"""Every page of the desk in a real browser, as the map of addresses has them: axe, a phone's width.

A new page is walked by itself, or the test says what `whole_desk.py` must make for it.
"""

import pytest

from forum.db import db
from tests.browser.looking import UNREAD, UNTAPPED, violations
from tests.browser.organizer.arriving import sign_in
from tests.pages.organizer.whole_desk import WholeDesk

pytestmark = pytest.mark.browser

SHARES = 4
"""So that several can walk at once."""
PHONES = (320, 390)


@pytest.fixture
def desk(make, event, petra):
    return WholeDesk(make, event, petra)


def troubles(screen, axe, path):
    """Return what keeps people from a page: it does not open, axe finds something, it is wide."""
    answer = screen.goto(path)
    if answer.status != 200 or not screen.url.endswith(path):
        return [f"{answer.status} at {screen.url}: whole_desk.py does not make it open"]
    found = [f"cannot be tapped: {each}" for each in screen.evaluate(UNTAPPED)]
    for scheme in ("light", "dark"):
        screen.emulate_media(color_scheme=scheme)
        found += [(scheme, each) for each in violations(screen, axe)]
    for width in PHONES:
        screen.set_viewport_size({"width": width, "height": 800})
        if screen.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"wider than {width} px")
        found += [f"a table at {width} px: {each}" for each in screen.evaluate(UNREAD)]
    screen.set_viewport_size({"width": 1280, "height": 800})
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible_and_no_wider_than_a_phone(screen, live, desk, axe, share):
    sign_in(screen, desk.organizer)
    desk.fill()
    pages = desk.pages(live)[share::SHARES]
    db.session.rollback()

    found = {path: troubles(screen, axe, path) for path in pages}

    assert {path: trouble for path, trouble in found.items() if trouble} == {}


def test_every_page_before_signing_in_is_accessible_and_no_wider_than_a_phone(
    screen, live, desk, axe
):
    pages = desk.outside(live)
    db.session.rollback()

    found = {path: troubles(screen, axe, path) for path in pages}

    assert {path: trouble for path, trouble in found.items() if trouble} == {}
