"""A form puts right the address of who has sent it, and of nobody else."""

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import Mode
from forum.privacy import actions as privacy
from forum.registration.register.correcting_actions import correct_address
from forum.registration.requests import Companion
from tests.actions.registration.asking import asks, register
from tests.stored import registered

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def event(make):
    """Make an event to which Ione's form has brought her and Jasper."""
    event = make.event()
    jasper = Companion(name="Jasper", email="jasper@people.example", mode=Mode.IN_PERSON)
    asked = asks("Ione", "ione@people.example", form_key="form", companion=jasper)
    register(event, asked, now=clock.now())
    return event


def put_right(event):
    with transaction():
        correct_address(db.session.merge(event), "form", "right@people.example", now=clock.now())
    return [(each.name, each.email) for each in registered()]


def test_her_form_puts_her_address_right_and_leaves_his(event):
    assert put_right(event) == [
        ("Ione", "right@people.example"),
        ("Jasper", "jasper@people.example"),
    ]


def test_once_she_is_erased_her_form_cannot_take_his_emails_elsewhere(event):
    [ione, _jasper] = registered()
    with transaction():
        privacy.erase(ione, now=clock.now())

    assert put_right(event) == [("Jasper", "jasper@people.example")]


def test_once_he_comes_on_his_own_her_form_still_means_her_alone(event):
    [ione, jasper] = registered()
    jasper.companion_of = None
    db.session.commit()
    with transaction():
        privacy.erase(ione, now=clock.now())

    assert put_right(event) == [("Jasper", "jasper@people.example")]
