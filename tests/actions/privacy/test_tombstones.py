"""The erased stay erased, also when a backup from before is put in place."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import func, select

from forum import clock, create_app
from forum.care import actions as care
from forum.db import db, transaction
from forum.operations.doctor import examine
from forum.outbox.models import Message
from forum.privacy import actions, housekeeping, tombstones
from forum.privacy.models import Tombstone
from forum.registration.models import Registration
from tests.stored import registered


@pytest.fixture
def backup(app, engine, settings):
    """Give a way to copy the database as it is now, and the settings to work with the copy."""
    with ExitStack() as until_the_end:

        def take():
            db.session.rollback()
            db.engine.dispose()
            return until_the_end.enter_context(engine.copied(settings))

        yield take


@contextmanager
def restored(settings) -> Iterator[None]:
    """Work with an installation whose database is the backup; its folder is the same."""
    app = create_app(settings, TESTING=True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def people() -> list[str]:
    names = db.session.scalars(select(Registration.name).order_by(Registration.name)).all()
    db.session.rollback()
    return list(names)


def erase(person) -> None:
    with transaction():
        actions.erase(person, now=clock.now())


def test_whoever_was_erased_is_gone_again_after_a_restore_and_a_purge(make, backup):
    event = make.event()
    ada, _eve = make.registration(event, name="Ada"), make.registration(event, name="Eve")
    copy = backup()
    erase(ada)

    with restored(copy) as app:
        assert people() == ["Ada", "Eve"]
        said = app.test_cli_runner().invoke(args=["purge"])
        assert "       1  people erased again after a restore\n" in said.output
        assert people() == ["Eve"]
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0
        assert tombstones.only_in_file() == set()


def test_a_worker_that_starts_on_a_restored_database_erases_again(make, backup):
    event = make.event()
    ada = make.registration(event, name="Ada")
    copy = backup()
    erase(ada)

    with restored(copy):
        housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
        assert people() == []


def test_doctor_says_that_the_erased_have_come_back(make, backup, settings):
    ada = make.registration(make.event(), name="Ada")
    copy = backup()
    erase(ada)

    def said() -> list[str]:
        found = examine(settings, now=clock.now())
        return [each.sentence for each in found if each.check == "Erased"]

    assert said() == []
    with restored(copy):
        assert said() == [
            "1 people who were erased are back: the database was restored. Run `flask purge`."
        ]


def test_a_lost_file_is_written_anew_from_the_table(make):
    ada = make.registration(make.event())
    erase(ada)
    before = tombstones.file().read_text().split()
    tombstones.file().unlink()

    housekeeping.erase_again(now=clock.now())

    assert tombstones.file().read_text().split() == before


def test_a_restore_from_before_someone_registered_learns_of_her_from_the_file(make, backup):
    event = make.event()
    copy = backup()
    erase(make.registration(event))

    with restored(copy):
        housekeeping.erase_again(now=clock.now())
        assert db.session.scalar(select(func.count()).select_from(Tombstone)) == 1


def test_a_line_that_a_crash_cut_is_no_one_and_spoils_no_other(make):
    tombstones.file().write_text("\nabc123")
    ada = make.registration(make.event())
    public_id = ada.public_id
    erase(ada)

    assert tombstones.only_in_file() == tombstones.only_in_table() == set()
    assert tombstones.hash_of(public_id) in tombstones.file().read_text().split()


def test_what_was_not_kept_is_not_written_into_the_file(make):
    ada = make.registration(make.event(), name="Ada")

    def erase_and_fail() -> None:
        with transaction():
            actions.erase(ada, now=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        erase_and_fail()

    assert not tombstones.file().exists()
    assert people() == ["Ada"]


def test_a_file_that_cannot_be_written_stops_nobody_from_being_erased(make):
    tombstones.file().mkdir()
    ada = make.registration(make.event(), name="Ada")

    erase(ada)
    tombstones.file().rmdir()
    housekeeping.erase_again(now=clock.now())

    assert people() == []
    assert len(tombstones.file().read_text().split()) == 1


@pytest.mark.parametrize("by_worker", [True, False])
def test_someone_remembered_who_comes_back_does_not_stop_the_purge(app, make, by_worker):
    ione = make.registration(make.event(), name="Ione Doe")
    with transaction():
        care.remember(ione, now=clock.now(), by=make.organizer())
    tombstones.file().write_text(f"\n{tombstones.hash_of(ione.public_id)}\n")

    if by_worker:
        housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
    else:
        assert app.test_cli_runner().invoke(args=["purge"]).exit_code == 0

    assert registered() == []
