"""A worker: plans reminders, moves waitlists, sends what is due and reads what comes back.

Any number of workers on any number of machines may run. The runner wakes them; a look every
second covers a call that was lost.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from typing import Self

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from forum import clock
from forum.config import current_settings
from forum.db import db, transaction
from forum.delivery.abandoned import Beacon, Watch
from forum.delivery.couriers import Couriers, Office
from forum.delivery.senders import Senders
from forum.delivery.transport import Post
from forum.delivery.tries import Carrier, OwnHands
from forum.errors import Busy
from forum.incoming.reader import MailReader
from forum.outbox import actions, queries, runner
from forum.outbox.models import Message
from forum.outbox.rules import RETRY_DELAYS, longest_wait
from forum.privacy.housekeeping import Housekeeper, recall
from forum.registration.places.waiting import move_lines
from forum.registration.queries import events_to_move
from forum.reminders.actions import plan_group
from forum.reminders.queries import due_groups, events_to_remind, next_due

LOOK_EVERY = 1.0
PLAN_EVERY = 60.0
COMMITTING = timedelta(seconds=2)
"""After a reminder fell due, those who registered just before may still be committed so long."""
LOOK_AGAIN = 0.5
"""Seconds between looks for them."""
BEAT_EVERY = 15.0
READ_EVERY = 60.0
WATCH_EVERY = 5.0
CLOCK_SET = 30.0
"""Seconds that a clock must go back, beside time that only passes, to have been set."""
PLAN_AT_MOST = 20_000
"""Reminders planned in one transaction, so that registering never waits long."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Crew:
    """What a worker in a process of its own has besides: a name, its beacon and its couriers."""

    worker: str
    beacon: Beacon
    office: Office

    @classmethod
    def gather(cls, app: Flask) -> Self:
        """Make one. Call it before the process has threads or has opened the database."""
        worker = worker_name()
        return cls(worker, Beacon(current_settings(), worker), Office(app))

    def dismiss(self) -> None:
        """Let it go, once the worker has come to its end."""
        self.office.close()
        self.beacon.remove()


def worker_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """One process's work on the outbox."""

    def __init__(self, app: Flask, crew: Crew | None = None) -> None:
        """Open nothing yet. Without a crew, mails leave from threads of this process."""
        settings = current_settings()
        self._app = app
        self._crew = crew
        self._post = Post(app, settings)
        self._threads = settings.sender_threads
        self._runner = runner.current_runner()
        self._name = crew.worker if crew else worker_name()
        self._stopping = threading.Event()
        self._last_beat = self._last_watch = float("-inf")
        self._watch = Watch(settings, self._name)
        self._clock_is_ahead = _clock_is_ahead()
        self._next_due: datetime | None = None
        self._stumbles_over: frozenset[int] = frozenset()
        self._housekeeper = Housekeeper()
        self._reader = MailReader(app, settings) if settings.mailboxes else None

    def run_once(self) -> int:
        """Plan what is due and send it. Returns how many messages were dealt with."""
        with self._app.app_context():
            self._watch.bury_the_dead()
        self._recall()
        self._plan()
        senders = self._hire()
        number = 0
        while claimed := self._pass_on(senders):
            senders.finish()
            number += claimed
        senders.close()
        return number

    def run(self) -> bool:
        """Work until `stop`: then finish the mails in hand and put the others back.

        Returns False when it ended by itself, because its crew has lost its office, and has to
        start anew.
        """
        self._safely(self._watch_others)
        self._safely(self._mend_waits)
        self._safely(self._recall)
        senders = self._hire()
        planner = threading.Thread(target=self._keep_planning, name="planner", daemon=True)
        planner.start()
        if self._reader:  # of its own, and not waited for: a mailbox may be silent for minutes
            threading.Thread(target=self._keep_reading, name="reader", daemon=True).start()
        listener = self._runner.listener()
        listener.start()
        log.info("worker_started", threads=self._threads)
        while not (self._stopping.is_set() or self._is_deserted):
            self._runner.work_waits.clear()
            self._safely(lambda: self._beat(senders))
            self._safely(self._watch_others)
            if not self._safely(lambda: self._pass_on(senders)):
                self._runner.work_waits.wait(LOOK_EVERY)
        is_told = self._stopping.is_set()
        self.stop()
        listener.stop(graceful=True)
        senders.close()
        planner.join()
        self._safely(self._leave)
        log.info("worker_stopped")
        return is_told

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stopping.set()
        self._runner.work_waits.set()
        self._runner.plan_waits.set()

    def stop_on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Stop from a signal handler, which must not wait for locks of the thread it interrupts."""
        threading.Thread(target=self.stop, daemon=True).start()

    def _hire(self) -> Senders:
        return Senders(self._app, self._carrier, self._threads, self._stopping)

    def _carrier(self) -> Carrier:
        return Couriers(self._crew.office) if self._crew else OwnHands(self._post)

    @property
    def _is_deserted(self) -> bool:
        return self._crew is not None and self._crew.office.is_closed.is_set()

    def _pass_on(self, senders: Senders) -> int:
        """Claim what is due, if anything, and give it to the threads.

        Nothing is claimed while the mail server takes nothing.
        """
        batch = senders.batch
        if not batch:
            return 0
        now, began = clock.now(), time.monotonic()
        with self._app.app_context():
            if not queries.is_any_due(now=now):
                return 0
            with transaction():
                claims = actions.claim(self._name, batch, now=now, began=began)
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

    def _keep_reading(self) -> None:
        while not self._stopping.is_set():
            self._safely(self._read)
            self._stopping.wait(READ_EVERY)

    def _read(self) -> int:
        """Read our mailboxes for what came back."""
        if self._reader:
            self._reader.read(lambda: not self._stopping.is_set())
        return 0

    def _plan(self) -> int:
        """Plan in transactions of limited size; finding out what is due needs none.

        A fault in one event keeps back no other: it is logged, and shown at the desk.
        """
        now = clock.now()
        self._next_due, stumbled = None, set[int]()
        with self._app.app_context():
            number = 0
            for events, work in (
                (events_to_move, self._move_line),
                (events_to_remind, self._remind),
            ):
                for event_id in events(now=now):
                    try:
                        number += work(event_id, now)
                    except (Busy, OperationalError):
                        raise
                    except Exception:
                        db.session.rollback()
                        log.exception("event_stumbled", number=event_id)
                        stumbled.add(event_id)
        self._stumbles_over = frozenset(stumbled)
        return number

    def _move_line(self, event_id: int, now: datetime) -> int:
        """End an event's offers that nobody answered, and offer their places."""
        with transaction():
            return move_lines(event_id, now=now)

    def _remind(self, event_id: int, now: datetime) -> int:
        """Plan what is due of an event's reminders, and see when the next is."""
        number = 0
        for group in due_groups(now=now, event_id=event_id):
            after: int | None = 0
            while after is not None and not self._stopping.is_set():
                with transaction():
                    planned = plan_group(group, now=now, after=after, at_most=PLAN_AT_MOST)
                number, after = number + planned.number, planned.goes_on_after
        within = timedelta(seconds=PLAN_EVERY)
        due = next_due(now=now - COMMITTING, within=within, event_id=event_id)
        self._next_due = min(filter(None, (self._next_due, due)), default=None)
        return number

    def _recall(self) -> int:
        """Let a restored database know whom it may not write to, before anything leaves it."""
        with self._app.app_context():
            recall(now=clock.now())
        return 0

    def _keep_house(self) -> int:
        """Delete what was kept long enough, once a day, and whom a restore brought back."""
        with self._app.app_context():
            self._housekeeper.look(now=clock.now(), goes_on=lambda: not self._stopping.is_set())
        return 0

    def _beat(self, senders: Senders) -> int:
        """Say that mail is being sent: a worker whose threads are stuck says nothing."""
        if time.monotonic() - self._last_beat > BEAT_EVERY and not senders.are_stuck:
            with self._app.app_context(), transaction():
                actions.beat(
                    self._name,
                    senders.trouble,
                    stumbles_over=self._stumbles_over,
                    now=clock.now(),
                )
            self._last_beat = time.monotonic()
        return 0

    def _watch_others(self) -> int:
        """Take back what the dead held; see whether the clock was set back."""
        if time.monotonic() - self._last_watch < WATCH_EVERY:
            return 0
        self._last_watch = time.monotonic()
        before, self._clock_is_ahead = self._clock_is_ahead, _clock_is_ahead()
        with self._app.app_context():
            if self._clock_is_ahead < before - CLOCK_SET:
                log.warning("clock_set_back", seconds=round(before - self._clock_is_ahead))
                with transaction():
                    actions.hurry(
                        Message.reason.is_not(None) & (Message.attempts == 0), now=clock.now()
                    )
                self._mend_waits()
            return self._watch.look()

    def _mend_waits(self) -> int:
        """Try again now what waits longer than a retry can: its clock was wrong.

        What waits for its turn goes on waiting: nothing else may hurry a retry.
        """
        now = clock.now()
        with self._app.app_context(), transaction():
            return sum(
                actions.hurry(
                    (Message.attempts == tries) & (Message.due_at > now + 2 * longest_wait(tries)),
                    now=now,
                )
                for tries in range(1, len(RETRY_DELAYS) + 1)
            )

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


def _clock_is_ahead() -> float:
    """Return how far the clock is ahead of time that only passes; it changes when it is set."""
    return clock.now().timestamp() - time.monotonic()
