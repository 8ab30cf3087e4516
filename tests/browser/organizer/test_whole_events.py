"""A snow day on a coordinator's phone: from the event's page to the last word, by axe's eyes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.events.models import Event, Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from tests.browser.looking import violations
from tests.browser.organizer.arriving import sign_in
from tests.desk import EVENT
from tests.make import SPRING_DAY
from tests.stored import seen

pytestmark = pytest.mark.browser


@pytest.fixture
def petra(make):
    event = make.event(slug="forum-2027")
    room = make.room(name="Tide Auditorium")
    make.session(event, room=room)
    make.session(event, room=room, is_streamed=False, starts_at=SPRING_DAY + timedelta(hours=1))
    make.session(event, is_streamed=False, starts_at=SPRING_DAY + timedelta(hours=2))
    make.registration(event, name="Ada Trialrun")
    make.registration(event, name="Wim", status=Status.WAITLISTED)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    return make.organizer()


def test_a_snow_day_on_a_phone(screen, petra, axe):
    screen.set_viewport_size({"width": 390, "height": 800})
    sign_in(screen, petra)

    def is_fine():
        assert violations(screen, axe) == [], screen.url
        assert screen.evaluate("document.documentElement.scrollWidth") <= 390, screen.url

    screen.goto(f"{EVENT}/cancel")
    is_fine()
    screen.goto(f"{EVENT}/postpone")
    is_fine()
    screen.click("button:text('Show what happens')")
    assert screen.title().startswith("Error: ")
    is_fine()
    screen.fill("#day", "2027-05-08")
    screen.click("button:text('Show what happens')")
    assert "Saturday, May 8, 2027" in screen.text_content("main")
    is_fine()

    screen.goto(f"{EVENT}/")
    screen.click("text=The whole event goes online")
    is_fine()
    screen.fill("#words_en", "The roads are closed.")
    screen.check("[name=also_online]")
    screen.click("button:text('Show the email')")
    assert "The roads are closed." in screen.text_content("pre")
    assert screen.is_checked("[name=also_online]")
    is_fine()
    screen.click("button:text('Go online and tell 2 people')")
    screen.wait_for_url(lambda url: url.endswith("/forum-2027/"))
    assert "The whole event is online." in screen.text_content("main")
    is_fine()

    event = seen(select(Event))[0]
    assert {gate.mode for gate in event.gates} == {Mode.WEBCAST, Mode.PHONE}
    assert [each.is_streamed for each in event.sessions] == [True, True, False]
    assert len(seen(select(Message))) == 3
    screen.goto("/events/forum-2027/")
    is_fine()
