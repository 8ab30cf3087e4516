"""Revisions in PostgreSQL: it notifies those who LISTEN.

`migrations/versions/0002_announce_revisions.py` has the trigger that sends the notices.
"""

import os
import threading
import time
import weakref

import psycopg
from sqlalchemy import event
from structlog import get_logger

from forum.db import db
from forum.web.revisions import QUERY, Known, unless_same

CHANNEL = "forum_revisions"
HEARTBEAT = 5.0
"""Seconds of silence after which the listening connection has to prove that it lives."""
PAUSE = 1.0
"""Seconds that a broken listening connection is left alone."""

log = get_logger()


class _OwnCommits:
    """How often this process has committed."""

    number = 0


own_commits = _OwnCommits()


@event.listens_for(db.session, "after_commit")
def _(_session: object) -> None:
    own_commits.number += 1


class HeardRevisions:
    """Revisions in PostgreSQL, over a connection of their own that listens for changes.

    A change made by this process counts at once, another's as soon as its notice is here. While
    the connection is down nothing is known, so nothing is served from memory.
    """

    def __init__(self, url: str) -> None:
        """Remember the database address."""
        self._url = url
        self._lock = threading.Lock()
        self._connection: psycopg.Connection | None = None
        self._process = 0
        self._retry_at = 0.0
        self._asked_at = -HEARTBEAT
        self._own_commits = 0
        self._notices: list[object] = []
        self._known: Known | None = None

    def current(self) -> Known | None:
        """Return what has been heard of, or None while nothing can be heard."""
        with self._lock:
            try:
                connection = self._connected()
                if connection is not None and self._has_news(connection):
                    self._known = unless_same(self._known, connection.execute(QUERY))
            except psycopg.Error as error:
                log.warning("revisions.unheard", fault=type(error).__name__)
                self._retry_at = time.monotonic() + PAUSE
                if self._connection is not None:
                    self._connection.close()
                self._connection = self._known = None
            return self._known

    def _connected(self) -> psycopg.Connection | None:
        """Return this process's connection, opened when there is none and it is time."""
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        self._connection = self._known = None  # a parent's connection closes in the parent only
        if time.monotonic() < self._retry_at:
            return None
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=2,
            options="-c statement_timeout=5000",
            tcp_user_timeout=5000,
            application_name="forum revisions",
        )
        weakref.finalize(self, connection.close).atexit = False
        connection.add_notify_handler(self._notices.append)  # those amid an answer
        connection.add_notice_handler(self._notices.append)  # such as a server's last words
        connection.execute(f"LISTEN {CHANNEL}")
        self._connection, self._process, self._asked_at = connection, os.getpid(), -HEARTBEAT
        return connection

    def _has_news(self, connection: psycopg.Connection) -> bool:
        """Tell whether to ask again: a notice came, we committed, or silence lasted too long."""
        connection.pgconn.consume_input()  # does not wait
        while notice := connection.pgconn.notifies():
            self._notices.append(notice)
        now = time.monotonic()
        is_quiet = not self._notices and self._own_commits == own_commits.number
        if is_quiet and now - self._asked_at < HEARTBEAT:
            return False
        self._notices.clear()
        self._own_commits, self._asked_at = own_commits.number, now
        return True
