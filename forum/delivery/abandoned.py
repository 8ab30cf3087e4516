"""What a dead worker held comes back, whatever the clocks say.

On one machine the kernel knows who lives: each worker has a file of its own locked, together with
its couriers. Of workers elsewhere we watch what they hold: what has not changed for the length of a
lease, by our own time that only passes, is theirs no more.
"""

import fcntl
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import structlog

from forum.config import Settings
from forum.db import db, transaction
from forum.outbox import actions, queries
from forum.outbox.actions import LEASE
from forum.outbox.queries import Held

FOLDER = "workers"

log = structlog.get_logger()


class Beacon:
    """A file that is locked for as long as a worker or one of its couriers lives."""

    def __init__(self, settings: Settings, worker: str) -> None:
        """Lock it. Forked processes hold the same lock."""
        folder = settings.instance / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / worker
        self._file = self._path.open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Leave no file: the worker ends as it should."""
        self._path.unlink(missing_ok=True)
        self._file.close()


class Watch:
    """Looks after what others hold, for one worker."""

    def __init__(
        self,
        settings: Settings,
        worker: str,
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nothing yet. `passed` gives seconds of time that only passes."""
        self._folder = settings.instance / FOLDER
        self._worker = worker
        self._passed = passed
        self._seen: dict[Held, float] = {}

    def look(self) -> int:
        """Take back what the dead held. Returns how many messages came back."""
        return self.bury_the_dead() + self._take_back_the_old()

    def bury_the_dead(self) -> int:
        """Take back what the dead of this machine held."""
        number = 0
        for path in sorted(self._folder.glob("*")):
            if path.name != self._worker:
                with path.open("ab") as file:
                    number += self._bury(path, file)
        return number

    def _bury(self, path: Path, file: IO[bytes]) -> int:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        with transaction():
            number = actions.bury(path.name)
        path.unlink(missing_ok=True)
        log.warning("worker_died", messages=number)
        return number

    def _take_back_the_old(self) -> int:
        now = self._passed()
        held = set(queries.held())
        db.session.rollback()
        self._seen = {each: self._seen.get(each, now) for each in held}
        old = [each for each, since in self._seen.items() if now - since >= LEASE]
        if not old:
            return 0
        with transaction():
            number = actions.take_back(old)
        if number:
            log.warning("lease_over", messages=number)
        return number
