"""The desk in a real browser: axe, a phone's width, the keyboard alone."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Passkey, SignIn
from forum.db import db
from forum.events.models import EventStatus, Mode, Room, Session
from forum.outbox.models import Message
from forum.registration.models import InviteLink, Registration
from forum.reminders.models import Reminder
from tests.browser.looking import violations
from tests.browser.organizer.arriving import arrive, sign_in
from tests.make import WRITTEN
from tests.stored import seen

pytestmark = pytest.mark.browser


SHEETS = {"changes_email", "email_sheet", "invitation_sheet", "message_sheet"}
"""What is an email, not a page; tests of mail look at it."""
OUTSIDE = {"sign_in", "open_link"}
"""Whoever is in needs no door."""
NUMBERED = (Message, Passkey, Reminder, Room, Session)
"""What addresses name by `<its table>_id`."""
PARTS = 4
"""Into how many tests the walk is divided, so that they can run side by side."""


@pytest.fixture
def forum(make, event, petra, ada):
    """Let there be something behind every address of the desk."""
    email = {"email": "confirmation", "dedupe_key": "1"}
    key = {"credential_id": "1", "public_key": "1", "name": "My laptop", "created_at": WRITTEN}
    make._keep(Message(registration=ada, **email, due_at=WRITTEN, created_at=WRITTEN))
    make._keep(Passkey(organizer=petra, **key))
    returned = make.registration(event, name="Rue", email="rue@people.example")
    make.block(returned.email)
    make.registration(event, name="Yara", mode=Mode.PHONE, waits_for=Mode.IN_PERSON)
    return event


@pytest.fixture
def addresses(live, petra, forum):
    """Return the address of every page of the desk, by the map of addresses."""
    values = {
        "slug": "forum-2027",
        "mode": "in_person",
        "name": "check-in",
        "part": "reach",
        "organizer_id": petra.id,
        **{f"{kind.__tablename__}_id": seen(select(kind.id))[0] for kind in NUMBERED},
        "invite_id": seen(select(InviteLink.id))[0],
    }
    people = dict(db.session.execute(select(Registration.name, Registration.public_id)).all())
    guests = {"answer_offer": "Wim", "edit_waiting": "Wim", "leave_line": "Yara"}
    guests |= {"write_again": "Rue", "undo_remember": "Ione"}
    urls = live.url_map.bind("localhost")
    found = []
    for rule in live.url_map.iter_rules():
        view = rule.endpoint.rpartition(".")[2]
        if not rule.rule.startswith("/organize") or "GET" not in rule.methods:
            continue
        if view not in SHEETS | OUTSIDE:
            who = people[guests.get(view, "=Ada Trialrun")]
            known = {**values, "public_id": who}
            found.append(urls.build(rule.endpoint, known, append_unknown=False))
    return sorted(found)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_the_desk_is_accessible_light_and_dark_and_fits_a_phone(
    screen, petra, addresses, axe, part
):
    sign_in(screen, petra)
    for each in seen(select(SignIn)):
        each.passkey_at = clock.now()  # lists that leave the house ask for it
    db.session.commit()

    for address in addresses[part::PARTS]:
        screen.set_viewport_size({"width": 1280, "height": 800})
        assert screen.goto(address).ok, address
        assert urlsplit(screen.url).path == address
        for scheme in ("light", "dark"):
            screen.emulate_media(color_scheme=scheme)
            assert violations(screen, axe) == [], (address, scheme)
        for width in (390, 320):
            screen.set_viewport_size({"width": width, "height": 800})
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_door_is_accessible(screen, axe):
    screen.goto("/organize/sign-in")
    assert violations(screen, axe) == []


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
