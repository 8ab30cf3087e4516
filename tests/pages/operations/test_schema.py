"""An operator is told in one sentence what the database lacks, wherever she asks."""

import pytest
from sqlalchemy import text

from forum import clock
from forum.config import current_settings
from forum.db import db
from forum.operations import doctor
from forum.operations.schema import newest_schema

NO_TABLES = "The database has no tables yet: run `flask db upgrade`."
OLDER = "The database is at schema 0001, this release needs {}: run `flask db upgrade`."
NEWER = (
    "The database is at schema 9999, which this release does not know: install the newer release."
)
ASKING = [
    ("doctor",),
    ("organizer", "add", "petra@desk.example", "--role", "owner", "--name", "Petra"),
    ("outbox", "list"),
    ("purge", "--dry-run"),
    ("worker", "--once"),
    ("zones", "keep", "--dry-run"),
]


def has_schema(*changes: str) -> None:
    """Change the live database behind the program's back."""
    for each in changes:
        db.session.execute(text(each))
    db.session.commit()
    db.session.remove()
    db.engine.dispose()


def without_tables() -> None:
    if db.engine.dialect.name == "postgresql":
        return has_schema("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    names = [*(each.name for each in reversed(db.metadata.sorted_tables)), "alembic_version"]
    return has_schema(*(f'DROP TABLE "{name}"' for name in names))


def found(*checks: str) -> list[str]:
    findings = doctor.examine(current_settings(), now=clock.now())
    return [each.sentence for each in findings if each.check in checks]


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_every_command_says_that_there_are_no_tables_yet_and_nothing_else(app, words):
    without_tables()

    result = app.test_cli_runner().invoke(args=words)

    assert result.exit_code == 1
    wrong = [line for line in result.output.splitlines() if not line.startswith("note")]
    told = f"WRONG  Schema: {NO_TABLES}" if words == ("doctor",) else NO_TABLES
    assert [line for line in wrong if "Disk" not in line] == [told]


def test_who_asks_whether_we_are_ready_hears_that_there_are_no_tables_yet(app):
    without_tables()

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json["database"]) == (503, "no tables")
    assert answer.json["warnings"] == [NO_TABLES]


@pytest.mark.parametrize(("revision", "said"), [("0001", OLDER), ("9999", NEWER)])
def test_another_schema_is_named_with_what_to_do(app, revision, said):
    has_schema(f"UPDATE alembic_version SET version_num = '{revision}'")

    said = said.format(newest_schema())
    assert app.test_client().get("/readyz").json["warnings"] == [said]
    assert found("Schema") == [said]


def test_doctor_names_every_table_column_and_index_that_is_not_as_it_must_be(app):
    assert found("Schema", "Tables") == []

    has_schema(
        "ALTER TABLE reminder DROP COLUMN stated",
        "ALTER TABLE programme ADD COLUMN mood TEXT",
        "DROP INDEX ix_old_slug_event_id",
        "DROP TABLE kept_form",
        "CREATE TABLE diary (id INTEGER)",
    )

    assert sorted(found("Schema")) == [
        "the column reminder.stated is missing.",
        "the index ix_kept_form_organizer_id of kept_form is missing.",
        "the index ix_old_slug_event_id of old_slug is missing.",
        "the table kept_form is missing.",
    ]
    assert sorted(found("Tables")) == [
        "the column programme.mood is not ours.",
        "the table diary is not ours.",
    ]


def test_a_command_that_needs_what_is_missing_says_so(app, make):
    make.reminder(make.event(slug="forum-2027"), "P3D")
    has_schema("ALTER TABLE reminder DROP COLUMN stated")

    result = app.test_cli_runner().invoke(args=["reminders", "preview", "forum-2027"])

    assert result.exit_code == 1
    assert result.output.startswith("The database misses what this release needs (")
    assert result.output.endswith("): `flask doctor` says what.\n")
    assert "stated" in result.output


def test_who_brings_the_schema_up_and_down_is_told_from_where_to_where(app):
    newest = newest_schema()

    def says(*words: str) -> str:
        db.session.remove()
        result = app.test_cli_runner().invoke(args=["db", *words])
        assert result.exit_code == 0, result.output
        return result.output.strip()

    assert says("upgrade") == f"The database is at schema {newest} already."
    assert says("downgrade", "0018") == f"The database was at schema {newest}; it is at 0018 now."
    assert says("upgrade") == f"The database was at schema 0018; it is at {newest} now."
    without_tables()
    assert says("upgrade") == f"The database had no tables; it is at schema {newest} now."


def test_a_database_of_a_newer_release_is_left_alone(app):
    has_schema("UPDATE alembic_version SET version_num = '9999'")

    result = app.test_cli_runner().invoke(args=["db", "upgrade"])

    assert (result.exit_code, result.output) == (1, NEWER + "\n")


def test_a_schema_that_cannot_be_moved_is_as_it_was_and_nobody_is_sent_in_circles(app):
    runner = app.test_cli_runner()
    db.session.remove()
    assert runner.invoke(args=["db", "downgrade", "0008"]).exit_code == 0
    has_schema("ALTER TABLE message DROP COLUMN has_invitation")

    result = runner.invoke(args=["db", "upgrade"])

    assert result.exit_code == 1
    assert result.output.startswith("The schema cannot be changed from here, and is as it was: ")
    assert [sentence.split(",")[0] for sentence in found("Schema")] == [
        "The database is at schema 0008"
    ]
