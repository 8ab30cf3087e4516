"""The database: one base class, our column types, and the one way to write.

Two engines, the same promises: SQLite in WAL mode for one machine, PostgreSQL for more.
"""

import fcntl
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, current_app, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Dialect, Enum, Insert, MetaData, Table, Text, event, inspect, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import Boolean, Date, DateTime, String, TypeDecorator, TypeEngine

from forum.config import ConfigError, Settings
from forum.errors import Busy, Missing

try:
    from pysqlite3 import dbapi2
except ImportError:
    import sqlite3 as dbapi2

sqlite = dbapi2
"""The SQLite that we run on, for whoever must open a file without the application."""
SAFE_SQLITE = (3, 51, 3)
"""Older versions can corrupt a WAL database that two processes write (SQLite 3.51.3 notes)."""
APPLICATION = "forum"
"""The name that our connections have at a PostgreSQL server."""
LONGEST_WAIT = 5.0
"""Seconds that a writer waits for its turn before the visitor is asked to try again."""
SHORT_WAIT = 0.25
"""Seconds that a visitor waits while the one before waited in vain: pages are served meanwhile."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, UTC out, on both engines. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC. Raises ValueError for a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            sentence = "an instant needs its time zone"
            raise ValueError(sentence)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return an aware value."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[tuple[str, ...]]):
    """A few plain words in a fixed order, comma-separated, so that rows can be grouped by them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store `("tue", "wed")` as `tue,wed`."""
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the words."""
        if value is None:
            return None
        return tuple(value.split(",")) if value else ()


def choice(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the enum's values as text and refuses others."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        create_constraint=False,
        values_callable=lambda each: [member.value for member in each],
    )


Facts = dict[str, Any]
"""Small structured facts in a JSON column."""


class Record(DeclarativeBase):
    """A row with an integer `id`. Its table is named after it: `SessionPlace`, session_place."""

    registry = registry(
        type_annotation_map={
            datetime: UtcDateTime,
            tuple[str, ...]: Words,
            Facts: JSON().with_variant(JSONB(), "postgresql"),
            str: Text,
        },
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        """Return the class's name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@event.listens_for(Table, "after_parent_attach")
def _strict(table: Table, _parent: MetaData) -> None:
    """Let SQLite refuse a value of the wrong type, and give no row the number of one before."""
    table.dialect_kwargs["sqlite_strict"] = table.dialect_kwargs["sqlite_autoincrement"] = True


@compiles(String, "sqlite")
@compiles(DateTime, "sqlite")
@compiles(Date, "sqlite")
@compiles(JSON, "sqlite")
@compiles(Enum, "sqlite")
def _as_text(*_: TypeEngine[Any], **__: object) -> str:
    return "TEXT"


@compiles(Boolean, "sqlite")
def _as_integer(*_: TypeEngine[Any], **__: object) -> str:
    return "INTEGER"


db = SQLAlchemy(model_class=Record, session_options={"expire_on_commit": False})


def connect(app: Flask, settings: Settings) -> None:
    """Give the application its database. Raises ConfigError for an unsafe SQLite library."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.sqlalchemy_url
    if settings.is_sqlite:
        if sqlite.sqlite_version_info < SAFE_SQLITE:
            sentence = (
                f"SQLite {sqlite.sqlite_version} can corrupt a database in WAL mode; "
                "3.51.3 or newer is needed, or PostgreSQL (FORUM_DATABASE_URL)."
            )
            raise ConfigError([sentence])
        options: dict[str, Any] = {"module": sqlite}
    else:
        waits = f"-c lock_timeout={LONGEST_WAIT * 1000:.0f} -c statement_timeout=60000"
        options = {
            "pool_pre_ping": True,
            "connect_args": {
                "options": waits,
                "connect_timeout": int(LONGEST_WAIT),
                "application_name": APPLICATION,
            },
        }
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if settings.is_sqlite:
        _prepare_sqlite(engine)
        file_lock = _FileLock(settings.database_file.with_suffix(".gate"))
        app.extensions["forum_turns"] = _Turns(file_lock.held)
    else:
        _prepare_postgresql(engine)
        app.extensions["forum_turns"] = _Turns(lambda _deadline: nullcontext())


def _prepare_sqlite(engine: Engine) -> None:
    """Take transactions into our own hands: WAL, full syncs, and BEGIN as we say it."""

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={LONGEST_WAIT * 1000:.0f}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        seconds = connection.get_execution_options().get("waits")
        if seconds is None:
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgresql(engine: Engine) -> None:
    """Let a writer that is in a hurry wait less long for a lock than others."""

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        seconds = connection.get_execution_options().get("waits", LONGEST_WAIT)
        if seconds == SHORT_WAIT:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {seconds * 1000:.0f}")


class _FileLock:
    """One writer at a time, fairly, over all threads and processes of this machine.

    SQLite alone polls for its lock, so that the unlucky wait for seconds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()

    @contextmanager
    def held(self, deadline: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=max(0, deadline - time.monotonic())):
            raise Busy
        try:
            with self._path.open("ab") as file:
                self._lock(file.fileno(), deadline)
                yield
        finally:
            self._turn.release()

    @staticmethod
    def _lock(descriptor: int, deadline: float) -> None:
        pause = 0.0005
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.005)
            else:
                return


class _Turns:
    """How writers of this process get their turn, and how long each may wait for it."""

    def __init__(self, lock: Callable[[float], AbstractContextManager[None]]) -> None:
        self._lock = lock
        self._last_was_in_vain = False

    @contextmanager
    def next(self) -> Iterator[float]:
        """Give a turn, and the seconds that are left to wait for what others have locked."""
        is_hurried = self._last_was_in_vain and has_request_context()
        wait = SHORT_WAIT if is_hurried else LONGEST_WAIT
        deadline = time.monotonic() + wait
        is_in_vain = False
        try:
            with self._lock(deadline):
                left = deadline - time.monotonic()
                yield max(0.001, left) if is_sqlite() else wait
        except (Busy, OperationalError):
            is_in_vain = True
            raise
        finally:
            self._last_was_in_vain = is_in_vain


@contextmanager
def transaction() -> Iterator[None]:
    """Write: everything inside happens, or nothing does.

    Begins as a write, never upgraded from a read, because SQLite refuses to upgrade a snapshot
    that another writer has overtaken. What was given to `before_commit` runs last, what was given
    to `after_commit` once it is safe.
    Raises Busy when its turn does not come within `LONGEST_WAIT`.
    """
    db.session.rollback()
    db.session.expire_all()
    db.session.info["before_commit"], db.session.info["after_commit"] = [], []
    turns: _Turns = current_app.extensions["forum_turns"]
    with turns.next() as seconds:
        try:
            db.session.connection(execution_options={"waits": seconds})
            yield
            last = db.session.info["before_commit"]
            for action, number in sorted(last, key=lambda each: each[1]):
                action(number)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
    for action in db.session.info.pop("after_commit", []):
        action()


class _Undone(Exception):
    """What has been rehearsed shall not be kept."""


@contextmanager
def rehearsal() -> Iterator[None]:
    """Do what happens inside, for a look at what it would come to, and undo it all at the end.

    Takes its turn and its locks as a `transaction` does, so no page does it: see
    `forum.supposing`. What is read inside must be taken out as plain values: records are read
    anew afterwards. Raises what `transaction` raises.
    """
    with suppress(_Undone), transaction():
        yield
        raise _Undone


def before_commit(action: Callable[[int], None], number: int) -> None:
    """Call `action` with a row's id last in the transaction, in ascending order of the ids.

    For a lock that others wait for: whoever takes it then waits for nothing any more. Once is
    enough for each id.
    """
    actions = db.session.info.setdefault("before_commit", [])
    if (action, number) not in actions:
        actions.append((action, number))


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` once the transaction around it has been kept; never if it was not.

    What is asked for many times runs once.
    """
    actions = db.session.info.setdefault("after_commit", [])
    if action not in actions:
        actions.append(action)


def lock_row(row: Record) -> None:
    """Lock a row and read it as it is now. Raises Missing when another request deleted it.

    Rows that point to it can still be written meanwhile.
    """
    kind, identity = type(row), inspect(row).identity
    locked = select(kind.id).where(kind.id == (identity or (0,))[0])
    if db.session.scalar(locked.with_for_update(key_share=True)) is None:
        raise Missing
    db.session.refresh(row)


def read_again(row: Record) -> None:
    """Read a row as it is now, after a lock. Raises Missing when another request deleted it."""
    try:
        db.session.refresh(row)
    except InvalidRequestError:
        raise Missing from None


def insert_once(table: type[Record], key: str) -> Insert:
    """Return an INSERT that does nothing where a row of this key, a unique column, is there.

    Run it on `db.session.connection()` with the values; `rowcount` says how many rows are new.
    """
    return _insert_once(sqlite_dialect if is_sqlite() else postgresql, table, key)


@cache
def _insert_once(dialect: ModuleType, table: type[Record], key: str) -> Insert:
    """Make it once: one of these runs for every registration."""
    insert: Insert = dialect.insert(table).on_conflict_do_nothing(index_elements=[key])
    return insert.execution_options(preserve_rowcount=True)  # psycopg's is lost otherwise


def is_sqlite() -> bool:
    """Tell which engine is under us, for the few statements that differ."""
    return db.engine.dialect.name == "sqlite"
