"""Which revision of each event's public pages is current: asked at every request, so cheap.

An edit shows at once in every process because no timer is involved. SQLite tells a connection
that others have committed (`PRAGMA data_version`); PostgreSQL notifies those who LISTEN.
"""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from forum.config import Settings
from forum.db import sqlite  # type: ignore[attr-defined]  # one of two drivers

Known = Mapping[str, int]
"""The revision of each event by its slug. The same object as long as nothing has changed."""

QUERY = "SELECT slug, revision FROM event"


class Revisions(Protocol):
    """Knows the current revisions of this process's database."""

    def current(self) -> Known | None:
        """Return what was committed before this call, or None when it cannot be known."""


def revisions_for(settings: Settings) -> Revisions:
    """Return the kind that fits the database. Opens nothing yet, so that servers may fork."""
    if settings.is_sqlite:
        return FileRevisions(settings.database_file)
    from forum.web.heard_revisions import HeardRevisions  # noqa: PLC0415 - its driver is heavy

    return HeardRevisions(settings.database_url)


class FileRevisions:
    """Revisions in an SQLite file, over a connection of their own.

    `data_version` differs between two calls on one connection if, and only if, another
    connection has committed in between (SQLite, "Pragma statements", data_version).
    """

    def __init__(self, file: Path) -> None:
        """Remember the database file; it need not exist yet."""
        self._address = f"{file.as_uri()}?mode=rw"
        self._lock = threading.Lock()
        self._connection: Any = None
        self._process = 0
        self._version: object = None
        self._known: Known | None = None

    def current(self) -> Known | None:
        """Return what was committed before this call, or None when it cannot be read."""
        with self._lock:
            try:
                if self._process != os.getpid():
                    self._open()
                version = self._connection.execute("PRAGMA data_version").fetchall()
                if version != self._version:
                    self._known = unless_same(self._known, self._connection.execute(QUERY))
                    self._version = version
            except sqlite.Error:
                self._process, self._known = 0, None
            return self._known

    def _open(self) -> None:
        self._connection = sqlite.connect(
            self._address, uri=True, timeout=0.1, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA query_only = ON")
        self._process, self._version = os.getpid(), None


def unless_same(known: Known | None, rows: Any) -> Known:  # noqa: ANN401 - two drivers' cursors
    """Return the rows as a mapping; the mapping already known, if it says the same."""
    fresh = dict(rows)
    return fresh if known is None or known != fresh else known
