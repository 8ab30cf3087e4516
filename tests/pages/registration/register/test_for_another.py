"""One who registers two with one mailbox: what the other needs, and who is who."""

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration
from tests.registering import THANKS

pytestmark = pytest.mark.sqlite_is_enough

HANK = {"name": "Hank Nomail", "email": "nomail@people.example", "mode": Mode.IN_PERSON.value}


@pytest.fixture
def address(make):
    return f"/events/{make.event().slug}/register"


def people() -> dict[str, Registration]:
    return {each.name: each for each in db.session.query(Registration)}


def test_a_husband_says_what_his_wife_needs(visitor, address):
    greta = {"companion_name": "Greta Nomail", "companion_needs": "A wheelchair"}

    visitor.submit(address, **HANK, **greta, companion_food="Nothing raw")

    found = people()
    assert (found["Greta Nomail"].needs, found["Greta Nomail"].food) == (
        "A wheelchair",
        "Nothing raw",
    )
    assert (found["Hank Nomail"].needs, found["Hank Nomail"].food) == ("", "")


def test_needs_of_a_person_without_a_name_are_asked_about(visitor, address):
    page = visitor.submit(address, **HANK, companion_needs="A wheelchair", status=422)

    assert page.errors() == ["Enter the name of the person, too"]
    assert people() == {}


def test_what_is_chosen_for_nobody_refuses_nothing(visitor, address):
    visitor.submit(address, **HANK, companion_mode="by_pigeon")

    assert list(people()) == ["Hank Nomail"]


def test_a_companion_with_her_own_name_written_otherwise_is_asked_about(visitor, address):
    ada = {**HANK, "name": "Ada Trialrun", "companion_name": "Ada Q. Trialrun"}

    page = visitor.submit(address, **ada, status=422)

    assert page.errors() == ["Is Ada Q. Trialrun another person, or is it you?"]
    assert people() == {}


def test_who_says_that_it_is_another_person_registers_both(visitor, address):
    ada = {**HANK, "name": "Ada Trialrun", "companion_name": "Ada Q. Trialrun"}

    answer = visitor.get(visitor.submit(address, **ada, sure="another"))

    assert answer.heading == THANKS
    assert sorted(people()) == ["Ada Q. Trialrun", "Ada Trialrun"]


def test_who_says_that_it_is_herself_registers_once(visitor, address):
    ada = {**HANK, "name": "Ada Trialrun", "companion_name": "Ada Q. Trialrun"}

    visitor.submit(address, **ada, companion_food="Soft", sure="herself")

    assert list(people()) == ["Ada Trialrun"]


def test_another_address_needs_no_question(visitor, address):
    ada = {**HANK, "name": "Ada Trialrun", "companion_name": "Ada Q. Trialrun"}

    visitor.submit(address, **ada, companion_email="other@people.example")

    assert sorted(people()) == ["Ada Q. Trialrun", "Ada Trialrun"]


@pytest.fixture
def asked(visitor, address):
    """The form that asks whether a companion with nearly the same name is another person."""
    ada = {**HANK, "name": "Ada Trialrun", "companion_name": "Ada Q. Trialrun"}
    page = visitor.submit(address, **ada, status=422)
    assert page.errors() == ["Is Ada Q. Trialrun another person, or is it you?"]
    return page.form()


def test_who_presses_register_again_with_the_same_names_is_not_asked_again(visitor, address, asked):
    visitor.post(address, asked)

    assert sorted(people()) == ["Ada Q. Trialrun", "Ada Trialrun"]


def test_an_answer_outlives_another_refusal_and_holds_for_these_two_names(visitor, address, asked):
    page = visitor.post(address, {**asked, "sure": "another", "mode": ""}, status=422)
    again = {**page.form(), "mode": "in_person"}
    assert page.errors() == ["Choose how you will take part"]

    other = visitor.post(address, {**again, "companion_name": "A. Trialrun"}, status=422)
    assert other.errors() == ["Is A. Trialrun another person, or is it you?"]
    visitor.post(address, again)
    assert sorted(people()) == ["Ada Q. Trialrun", "Ada Trialrun"]


def test_it_is_asked_with_the_button_it_is_me_too(visitor, address, asked):
    visitor.post(address, {**asked, "sure": [asked["sure"], "herself"]})

    assert list(people()) == ["Ada Trialrun"]


@pytest.mark.parametrize(("kind", "said"), [("forum", "comes"), ("webcast", "watches")])
def test_nobody_comes_to_a_webcast(make, visitor, kind, said):
    event = make.event() if kind == "forum" else make.webcast()

    page = visitor.get(f"/events/{event.slug}/register")

    for each in ("comes", "watches"):
        assert (f"Someone {each} with you" in page.text) == (each == said)
