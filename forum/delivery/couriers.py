"""Processes that hand mails to the mail server, so that a killed process has at most one in doubt.

Between the server's yes and our commit a mail is in doubt: whoever dies there sends it again. A
courier is a process with one connection and so one mail. It outlives the worker that it works for:
when the worker dies, it brings its mail to the end, keeps how it went by itself, and ends.

Couriers are forked from an office, which is forked from the worker before that has any thread or
any connection to the database: neither may be carried into a fork.
"""

import gc
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection as Line

import structlog
from flask import Flask

from forum import clock
from forum.config import current_settings
from forum.delivery.committer import patiently
from forum.delivery.refusals import SILENT
from forum.delivery.transport import TRY_LIMIT, Post
from forum.delivery.tries import SPARED_FOR, Sign, Tried, after_failure, deliver, untried
from forum.emails import Letter
from forum.outbox.actions import Claim
from forum.tongues import kept

GRACE = 3
"""Seconds after the limit of a try, at which a courier that hangs ends itself."""
MOST_HIRES = 3
"""How many couriers in a row may die before they have taken a mail."""
ENDED = kept("The process that was sending this email ended before it said how it went.")

log = structlog.get_logger()


class OfficeClosed(Exception):
    """The office has died; couriers can be had again when the worker starts anew."""


class CourierGone(Exception):
    """The courier died. `has_letter` tells whether it had been given the mail."""

    def __init__(self, *, has_letter: bool) -> None:
        super().__init__()
        self.has_letter = has_letter


class Office:
    """Forks a courier whenever one is needed. Make it before the process has threads."""

    def __init__(self, app: Flask) -> None:
        """Fork the office. Raises RuntimeError when it is too late for that."""
        if threading.active_count() > 1:
            sentence = "an office of couriers must be forked before there are threads"
            raise RuntimeError(sentence)
        self.is_closed = threading.Event()
        self._line, theirs = socket.socketpair()
        self._one_at_a_time = threading.Lock()
        gc.collect()
        gc.freeze()  # here, not after the fork: what no collection looks at stays shared
        sys.stdout.flush()
        sys.stderr.flush()
        if os.fork() == 0:
            self._line.close()
            _alone(partial(_keep_office, app, theirs))
        theirs.close()

    def hire(self) -> "Courier":
        """Return a fresh courier. Raises OfficeClosed."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._one_at_a_time:
                socket.send_fds(self._line, [b"."], [theirs.fileno()])
        except OSError as error:
            ours.close()
            self.is_closed.set()
            raise OfficeClosed from error
        return Courier(Line(ours.detach()))

    def close(self) -> None:
        """Let the office end; couriers end when they are let go of."""
        self._line.close()


class Courier:
    """Our end of the line to one courier."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def deliver(self, claim: Claim, letter: Letter) -> Tried:
        """Let it try to deliver. What it brought before has been kept. Raises CourierGone."""
        has_letter = False
        try:
            self._line.send((claim, letter))
            has_letter = True
            if self._line.poll(TRY_LIMIT + 2 * GRACE):
                tried: Tried = self._line.recv()
                return tried
        except (EOFError, OSError) as error:
            self._line.close()
            raise CourierGone(has_letter=has_letter) from error
        self._line.close()
        raise CourierGone(has_letter=True)

    def end(self) -> None:
        """Let it end. What it brought before has been kept."""
        with suppress(OSError):
            self._line.send(None)
        self._line.close()


class Couriers:
    """A carrier that always has a living courier."""

    def __init__(self, office: Office) -> None:
        """Hire nobody yet: the first mail does."""
        self._office = office
        self._courier: Courier | None = None

    def deliver(self, claim: Claim, letter: Letter) -> Tried:
        """Let a courier try to deliver; if it dies, its mail is in doubt and sent again."""
        began = time.monotonic()
        for _ in range(MOST_HIRES):
            try:
                self._courier = self._courier or self._office.hire()
                return self._courier.deliver(claim, letter)
            except CourierGone as gone:
                self._courier = None
                if gone.has_letter:
                    break
            except OfficeClosed:
                return Tried(untried(claim, None), sign=Sign.NOTHING, is_open=False)
        if time.monotonic() - began >= TRY_LIMIT:
            # It hung where no limit reaches, such as in a name server: perhaps for nobody's mail.
            spared = untried(claim, SILENT, until=clock.now() + SPARED_FOR)
            return Tried(after_failure(claim, SILENT), SILENT, Sign.BROKEN, spared, is_open=False)
        log.warning("courier_gone", message=claim.message_id)
        ended = after_failure(claim, ENDED, at_once=True)
        return Tried(ended, sign=Sign.NOTHING, is_open=False)

    def rest(self) -> None:
        """Let the courier end: one that has nothing to do only takes memory."""
        if self._courier is not None:
            self._courier.end()
            self._courier = None

    def close(self) -> None:
        """Let the courier end."""
        self.rest()


def _keep_office(app: Flask, line: socket.socket) -> None:
    """Fork a courier for each line that is passed in, until the worker is gone."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # a service manager tells all of a group to stop
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are nobody's
    while True:
        octets, lines, _, _ = socket.recv_fds(line, 1, 1)
        if not octets:
            return
        if os.fork() == 0:
            line.close()
            _alone(partial(_carry, app, Line(lines[0])))
        os.close(lines[0])


def _carry(app: Flask, line: Line) -> None:
    """Deliver what comes; when the worker is gone, keep how the last mail went."""
    with app.app_context():
        unsure: Tried | None = None
        with Post(app, current_settings()).connect() as connection:
            while True:
                try:
                    given: tuple[Claim, Letter] | None = line.recv()
                except (EOFError, OSError):
                    break
                unsure = None
                if given is None:
                    break
                # Whatever hangs, be it a name server, the kernel ends it.
                signal.alarm(int(TRY_LIMIT) + GRACE)
                unsure = deliver(*given, connection)
                signal.alarm(0)
                try:
                    line.send(unsure)
                except OSError:
                    break
            if unsure is not None:
                patiently([unsure.change])


def _alone(work: partial[None]) -> None:
    """Work as a process of its own, which never returns into the code of its parent."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        log.exception("courier_stumbled")
    finally:
        os._exit(code)
