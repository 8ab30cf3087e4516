"""Whoever is erased leaves no code of her address behind, unless another reads it."""

from forum import clock
from forum.db import transaction
from forum.incoming.models import AddressBlock
from forum.privacy import actions
from tests.stored import number_of


def test_who_is_erased_takes_along_the_code_of_an_address_that_mail_came_back_from(make):
    ada = make.registration(make.event(), email="ada@people.example")
    make.block("ada@people.example")

    with transaction():
        actions.erase(ada, now=clock.now())

    assert number_of(AddressBlock) == 0
