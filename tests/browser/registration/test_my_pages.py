"""One person's own pages in a real browser: accessible in every state, on a phone, by keyboard."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db
from forum.events.models import Mode, SessionKind
from forum.registration.models import CareState, PairRule, Registration, Status
from tests.browser.looking import look
from tests.my import my

pytestmark = [pytest.mark.browser, pytest.mark.real_time]


@pytest.fixture
def offered(make) -> Registration:
    """Make one of two who do not mind which of them comes; she is offered the one place."""
    event = make.event(capacity=1)
    facts = {"status": Status.WAITLISTED, "pair_rule": PairRule.EITHER}
    eva = make.registration(event, name="Eva Sampleton", timezone="America/Los_Angeles", **facts)
    make.registration(event, name="Finn Sampleton", companion_of=eva, **facts)
    make.offer(eva, ends_at=clock.now() + timedelta(days=2))
    return eva


@pytest.fixture
def ada(make) -> Registration:
    """Make someone in person, far away, with sessions to choose, who brings someone."""
    event = make.event()
    hour = timedelta(hours=1)
    make.session(event, room=make.room(name="Harbor Hall"))
    for number in (1, 2):
        make.session(event, capacity=5, starts_at=event.starts_at + number * hour)
    make.session(event, kind=SessionKind.DROPIN, title="Quiet room", quiet_title="Quiet room")
    ada = make.registration(event, name="Ada Q. Trialrun", timezone="America/Phoenix")
    make.registration(event, name="Boris Trialrun", companion_of=ada, mode=Mode.WEBCAST)
    return ada


def test_an_offer_is_accessible_in_every_state(screen, axe, offered):
    address = my(offered)
    for more in ("", "offer", "offer/decline", "waiting"):
        screen.goto(address + more)
        look(screen, axe)

    screen.goto(address + "offer")
    screen.get_by_role("button", name="Take the place").click()
    screen.wait_for_function("document.activeElement.id === 'problems'")
    look(screen, axe)
    screen.get_by_role("link", name="Choose who takes the place").click()
    assert screen.evaluate("document.activeElement.name") == "taker"

    screen.get_by_text("Finn Sampleton", exact=True).click()
    screen.get_by_role("button", name="Take the place").click()
    screen.get_by_text("The place is booked.").wait_for()
    look(screen, axe)
    screen.goto(address + "offer")
    look(screen, axe)


def test_waiting_is_accessible_with_its_errors_too(screen, axe, make):
    event = make.event(capacity=0)
    cleo = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    address = my(cleo)
    for more in ("", "mode", "mode?to=in_person", "mode?to=helicopter", "waiting/leave"):
        screen.goto(address + more)
        look(screen, axe)

    screen.goto(address + "waiting")
    screen.get_by_label("Month").fill("Smarch")
    screen.get_by_role("button", name="Save").click()
    look(screen, axe)
    assert screen.get_by_label("Month").input_value() == "Smarch"


def test_her_day_her_sessions_and_her_company_are_accessible(screen, axe, ada):
    address = my(ada)
    for more in ("", "day", "sessions/", "companions/", "reminders"):
        screen.goto(address + more)
        look(screen, axe)


def test_adding_someone_is_accessible_with_its_errors_too(screen, axe, make):
    screen.goto(my(make.registration(make.event())) + "companions/")
    look(screen, axe)
    screen.get_by_role("button", name="Add this person").click()
    look(screen, axe)


def test_being_registered_by_another_is_accessible(screen, axe, ada):
    boris = db.session.query(Registration).filter_by(companion_of_id=ada.id).one()
    screen.goto(my(boris))
    look(screen, axe)

    screen.get_by_role("button", name="Yes, keep my registration").click()
    screen.get_by_text("Thank you. Your registration stays as it is.").wait_for()
    look(screen, axe)


def test_quiet_time_is_accessible_in_every_state(screen, axe, ada):
    address = my(ada)
    screen.goto(address + "pause")
    look(screen, axe)
    screen.get_by_role("button", name="Send me no emails").click()
    look(screen, axe)

    screen.get_by_label("Two weeks").check()
    screen.get_by_role("button", name="Send me no emails").click()
    screen.get_by_text("No emails until").first.wait_for()
    look(screen, axe)
    screen.goto(address + "pause")
    look(screen, axe)


def test_by_keyboard_alone_she_asks_for_quiet_and_ends_it(screen, ada):
    press = screen.keyboard.press
    screen.goto(my(ada))
    screen.get_by_role("link", name="Pause emails").focus()
    press("Enter")
    screen.wait_for_url("**/pause")
    screen.get_by_label("One week").focus()
    press("Space")
    for _ in range(4):  # three boxes for another day, then the button
        press("Tab")
    press("Enter")
    screen.get_by_role("link", name="Send me emails again").focus()
    press("Enter")
    screen.get_by_role("button", name="Send me emails again").focus()
    press("Enter")
    screen.get_by_text("Done. Emails go out again.").wait_for()

    db.session.expire_all()
    assert ada.care_state == CareState.ACTIVE


def test_without_scripts_a_double_click_takes_an_offered_place_once(without_scripts, make):
    event = make.event(capacity=1)
    cleo = make.registration(event, status=Status.WAITLISTED)
    make.offer(cleo, ends_at=clock.now() + timedelta(days=2))
    without_scripts.goto(my(cleo))

    without_scripts.get_by_role("button", name="Take the place").dblclick()
    without_scripts.get_by_text("Your place in person is booked.").wait_for()

    db.session.expire_all()
    assert (cleo.status, event.gates[0].taken, event.gates[0].held) == (Status.CONFIRMED, 1, 0)


def test_her_day_prints_without_what_only_a_screen_needs(screen, ada):
    screen.goto(my(ada) + "day")
    screen.emulate_media(media="print")

    assert not screen.get_by_role("button", name="Show full titles").is_visible()
    assert not screen.get_by_text("Back to my registration").is_visible()
    assert screen.get_by_text("Harbor Hall").is_visible()
