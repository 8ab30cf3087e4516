"""Reminder rules in a real browser: checked, saved and switched with keys alone, clean for axe."""

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import CareState, SessionPlace, Status
from forum.reminders.models import Reminder
from tests.browser.looking import violations
from tests.browser.organizer.arriving import sign_in

pytestmark = pytest.mark.browser

ADDRESS = "/organize/events/forum-2027/reminders"


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    make.session(event, room=make.room(), speakers=(make.speaker(),))
    circle = make.session(event, title="Circle for newcomers", capacity=8)
    make.reminder(event, "P7D", local_time="10:00")
    make.reminder(event, "P2D", local_time="10:00", offers=("switch_mode",), roles=("caregiver",))
    make.reminder(
        event,
        "P2D",
        local_time="10:00",
        roles=("patient",),
        blocks=("bring", "pace"),
        words={"en": "The garage is closed.", "es": "El garaje está cerrado."},
    )
    make.reminder(event, "PT90M", modes=("webcast", "phone"), is_on=False)
    ada = make.registration(event, name="Ada Q. Trialrun", roles=("patient", "caregiver"))
    db.session.add(SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED))
    make.registration(event, name="Delphine", mode=Mode.WEBCAST, timezone="Europe/Paris")
    make.registration(event, name="Greta", email=None, mode=Mode.PHONE)
    make.registration(event, name="Jasper", care_state=CareState.HELD, roles=("patient",))
    for number in range(6):
        make.registration(event, name=f"Cora {number}", roles=("patient",))
    return event


@pytest.mark.parametrize("width", [390, 1280])
def test_a_rule_is_checked_and_saved_with_keys_alone(screen, make, event, axe, width):
    screen.set_viewport_size({"width": width, "height": 900})
    sign_in(screen, make.organizer())
    screen.goto(ADDRESS)
    assert violations(screen, axe) == []
    assert screen.evaluate("document.documentElement.scrollWidth") <= width

    screen.click("text=Add a reminder")
    screen.fill("#number", "0")
    screen.keyboard.press("Enter")
    screen.wait_for_selector("#problems")
    assert violations(screen, axe) == []

    screen.fill("#number", "3")
    screen.focus("text=Loved one")
    screen.check("text=Loved one")
    screen.focus("button[value=check]")
    screen.keyboard.press("Enter")
    screen.wait_for_selector("text=Nothing is saved yet")
    assert "Ada Q. Trialrun" in screen.text_content("table")
    assert violations(screen, axe) == []
    assert screen.evaluate("document.documentElement.scrollWidth") <= width

    screen.focus("button[value=save]")
    screen.keyboard.press("Enter")
    screen.wait_for_url(f"**{ADDRESS}")
    assert db.session.scalars(db.select(Reminder.lead).where(Reminder.lead == "P3D")).all() == [
        "P3D"
    ]

    rule = db.session.scalars(db.select(Reminder).where(Reminder.lead == "PT90M")).one()
    for step in ("switch", "remove"):
        screen.goto(f"{ADDRESS}/{rule.id}/{step}")
        assert violations(screen, axe) == []
