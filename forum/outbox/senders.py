"""The threads that send: each with a kept connection, each one mail at a time.

A mail is written from the live record only when a thread is free to send it. It is handed to the
mail server with no transaction open, and how it went is committed before the thread sends another.
"""

import queue
import random
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta

import structlog
from flask import Flask

from forum import clock, emails
from forum.emails import Later, Letter, Silence
from forum.emails.queries import Live, live
from forum.incoming import actions as incoming
from forum.outbox import actions, rules
from forum.outbox.actions import Claim
from forum.outbox.clerk import Change, Clerk
from forum.outbox.transport import (
    TRY_LIMIT,
    Connection,
    PermanentFailure,
    Post,
    RecipientRefused,
    TemporaryFailure,
)

REST_AFTER = 5.0
"""Seconds without mail after which a thread lets go of the mail server."""
SAFE_LEASE = timedelta(seconds=TRY_LIMIT + 5)
"""No try begins with less than this left of its lease, or another worker might send it too."""
CLAIMS_PER_THREAD = 8
"""Taken at once; those that their lease leaves no time for are put back."""
UNWRITABLE = "The email could not be written."

log = structlog.get_logger()


class Unwritable:
    """Writing an email met a fault of ours."""


Decided = Letter | Silence | Later | Unwritable | None
"""What to do with a claim; None gives it back, as does too little time for a letter."""


class Senders:
    """A fixed number of sending threads, used from one other thread."""

    def __init__(self, app: Flask, post: Post, threads: int, stopping: threading.Event) -> None:
        """Start the threads. Once `stopping` is set they begin no other mail."""
        self._app = app
        self._post = post
        self._stopping = stopping
        self._clerk = Clerk(app)
        self._free = threading.Semaphore(threads)
        self._decided: queue.SimpleQueue[tuple[Claim, Decided] | None] = queue.SimpleQueue()
        self.batch = CLAIMS_PER_THREAD * threads
        self._threads = [
            threading.Thread(target=self._work, name=f"sender-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def give(self, claims: Iterable[Claim]) -> None:
        """Write each mail as soon as a thread is free, and let that thread send it.

        Returns when the last has a thread. Raises what the database raises; claims that no thread
        has got by then come back when their leases end.
        """
        waiting = deque(claims)
        while waiting:
            number = self._take_free(len(waiting))
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
        self._clerk.finish()
        self._free.release(len(self._threads))

    def close(self) -> None:
        """Finish the mails in hand and end."""
        for _ in self._threads:
            self._decided.put(None)
        for thread in self._threads:
            thread.join()
        self._clerk.close()

    def _take_free(self, most: int) -> int:
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
            return [(claim, _decide(claim, found, now)) for claim in claims]

    def _work(self) -> None:
        with self._app.app_context(), self._post.connect() as connection:
            kept: Future[None] | None = None
            while True:
                try:
                    given = self._decided.get(timeout=REST_AFTER)
                except queue.Empty:
                    connection.rest()
                    continue
                _wait_for(kept)
                if given is None:
                    return
                kept = self._deal_with(*given, connection)
                self._free.release()

    def _deal_with(
        self, claim: Claim, decided: Decided, connection: Connection
    ) -> Future[None] | None:
        try:
            return self._clerk.keep(_outcome(claim, decided, connection))
        except Exception:
            # Its lease will end, and then it is tried again.
            log.exception("message_stuck", message=claim.message_id)
            return None


def _wait_for(kept: Future[None] | None) -> None:
    """Let no mail leave while it is not safe how the one before it went."""
    if kept is not None and kept.exception() is not None:
        log.error("outcome_lost", fault=type(kept.exception()).__name__)


def _decide(claim: Claim, found: Live, now: datetime) -> Decided:
    try:
        message, house = found[claim.message_id]
        return emails.write(message, now, house=house)
    except Exception:
        log.exception("email_unwritable", message=claim.message_id)
        return Unwritable()


def _outcome(claim: Claim, decided: Decided, connection: Connection) -> Change:
    """Deliver one mail if there is one; return the change that keeps how it went."""
    now = clock.now()
    match decided:
        case Letter() if claim.lease_ends - now >= SAFE_LEASE:
            return _deliver(claim, decided, connection)
        case Silence():
            return lambda: _drop(claim, decided, now)
        case Later(at, reason):
            return lambda: actions.put_back(claim, until=at, reason=reason, counts=False)
        case Unwritable():
            return _after_failure(claim, UNWRITABLE, now)
        case _:
            return lambda: actions.put_back(claim, until=now, reason=None, counts=False)


def _drop(claim: Claim, silence: Silence, now: datetime) -> None:
    """Keep why an email was not sent, and let somebody call who has to know what it said."""
    if actions.mark_dropped(claim, silence.reason) and silence.needs_call:
        incoming.call_instead(claim.message_id, now=now)


def _refuse(claim: Claim, refused: RecipientRefused, address: str, now: datetime) -> None:
    if actions.mark_failed(claim, refused.reason):
        incoming.keep_refusal(claim.message_id, address, refused.said, now=now)


def _deliver(claim: Claim, letter: Letter, connection: Connection) -> Change:
    try:
        connection.deliver(letter)
    except RecipientRefused as failure:
        refused = failure
        return lambda: _refuse(claim, refused, letter.to.address, clock.now())
    except PermanentFailure as failure:
        reason = failure.reason
        return lambda: actions.mark_failed(claim, reason)
    except TemporaryFailure as failure:
        return _after_failure(claim, failure.reason, clock.now())
    sent_at = clock.now()
    return lambda: actions.mark_sent(claim, now=sent_at, has_invitation=letter.is_invitation)


def _after_failure(claim: Claim, reason: str, now: datetime) -> Change:
    """Return the change after a try that failed for now: another one later, or the end."""
    jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
    until = rules.next_try(claim.attempts, now=now, jitter=jitter)
    if until is None:
        return lambda: actions.mark_failed(claim, reason)
    return lambda: actions.put_back(claim, until=until, reason=reason)
