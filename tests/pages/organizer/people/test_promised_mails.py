"""The desk is promised an email to somebody only where one goes."""

from datetime import timedelta

import pytest

from forum.registration.models import CareState
from tests.actions.notices.slips import mail_goes_out, sent_to
from tests.desk import OrganizerAtDesk, at

pytestmark = pytest.mark.sqlite_is_enough
SAYS = ("is on its way", "An email says so")


def is_promised(page) -> bool:
    return any(each in page.text for each in SAYS)


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027")


@pytest.fixture
def ada(make, event):
    ada = make.registration(event, name="Ada", email="ada@people.example")
    make.welcome(ada)
    return ada


@pytest.fixture
def desk(app, event, make):
    return OrganizerAtDesk(app, make.organizer())


def test_the_desk_is_promised_no_mail_for_one_who_is_held(app, desk, make, event):
    ione = make.registration(event, name="Ione", care_state=CareState.HELD)
    make.welcome(ione)
    address = f"{at(ione)}/mode"
    back = desk.submit(address, mode="webcast")
    page = desk.get(back)
    mail_goes_out(app)
    assert (is_promised(page), sent_to(ione)[1:]) == (False, [])


def test_the_desk_is_promised_no_confirmation_at_a_corrected_address_of_one_who_is_held(
    app, desk, make, event
):
    ione = make.registration(event, name="Ione", care_state=CareState.HELD)
    make.welcome(ione)
    desk.say_yes()
    back = desk.submit(f"{at(ione)}/address", email="right@people.example", why="mistyped")
    page = desk.get(back)
    mail_goes_out(app)
    assert (is_promised(page), sent_to(ione)[1:]) == (False, [])


def test_the_desk_is_promised_no_confirmation_at_a_corrected_address_after_the_event(
    app, make, event, ada, today
):
    today.move_to(event.ends_at + timedelta(days=1))
    desk = OrganizerAtDesk(app, make.organizer())
    desk.say_yes()
    back = desk.submit(f"{at(ada)}/address", email="right@people.example", why="mistyped")
    page = desk.get(back)
    mail_goes_out(app)
    assert (is_promised(page), sent_to(ada)[1:]) == (False, [])


@pytest.mark.parametrize("step", ["cancel", "give-back", "mode"])
def test_the_desk_is_promised_no_mail_to_an_address_from_which_it_comes_back(
    app, desk, ada, make, step
):
    make.block("ada@people.example")
    if step == "give-back":
        desk.submit(f"{at(ada)}/cancel")
    page = desk.get(f"{at(ada)}/{step}")
    if step == "mode":
        page = desk.get(desk.submit(f"{at(ada)}/mode", mode="webcast"))
    assert "An email says" not in page.text
