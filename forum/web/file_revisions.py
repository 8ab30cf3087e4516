"""Revisions in an SQLite file, which tells a connection when others have committed."""

import os
import threading
from pathlib import Path
from typing import Any

from forum.db import sqlite
from forum.web.revisions import QUERY, Known, unless_same


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
