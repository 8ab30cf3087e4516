"""Changing someone's details at the desk, beside herself."""

import pytest

from forum.audit.models import Action, AuditEntry
from forum.db import db
from tests.desk import OrganizerAtDesk, at
from tests.my import my
from tests.people import XHTML, form_values
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def ada(make, event):
    return make.registration(
        event, name="Ada Q. Trialrun", email="ada@people.example", needs="A wheelchair"
    )


@pytest.fixture
def person(ada) -> str:
    return at(ada)


def test_an_organizer_changes_details_for_her_and_the_history_says_who(desk, person, ada):
    assert desk.get(person).links()["Change details"] == f"{person}/details"
    back = desk.submit(f"{person}/details/help", needs="Large print")

    assert "The details are saved." in desk.get(back).text
    look_again()
    entry = db.session.query(AuditEntry).filter_by(action=Action.ANSWERS_CHANGED).one()
    assert (ada.needs, entry.facts) == ("Large print", {"changed": ["needs"]})
    assert entry.organizer.name == "Petra Sandboxer"


def test_an_organizer_and_she_do_not_overwrite_each_other(desk, visitor, person, ada):
    address = f"{person}/details/help"
    (form,) = desk.get(address).one("main").iter(XHTML + "form")
    visitor.submit(my(ada, "details/help"), needs="Large print")

    page = desk.post(address, {**form_values(form), "needs": "ASL"}, status=409)

    assert "Large print" in page.text
    look_again()
    assert ada.needs == "Large print"


def test_a_wrong_answer_is_said_at_the_desk_too(desk, person):
    page = desk.submit(f"{person}/details/reach", name="", status=422)

    assert page.errors() == ["Enter a name"]


def test_a_new_address_is_asked_about_from_the_desk(desk, person, ada):
    desk.say_yes()
    back = desk.submit(f"{person}/address", email="new@people.example")

    assert "Waits for the link sent to new@people.example" in desk.get(back).text
    look_again()
    assert (ada.email, emails()[-1]) == ("ada@people.example", "confirm_address")


def test_an_address_that_cannot_be_is_said_at_the_desk(desk, person):
    desk.say_yes()
    page = desk.submit(f"{person}/address", email="ada", status=422)

    assert page.errors() == ["Enter an email address like name@example.org"]


def test_a_shared_link_is_made_new_from_the_desk(desk, visitor, person, ada):
    old = my(ada)
    desk.say_yes()

    desk.submit(f"{person}/link/new")

    visitor.get(old, status=404)
    look_again()
    assert emails()[-1] == "my_link"


def test_a_viewer_may_not_see_or_change_details(app, make, person):
    viewer = OrganizerAtDesk(app, make.organizer(role="viewer"))

    for more in ("details", "details/help", "address", "link/new"):
        assert viewer.client.get(f"{person}/{more}").status_code == 403
