"""Whoever registers is known again, however her name and address are typed."""

import pytest

from forum import clock
from forum.care import actions as care
from forum.care.hash_queries import hash_keys, hashes
from forum.care.models import HashPurpose, Suppression, TaskKind
from forum.care.queries import said_of
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.names import earlier_key
from forum.organizer.people_queries import found
from forum.privacy.removal_actions import remove
from forum.registration.models import CareState
from forum.registration.my.details import actions as details
from forum.registration.my.details.address_actions import ask
from forum.registration.refusals import PersonKnown
from tests.actions.registration.asking import asks, register
from tests.stored import fresh, registered, tasks

ADDRESS = "ione@people.example"
WRITTEN = [
    "Ione O\N{RIGHT SINGLE QUOTATION MARK}Neil",
    "IONE ONEIL",
    "Ione\N{NO-BREAK SPACE}O\N{MODIFIER LETTER APOSTROPHE}Neil",
    "I\N{ZERO WIDTH SPACE}one O'Ne\N{COMBINING ACUTE ACCENT}il",
]
IN_DOUBT = ["O'Neil, Ione", "Ione M. O'Neil", "Ione Maria O'Neil"]


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def ione(make):
    return make.registration(make.event(), name="Ione O'Neil", email=ADDRESS)


def again(event, name, email=ADDRESS):
    """Register by a name, and return the registration."""
    return register(event, asks(name=name, email=email)).registration


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_person_again_makes_no_second_registration(ione, name):
    register(ione.event, asks(name=name, email=ADDRESS))

    assert [each.name for each in registered()] == ["Ione O'Neil"]


def test_an_address_with_an_unseen_character_is_hers(ione):
    register(ione.event, asks(name="Ione O'Neil", email=f"\N{ZERO WIDTH SPACE}{ADDRESS.upper()} "))

    assert [each.email for each in registered()] == [ADDRESS]


@pytest.mark.parametrize("name", [*WRITTEN, *IN_DOUBT])
def test_who_has_died_is_known_again_however_her_name_is_written(make, ione, petra, name):
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    with transaction():
        remove([ione.id])  # as the purge does

    assert again(make.event(), name).care_state == CareState.HELD
    assert [task.kind for task in tasks()] == [TaskKind.CHECK_PERSON]


@pytest.mark.parametrize("name", ["Jasper O'Neil", "Ione", "Ionie O'Neil"])
def test_another_name_at_her_address_is_not_asked_about(make, ione, petra, name):
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)

    assert again(make.event(), name).care_state == CareState.ACTIVE


@pytest.mark.parametrize("name", [*WRITTEN, *IN_DOUBT])
@pytest.mark.parametrize("is_purged", [False, True])
def test_she_is_well_takes_back_everything_however_her_name_is_written(
    make, ione, petra, name, is_purged
):
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    if is_purged:
        with transaction():
            remove([ione.id])
    new = again(make.event(), name)

    with transaction():
        care.settle(tasks()[-1], TaskAnswer.SAME, now=clock.now(), by=petra)

    assert {each.care_state for each in registered()} == {CareState.ACTIVE}
    assert db.session.query(Suppression).all() == []
    for each in ("Ione O'Neil", name):
        assert again(make.event(), each).care_state == CareState.ACTIVE
    assert fresh(new).care_state == CareState.ACTIVE


def test_who_is_remembered_by_an_earlier_key_alone_is_known_again(make, ione, petra):
    said = said_of(earlier_key("Ione O\N{RIGHT SINGLE QUOTATION MARK}Neil"), ADDRESS)
    old = hashes(said, hash_keys(HashPurpose.PERSON))[0]
    with transaction():
        db.session.add(Suppression(person_hash=old, created_at=clock.now()))

    assert again(make.event(), WRITTEN[0]).care_state == CareState.HELD


@pytest.mark.parametrize("words", [*WRITTEN, "oneil", "o'n", "Ione O"])
def test_the_desk_finds_her_however_it_types_her_name(ione, words):
    assert found(ione.event, words, 10) == [ione]


@pytest.mark.parametrize("words", ["\N{RIGHT SINGLE QUOTATION MARK}", "…", "-", "Jasper"])
def test_the_desk_finds_nobody_by_signs_alone(ione, words):
    assert found(ione.event, words, 10) == []


def test_she_cannot_become_someone_who_is_registered(make, ione):
    other = make.registration(ione.event, name="Ion", email=ADDRESS)

    with pytest.raises(PersonKnown), transaction():
        details.change(other, {"name": WRITTEN[0]}, version=other.version, now=clock.now())


def test_an_unseen_character_makes_no_new_address(ione):
    with transaction():
        change = ask(ione, f"{ADDRESS}\N{ZERO WIDTH SPACE}", now=clock.now())

    assert change is None
