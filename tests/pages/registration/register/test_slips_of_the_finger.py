"""An address that looks like a slip is asked about, and she goes on by one press."""

import pytest

from forum.db import db
from forum.registration.models import Registration
from tests.registering import ADA, path, refused, the_registration

pytestmark = pytest.mark.sqlite_is_enough
TYPED, MEANT = "ada@gmial.com", "ada@gmail.com"


def pressing(page, name: str) -> dict[str, str]:
    """Return what the button of this name sends."""
    [value] = [each.get("value") for each in page.all("button") if each.get("name") == name]
    return {name: value}


def test_she_takes_the_address_that_she_meant(make, visitor):
    event = make.event()
    page = refused(visitor, event, email=TYPED)
    assert page.errors() == [f"Did you mean {MEANT}?"]

    visitor.submit(path(event), **ADA | {"email": TYPED} | pressing(page, "meant"))

    assert the_registration().email == MEANT


def test_she_keeps_the_address_that_she_has(make, visitor):
    event = make.event()
    page = refused(visitor, event, email=TYPED)

    visitor.submit(path(event), **ADA | {"email": TYPED} | pressing(page, "sure"))

    assert the_registration().email == TYPED


def test_who_presses_register_again_keeps_the_address_and_all_that_she_typed(make, visitor):
    event = make.event()
    page = refused(visitor, event, email=TYPED, needs="A seat near the door")

    visitor.post(path(event), page.form())

    assert (the_registration().email, the_registration().needs) == (TYPED, "A seat near the door")


def test_another_slip_is_asked_about_although_she_meant_the_first(make, visitor):
    event = make.event()
    page = refused(visitor, event, email=TYPED)

    page = visitor.post(path(event), page.form() | {"email": "ada@gamil.com"}, status=422)

    assert page.errors() == [f"Did you mean {MEANT}?"]


def test_what_she_types_instead_counts_whichever_button_sends_it(make, visitor):
    event = make.event()
    page = refused(visitor, event, email=TYPED)
    typed = {"email": "ada@people.example"}

    visitor.submit(path(event), **ADA | typed | pressing(page, "meant"))

    assert the_registration().email == "ada@people.example"


def test_both_addresses_are_asked_about_one_answer_each(make, visitor):
    event = make.event()
    both = {"email": TYPED, "companion_name": "Boris", "companion_email": "boris@yahooo.com"}
    page = refused(visitor, event, **both)
    assert page.errors() == [f"Did you mean {MEANT}?", "Did you mean boris@yahoo.com?"]
    sure = [each.get("value") for each in page.all("button") if each.get("name") == "sure"]

    page = refused(visitor, event, **both, sure=sure[0])
    assert page.errors() == ["Did you mean boris@yahoo.com?"]
    hidden = [each.get("value") for each in page.all("input") if each.get("name") == "sure"]
    assert hidden == [TYPED, "boris@yahooo.com"]
    visitor.submit(path(event), **ADA | both | {"sure": TYPED} | pressing(page, "meant"))

    people = {each.name: each.email for each in db.session.query(Registration)}
    assert people == {"Ada Q. Trialrun": TYPED, "Boris": "boris@yahoo.com"}


@pytest.mark.parametrize("meant", ["email evil@elsewhere.example", "name Eve", "email", "  "])
def test_no_button_but_ours_puts_an_address_in(make, visitor, meant):
    event = make.event()

    visitor.submit(path(event), **ADA, meant=meant)

    assert the_registration().email == ADA["email"]


def test_an_answer_that_is_wrong_is_said_first_and_the_question_waits(make, visitor):
    page = refused(visitor, make.event(), email=TYPED, name="")

    assert page.errors() == ["Enter your name"]
