"""The desk in a real browser: what went wrong, two versions, the keyboard alone."""

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events.models import EventStatus
from forum.registration.models import Registration
from tests.browser.looking import violations
from tests.browser.organizer.arriving import arrive, sign_in
from tests.stored import seen

pytestmark = pytest.mark.browser


def test_a_refused_form_is_accessible(screen, petra, axe):
    sign_in(screen, petra)
    for room in ("edit", "agenda/add", "registrations/add"):
        screen.goto(f"/organize/events/forum-2027/{room}")
        screen.fill("[name=title], [name=name]", " ")
        screen.click("main form[method=post] button.button:not(.button--link)")
        assert screen.title().startswith("Error: ")
        assert violations(screen, axe) == [], room


def test_two_versions_side_by_side_are_accessible(screen, petra, event, axe):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    db.session.rollback()
    db.session.expire_all()
    event.title, event.version = "Saved by someone else", event.version + 1
    db.session.commit()

    screen.fill("[name=title]", "Typed by me")
    screen.click("text=Save")

    assert "Saved by someone else" in screen.text_content("main")
    assert screen.input_value("[name=title]") == "Typed by me"
    assert violations(screen, axe) == []


def test_the_draft_is_published_with_the_keyboard_alone(screen, petra, event):
    event.status = EventStatus.DRAFT
    db.session.commit()
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/publish")

    for _ in range(40):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement.textContent") == "Publish":
            break
    screen.keyboard.press("Enter")
    arrive(screen, "/organize/events/forum-2027/")

    db.session.rollback()
    db.session.expire_all()
    assert event.status == EventStatus.PUBLISHED


def test_the_address_of_an_invite_link_is_copied_at_a_press(screen, petra, ada):
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/invites")

    screen.click("text=Copy")
    screen.wait_for_selector("text=Copied")

    shown = screen.input_value("input[readonly]")
    assert screen.evaluate("navigator.clipboard.readText()") == shown


def test_an_offer_is_answered_with_the_keyboard_alone(screen, petra, ada):
    sign_in(screen, petra)
    wim = seen(select(Registration).where(Registration.name == "Wim"))[0]
    person = f"/organize/events/forum-2027/registrations/{wim.public_id}"
    screen.goto(f"{person}/offer")

    for _ in range(40):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement.name") == "answer":
            screen.keyboard.press("Space")
        if screen.evaluate("document.activeElement.textContent") == "Save the answer":
            break
    screen.keyboard.press("Enter")
    arrive(screen, person)

    assert seen(select(Registration).where(Registration.name == "Wim"))[0].status == "confirmed"
