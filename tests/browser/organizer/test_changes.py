"""Telling changes in a real browser: from the page of changes to the last word, by axe's eyes."""

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events.models import Event, Mode, Session
from forum.outbox.models import Message
from forum.registration.models import CareState
from tests.browser.looking import violations
from tests.browser.organizer.arriving import sign_in
from tests.notices import Desk
from tests.stored import seen

pytestmark = pytest.mark.browser

CHANGES = "/organize/events/forum-2027/changes"


@pytest.fixture
def petra(make):
    event = make.event(slug="forum-2027")
    petra = make.organizer()
    make.registration(event, name="Ada Trialrun")
    make.registration(event, name="Boris Trialrun", mode=Mode.PHONE, is_discreet=False)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    room = make.room(name="Tide Auditorium")
    desk = Desk(petra)
    desk.move(make.session(event, room=room))
    desk.change(make.session(event, room=make.room(name="Harbor Room")), room=None)
    db.session.rollback()
    return petra


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_changes_are_told_on_two_words_and_every_page_of_it_is_accessible(
    screen, petra, axe, scheme
):
    screen.emulate_media(color_scheme=scheme)
    screen.set_viewport_size({"width": 390, "height": 800})
    sign_in(screen, petra)
    for address in ("/organize/", "/organize/rooms/", "/organize/rooms/1", CHANGES):
        screen.goto(address)
        assert (address, violations(screen, axe)) == (address, [])
        assert screen.evaluate("document.documentElement.scrollWidth") <= 390

    screen.fill("#words_en", "For all with cancer")
    screen.click("button:text('Show the email')")
    assert screen.title().startswith("Error: ")
    assert violations(screen, axe) == []
    screen.fill("#words_en", "Please use the ramp.")
    screen.select_option("#reader", index=1)
    screen.click("button:text('Show the email')")
    assert "Please use the ramp." in screen.text_content("pre")
    assert "By phone" in screen.text_content("pre")

    screen.click("text=Go on to send")
    assert violations(screen, axe) == []
    assert seen(select(Message).where(Message.email == "notice")) == []
    screen.click("text=Send 2 emails")
    screen.wait_for_url(f"**{CHANGES}")
    assert "2 emails are on their way." in screen.text_content("main")
    assert violations(screen, axe) == []
    assert len(seen(select(Message).where(Message.email == "notice"))) == 3


def test_the_email_is_shown_as_a_mail_program_shows_it(screen, petra):
    sign_in(screen, petra)
    screen.goto(CHANGES)
    screen.click("text=See it as a mail program shows it")
    assert screen.text_content("h1") == "Something has changed."
    heading = "getComputedStyle(document.querySelector('h1')).fontSize"
    assert screen.evaluate(heading) == "30px", "its own styles count"


def test_back_after_a_notice_leads_to_pages_that_say_how_it_is_now(screen, petra):
    sign_in(screen, petra)
    screen.goto(CHANGES)
    screen.fill("#words_en", "Please use the ramp.")
    screen.click("text=Go on to send")
    screen.click("text=Send 2 emails")
    screen.wait_for_url(f"**{CHANGES}")

    screen.go_back()

    assert screen.text_content("h1") == "Send the notice"
    assert "Nothing to tell" in screen.text_content("main")
    screen.click("main >> text=Changes")
    assert "Emails sent: 0, waiting: 2" in screen.text_content("main")


def test_no_empty_band_stands_above_the_title_of_a_call(screen, make, petra):
    event = seen(select(Event))[0]
    make.registration(event, name="Greta Nomail", email=None)
    Desk(petra).move(seen(select(Session))[0])
    Desk(petra).send(event)
    sign_in(screen, petra)

    screen.goto("/organize/tasks")

    margin = "getComputedStyle(document.querySelector('.card > h2')).marginBlockStart"
    assert screen.evaluate(margin) == "0px"
