"""What was backed up is there again, who was erased is not, and nothing is lost by a slip."""

import os
import tarfile
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest

from forum import clock
from forum.db import db, transaction
from forum.operations import queries, schema
from forum.operations.backups import sqlite_store
from forum.operations.doctor import examine
from forum.operations.schema import newest_schema
from forum.privacy import housekeeping, rules
from forum.privacy.actions import erase
from forum.privacy.tombstones import hash_of
from forum.registration.models import Registration
from tests.actions.backups.conftest import KEY, OTHER_KEY, refused
from tests.engines import MIGRATIONS
from tests.everything import fill_every_table, rows
from tests.stored import registered

NUMBERED = ("sequence", "version", "updated_at")
"""Of what is to come, beyond whatever calendars and forms have seen."""


def kept_aside(operator) -> list[Path]:
    """Return what restores have kept of what was there before."""
    return sorted(operator.folder.glob("before-restore-20261123-1500*"))


def names() -> list[str]:
    return [each.name for each in registered()]


def erase_her(name: str) -> None:
    with transaction():
        found = db.session.query(Registration).filter_by(name=name).one()
        erase(found, now=clock.now())


def test_what_was_there_is_there_again_and_what_came_since_is_kept_aside(operator, ada, boris):
    operator.backs_up()
    boris()

    code, said = operator.restores("--replacing", "2")

    [kept] = kept_aside(operator)
    assert code == 0, said
    lines = said.splitlines()
    assert lines[:2] == [
        "0 people were erased again; 0 things had been kept long enough.",
        f"What was there is kept in {kept}: delete it within 35 days.",
    ]
    assert lines[2].startswith("1 registrations of 1 events of 2026-11-23T15:00:")
    assert said.splitlines()[-1] == "Start web and worker."
    assert [(each.name, each.needs) for each in registered()] == [("Ada", "wheelchair")]
    assert queries.miscounted_gates() == []

    assert operator.runs("restore", kept, "--replacing", "1")[0] == 0
    assert sorted(names()) == ["Ada", "Boris"]


def test_doctor_says_what_was_kept_aside_longer_than_a_backup_is(operator, ada, today):
    operator.backs_up()
    operator.restores("--replacing", "1")
    [kept] = kept_aside(operator)
    sentence = f"{kept} is from before a restore, and holds people who are gone by now: delete it."

    def said() -> bool:
        found = examine(operator.settings, now=clock.now())
        return sentence in [each.sentence for each in found if each.check == "Backup"]

    made = clock.now().timestamp()
    os.utime(kept, (made, made))
    today.shift(rules.BACKUPS - timedelta(hours=1))
    assert not said()
    today.shift(timedelta(hours=2))
    assert said()


def test_every_row_of_every_table_comes_back(operator, make):
    fill_every_table(make)
    housekeeping.purge(now=clock.now())
    before = rows()
    operator.backs_up()
    with transaction():
        db.session.execute(db.text("UPDATE event SET title = 'Another'"))

    operator.restores("--replacing", len(before["registration", "id"]))

    after = rows()
    assert {name for name in before if before[name] != after[name][: len(before[name])]} == {
        *((kind, name) for kind in ("event", "session") for name in NUMBERED),
        ("calendar_reply", "sequence"),
        ("registration", "version"),
        ("organizer", "has_had_passkey"),  # she has one
        ("programme", "mail_stopped_at"),
        ("offer", "ends_at"),  # whoever is asked has time to think
        ("gate", "seq"),
        ("sign_in", "ended_at"),  # everybody signs in anew
        ("sign_in_link", "used_at"),
    }
    longer = {name[0] for name in before if len(after[name]) > len(before[name])}
    assert longer == {"audit_entry"}  # that the emails are stopped


def test_an_empty_place_needs_no_word(operator, ada):
    operator.backs_up()
    erase_everything()

    assert operator.restores()[0] == 0
    assert names() == ["Ada"]
    assert kept_aside(operator) == []


def erase_everything() -> None:
    """Let the database be as a fresh one is."""
    flask_migrate.downgrade(MIGRATIONS, "base")
    flask_migrate.upgrade(MIGRATIONS)


@pytest.mark.parametrize("forgets", ["nothing", "file", "table"])
def test_who_was_erased_after_the_backup_stays_erased(operator, forgets, ada, boris):
    boris()
    operator.backs_up()
    erase_her("Ada")
    if forgets == "file":
        (operator.folder / "tombstones").unlink()
    if forgets == "table":
        with transaction():
            db.session.execute(db.text("DELETE FROM tombstone"))

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert said.startswith("1 people were erased again")
    assert names() == ["Boris"]
    assert queries.miscounted_gates() == []


def test_tombstones_of_both_are_kept(operator, ada, boris):
    boris()
    erase_her("Ada")
    operator.backs_up()
    erase_her("Boris")
    ours = operator.folder / "tombstones"
    newer = set(ours.read_text().split())
    ours.write_text("".join(f"\n{each}\n" for each in newer - {hash_of(ada.public_id)}))

    assert operator.restores("--replacing", "0")[0] == 0

    assert set(ours.read_text().split()) == newer
    assert names() == []


def test_an_older_schema_is_brought_to_this_release(operator, ada):
    before = newest_schema()
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS)
    operator.backs_up()

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert schema.revision() == before
    assert names() == ["Ada"]


def test_very_many_whose_time_is_over_are_said_and_wait_for_a_word(operator, ada, make):
    event = make.event(starts_at=clock.now() - timedelta(days=100), hours=1)
    for number in range(25):
        make.registration(event, name=f"Person {number}", email=f"p{number}@people.example")
    with transaction():  # as a worker that saw it end
        event.kept_from = event.ends_at
    operator.backs_up()

    code, said = operator.restores("--replacing", "26")

    assert code == 0, said
    assert said.splitlines()[1] == (
        "25 people have been kept long enough, more than half of everybody:"
        " they are still there. `purge --dry-run` says who goes."
    )
    assert len(names()) == 26


def test_an_older_key_still_opens_its_backups(operator, ada):
    operator.backs_up()
    operator.has_keys(OTHER_KEY, KEY)

    assert operator.restores("--replacing", "1")[0] == 0


def test_a_migration_that_fails_leaves_the_database_that_is_there(
    operator, ada, boris, monkeypatch
):
    if not operator.settings.is_sqlite:
        return  # there the database is replaced first; the one before is kept aside
    operator.backs_up()
    boris()

    def fails(*_, **__):
        raise SystemExit(1)

    monkeypatch.setattr(flask_migrate, "upgrade", fails)

    assert operator.restores("--replacing", "2")[0] == 1
    assert sorted(names()) == ["Ada", "Boris"]


def test_without_a_key_what_is_there_is_kept_aside_as_plain_as_the_file(operator, ada, boris):
    operator.has_keys()
    operator.backs_up("--plain")
    boris()

    assert operator.restores("--replacing", "2", "--plain")[0] == 0
    assert names() == ["Ada"]
    assert [tarfile.is_tarfile(each) for each in kept_aside(operator)] == [True]


class TestSqlite:
    pytestmark = pytest.mark.sqlite_is_enough

    def test_a_database_that_cannot_be_read_is_kept_as_it_is(self, operator, ada):
        operator.backs_up()
        db.engine.dispose()
        operator.settings.database_file.write_bytes(b"broken" * 1000)

        code, said = operator.restores()
        assert (code, said) == refused(
            "There is a database here that cannot be read.",
            "To keep it aside and replace it, add --replacing unreadable",
        )

        code, said = operator.restores("--replacing", "unreadable")
        assert code == 0, said
        assert names() == ["Ada"]
        kept = next(iter(kept_aside(operator)))
        assert (kept / "forum.db").read_bytes() == b"broken" * 1000

    def test_a_database_on_another_disk_is_replaced_in_one_step_too(
        self, operator, ada, boris, monkeypatch
    ):
        monkeypatch.setattr(sqlite_store, "is_same_disk", lambda _one, _other: False)
        operator.backs_up()
        boris()

        assert operator.restores("--replacing", "2")[0] == 0
        assert names() == ["Ada"]
        assert not list(operator.folder.glob(".*restoring"))

    def test_a_damaged_database_gives_no_backup(self, operator, ada):
        db.engine.dispose()
        octets = operator.settings.database_file.read_bytes()
        operator.settings.database_file.write_bytes(octets[:4096] + b"\xff" * 8192 + octets[12288:])

        code, said = operator.backs_up()

        assert code == 1
        assert "Nothing was written." in said
        assert not operator.file.exists()

    def test_no_file_holds_a_trace_of_who_was_erased(self, operator, make):
        event = make.event(capacity=1000)
        people = [
            make.registration(event, name=f"Person {n}", email=f"p{n * 7919 % 600}@people.example")
            for n in range(300)
        ]
        gone = people[::10]
        traces = [each.email.encode() for each in gone]
        operator.backs_up()
        for each in gone:
            erase_her(each.name)
        housekeeping.forget_deleted()

        operator.restores("--replacing", "270")

        assert len(names()) == 270
        db.session.remove()
        found = [
            trace
            for path in operator.folder.rglob("*")
            if path.is_file() and path.suffix != ".backup"
            for trace in traces
            if trace in path.read_bytes()
        ]
        assert found == []
