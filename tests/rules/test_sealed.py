"""Personal answers open with their own key, in their own place, and nowhere else."""

import pytest

from forum.sealed import Unreadable, seal, unseal

NEW = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OLD = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
PLACE = "registration:ada:needs"


def test_an_answer_opens_where_it_was_sealed():
    assert unseal(seal("A wheelchair", PLACE, (NEW,)), PLACE, (NEW,)) == "A wheelchair"


@pytest.mark.parametrize("place", ["registration:eve:needs", "registration:ada:food", ""])
def test_an_answer_copied_to_another_place_does_not_open(place):
    sealed = seal("A wheelchair", PLACE, (NEW,))

    with pytest.raises(Unreadable):
        unseal(sealed, place, (NEW,))


def test_the_same_answer_never_looks_the_same_twice():
    assert seal("Soft food", PLACE, (NEW,)) != seal("Soft food", PLACE, (NEW,))


def test_what_an_older_key_sealed_still_opens_and_new_answers_take_the_newest():
    sealed = seal("A wheelchair", PLACE, (OLD,))

    assert unseal(sealed, PLACE, (NEW, OLD)) == "A wheelchair"
    with pytest.raises(Unreadable):
        unseal(seal("A wheelchair", PLACE, (NEW, OLD)), PLACE, (OLD,))


def test_an_altered_answer_does_not_open():
    sealed = seal("A wheelchair", PLACE, (NEW,))
    altered = sealed[:-6] + ("AAAA==" if sealed[-6:] != "AAAA==" else "BBBB==")

    with pytest.raises((Unreadable, ValueError)):
        unseal(altered, PLACE, (NEW,))
