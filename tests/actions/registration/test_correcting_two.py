"""Correcting a mistyped address at the desk: whom it takes along, and what stays known."""

import pytest

from forum.care import actions as care
from forum.care.queries import is_remembered
from forum.db import db, transaction
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.privacy.removal_actions import remove
from forum.registration.models import AddressChange
from forum.registration.my.details import address_actions
from forum.registration.register import correcting_actions
from tests.actions.care.caring import do
from tests.stored import fresh, look_again


@pytest.fixture
def petra(make):
    return make.organizer()


def corrects(person, petra) -> None:
    do(correcting_actions.correct_at_desk, db.session.merge(person), "ada@new.example", by=petra)


def test_who_has_said_yes_from_a_mailbox_stays_there(app, make, petra):
    event = make.event()
    ada = make.registration(event, name="Ada", email="both@people.example")
    boris = make.registration(event, name="Boris", email="both@people.example", companion_of=ada)
    do(privacy.record, db.session.merge(boris), ConsentPurpose.REGISTRATION, language="en")

    corrects(ada, petra)

    assert (fresh(boris).email, boris.link_version) == ("both@people.example", 1)


def test_who_has_taken_an_address_himself_stays_there(app, make, petra):
    event = make.event()
    ada = make.registration(event, name="Ada", email="both@people.example")
    boris = make.registration(event, name="Boris", email="b@people.example", companion_of=ada)
    do(address_actions.ask, db.session.merge(boris), "both@people.example")
    [change] = db.session.query(AddressChange)
    do(address_actions.confirm, change)

    corrects(ada, petra)

    assert (fresh(boris).email, boris.link_version) == ("both@people.example", 1)


@pytest.mark.parametrize("who", ["Ada", "Boris"])
def test_who_has_died_is_known_at_the_right_address_when_her_registration_is_gone(app, make, who):
    event, petra = make.event(), make.organizer()
    ada = make.registration(event, name="Ada", email="adda@people.example")
    boris = make.registration(event, name="Boris", email="adda@people.example", companion_of=ada)
    do(care.remember, db.session.merge(boris), by=petra)
    asked = {"Ada": ada, "Boris": boris}[who]
    do(correcting_actions.correct_at_desk, db.session.merge(asked), "ada@people.example", by=petra)
    assert is_remembered("Boris", "ada@people.example")

    number = boris.id
    with transaction():
        remove([number])  # as the purge does, 90 days after the event

    look_again()
    assert is_remembered("Boris", "ada@people.example")
