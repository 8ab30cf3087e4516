"""PostgreSQL's part: `pg_dump` at one instant, and `psql` in one transaction.

The server's own tools are used: they know every version's ways, and they stream.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from forum.config import Settings
from forum.db import APPLICATION, Facts
from forum.operations.backups.archive import Manifest
from forum.operations.backups.container import Damaged, Refused
from forum.operations.backups.store import SEALED, Copy, Store
from forum.operations.schema import NO_TABLES
from forum.sealed import KEY_ID_LENGTH

TOOLS = ("pg_dump", "pg_restore", "psql")
USUAL_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
"""Where Debian and the PostgreSQL project's own packages put them."""
TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user
    ORDER BY tablename
"""
OURS = """
    SELECT format('TABLE public.%I', tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tableowner = current_user
    UNION ALL
    SELECT format('ROUTINE %s', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
"""What a dump would bring once more, in the words of DROP; nothing of an extension's."""
NUMBERS = """
    SELECT regexp_replace(sequencename, '_id_seq$', ''), last_value
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = %s AND pid <> pg_backend_pid()
"""


class PostgresqlStore(Store):
    """A database of a server."""

    engine = "postgresql"

    def __init__(self, settings: Settings) -> None:
        """Ask nothing yet."""
        super().__init__(settings)
        known = conninfo_to_dict(settings.database_url)
        password = known.pop("password", None)
        self._target = make_conninfo("", **known)
        self._environ = os.environ | ({"PGPASSWORD": str(password)} if password else {})
        """Not on the command line, which everybody on the machine can read."""

    @contextmanager
    def copied(self, work: Path) -> Iterator[Copy]:  # noqa: ARG002 - it needs no room
        """Give what `pg_dump` writes, and counts of the very same instant."""
        with self._connected() as connection, TemporaryFile() as said:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()").fetchall()
            options = ("--format=custom", "--no-owner", "--no-privileges")
            schema, counts = _schema(connection), _counts(connection)
            with self._run("pg_dump", *options, f"--snapshot={snapshot}", stderr=said) as dump:
                try:
                    assert dump.stdout is not None  # noqa: S101 - it is a pipe
                    yield Copy(dump.stdout, schema, counts, self._versions)
                except BaseException:
                    dump.kill()
                    raise
            if dump.returncode:
                said.seek(0)
                last = said.read().decode(errors="replace").strip().splitlines()[-1:]
                raise Refused("pg_dump failed. " + " ".join(last))

    def check(self, database: Path, manifest: Manifest) -> None:  # noqa: ARG002 - its checksum is checked
        """Check that our tools can read the whole copy."""
        options = ("--file=/dev/null", str(database))
        with self._run("pg_restore", *options, is_connected=False) as reading:
            if reading.wait():
                raise Damaged

    def sealed_under(self, database: Path) -> Counter[str]:
        """Return how many values each data key encrypts."""
        options = ("--data-only", "--file=-", str(database))
        with self._run("pg_restore", *options, is_connected=False) as reading:
            assert reading.stdout is not None  # noqa: S101 - it is a pipe
            counted = _keys_in(reading.stdout)
            if reading.wait():
                raise Damaged
        return counted

    def counts(self) -> dict[str, int] | None:
        """Return the rows by table of what is there."""
        with self._connected() as connection:
            return _counts(connection)

    def rows(self, table: str, which: str = "TRUE") -> list[Facts]:
        """Return rows by column; nothing where there is no table, or an older one."""
        statement = sql.SQL("SELECT * FROM {} WHERE {}").format(
            sql.Identifier("public", table), sql.SQL(which)
        )
        unknown = psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn
        with self._connected() as connection, suppress(*unknown):
            return connection.cursor(row_factory=dict_row).execute(statement).fetchall()
        return []

    def numbers(self) -> dict[str, int]:
        """Return the highest number of each table that has given one."""
        with self._connected() as connection:
            found = connection.execute(NUMBERS).fetchall()
        return {str(table): int(last) for table, last in found}

    def require_unused(self) -> None:
        """Raise Refused if web or worker are connected."""
        with self._connected() as connection:
            ((number,),) = connection.execute(OTHERS, (APPLICATION,)).fetchall()
        if number:
            sentence = "The database is in use: stop web and worker first."
            raise Refused(sentence)

    def keep_files(self, folder: Path) -> None:  # noqa: ARG002 - as every store
        """Refuse: a server's files are its own."""
        sentence = "What is in the database cannot be kept aside. Empty the database yourself."
        raise Refused(sentence)

    def staged(self, database: Path) -> Settings | None:  # noqa: ARG002 - as every store
        """Return None: a second database is not ours to make."""
        return None

    def put(self, database: Path) -> None:
        """Replace every table of ours in one transaction, which counts with its last word.

        We pass the statements on ourselves: whichever process dies before, `psql` comes to the
        end of what it is told without a COMMIT, and the server undoes it all.
        """
        with self._connected() as connection:
            ours = [str(each) for (each,) in connection.execute(OURS).fetchall()]
        begin = "BEGIN;\n" + "".join(f"DROP {each} CASCADE;\n" for each in ours)
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate")
        with TemporaryFile() as said:
            psql = self._run("psql", *options, "--file=-", stdin=subprocess.PIPE, stderr=said)
            script = self._run(
                "pg_restore",
                *("--no-owner", "--no-privileges", "--file=-", str(database)),
                is_connected=False,
            )
            assert psql.stdin and script.stdout  # noqa: S101, PT018 - they are pipes
            try:
                psql.stdin.write(begin.encode())
                shutil.copyfileobj(script.stdout, psql.stdin)
                if script.wait() == 0:
                    psql.stdin.write(b"\nCOMMIT;\n")
                psql.stdin.flush()
            except BrokenPipeError:  # it has refused something, and says what below
                script.kill()
            with suppress(BrokenPipeError):
                psql.stdin.close()
            script.stdout.close()
            script.wait()
            said.seek(0)
            if psql.wait() or script.returncode:
                code = re.search(rb"ERROR:\s+(\w{5})", said.read())
                why = f" ({code.group(1).decode()})" if code else ""
                sentence = f"PostgreSQL refuses it{why}. The database is as it was before."
                raise Refused(sentence)

    def forget(self) -> None:
        """Write every table anew, without the rows that have been deleted."""
        with self._connected() as connection:
            connection.autocommit = True
            connection.execute("VACUUM FULL")

    def _connected(self) -> psycopg.Connection[tuple[str | int, ...]]:
        try:
            return psycopg.connect(self.settings.database_url, connect_timeout=5)
        except psycopg.OperationalError:
            sentence = "The database does not answer."
            raise Refused(sentence) from None

    def _run(
        self,
        tool: str,
        *options: str,
        is_connected: bool = True,
        stdin: int = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
    ) -> "subprocess.Popen[bytes]":
        where = [f"--dbname={self._target}"] if is_connected else []
        return subprocess.Popen(  # noqa: S603 - its own tools, and nothing that a stranger said
            [str(self._tools / tool), *where, *options],
            env=self._environ,
            stdin=stdin,
            stdout=subprocess.PIPE if tool != "psql" else subprocess.DEVNULL,
            stderr=stderr,
        )

    @cached_property
    def _server(self) -> tuple[int, str]:
        """Return the server's version, and the folder of its tools where it may be known."""
        with self._connected() as connection:
            version = connection.info.server_version // 10_000
            try:
                row = connection.execute(
                    "SELECT setting FROM pg_config WHERE name = 'BINDIR'"
                ).fetchone()
            except psycopg.errors.InsufficientPrivilege:
                row = None
        return version, str(row[0]) if row else ""

    @cached_property
    def _tools(self) -> Path:
        """Return the folder of tools that are as new as the server. Raises Refused."""
        version, beside = self._server
        folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
        folders += [Path(beside)] if beside else []
        folders += [path for each in USUAL_FOLDERS for path in sorted(Path("/").glob(each[1:]))]
        for folder in folders:
            if all((folder / tool).is_file() for tool in TOOLS) and _version(folder) >= version:
                return folder
        sentence = (
            f"pg_dump, pg_restore and psql of PostgreSQL {version} or newer are needed,"
            " on PATH or where the server has its own."
        )
        raise Refused(sentence)

    @property
    def _versions(self) -> dict[str, str]:
        return {"postgresql": str(self._server[0]), "pg_dump": str(_version(self._tools))}


def _keys_in(script: Iterable[bytes]) -> Counter[str]:
    """Count the keys in what `pg_restore` writes: COPY, its rows with tabs between, and an end."""
    counted: Counter[str] = Counter()
    places: list[int] | None = None
    for line in script:
        if places is None:
            if line.startswith(b"COPY "):
                names = line.partition(b"(")[2].partition(b")")[0].split(b", ")
                places = [
                    place for place, name in enumerate(names) if name.endswith(SEALED.encode())
                ]
        elif line == b"\\.\n":
            places = None
        else:
            values = line.rstrip(b"\n").split(b"\t") if places else []
            found = [values[place] for place in places if values[place] != b"\\N"]
            counted.update(each[:KEY_ID_LENGTH].decode() for each in found)
    return counted


def _version(folder: Path) -> int:
    said = subprocess.run(  # noqa: S603 - as above
        [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
    ).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number.group(1)) if number else 0


def _counts(connection: psycopg.Connection[tuple[str | int, ...]]) -> dict[str, int]:
    counts = {}
    for (name,) in connection.execute(TABLES).fetchall():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", str(name)))
        ((number,),) = connection.execute(statement).fetchall()
        counts[str(name)] = int(number)
    return counts


def _schema(connection: psycopg.Connection[tuple[str | int, ...]]) -> str:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        raise Refused(NO_TABLES) from None
    if not row:
        raise Refused(NO_TABLES)
    return str(row[0])
