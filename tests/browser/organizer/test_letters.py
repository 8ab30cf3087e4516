"""Emails at the desk, in a real browser: seen in a frame that may do nothing, on a phone too."""

import os
from pathlib import Path

import pytest

from forum import clock, links
from forum.db import transaction
from forum.emails.kinds import Stop
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import CareState
from tests.browser.looking import violations
from tests.browser.organizer.arriving import sign_in
from tests.make import SPRING_DAY

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def ada(make):
    """Make someone of last year who asked to be invited, and whom one must not write to."""
    before = make.event(slug="forum-2026", starts_at=SPRING_DAY.replace(year=2026))
    people = [
        make.registration(before, name="Ada Trialrun", language="es"),
        make.registration(before, name="Greta Nomail", email=None, mode=Mode.PHONE),
        make.registration(before, name="Ione", care_state=CareState.REMEMBERED),
    ]
    with transaction():
        for each in people:
            wish = ConsentPurpose.NEXT_INVITATION
            privacy.record(each, wish, now=clock.now(), language="en")
    return people[0]


@pytest.fixture
def message(make, ada):
    event = make.event(slug="forum-2027")
    make.reminder(event, "P7D", local_time="10:00")
    make.session(event, room=make.room(name="Tide Auditorium"), capacity=8)
    now = clock.now()
    facts = {"state": MessageState.SENT, "due_at": now, "created_at": now, "sent_at": now}
    person = make.registration(event, name="Boris Trialrun", mode=Mode.WEBCAST)
    return make._keep(
        Message(email="confirmation", registration=person, dedupe_key="confirmation", **facts)
    )


def picture(screen, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        screen.screenshot(path=f"{PICTURES}/desk-{name}.png", full_page=True)


def test_an_organizer_sees_emails_before_anyone_gets_them(screen, petra, message, axe):
    sign_in(screen, petra)
    forum = "/organize/events/forum-2027"
    person = message.registration.public_id
    pages = {
        "emails": f"{forum}/emails/?email=reminder",
        "emails-of-one": f"{forum}/emails/?email=confirmation&person={person}",
        "message": f"/organize/outbox/{message.id}/email",
        "invitations": f"{forum}/invitations",
        "invitations-ask": f"{forum}/invitations/send",
    }
    for name, address in pages.items():
        for width in (1280, 390):
            screen.set_viewport_size({"width": width, "height": 900})
            screen.goto(address)
            for fold in screen.query_selector_all("main details:not([open]) > summary"):
                fold.click()
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, name
            if frame := screen.query_selector("iframe"):
                frame.scroll_into_view_if_needed()
                inside = frame.content_frame()
                inside.wait_for_selector("h1")
                assert inside.evaluate("getComputedStyle(document.body).margin") == "0px"
                assert "Lantern" in inside.text_content("body")
            picture(screen, f"{name}-{width}")
        assert violations(screen, axe) == [], name


def test_stopping_and_saying_yes_again_are_accessible_on_a_phone(screen, ada, axe):
    screen.set_viewport_size({"width": 390, "height": 800})
    pages = {
        "stop": links.unsubscribe_link(ada, Stop.INVITATIONS),
        "stop-reminders": links.unsubscribe_link(ada),
        "again": links.absolute("registration.again", token=links.my_token(ada)),
    }
    for name, address in pages.items():
        screen.goto(address)
        assert violations(screen, axe) == [], name
        picture(screen, name)
        with screen.expect_navigation():
            screen.click("main form button")
        assert violations(screen, axe) == [], name
        picture(screen, f"{name}-done")
