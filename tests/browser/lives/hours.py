"""Hours going by while real processes run: only our own clock is moved."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask

from forum.db import db
from forum.delivery.worker import Worker


class Hours:
    """The time, and the worker who keeps pace with it."""

    def __init__(self, app: Flask, real: Callable[[], datetime]) -> None:
        self._worker = Worker(app)
        self._real = real
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._real() + self._ahead

    def come(self, at: datetime) -> None:
        """Let it be this time, and let the worker do what is due by then."""
        self._ahead = at - self._real()
        self.work()

    def work(self) -> None:
        db.session.rollback()
        self._worker.run_once()
        db.session.expire_all()
