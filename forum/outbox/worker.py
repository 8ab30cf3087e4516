"""A worker: plans reminders, moves waitlists and sends what is due, until it is told to stop.

Any number of workers on any number of machines may run. The runner wakes them; a look every
second covers a call that was lost.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

import structlog
from flask import Flask

from forum import clock
from forum.config import current_settings
from forum.db import transaction
from forum.outbox import actions, queries, runner
from forum.outbox.senders import Senders
from forum.outbox.transport import Post
from forum.privacy.housekeeping import Housekeeper
from forum.registration.queries import events_to_move
from forum.registration.waiting import move_lines
from forum.reminders.actions import plan_group
from forum.reminders.queries import due_groups, next_due

LOOK_EVERY = 1.0
PLAN_EVERY = 60.0
COMMITTING = timedelta(seconds=2)
"""After a reminder fell due, those who registered just before may still be committed so long."""
LOOK_AGAIN = 0.5
"""Seconds between looks for them."""
BEAT_EVERY = 15.0
PLAN_AT_MOST = 20_000
"""Reminders planned in one transaction, so that registering never waits long."""

log = structlog.get_logger()


class Worker:
    """One process's work on the outbox."""

    def __init__(self, app: Flask) -> None:
        """Open nothing yet."""
        settings = current_settings()
        self._app = app
        self._post = Post(app, settings)
        self._threads = settings.sender_threads
        self._runner = runner.current_runner()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stopping = threading.Event()
        self._last_beat = float("-inf")
        self._next_due: datetime | None = None
        self._housekeeper = Housekeeper()

    def run_once(self) -> int:
        """Plan what is due and send it. Returns how many messages were dealt with."""
        self._plan()
        senders = self._hire()
        number = 0
        while claimed := self._pass_on(senders):
            senders.finish()
            number += claimed
        senders.close()
        return number

    def run(self) -> None:
        """Work until `stop`: then finish the mails in hand and put the others back."""
        senders = self._hire()
        planner = threading.Thread(target=self._keep_planning, name="planner", daemon=True)
        planner.start()
        listener = self._runner.listener()
        listener.start()
        log.info("worker_started", threads=self._threads)
        while not self._stopping.is_set():
            self._runner.work_waits.clear()
            self._safely(self._beat)
            if not self._safely(lambda: self._pass_on(senders)):
                self._runner.work_waits.wait(LOOK_EVERY)
        listener.stop(graceful=True)
        senders.close()
        planner.join()
        self._safely(self._leave)
        log.info("worker_stopped")

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stopping.set()
        self._runner.work_waits.set()
        self._runner.plan_waits.set()

    def stop_on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Stop from a signal handler, which must not wait for locks of the thread it interrupts."""
        threading.Thread(target=self.stop, daemon=True).start()

    def _hire(self) -> Senders:
        return Senders(self._app, self._post, self._threads, self._stopping)

    def _pass_on(self, senders: Senders) -> int:
        """Claim what is due, if anything, and give it to the threads."""
        now = clock.now()
        with self._app.app_context():
            if not queries.is_any_due(now=now):
                return 0
            with transaction():
                claims = actions.claim(self._name, senders.batch, now=now)
        senders.give(claims)
        return len(claims)

    def _keep_planning(self) -> None:
        while not self._stopping.is_set():
            self._runner.plan_waits.clear()
            if self._safely(self._plan):
                self._runner.work_waits.set()
            self._safely(self._keep_house)
            self._runner.plan_waits.wait(self._until_next_plan())

    def _until_next_plan(self) -> float:
        """Return how long the planner rests: a minute, or until a reminder falls due.

        Then those are planned who came since its last look.
        """
        if self._next_due is None:
            return PLAN_EVERY
        rest = (self._next_due - clock.now()).total_seconds()
        return min(PLAN_EVERY, max(0.0, rest) + LOOK_AGAIN)

    def _plan(self) -> int:
        """Plan in transactions of limited size; finding out what is due needs none."""
        now, self._next_due = clock.now(), None
        with self._app.app_context():
            number = self._move_lines(now)
            for group in due_groups(now=now):
                planned = PLAN_AT_MOST
                while planned == PLAN_AT_MOST and not self._stopping.is_set():
                    with transaction():
                        planned = plan_group(group, now=now, at_most=PLAN_AT_MOST)
                    number += planned
            self._next_due = next_due(now=now - COMMITTING, within=timedelta(seconds=PLAN_EVERY))
        return number

    def _move_lines(self, now: datetime) -> int:
        """End the offers that nobody answered, and offer their places, one event at a time."""
        number = 0
        for event_id in events_to_move(now=now):
            with transaction():
                number += move_lines(event_id, now=now)
        return number

    def _keep_house(self) -> int:
        """Delete what was kept long enough, once a day, and whom a restore brought back."""
        with self._app.app_context():
            self._housekeeper.look(now=clock.now(), goes_on=lambda: not self._stopping.is_set())
        return 0

    def _beat(self) -> int:
        if time.monotonic() - self._last_beat > BEAT_EVERY:
            with self._app.app_context(), transaction():
                actions.beat(self._name, now=clock.now())
            self._last_beat = time.monotonic()
        return 0

    def _leave(self) -> int:
        with self._app.app_context(), transaction():
            actions.leave(self._name)
        return 0

    def _safely(self, work: Callable[[], int]) -> int:
        """Do a piece of work; a fault, such as a database that is away, ends only that piece."""
        try:
            return work()
        except Exception:
            log.exception("worker_stumbled")
            self._stopping.wait(LOOK_EVERY)
            return 0
