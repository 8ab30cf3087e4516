"""Keeps how mails went: the changes of several threads in one commit."""

import queue
import threading
from concurrent.futures import Future

from flask import Flask
from sqlalchemy.exc import OperationalError

from forum.db import transaction
from forum.delivery.tries import Change
from forum.errors import Busy

PATIENCE = 12
"""How often a change is tried again while the database is busy, five seconds each time."""


class Committer:
    """Commits changes for threads that wait for them.

    Each thread waits for its own to be kept before it sends the next mail. So no more can be sent
    twice than with a commit per mail, but eight threads need one disk write and not eight.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: queue.SimpleQueue[tuple[Change, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="committer", daemon=True)
        self._thread.start()

    def keep(self, change: Change) -> Future[None]:
        """Commit a change soon; its result comes once it is safe, or what the database raised."""
        kept: Future[None] = Future()
        self._waiting.put((change, kept))
        return kept

    def finish(self) -> None:
        """Wait until the changes given so far are kept."""
        self.keep(_nothing).exception()

    def close(self) -> None:
        """End after the changes that wait."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        is_open = True
        while is_open:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            is_open = None not in batch
            self._keep([each for each in batch if each is not None])

    def _keep(self, batch: list[tuple[Change, Future[None]]]) -> None:
        try:
            with self._app.app_context():
                patiently([change for change, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            for _, kept in batch:
                kept.set_exception(error)
        else:
            for _, kept in batch:
                kept.set_result(None)


def patiently(changes: list[Change]) -> None:
    """Commit changes; while the database is busy or away, try again for a minute.

    Raises what the database raised in the end.
    """
    for patience in reversed(range(PATIENCE)):
        try:
            with transaction():
                for change in changes:
                    change()
        except (Busy, OperationalError):
            if not patience:
                raise
        else:
            return


def _nothing() -> None:
    """Change nothing."""
