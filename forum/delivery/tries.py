"""One try: a letter is handed to the mail server, and what is to be kept about it afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from forum import clock
from forum.delivery.transport import (
    Connection,
    PermanentFailure,
    Post,
    RecipientRefused,
    ServerSilent,
    ServerUnreachable,
    TemporaryFailure,
)
from forum.emails import Letter
from forum.incoming import actions as incoming
from forum.outbox import actions, rules
from forum.outbox.actions import Claim

Change = Callable[[], object]
"""What is to be kept. It can be sent to another process."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try went: the change that keeps it, and what it says about the mail server.

    `trouble` is why the server did not take it for now; None when the server did its work.
    `is_down` tells that it would take nobody's mail.
    """

    change: Change
    trouble: str | None = None
    is_down: bool = False


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
        return Tried(partial(_refuse, claim, failure.reason, letter.to.address, failure.said))
    except PermanentFailure as failure:
        return Tried(partial(actions.settle_failed, claim, failure.reason))
    except TemporaryFailure as failure:
        is_down = isinstance(failure, ServerUnreachable | ServerSilent)
        return Tried(after_failure(claim, failure.reason), failure.reason, is_down)
    is_invitation = letter.is_invitation
    return Tried(partial(actions.settle_sent, claim, now=clock.now(), has_invitation=is_invitation))


def _refuse(claim: Claim, reason: str, address: str, said: str) -> None:
    """Keep that the server takes nothing for this address, and what follows from its answer."""
    if actions.settle_failed(claim, reason):
        incoming.keep_refusal(claim.message_id, address, said, now=clock.now())


def after_failure(claim: Claim, reason: str, *, at_once: bool = False) -> Change:
    """Return the change after a try that failed for now: another one later, or the end."""
    jitter = random.random()  # noqa: S311 - spreads retries, keeps no secret
    now = clock.now()
    until = rules.next_try(claim.attempts, now=now, jitter=jitter)
    if until is None:
        return partial(actions.settle_failed, claim, reason)
    return partial(actions.put_back, claim, until=now if at_once else until, reason=reason)
