"""One try: a letter is handed to the mail server, and what is to be kept about it afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

from forum import clock
from forum.delivery.refusals import (
    AddressUnusable,
    PermanentFailure,
    RecipientRefused,
    RefusesUs,
    ServerBusy,
    ServerFull,
    TemporaryFailure,
)
from forum.delivery.transport import Connection, Post
from forum.emails import Letter
from forum.incoming import actions as incoming
from forum.incoming.answer_rules import Stage
from forum.outbox import actions, rules
from forum.outbox.actions import Claim

SPARED_FOR = timedelta(minutes=1)
"""How long a letter waits that was no try, so that another one finds out how the server is."""

Change = Callable[[], object]
"""What is to be kept. It can be sent to another process."""


class Sign(StrEnum):
    """What a try says of the mail server."""

    NOTHING = "nothing"
    """It was not asked, or the process that asked has ended."""
    WELL = "well"
    """It does its work: it took a letter, or had a reason of that letter's not to."""
    TURNED_DOWN = "turned down"
    """It will not take a letter, and says nothing of the address."""
    LATER = "later"
    """It put a letter off, who knows why."""
    FULL = "full"
    """It takes no more lines (RFC 5321 3.8)."""
    DOWN = "down"
    """There is no line to it."""
    FAST = "fast"
    """It takes no more letters for now."""
    BROKEN = "broken"
    """It fell silent or hung up in the middle of a letter."""
    REFUSES_US = "refuses us"
    """It takes none of ours until somebody has mended it."""


NO_LINE = frozenset({Stage.CONNECT, Stage.SIGN_IN})


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try went: the change that keeps it, and what it says about the mail server.

    `trouble` is why the server did not take it for now; None when the server did its work.
    `spared` is the change that counts it as no try, for when the server takes nobody's mail; None
    where the letter alone is concerned. `is_open` tells whether the line is open afterwards.
    """

    change: Change
    trouble: str | None = None
    sign: Sign = Sign.WELL
    spared: Change | None = None
    is_open: bool = True


class Carrier(Protocol):
    """Hands letters to the mail server, one at a time, for one thread."""

    def deliver(self, claim: Claim, letter: Letter) -> Tried:
        """Try to deliver; never raises for what the server does."""

    def rest(self) -> None:
        """Let go of the server. What was tried so far has been kept."""

    def close(self) -> None:
        """End. What was tried so far has been kept."""


class OwnHands:
    """Delivers in the thread itself."""

    def __init__(self, post: Post) -> None:
        """Connect when the first letter comes."""
        self._connection = post.connect()

    def deliver(self, claim: Claim, letter: Letter) -> Tried:
        """Try to deliver."""
        return deliver(claim, letter, self._connection)

    def rest(self) -> None:
        """Let go of the server."""
        self._connection.rest()

    def close(self) -> None:
        """Let go of the server for good."""
        self._connection.rest()


def deliver(claim: Claim, letter: Letter, connection: Connection) -> Tried:
    """Try to deliver a letter over a connection."""
    try:
        connection.deliver(letter)
    except RecipientRefused as failure:
        refused = partial(_refuse, claim, failure.reason, letter.to.address, failure.said)
        return Tried(refused, is_open=connection.is_open)
    except AddressUnusable as failure:
        failed = partial(_fail, claim, failure.reason)
        return Tried(failed, sign=Sign.NOTHING, is_open=connection.is_open)
    except PermanentFailure as failure:
        failed = partial(_fail, claim, failure.reason)
        spared = untried(claim, failure.reason, until=clock.now() + SPARED_FOR)
        return Tried(failed, failure.reason, Sign.TURNED_DOWN, spared, connection.is_open)
    except TemporaryFailure as failure:
        return _put_off(claim, failure, is_open=connection.is_open)
    taken = partial(
        actions.settle_sent,
        claim,
        now=clock.now(),
        has_invitation=letter.is_invitation,
        facts=letter.facts,
    )
    return Tried(taken, is_open=connection.is_open)


def _put_off(claim: Claim, failure: TemporaryFailure, *, is_open: bool) -> Tried:
    """Let a letter wait. Without a line, or before its address was named, it was no try."""
    reason, sign = failure.reason, _sign(failure)
    is_of_us = failure.stage == Stage.SENDER and sign in {Sign.FAST, Sign.REFUSES_US}
    if failure.stage in NO_LINE or is_of_us:
        return Tried(untried(claim, reason), reason, sign, is_open=is_open)
    is_its_own = sign == Sign.WELL or failure.is_in_doubt
    spared = None if is_its_own else untried(claim, reason, until=clock.now() + SPARED_FOR)
    return Tried(after_failure(claim, reason), reason, sign, spared, is_open)


def _sign(failure: TemporaryFailure) -> Sign:
    match failure:
        case RefusesUs():
            return Sign.REFUSES_US
        case ServerFull():
            return Sign.FULL if failure.stage in NO_LINE else Sign.FAST
        case ServerBusy():
            return Sign.WELL if failure.is_its_turn else Sign.LATER
        case _:
            return Sign.DOWN if failure.stage in NO_LINE else Sign.BROKEN


def _refuse(claim: Claim, reason: str, address: str, said: str) -> None:
    """Keep that the server takes nothing for this address, and what follows from its answer."""
    if _fail(claim, reason):
        incoming.keep_refusal(claim.message_id, address, said, now=clock.now())


def _fail(claim: Claim, reason: str) -> bool:
    """Keep that it cannot be delivered, and let somebody call who would not learn of news.

    False: the lease was lost meanwhile.
    """
    is_kept = actions.settle_failed(claim, reason)
    if is_kept:
        incoming.call_about_news(claim.message_id, now=clock.now())
    return is_kept


def after_failure(claim: Claim, reason: str, *, at_once: bool = False) -> Change:
    """Return the change after a try that failed for now: another one later, or the end.

    `at_once` tries a first time again without waiting; from then on the ladder holds.
    """
    jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
    now = clock.now()
    until = rules.next_try(claim.attempts, now=now, jitter=jitter)
    if until is None:
        return partial(_fail, claim, reason)
    is_first = at_once and claim.attempts == 1
    return partial(actions.put_back, claim, until=now if is_first else until, reason=reason)


def untried(claim: Claim, reason: str | None, *, until: datetime | None = None) -> Change:
    """Return the change that lets it wait as if it had not been tried, in its place or until."""
    return partial(actions.put_back, claim, until=until, reason=reason, counts=False)
