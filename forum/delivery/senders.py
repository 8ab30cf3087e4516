"""The threads that send: each with a kept connection, each one mail at a time.

A mail is written from the live record only when a thread is free to send it. It is handed to the
mail server with no transaction open, and how it went is committed before the thread sends another.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from functools import partial

import structlog
from flask import Flask

from forum import clock, emails
from forum.delivery.committer import Committer
from forum.delivery.transport import TRY_LIMIT
from forum.delivery.tries import Carrier, Change, Tried, after_failure
from forum.emails import Later, Letter, Silence
from forum.emails.queries import Live, live
from forum.incoming import actions as incoming
from forum.outbox import actions
from forum.outbox.actions import Claim
from forum.outbox.rules import Trouble

REST_AFTER = 5.0
"""Seconds without mail after which a thread lets go of the mail server."""
SAFE_LEASE = TRY_LIMIT + 5
"""No try begins with less than this left of its lease, or another worker might send it too."""
CLAIMS_PER_THREAD = 8
"""Taken at once; those that their lease leaves no time for are put back."""
STUCK_AFTER = 2 * TRY_LIMIT
"""Seconds after which a thread that has not come back from a mail is stuck."""
MANY_BUSY = 10
"""So many letters in a row that the server puts off are its trouble, not theirs."""
UNWRITABLE = "The email could not be written."

log = structlog.get_logger()


class Unwritable:
    """Writing an email met a fault of ours."""


Decided = Letter | Silence | Later | Unwritable | None
"""What to do with a claim; None gives it back, as does too little time for a letter."""


class Senders:
    """A fixed number of sending threads, used from one other thread."""

    def __init__(
        self, app: Flask, hire: Callable[[], Carrier], threads: int, stopping: threading.Event
    ) -> None:
        """Start the threads, each with a carrier. Once `stopping` is set they begin no mail."""
        self._app = app
        self._hire = hire
        self._stopping = stopping
        self._committer = Committer(app)
        self._free = threading.Semaphore(threads)
        self._decided: queue.SimpleQueue[tuple[Claim, Decided] | None] = queue.SimpleQueue()
        self._began: dict[int, float] = {}
        self._ledger = Ledger()
        self.batch = CLAIMS_PER_THREAD * threads
        self._threads = [
            threading.Thread(target=self._work, name=f"sender-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def trouble(self) -> Trouble | None:
        """Return what keeps mail from leaving."""
        return self._ledger.trouble

    @property
    def are_stuck(self) -> bool:
        """Tell whether every thread has been with one mail for longer than a try may take."""
        long_ago = time.monotonic() - STUCK_AFTER
        began = list(self._began.values())
        return len(began) == len(self._threads) and all(each < long_ago for each in began)

    def give(self, claims: Iterable[Claim]) -> None:
        """Write each mail as soon as a thread is free, and let that thread send it.

        Returns when the last has a thread. Raises what the database raises; claims that no thread
        has got by then come back when their leases end.
        """
        waiting = deque(claims)
        while waiting:
            number = self._wait_for_free(len(waiting))
            try:
                decided = self._write([waiting.popleft() for _ in range(number)])
            except BaseException:
                self._free.release(number)
                raise
            for each in decided:
                self._decided.put(each)

    def finish(self) -> None:
        """Wait until all that was given has been dealt with, and is kept."""
        for _ in self._threads:
            self._free.acquire()
        self._committer.finish()
        self._free.release(len(self._threads))

    def close(self) -> None:
        """Finish the mails in hand and end."""
        for _ in self._threads:
            self._decided.put(None)
        for thread in self._threads:
            thread.join()
        self._committer.close()

    def _wait_for_free(self, most: int) -> int:
        """Wait for a free thread; return how many are free, up to `most`."""
        self._free.acquire()
        number = 1
        while number < most and self._free.acquire(blocking=False):
            number += 1
        return number

    def _write(self, claims: list[Claim]) -> list[tuple[Claim, Decided]]:
        """Decide on each claim, in a read of its own, which is over when this returns."""
        now = clock.now()
        if self._stopping.is_set():
            return [(claim, None) for claim in claims]
        with self._app.app_context():
            found = live([claim.message_id for claim in claims])
            return [
                (claim, None if _is_stopped(claim, found) else _decide(claim, found, now))
                for claim in claims
            ]

    def _work(self) -> None:
        me = threading.get_ident()
        with self._app.app_context():
            carrier = self._hire()
            kept: Future[None] | None = None
            while True:
                try:
                    given = self._decided.get(timeout=REST_AFTER)
                except queue.Empty:
                    _wait_for(kept)
                    carrier.rest()
                    continue
                _wait_for(kept)
                if given is None:
                    carrier.close()
                    return
                self._began[me] = time.monotonic()
                kept = self._deal_with(*given, carrier)
                del self._began[me]
                self._free.release()

    def _deal_with(self, claim: Claim, decided: Decided, carrier: Carrier) -> Future[None] | None:
        try:
            return self._committer.keep(self._outcome(claim, decided, carrier))
        except Exception:
            # Its lease will end, and then it is tried again.
            log.exception("message_stuck", message=claim.message_id)
            return None

    def _outcome(self, claim: Claim, decided: Decided, carrier: Carrier) -> Change:
        """Deliver one mail if there is one; return the change that keeps how it went."""
        match decided:
            case Letter() if claim.lease_ends - time.monotonic() >= SAFE_LEASE:
                tried = carrier.deliver(claim, decided)
                self._ledger.note(tried)
                return tried.change
            case Silence():
                return partial(_drop, claim, decided, clock.now())
            case Later(at, reason):
                return partial(actions.put_back, claim, until=at, reason=reason, counts=False)
            case Unwritable():
                return after_failure(claim, UNWRITABLE)
            case _:
                return partial(actions.put_back, claim, until=None, reason=None, counts=False)


class Ledger:
    """What the tries say about the mail server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._put_off = 0
        self.trouble: Trouble | None = None

    def note(self, tried: Tried) -> None:
        """Keep whether the server is in trouble: it is until it does its work again."""
        with self._lock:
            if tried.trouble is None:
                self._put_off, self.trouble = 0, None
                return
            self._put_off += 1
            if tried.is_down or self._put_off >= MANY_BUSY:
                since = self.trouble.since if self.trouble else clock.now()
                self.trouble = Trouble(tried.trouble, since)


def _wait_for(kept: Future[None] | None) -> None:
    """Let no mail leave while it is not safe how the one before it went."""
    if kept is not None and kept.exception() is not None:
        log.error("outcome_lost", fault=type(kept.exception()).__name__)


def _is_stopped(claim: Claim, found: Live) -> bool:
    """Tell whether an organizer has stopped this email since it was claimed."""
    message, sender = found.get(claim.message_id, (None, None))
    if message is None or sender is None:
        return False
    return message.organizer_id is None and sender.programme.mail_stopped_at is not None


def _decide(claim: Claim, found: Live, now: datetime) -> Decided:
    try:
        message, sender = found[claim.message_id]
        return emails.write(message, now, sender=sender)
    except Exception:
        log.exception("email_unwritable", message=claim.message_id)
        return Unwritable()


def _drop(claim: Claim, silence: Silence, now: datetime) -> None:
    """Keep why an email was not sent, and let somebody call who has to know what it said."""
    if actions.settle_dropped(claim, silence.reason) and silence.needs_call:
        incoming.call_instead(claim.message_id, now=now)
