"""How migrations are written and run: on either engine, and on tables that have rows."""

import json
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import ops
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.default import DefaultDialect

from forum.db import UtcDateTime, Words, db

ASK = "# What is true of the rows that are there? Write it here, and delete this line."
"""Stands above a value that only the author can know; a test finds it if it is left."""
KEEP_NUMBER = sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")


def render_item(kind, item, autogen):
    """Write our own column types as plain ones, so that migrations never import the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Words):
        return "sa.Text()"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


class Fill(ops.MigrateOperation):
    """Give the rows that are there a value in a column that will not be without one."""

    def __init__(self, table, column):
        self.table = table
        self.column = column


@renderers.dispatch_for(Fill)
def render_fill(_autogen, fill):
    """Write the statement, and ask for the value unless the model states it."""
    quoted = postgresql.dialect().identifier_preparer.quote
    stated = stated_value(fill.column)
    value = fitting_value(fill.column) if stated is None else stated
    table, name = quoted(fill.table), quoted(fill.column.name)
    statement = f"UPDATE {table} SET {name} = {value} WHERE {name} IS NULL"  # noqa: S608 - from our models
    return [*([ASK] if stated is None else []), f"op.execute({statement!r})", ""]


def stated_value(column):
    """Return the model's own default as SQL, or None when it states none or makes each anew."""
    default, is_json = column.default, isinstance(column.type, sa.JSON)
    if default is None or not (default.is_scalar or (default.is_callable and is_json)):
        return None
    value = default.arg if default.is_scalar else default.arg(None)  # None: `dict` asks for nothing
    kind = column.type
    if is_json:
        value, kind = json.dumps(value), sa.Text()
    said = sa.literal(value, kind).compile(
        dialect=DefaultDialect(supports_native_boolean=True),
        compile_kwargs={"literal_binds": True},
    )
    return str(said).replace(":", r"\:")  # or `op.execute` takes it for a parameter


def fitting_value(column):
    """Return SQL for a value that a column of this type takes, on either engine."""
    kind = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
    is_number = isinstance(kind, (sa.Integer, sa.Numeric))
    for parent in column.foreign_keys:
        table, _, key = parent.target_fullname.rpartition(".")
        return f"(SELECT min({key}) FROM {table})"  # noqa: S608 - from our models
    if is_unique(column):
        return "id" if is_number else "CAST(id AS TEXT)"
    if isinstance(kind, sa.Enum):
        return f"'{kind.enums[0]}'"
    fitting = {
        sa.Boolean: "false",
        sa.JSON: "'{}'",
        sa.DateTime: "CURRENT_TIMESTAMP",
        sa.Date: "CURRENT_DATE",
    }
    usual = "0" if is_number else "''"
    return next((value for of, value in fitting.items() if isinstance(kind, of)), usual)


def is_unique(column):
    if column.table is None:
        return False
    keys = [each for each in column.table.constraints if isinstance(each, sa.UniqueConstraint)]
    keys += [each for each in column.table.indexes if each.unique]
    return any(list(each.columns) == [column] for each in keys)


def keep_rows(_context, _revision, scripts):
    """Write changes so that tables which have rows survive them, upwards and downwards."""
    for script in scripts:
        for steps in (script.upgrade_ops, script.downgrade_ops):
            steps.ops = [step for change in steps.ops for step in steps_of(change)]


def steps_of(change):
    """Split a change that forbids NULL: add the column, fill it, and only then forbid."""
    if not isinstance(change, ops.ModifyTableOps):
        return [change]
    added, fills, later = [], [], []
    for each in change.ops:
        if isinstance(each, ops.AddColumnOp) and must_be_filled(each.column):
            column = each.column
            nullable = sa.Column(column.name, column.type, nullable=True, comment=column.comment)
            forbid = ops.AlterColumnOp(
                change.table_name, column.name, existing_type=column.type, modify_nullable=False
            )
            added.append(ops.AddColumnOp(change.table_name, nullable))
            fills.append(Fill(change.table_name, column))
            later.append(forbid)
        elif isinstance(each, ops.AddColumnOp):
            added.append(each)
        else:
            if isinstance(each, ops.AlterColumnOp) and each.modify_nullable is False:
                fills.append(Fill(change.table_name, altered_column(each)))
            later.append(each)
    if not fills:
        return [change]
    first, last = (ops.ModifyTableOps(change.table_name, some) for some in (added, later))
    return [first, *fills, last]


def must_be_filled(column):
    makes_its_own = column.server_default or column.computed or column.identity
    return not column.nullable and not makes_its_own


def altered_column(change):
    """Return the model's column, or one as the database has it when a downgrade restores it."""
    table = db.metadata.tables.get(change.table_name)
    if table is not None and change.column_name in table.columns:
        return table.columns[change.column_name]
    return sa.Column(change.column_name, change.existing_type)


@contextmanager
def foreign_keys_off(connection):
    """Let a batch migration rebuild a table without taking its children with it.

    It drops the old table, and with foreign keys on the drop deletes what refers to it. The
    setting is ignored inside a transaction, so it is made on the bare connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    bare = connection.connection.dbapi_connection
    bare.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        bare.execute("PRAGMA foreign_keys=ON")


def numbers_kept(connection):
    """Return what ends each step: no number comes again that a row of a rebuilt table has had.

    SQLite keeps the highest with the table, and a batch migration drops that with the old one.
    """
    given = numbers_given(connection)
    connection.rollback()  # or the steps would take it for a transaction around them

    def keep(*, ctx, **_about_the_step):
        now = numbers_given(ctx.connection)
        for name, last in now.items():
            given[name] = max(last, given.get(name, 0))
            if given[name] > last:
                row = {"name": name, "last": given[name]}
                ctx.connection.execute(KEEP_NUMBER, row)

    return keep


def numbers_given(connection):
    """Return the highest number that each table of SQLite has given; nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return {}
    is_kept = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
    if connection.exec_driver_sql(is_kept).first() is None:
        return {}
    return dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all())


def check_children(connection):
    """Raise RuntimeError if a row has lost its parent; nothing is kept then."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            msg = f"rows without their parent: {lost}"
            raise RuntimeError(msg)


def run():
    with db.engine.connect() as connection, foreign_keys_off(connection):
        connection = connection.execution_options(writes=True)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            process_revision_directives=keep_rows,
            compare_type=True,
            on_version_apply=numbers_kept(connection),
        )
        with context.begin_transaction():
            context.run_migrations()
            check_children(connection)


if context.is_offline_mode():
    msg = "Migrations run on a live database only."
    raise RuntimeError(msg)
with current_app.app_context():
    run()
