"""No row gets the number of one that is gone: an open page, or the history, would mean another."""

import re
import shutil
from contextlib import closing

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from forum import clock
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.models import Task, TaskKind
from forum.db import db, is_sqlite, sqlite, transaction
from tests.engines import MIGRATIONS
from tests.everything import fill_every_table, rows, schema

COUNTS = "PRIMARY KEY AUTOINCREMENT"


@pytest.fixture
def task(make):
    """Make another task; give it."""
    person_id = make.registration(make.event()).id

    def make_one() -> Task:
        keys = len(rows()["task", "id"])
        with transaction():
            task = Task(
                registration_id=person_id,
                kind=TaskKind.CALL,
                dedupe_key=f"{keys}",
                created_at=clock.now(),
            )
            db.session.add(task)
        return task

    return make_one


def written() -> dict[str, str]:
    """Return what SQLite keeps of how each table was made."""
    with db.engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table' "
                " AND name <> 'alembic_version' AND name NOT GLOB 'sqlite_*'"
            )
        )
        return dict(found.all())


def as_before(settings) -> None:
    """Rebuild every table as databases have it that were made by an earlier release."""
    tables = written()
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite.connect(settings.database_file)) as connection:
        for name, sql in tables.items():
            old = re.sub(rf"\s+{COUNTS}", "", sql)
            assert old != sql
            head, _, tail = old.rpartition(")")
            old = f"{head}, CONSTRAINT pk_{name} PRIMARY KEY (id)\n){tail}"
            indexes = connection.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql > ''",
                (name,),
            ).fetchall()
            connection.execute(re.sub(rf'CREATE TABLE "?{name}"?', 'CREATE TABLE "new"', old))
            connection.execute(f'INSERT INTO "new" SELECT * FROM "{name}"')
            connection.execute(f'DROP TABLE "{name}"')
            connection.execute(f'ALTER TABLE "new" RENAME TO "{name}"')
            for (index,) in indexes:
                connection.execute(index)
        connection.execute("DELETE FROM sqlite_sequence")
        connection.execute("UPDATE alembic_version SET version_num = '0022'")
        connection.commit()


def test_the_number_of_a_row_that_is_gone_does_not_come_again(app, task):
    first = task().id
    with transaction():
        db.session.execute(text("DELETE FROM task"))

    assert task().id > first


@pytest.mark.sqlite_is_enough
def test_every_table_counts_on(app):
    assert [name for name, sql in written().items() if COUNTS not in sql] == []
    assert set(written()) == set(db.metadata.tables)


def test_databases_of_before_count_on_and_keep_their_rows(app, settings, make):
    fill_every_table(make)
    if is_sqlite():
        shape = schema()
        as_before(settings)
        assert (schema(), [sql for sql in written().values() if COUNTS in sql]) == (shape, [])
    else:
        flask_migrate.downgrade(MIGRATIONS, "0022")
    shape, before = schema(), rows()

    flask_migrate.upgrade(MIGRATIONS)

    assert (schema(), rows()) == (shape, before)
    if is_sqlite():
        assert [name for name, sql in written().items() if COUNTS not in sql] == []


@pytest.mark.sqlite_is_enough
def test_a_number_that_only_the_history_knows_does_not_come_again(app, settings, make, task):
    with transaction():
        gone = Task(
            id=7,
            registration=make.registration(make.event()),
            kind=TaskKind.CALL,
            dedupe_key="gone",
            created_at=clock.now(),
        )
        db.session.add(gone)
        record(Action.TASK_DONE, gone, now=clock.now())
    with transaction():
        db.session.execute(text("DELETE FROM task"))
    as_before(settings)

    flask_migrate.upgrade(MIGRATIONS)

    assert task().id == 8


@pytest.mark.sqlite_is_enough
def test_rebuilding_a_table_does_not_forget_which_numbers_it_has_given(app, task, tmp_path):
    last = task().id
    with transaction():
        db.session.execute(text("DELETE FROM task"))
    copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    head = ScriptDirectory(MIGRATIONS).get_current_head()
    (copy / "versions" / "9999_rebuild.py").write_text(
        f'''"""rebuild the tasks"""

from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("task", recreate="always"):
        pass
'''
    )
    db.session.remove()

    flask_migrate.upgrade(str(copy))

    assert COUNTS in written()["task"]
    assert task().id == last + 1
