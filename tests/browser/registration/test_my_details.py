"""Changing one's details in a real browser: clear to everyone, on a phone, by keyboard alone."""

from datetime import timedelta

import pytest

from forum import clock, links
from forum.db import db, transaction
from forum.registration.my.details import address_actions
from tests.browser.looking import look, unfold
from tests.my import my

pytestmark = [pytest.mark.browser, pytest.mark.real_time]


@pytest.fixture
def ada(make):
    event = make.event(starts_at=clock.now() + timedelta(days=90))
    ada = make.registration(
        event,
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
    )
    webcast = make.webcast(starts_at=clock.now() + timedelta(days=30))
    make.registration(webcast, name="Ada Q. Trialrun", email="ada@people.example")
    return ada


def look_inside(page, axe) -> None:
    """Look at a page with everything unfolded."""
    unfold(page)
    look(page, axe)


def test_every_page_of_her_details_is_accessible_and_fits_a_phone(screen, ada, axe):
    with transaction():
        change = address_actions.ask(ada, "new@people.example", now=clock.now())
    parts = ("reach", "about", "help", "mail")
    for more in (
        *(f"details/{part}" for part in parts),
        "details",
        "address",
        "link",
        "data",
        "calendar/new",
    ):
        screen.goto(my(ada, more))
        look_inside(screen, axe)
    screen.goto(f"/my/address/{links.token('address', change.public_id, 1)}")
    look_inside(screen, axe)
    screen.goto(my(ada, "erase"))
    look_inside(screen, axe)
    screen.get_by_role("checkbox").check()
    screen.get_by_role("button", name="Erase it now").click()
    assert screen.get_by_role("heading", level=1).inner_text() == "Everything is erased"
    look_inside(screen, axe)


def test_what_is_wrong_is_read_first_and_is_accessible_too(screen, ada, axe):
    screen.goto(my(ada, "details/reach"))
    screen.get_by_label("Name", exact=True).fill("")
    screen.get_by_label("Phone number").fill("12")
    screen.get_by_role("button", name="Save").click()

    screen.wait_for_function("document.activeElement.id === 'problems'")
    screen.get_by_role("link", name="Enter a name").click()
    screen.wait_for_function("document.activeElement.id === 'name'")
    assert screen.get_by_label("Phone number").input_value() == "12"
    look_inside(screen, axe)

    screen.goto(my(ada, "address"))
    screen.get_by_label("New email address").fill("añña@people.example")
    screen.get_by_role("button", name="Send a link there").click()
    look_inside(screen, axe)


def test_both_versions_are_shown_accessibly(screen, ada, axe):
    screen.goto(my(ada, "details/help"))
    screen.get_by_label("What would help you").fill("Large print")
    db.session.expire_all()
    ada.needs, ada.version = "A seat near the door", ada.version + 1
    db.session.commit()
    screen.get_by_role("button", name="Save").click()

    assert screen.get_by_role("status").filter(has_text="A seat near the door").count() == 1
    assert screen.get_by_label("What would help you").input_value() == "Large print"
    look_inside(screen, axe)


def test_she_changes_her_name_by_keyboard_alone(screen, ada):
    screen.goto(my(ada, "details/reach"))
    screen.get_by_label("Name", exact=True).focus()
    screen.keyboard.press("Control+A")
    screen.keyboard.type("Ada Byron")
    screen.keyboard.press("Tab")
    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/details")

    assert screen.get_by_role("heading", level=1).inner_text() == "My details"
    assert screen.get_by_text("Ada Byron").count() == 1
