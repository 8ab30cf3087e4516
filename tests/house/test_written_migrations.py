"""What `make migration` writes may be applied to a database in which every table has rows."""

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    select,
)

from forum.db import Facts, Record, UtcDateTime, Words, choice, db
from forum.events.models import Mode
from tests.engines import MIGRATIONS
from tests.everything import fill_every_table, rows, schema

FACTS = Record.registry.type_annotation_map[Facts]
ASKED = "# What is true of the rows that are there?"


@pytest.fixture
def records(monkeypatch) -> MetaData:
    """Return what our records say of the schema, as a copy that a test may change."""
    copy = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.tables.values():
        table.to_metadata(copy)
    monkeypatch.setitem(db.metadatas, None, copy)
    return copy


def write_migration(folder: Path) -> str:
    flask_migrate.revision(str(folder), "more", autogenerate=True, rev_id="9999")
    return (folder / "versions" / "9999_more.py").read_text()


def differences(records: MetaData) -> list:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, records)


def stated() -> list[Column]:
    """Return columns whose value in rows that are there is the model's own default."""
    return [
        Column("is_kind", Boolean, default=True),
        Column("is_late", Boolean, default=False),
        Column("steps", Integer, default=3),
        Column("meal", choice(Mode), default=Mode.PHONE),
        Column("likes", Words, default=("tea", "cake")),
        Column("motto", Text, default="it's 100% :fine"),
        Column("saved", FACTS, default=dict),
        Column("list", FACTS, default=list),
    ]


def unknown() -> list[Column]:
    """Return columns whose value in rows that are there only the author can know."""
    return [
        Column("is_deaf", Boolean),
        Column("stairs", Integer),
        Column("order", Text),
        Column("seat", choice(Mode)),
        Column("facts", FACTS),
        Column("words", Words),
        Column("met_on", Date),
        Column("seen_at", UtcDateTime),
        Column("token", Text, default=lambda: "made anew for each"),
        Column("code", Text, unique=True),
        Column("number", Integer, unique=True),
        Column("met_by_id", Integer, ForeignKey("organizer.id"), index=True),
    ]


def test_a_new_column_that_every_row_must_have_reaches_rows_that_are_there(
    app, make, records, migrations_copy
):
    fill_every_table(make)
    before, shape = rows(), schema()
    for column in (*stated(), *unknown()):
        column.nullable = False
        records.tables["registration"].append_column(column)

    written = write_migration(migrations_copy)
    flask_migrate.upgrade(str(migrations_copy))

    assert differences(records) == []
    after = rows()
    assert {place for place in before if before[place] != after[place]} == set()
    kept = select(records.tables["registration"])
    with db.engine.connect() as connection:
        first, second = connection.execute(kept).mappings().fetchmany(2)
    assert [first[column.name] for column in stated()] == [
        True,
        False,
        3,
        Mode.PHONE,
        ("tea", "cake"),
        "it's 100% :fine",
        {},
        [],
    ]
    assert [first[column.name] for column in unknown()][:6] == [
        False,
        0,
        "",
        Mode.IN_PERSON,
        {},
        (),
    ]
    assert first["code"] != second["code"]
    assert written.count(ASKED) == len(unknown())

    flask_migrate.downgrade(str(migrations_copy), "-1")
    assert (schema(), rows()) == (shape, before)


def test_a_column_that_may_no_longer_be_empty_is_filled_where_it_was(
    app, make, records, migrations_copy
):
    fill_every_table(make)
    before = rows()
    records.tables["registration"].columns["email"].nullable = False

    written = write_migration(migrations_copy)
    flask_migrate.upgrade(str(migrations_copy))

    assert differences(records) == []
    was, now = before["registration", "email"], rows()["registration", "email"]
    assert None in was
    assert now == [email or "" for email in was]
    assert written.count(ASKED) == 1


def test_a_column_that_is_dropped_comes_back_where_there_are_rows(
    app, make, records, migrations_copy
):
    fill_every_table(make)
    shape, many = schema(), len(rows()["registration", "id"])
    table = records.tables["registration"]
    table._columns.remove(table.columns["version"])

    write_migration(migrations_copy)
    flask_migrate.upgrade(str(migrations_copy))
    flask_migrate.downgrade(str(migrations_copy), "-1")

    assert schema() == shape
    assert rows()["registration", "version"] == [0] * many


def test_a_change_that_demands_nothing_is_written_as_ever(app, records, migrations_copy):
    records.tables["registration"].append_column(Column("shoe", Text))
    records.tables["registration"].append_constraint(Index("ix_registration_shoe", "shoe"))

    assert write_migration(migrations_copy).count("op.batch_alter_table('registration'") == 2


def test_no_migration_of_ours_was_kept_with_a_question_in_it():
    versions = Path(MIGRATIONS).glob("versions/*.py")

    assert [path.name for path in versions if ASKED in path.read_text()] == []
