"""Changing someone's details at the desk, beside herself."""

import pytest

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.models import AddressChange, Status
from tests.actions.care.caring import do
from tests.desk import OrganizerAtDesk, at, desk_form
from tests.my import my
from tests.people import XHTML, form_values
from tests.stored import emails, fresh, look_again

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
    back = desk.submit(f"{person}/address", email="new@people.example", why="another")

    assert "A link is on its way to the new address." in desk.get(back).text
    details = desk.get(f"{person}/details").text
    assert "Waits for the link sent to new@people.example" in details
    look_again()
    assert (ada.email, emails()[-1]) == ("ada@people.example", "confirm_address")


@pytest.mark.both_engines
def test_a_mistyped_address_is_corrected_in_one_step_and_the_old_one_is_told_nothing(
    desk, visitor, person, ada
):
    desk.say_yes()
    old_link = my(ada)
    page = desk.get(person)
    assert page.links()["Correct the email address"] == f"{person}/address"

    page = desk.get(desk.submit(f"{person}/address", email="adda@people.example", why="mistyped"))

    assert "The address is corrected. A new confirmation is on its way there." in page.text
    look_again()
    assert (ada.email, emails()) == ("adda@people.example", ["confirmation"])
    visitor.get(old_link, status=404)
    (entry,) = db.session.query(AuditEntry).filter_by(action=Action.ADDRESS_CHANGED)
    assert entry.organizer_id == desk.organizer.id


@pytest.mark.both_engines
def test_a_mistyped_address_is_corrected_for_whoever_came_in_together_at_it(
    make, desk, visitor, event
):
    maria = make.registration(event, name="María Núñez", email="mria@people.example")
    tom = make.registration(event, name="Tom", email="mria@people.example", companion_of=maria)
    rosa = make.registration(
        event,
        name="Rosa",
        email="mria@people.example",
        companion_of=maria,
        status=Status.CANCELLED,
    )
    zoe = make.registration(event, name="Zoe", email="zoe@people.example", companion_of=maria)
    old_links = [my(each) for each in (maria, tom, rosa)]
    desk.say_yes()

    asked = desk.get(f"{at(tom)}/address")
    page = desk.get(desk.submit(f"{at(tom)}/address", email="maria@people.example", why="mistyped"))

    assert "Registered together, at the same address." in asked.text
    assert desk_form(asked)["along"] == [maria.public_id, rosa.public_id]
    assert "The address is corrected for Tom, María Núñez, Rosa." in page.text
    look_again()
    assert [each.email for each in (maria, tom, rosa, zoe)] == [
        *["maria@people.example"] * 3,
        "zoe@people.example",
    ]
    assert emails() == ["confirmation", "confirmation"]
    for link in old_links:
        visitor.get(link, status=404)
    visitor.get(my(zoe))


def test_who_has_used_the_link_that_went_there_is_not_ticked_and_can_be(make, desk, event):
    box = "maria@people.example"
    maria = make.registration(event, name="María Núñez", email=box)
    tom = make.registration(event, name="Tom", email=box, companion_of=maria)
    rosa = make.registration(event, name="Rosa", email=box, companion_of=maria)
    do(actions.change_mode, fresh(maria), Mode.WEBCAST)
    desk.say_yes()
    address = f"{at(tom)}/address"

    asked = desk.get(address)

    assert desk_form(asked)["along"] == [rosa.public_id]
    assert asked.text.count("Has used a personal link or answered from this address") == 1
    rights = {"email": "tom@people.example", "why": "mistyped"}
    desk.submit(address, **rights, along=None)
    look_again()
    assert [each.email for each in (maria, tom, rosa)] == [box, "tom@people.example", box]
    page = desk.get(desk.submit(f"{at(rosa)}/address", **rights, along=[maria.public_id]))
    assert "The address is corrected for Rosa, María Núñez." in page.text


def test_a_corrected_address_that_a_companion_is_registered_with_already_is_refused(
    make, desk, event, ada, person
):
    make.registration(event, name="Tom", email="ada@people.example", companion_of=ada)
    make.registration(event, name="Tom", email="adda@people.example")
    desk.say_yes()

    page = desk.submit(f"{person}/address", email="adda@people.example", why="mistyped", status=422)

    assert page.errors() == [
        (
            "Tom stands at the mistyped address, too, and is already registered with this one."
            " Cancel one of the two registrations first."
        )
    ]
    look_again()
    assert ada.email == "ada@people.example"


def test_a_corrected_address_that_she_is_registered_with_already_is_refused(
    make, desk, event, person, ada
):
    make.registration(event, name=ada.name, email="adda@people.example")
    desk.say_yes()

    page = desk.submit(f"{person}/address", email="adda@people.example", why="mistyped", status=422)

    assert "already registered" in page.errors()[0]
    look_again()
    assert ada.email == "ada@people.example"


def test_an_address_that_cannot_be_is_said_at_the_desk(desk, person):
    desk.say_yes()
    page = desk.submit(f"{person}/address", email="ada", why="another", status=422)

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


@pytest.mark.both_engines
def test_her_other_events_are_asked_about_or_corrected_as_the_page_says(make, desk, event):
    later = make.event(slug="later")
    ada, again = (
        make.registration(each, name="Ada", email="adda@people.example") for each in (event, later)
    )
    desk.say_yes()
    address = f"{at(ada)}/address"
    assert "Each is asked about" in desk.get(address).text

    answers = {"email": "ada@people.example", "why": "mistyped", "for_others": "y"}
    page = desk.get(desk.submit(address, **answers))

    assert "A link to confirm it for the other events is on its way there." in page.text
    look_again()
    [asked] = db.session.query(AddressChange).filter_by(registration_id=again.id)
    assert (asked.new_email, asked.done_at) == ("ada@people.example", None)
    assert (fresh(ada).email, again.email) == ("ada@people.example", "adda@people.example")
