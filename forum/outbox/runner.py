"""The runner: how a web process tells the workers, on any machine, that there is work.

A task only says "drain the outbox" or "plan reminders". The rows of the outbox are the truth, so
a task that is lost or doubled harms nothing, and a runner that is down only makes mail wait for
the worker's next look.
"""

import logging
import sqlite3
import threading
import time
from pathlib import Path

import structlog
from flask import current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from redis import RedisError

from forum.config import Settings, current_settings

NAME = "forum"
SAID_AGAIN_AFTER = 3600.0
"""Seconds for which a listener does not repeat that it hears nothing."""
log = structlog.get_logger()


class Runner:
    """The tasks and, in a worker, the two bells that they ring."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet: the first task does."""
        self.work_waits = threading.Event()
        self.plan_waits = threading.Event()
        self.huey = _huey(settings)
        self.is_away = False
        """Whether the last call was in vain; only the first one is logged."""

        def drain_outbox() -> None:
            self.work_waits.set()

        def plan_reminders() -> None:
            self.plan_waits.set()

        self.drain_outbox = self.huey.task(name="drain_outbox")(drain_outbox)
        self.plan_reminders = self.huey.task(name="plan_reminders")(plan_reminders)

    def listener(self) -> "Listener":
        """Return the part that a worker runs: it hears the tasks of all processes."""
        for part in ("Worker", "Scheduler"):
            logging.getLogger(f"huey.consumer.{part}").addFilter(_SELDOM)
        return Listener(
            self.huey, workers=1, periodic=False, max_delay=1.0, check_worker_health=False
        )


class Listener(Consumer):  # type: ignore[misc]  # huey says nothing of its types
    """huey's consumer beside our own threads: signals stay ours."""

    def _set_signal_handlers(self) -> None:
        pass


class _Seldom(logging.Filter):
    """Lets the listener say once that its store is away, which it finds several times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if not said.startswith("Error reading"):
            return True
        now = time.monotonic()
        is_news = now - self._said_at.get(said, float("-inf")) > SAID_AGAIN_AFTER
        if is_news:
            self._said_at[said] = now
        return is_news


_SELDOM = _Seldom()


def wake() -> None:
    """Tell the workers that mail is due. Never fails: a lost call costs a second."""
    _ring("drain_outbox")


def replan() -> None:
    """Tell the workers that reminders may have changed. Never fails."""
    _ring("plan_reminders")


def current_runner() -> Runner:
    """Return the application's runner."""
    runner: Runner | None = current_app.extensions.get("forum_runner")
    if runner is None:
        runner = current_app.extensions["forum_runner"] = Runner(current_settings())
    return runner


def _ring(task: str) -> None:
    tasks = current_runner()
    try:
        getattr(tasks, task)()
    except (OSError, sqlite3.Error, RedisError) as error:
        if not tasks.is_away:
            log.warning("runner_unreachable", task=task, error=type(error).__name__)
        tasks.is_away = True
    else:
        tasks.is_away = False


def _huey(settings: Settings) -> Huey:
    """Return the store of tasks: Redis for many machines, a file of its own for one.

    The file has no write-ahead log, which the interpreter's own SQLite may not be safe with.
    Tasks are signed, because their store is unpickled.
    """
    signed = SignedSerializer(secret=settings.secret_keys[0], salt="forum.tasks")
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, results=False, serializer=signed)
    file: Path = settings.instance / "tasks.db"
    return SqliteHuey(
        NAME,
        filename=str(file),
        journal_mode="truncate",
        fsync=False,
        results=False,
        serializer=signed,
    )
