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
