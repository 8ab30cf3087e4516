"""How migrations run: on either engine, and never taking a child row with them."""

from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import JSON

from forum.db import UtcDateTime, Words, db

config = context.config


def render_item(kind, item, autogen):
    """Write our own column types as plain ones, so that migrations never import the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Words):
        return "sa.Text()"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


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
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_children(connection)


if context.is_offline_mode():
    msg = "Migrations run on a live database only."
    raise RuntimeError(msg)
with current_app.app_context():
    run()
