"""Whoever registers is known again, however her name and address are typed."""

import pytest

from forum import clock
from forum.care import actions as care
from forum.care.hash_queries import hash_keys, hashes
from forum.care.models import HashPurpose, Suppression, TaskKind
from forum.care.queries import is_remembered, said_of
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.names import earlier_key
from forum.organizer.people_queries import found
from forum.privacy.removal_actions import remove
from forum.registration.actions import cancel
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
IN_DOUBT = [
    "O'Neil, Ione",
    "Ione M. O'Neil",
    "Ione Maria O'Neil",
    "Maria Ione O'Neil",
    "Dr. Ione O'Neil",
    "Ione",
    "I. O'Neil",
]


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


@pytest.mark.parametrize("name", ["Jasper O'Neil", "Ionie O'Neil", "J. O'Neil"])
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
    assert db.session.scalars(found(words, ione.event)).all() == [ione]


@pytest.mark.parametrize("words", ["\N{RIGHT SINGLE QUOTATION MARK}", "…", "-", "Jasper"])
def test_the_desk_finds_nobody_by_signs_alone(ione, words):
    assert db.session.scalars(found(words, ione.event)).all() == []


def test_she_cannot_become_someone_who_is_registered(make, ione):
    other = make.registration(ione.event, name="Ion", email=ADDRESS)

    with pytest.raises(PersonKnown), transaction():
        details.change(other, {"name": WRITTEN[0]}, version=other.version, now=clock.now())


def test_an_unseen_character_makes_no_new_address(ione):
    with transaction():
        change = ask(ione, f"{ADDRESS}\N{ZERO WIDTH SPACE}", now=clock.now())

    assert change is None


@pytest.mark.parametrize("name", IN_DOUBT)
def test_somebody_is_asked_about_what_is_stored_in_another_writing_of_her_name(
    make, ione, petra, name
):
    others = [make.registration(make.event(), name=name, email=ADDRESS) for _ in range(2)]

    with transaction():
        care.remember(ione, now=clock.now(), by=petra)

    assert [fresh(each).care_state for each in others] == [CareState.HELD] * 2
    assert [(task.kind, task.registration_id) for task in tasks()] == [
        (TaskKind.CHECK_PERSON, others[0].id)
    ]


@pytest.mark.parametrize("answer", [TaskAnswer.ANOTHER, None])
def test_who_turns_out_to_be_another_is_written_to_again_in_every_event(make, ione, petra, answer):
    """A human says so, or that Ione was remembered by a slip."""
    others = [make.registration(make.event(), name=IN_DOUBT[0], email=ADDRESS) for _ in range(2)]
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)

    with transaction():
        if answer is None:
            care.undo_remember(fresh(ione), now=clock.now(), by=petra)
        else:
            care.settle(tasks()[0], answer, now=clock.now(), by=petra)

    assert [fresh(each).care_state for each in others] == [CareState.ACTIVE] * 2
    assert [task for task in tasks() if task.done_at is None] == []


@pytest.mark.parametrize("is_purged", [False, True])
@pytest.mark.parametrize(
    ("name", "again_as"),
    [
        ("María López García", "María López"),
        ("María López", "Maria Lopez Garcia"),
    ],
)
def test_who_has_died_is_asked_about_though_her_second_surname_is_left_out(
    make, petra, name, again_as, is_purged
):
    maria = make.registration(make.event(), name=name, email=ADDRESS)
    with transaction():
        care.remember(maria, now=clock.now(), by=petra)
        if is_purged:
            remove([maria.id])

    assert again(make.event(), again_as).care_state == CareState.HELD


def test_undoing_a_slip_does_not_forget_another_who_has_died(make, petra):
    mother = make.registration(make.event(), name="Ione Lee", email=ADDRESS)
    daughter = make.registration(make.event(), name="Ione M. Lee", email=ADDRESS)
    for each in (mother, daughter):
        with transaction():
            care.remember(each, now=clock.now(), by=petra)

    with transaction():
        care.undo_remember(fresh(daughter), now=clock.now(), by=petra)

    states = [fresh(each).care_state for each in (mother, daughter)]
    assert states == [CareState.REMEMBERED, CareState.HELD]  # she was held for her mother
    assert len(db.session.query(Suppression).all()) == 1
    assert is_remembered(mother.name, ADDRESS)


def test_undoing_a_slip_forgets_her_though_the_desk_has_corrected_her_name(ione, petra):
    with transaction():
        care.remember(ione, now=clock.now(), by=petra)
    named = {"name": "Ione M. O'Neil"}
    with transaction():
        details.change(fresh(ione), named, version=ione.version, now=clock.now(), by=petra)

    with transaction():
        care.undo_remember(fresh(ione), now=clock.now(), by=petra)

    assert db.session.query(Suppression).all() == []


class TestTwice:
    """Her two registrations of one event, as the migration to one comparison has left them."""

    @pytest.fixture
    def twice(self, make, ione):
        second = make.registration(ione.event, name=WRITTEN[0], email=ADDRESS, name_key="ione-")
        with transaction():
            second.name_key = f"{ione.name_key}#{second.id}"
        return ione, second

    def test_nobody_writes_to_someone_who_has_died(self, twice, petra):
        with transaction():
            care.remember(twice[0], now=clock.now(), by=petra)

        assert [fresh(each).care_state for each in twice] == [CareState.REMEMBERED] * 2
        assert tasks() == []

    @pytest.mark.parametrize("which", [0, 1])
    def test_who_asks_for_quiet_has_it_in_both(self, twice, which):
        with transaction():
            care.pause(twice[which], None, now=clock.now())

        assert [fresh(each).care_state for each in twice] == [CareState.PAUSED] * 2

    def test_she_is_known_again_by_either(self, twice):
        with transaction():
            cancel(twice[0], now=clock.now())

        register(twice[0].event, asks(name="Ione O'Neil", email=ADDRESS))

        assert len(registered()) == 2

    def test_a_name_that_ends_like_one_of_those_is_another(self, make, ione, petra):
        other = make.registration(ione.event, name="#1", email=ADDRESS, name_key="ioneoneil#0")

        with transaction():
            care.remember(ione, now=clock.now(), by=petra)

        assert fresh(other).care_state == CareState.ACTIVE
