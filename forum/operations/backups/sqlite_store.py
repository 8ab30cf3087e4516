"""SQLite's part: a consistent copy while others write, and one file in place of another."""

import fcntl
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from forum.config import Settings
from forum.db import Facts, sqlite
from forum.operations.backups.archive import Manifest
from forum.operations.backups.container import Damaged, Refused
from forum.operations.backups.store import SEALED, Copy, Store, sync
from forum.operations.schema import NO_TABLES
from forum.sealed import KEY_ID_LENGTH

SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
"""The bytes that every process locks which has a database open (SQLite's file format, os_unix)."""
IN_USE = "The database is in use: stop web and worker first."


class SqliteStore(Store):
    """A database file."""

    engine = "sqlite"

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet."""
        super().__init__(settings)
        self.file = settings.database_file

    @contextmanager
    def copied(self, work: Path) -> Iterator[Copy]:
        """Give a copy that is consistent at one instant, whoever writes meanwhile.

        It is written anew, with nothing in it but living rows: a copy of the pages would keep
        what has been deleted, and without `secure_delete` an index that is written anew keeps
        a second copy of its entries, which a later erasing does not reach.
        """
        copy = work / "copy"
        copy.touch(0o600)
        try:
            with closing(self._opened(self.file)) as connection:
                _require_sound(connection, "quick_check")
                connection.execute("VACUUM INTO ?", (str(copy),))
            with closing(self._opened(copy)) as connection:
                schema, counts = _schema(connection), _counts(connection)
            if not schema:
                raise Refused(NO_TABLES)
        except sqlite.DatabaseError as error:
            sentence = f"The database cannot be read: {error}. Nothing was written."
            raise Refused(sentence) from None
        except Damaged:
            sentence = "The database is damaged: restore a backup. Nothing was written."
            raise Refused(sentence) from None
        with copy.open("rb") as file:
            yield Copy(file, schema, counts, {"sqlite": sqlite.sqlite_version})

    def check(self, database: Path, manifest: Manifest) -> None:
        """Check that a copy is sound and is what its manifest says. Raises Damaged."""
        try:
            with closing(self._opened(database)) as connection:
                _require_sound(connection, "integrity_check")
                found = (_schema(connection), _counts(connection))
        except sqlite.DatabaseError:
            raise Damaged from None
        if found != (manifest.schema, dict(manifest.counts)):
            raise Damaged

    def sealed_under(self, database: Path) -> Counter[str]:
        """Return how many values each data key encrypts."""
        counted: Counter[str] = Counter()
        with closing(self._opened(database)) as connection:
            columns = connection.execute(
                "SELECT tables.name, columns.name FROM sqlite_master AS tables,"
                " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
            ).fetchall()
            for table, column in columns:
                if column.endswith(SEALED):
                    which = f"""SELECT substr("{column}", 1, {KEY_ID_LENGTH}), count(*)
                        FROM "{table}" WHERE "{column}" IS NOT NULL GROUP BY 1"""  # noqa: S608 - of the database itself
                    counted.update(dict(connection.execute(which).fetchall()))
        return counted

    def counts(self) -> dict[str, int] | None:
        """Return the rows by table of what is there, or None where that cannot be read."""
        if not self.file.exists():
            return {}
        try:
            with closing(self._opened(self.file)) as connection:
                return _counts(connection)
        except sqlite.DatabaseError:
            return None

    def rows(self, table: str, which: str = "TRUE") -> list[Facts]:
        """Return rows by column; nothing where there is no table, or it cannot be read."""
        if not self.file.exists():
            return []
        try:
            with closing(self._opened(self.file)) as connection:
                statement = f'SELECT * FROM "{table}" WHERE {which}'  # noqa: S608 - in our own words
                found = connection.execute(statement)
                names = [column[0] for column in found.description]
                return [dict(zip(names, row, strict=True)) for row in found]
        except sqlite.DatabaseError:
            return []

    def numbers(self) -> dict[str, int]:
        """Return the highest number of each table; nothing of an older release's database."""
        return {each["name"]: each["seq"] for each in self.rows("sqlite_sequence")}

    def require_unused(self) -> None:
        """Raise Refused if a process has the database open."""
        if not self.file.exists():
            return
        with self.file.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST)
            except OSError:
                raise Refused(IN_USE) from None

    def keep_files(self, folder: Path) -> None:
        """Copy the files as they are into a new folder: what cannot be read may yet be mended."""
        folder.mkdir(0o700, parents=True)
        for path in (self.file, *self._beside()):
            if path.exists():
                with path.open("rb") as file, (folder / path.name).open("xb") as copy:
                    _pour(file, copy)

    def staged(self, database: Path) -> Settings:
        """Return the settings under which the restored file is made ready before it counts."""
        return self.settings_at(f"sqlite:///{database}")

    def put(self, database: Path) -> None:
        """Put a file in place of what is there: whoever looks finds the one or the other.

        The log beside the old file is emptied first and goes, or SQLite would read it into the
        new one. Raises Refused if a process has the database open.
        """
        with closing(self._opened(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        near = self._brought_near(database)
        sync(near)
        try:
            with self._alone():
                near.replace(self.file)
                sync(self.file.parent)
        finally:
            near.unlink(missing_ok=True)

    def _brought_near(self, database: Path) -> Path:
        """Return the file on the disk of the one that it shall replace, or a rename is none."""
        if is_same_disk(database, self.file.parent):
            return database
        near = self.file.with_name(f".{self.file.name}.restoring")
        near.unlink(missing_ok=True)
        near.touch(0o600)
        with database.open("rb") as source, near.open("r+b") as copy:
            _pour(source, copy)
        return near

    def forget(self) -> None:
        """Do nothing: it was made ready before it was put in place."""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep everyone out of the old file, which has no log beside it any more."""
        if not self.file.exists() or self.counts() is None:
            self.require_unused()
            for path in self._beside():
                path.unlink(missing_ok=True)
            yield
            return
        with closing(self._opened(self.file)) as connection:
            try:
                connection.execute("PRAGMA busy_timeout=0")
                ((mode,),) = connection.execute("PRAGMA journal_mode=DELETE").fetchall()
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite.OperationalError:
                mode = "wal"
            if mode != "delete":
                raise Refused(IN_USE)
            yield

    def _beside(self) -> list[Path]:
        return [self.file.with_name(self.file.name + each) for each in ("-wal", "-shm")]

    @staticmethod
    def _opened(path: Path) -> Any:  # noqa: ANN401 - of a library without types
        connection = sqlite.connect(
            f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5
        )
        connection.execute("PRAGMA secure_delete=ON")
        return connection


def is_same_disk(one: Path, other: Path) -> bool:
    """Tell whether a file can be renamed from the one to the other."""
    return one.stat().st_dev == other.stat().st_dev


def _require_sound(connection: Any, check: str) -> None:  # noqa: ANN401 - as above
    """Raise Damaged unless SQLite finds the file sound and every reference answered."""
    sound = connection.execute(f"PRAGMA {check}(1)").fetchall() == [("ok",)]
    if not sound or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Damaged


def _counts(connection: Any) -> dict[str, int]:  # noqa: ANN401 - as above
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - of the database itself
        for (name,) in sorted(tables)
    }


def _schema(connection: Any) -> str:  # noqa: ANN401 - as above
    with suppress(sqlite.OperationalError):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else ""
    return ""


def _pour(source: BinaryIO, target: BinaryIO) -> None:
    while octets := source.read(1024 * 1024):
        target.write(octets)
