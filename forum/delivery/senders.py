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
from forum.delivery.lines import Lines
from forum.delivery.transport import TRY_LIMIT
from forum.delivery.tries import Carrier, Change, after_failure, untried
from forum.emails import Later, Letter, Silence
from forum.emails.queries import Live, live
from forum.incoming import actions as incoming
from forum.outbox import actions
from forum.outbox.actions import Claim
from forum.outbox.rules import Trouble
from forum.tongues import kept

REST_AFTER = 5.0
"""Seconds without mail after which a thread lets go of the mail server."""
SAFE_LEASE = TRY_LIMIT + 5
"""No try begins with less than this left of its lease, or another worker might send it too."""
STUCK_AFTER = 2 * TRY_LIMIT
"""Seconds after which a thread that has not come back from a mail is stuck."""
UNWRITABLE = kept("The email could not be written.")

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
        self._lines = Lines(threads)
        self._given: list[queue.SimpleQueue[tuple[Claim, Decided] | None]] = [
            queue.SimpleQueue() for _ in range(threads)
        ]
        self._began: dict[int, float] = {}
        self._threads = [
            threading.Thread(
                target=self._work, args=(number,), name=f"sender-{number}", daemon=True
            )
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def trouble(self) -> Trouble | None:
        """Return what keeps mail from leaving."""
        return self._lines.trouble

    @property
    def batch(self) -> int:
        """Return how many mails are worth claiming now: none while the mail server takes none."""
        return self._lines.batch

    @property
    def are_stuck(self) -> bool:
        """Tell whether all that may send have been with one mail for longer than a try may take."""
        long_ago = time.monotonic() - STUCK_AFTER
        began = list(self._began.values())
        return len(began) >= self._lines.width and all(each < long_ago for each in began)

    def give(self, claims: Iterable[Claim]) -> None:
        """Write each mail as soon as a thread is free, and let that thread send it.

        Returns when the last has a thread; while the mail server takes none, those that are left
        are put back untried. Raises what the database raises; claims that no thread has got by
        then come back when their leases end.
        """
        waiting = deque(claims)
        while waiting:
            numbers = self._lines.turns(len(waiting))
            if not numbers:
                self._put_back(waiting)
                return
            try:
                decided = self._write([waiting.popleft() for _ in numbers])
            except BaseException:
                for number in numbers:
                    self._lines.done(number)
                raise
            for number, each in zip(numbers, decided, strict=True):
                self._given[number].put(each)

    def finish(self) -> None:
        """Wait until all that was given has been dealt with, and is kept."""
        self._lines.wait_until_done()
        self._committer.finish()

    def close(self) -> None:
        """Finish the mails in hand and end."""
        for each in self._given:
            each.put(None)
        for thread in self._threads:
            thread.join()
        self._committer.close()

    def _put_back(self, claims: Iterable[Claim]) -> None:
        """Let mails keep their place, and say why they wait."""
        trouble = self._lines.trouble
        for claim in claims:
            self._committer.keep(untried(claim, trouble.reason if trouble else None))

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

    def _work(self, number: int) -> None:
        with self._app.app_context():
            carrier = self._hire()
            kept: Future[None] | None = None
            while True:
                try:
                    given = self._given[number].get(timeout=REST_AFTER)
                except queue.Empty:
                    self._rest(number, carrier, kept)
                    continue
                _wait_for(kept)
                if given is None:
                    carrier.close()
                    return
                self._began[number] = time.monotonic()
                kept = self._deal_with(number, *given, carrier)
                if self._lines.is_surplus(number):
                    self._rest(number, carrier, kept)
                del self._began[number]
                self._lines.done(number)

    def _rest(self, number: int, carrier: Carrier, kept: Future[None] | None) -> None:
        """Let go of the line, once what it brought is kept."""
        _wait_for(kept)
        carrier.rest()
        self._lines.closed(number)

    def _deal_with(
        self, number: int, claim: Claim, decided: Decided, carrier: Carrier
    ) -> Future[None] | None:
        try:
            return self._committer.keep(self._outcome(number, claim, decided, carrier))
        except Exception:
            # Its lease will end, and then it is tried again.
            log.exception("message_stuck", message=claim.message_id)
            return None

    def _outcome(self, number: int, claim: Claim, decided: Decided, carrier: Carrier) -> Change:
        """Deliver one mail if there is one; return the change that keeps how it went."""
        match decided:
            case Letter() if claim.lease_ends - time.monotonic() >= SAFE_LEASE:
                return self._lines.note(number, carrier.deliver(claim, decided))
            case Silence():
                return partial(_drop, claim, decided, clock.now())
            case Later(at, reason):
                return untried(claim, reason, until=at)
            case Unwritable():
                return after_failure(claim, UNWRITABLE)
            case _:
                return untried(claim, None)


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
    is_kept = actions.settle_dropped(claim, silence.reason, is_for_now=silence.is_for_now)
    if is_kept and silence.needs_call:
        incoming.call_instead(claim.message_id, now=now)
