"""Data keys change without anybody losing an answer."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from forum import clock
from forum.care import actions as care
from forum.care.hash_queries import data_keys_not_kept
from forum.care.queries import is_remembered
from forum.db import db, transaction
from forum.incoming.queries import is_stopped
from forum.operations.doctor import examine
from forum.privacy import housekeeping, key_actions
from forum.privacy.key_queries import values_by_key
from forum.privacy.removal_actions import remove
from forum.registration.models import Registration
from forum.sealed import Unreadable, key_id
from tests.engines import KEYS

OLD = KEYS["data_keys"][0]
NEW = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
OTHER = "enl4d3Z1dHNycXBvbm1sa2ppaGdmZWRjYmF6eXh3dnU="
KEPT_APART = 4
"""Keys of hashes, of people and of addresses, that follow from two data keys."""
ANSWERS = {"needs": "wheelchair", "food": "soft", "phone": "+16175550100"}


@pytest.fixture
def people(make):
    event = make.event()
    return [make.registration(event, **ANSWERS) for _ in range(5)]


@pytest.fixture
def with_keys(app, settings):
    """Give a way to run a command, or anything, with other data keys."""

    def use(*keys: str):
        db.session.remove()
        app.extensions["forum"] = replace(settings, data_keys=keys)
        return app.test_cli_runner()

    return use


def answers() -> list[dict[str, str]]:
    people = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    found = [{name: getattr(each, name) for name in ANSWERS} for each in people]
    db.session.rollback()
    return found


def test_after_a_rotation_the_newest_key_opens_everything_alone(people, with_keys):
    said = with_keys(NEW, OLD).invoke(args=["keys", "rotate"])
    assert said.exit_code == 0
    assert said.output.startswith(f"15 values are now under the newest key, {key_id(NEW)}.\n")

    with_keys(NEW)
    assert answers() == [ANSWERS] * 5
    assert values_by_key() == {key_id(NEW): 15 + KEPT_APART}


def test_both_keys_are_read_while_it_lasts(people, with_keys, monkeypatch):
    monkeypatch.setattr(key_actions, "AT_ONCE", 2)
    with_keys(NEW, OLD)
    with transaction():
        key_actions.reseal_some(key_actions.Pass(Registration, "needs"))

    assert values_by_key() == {key_id(NEW): 2, key_id(OLD): 13}
    assert answers() == [ANSWERS] * 5


def test_a_rotation_that_was_stopped_goes_on_where_it_was(people, with_keys, monkeypatch):
    monkeypatch.setattr(key_actions, "AT_ONCE", 2)
    runner = with_keys(NEW, OLD)
    with transaction():
        key_actions.reseal_some(key_actions.Pass(Registration, "needs"))

    said = runner.invoke(args=["keys", "rotate"])

    assert said.output.startswith("13 values are now")
    assert values_by_key() == {key_id(NEW): 15 + KEPT_APART}


def test_a_second_rotation_has_nothing_to_do(people, with_keys):
    runner = with_keys(NEW, OLD)
    runner.invoke(args=["keys", "rotate"])

    assert runner.invoke(args=["keys", "rotate"]).output.startswith("0 values")


def test_what_no_key_opens_is_left_counted_and_said(people, with_keys):
    said = with_keys(NEW, OTHER).invoke(args=["keys", "rotate"])

    assert said.exit_code == 1
    assert "15 values could not be read: their key is not in FORUM_DATA_KEYS." in said.output
    with_keys(OLD)
    assert answers() == [ANSWERS] * 5


def test_which_key_may_be_dropped_is_said(people, with_keys):
    before = with_keys(NEW, OLD).invoke(args=["keys", "check"])
    with_keys(NEW, OLD).invoke(args=["keys", "rotate"])
    after = with_keys(NEW, OLD).invoke(args=["keys", "check"])
    lost = with_keys(OTHER).invoke(args=["keys", "check"])

    assert f"{key_id(NEW)}         0 values  the newest" in before.output
    assert f"{key_id(OLD)}        15 values  still needed" in before.output
    assert f"{key_id(NEW)}        19 values  the newest" in after.output
    assert f"{key_id(OLD)}         0 values  may be dropped" in after.output
    assert f"{key_id(NEW)}        19 values  NOT IN FORUM_DATA_KEYS" in lost.output
    assert (before.exit_code, after.exit_code, lost.exit_code) == (0, 0, 1)


class TestWhoIsKnownAgain:
    """Hashes cannot be made again: their keys are kept apart from the data keys."""

    @pytest.fixture
    def remembered(self, make):
        """Ione, who has died and is purged, and an address from which emails come back."""
        ione = make.registration(make.event(), name="Ione", email="ione@people.example")
        make.block("gone@people.example")
        with transaction():
            care.remember(ione, now=clock.now(), by=make.organizer())
            remove([ione.id])

    def known(self) -> list[bool]:
        found = [
            is_remembered("ione", "ione@people.example"),
            is_stopped("gone@people.example"),
        ]
        db.session.rollback()
        return found

    def test_dropping_the_key_that_may_be_dropped_forgets_nobody(self, remembered, with_keys):
        runner = with_keys(NEW, OLD)
        runner.invoke(args=["keys", "rotate"])
        assert f"{key_id(OLD)}         0 values  may be dropped" in (
            runner.invoke(args=["keys", "check"]).output
        )

        with_keys(NEW)

        assert self.known() == [True, True]

    def test_nor_do_several_changes_one_after_another(self, remembered, with_keys):
        for keys in ((NEW, OLD), (OTHER, NEW)):
            with_keys(*keys).invoke(args=["keys", "rotate"])

        with_keys(OTHER)

        assert self.known() == [True, True]

    def test_no_key_may_be_dropped_whose_hashes_are_not_kept_apart(self, make, with_keys):
        make.block("gone@people.example")  # as an older release left it

        said = with_keys(NEW, OLD).invoke(args=["keys", "check"])

        assert f"{key_id(OLD)}         0 values  still needed" in said.output
        assert "`keys rotate` keeps that apart from it." in said.output

    def test_doctor_says_so_too(self, make, with_keys, app):
        with_keys(NEW, OLD)
        make.block("gone@people.example")

        findings = examine(app.extensions["forum"], now=clock.now())

        assert [each.sentence for each in findings if "keys" in each.check] == [
            "people may be known again by an older data key alone: run `flask keys rotate`."
        ]

    def test_a_new_hash_is_made_under_the_key_that_stays(self, make, remembered, with_keys):
        with_keys(NEW, OLD).invoke(args=["keys", "rotate"])
        jasper = make.registration(make.event(), name="Jasper", email="ione@people.example")
        with transaction():
            care.remember(jasper, now=clock.now(), by=make.organizer())

        with_keys(OTHER, NEW)  # before anybody rotates

        assert is_remembered("jasper", "ione@people.example")

    def test_a_worker_keeps_them_by_itself(self, make, with_keys):
        with_keys(NEW, OLD)
        make.block("gone@people.example")

        housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)

        assert data_keys_not_kept() == set()

    def test_a_key_that_nothing_opens_keeps_nobody_from_registering(
        self, make, remembered, with_keys
    ):
        with_keys(NEW)

        assert self.known() == [False, False]


def test_doctor_warns_of_answers_that_no_key_opens(people, with_keys, app):
    def found(*keys: str) -> list[tuple[str, bool]]:
        with_keys(*keys)
        findings = examine(app.extensions["forum"], now=clock.now())
        return [(each.sentence, each.is_wrong) for each in findings if "keys" in each.check]

    assert found(OLD) == []
    assert found(NEW, OLD) == [
        ("15 answers are under an older data key: run `flask keys rotate`.", False)
    ]
    assert found(NEW) == [("15 answers cannot be read: their key is not in FORUM_DATA_KEYS.", True)]


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE registration SET needs_sealed = food_sealed",
        """
        UPDATE registration SET needs_sealed =
        (SELECT needs_sealed FROM registration WHERE id = (SELECT max(id) FROM registration))
        WHERE id = (SELECT min(id) FROM registration)
        """,
    ],
)
def test_an_answer_copied_to_another_column_or_person_does_not_open(people, move):
    with transaction():
        db.session.execute(text(move))

    with pytest.raises(Unreadable):
        db.session.scalar(select(Registration).order_by(Registration.id)).needs  # noqa: B018


def test_commands_about_keys_show_no_key_and_no_answer(people, with_keys):
    runner = with_keys(NEW, OLD)
    said = "".join(runner.invoke(args=["keys", each]).output for each in ("rotate", "check"))

    assert not [word for word in (NEW, OLD, *ANSWERS.values()) if word in said]
