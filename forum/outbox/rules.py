"""When a message that could not be delivered is tried again, and when that is trouble."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RETRY_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
JITTER = 0.2
"""The largest part of a delay that chance adds, so that many retries do not come together."""


def next_try(attempts: int, *, now: datetime, jitter: float) -> datetime | None:
    """Return when to try again after `attempts` tries that failed for now, or None to give up.

    `jitter` is a number from 0 to 1, drawn by the caller.
    """
    if attempts > len(RETRY_DELAYS):
        return None
    delay = RETRY_DELAYS[attempts - 1]
    return now + delay * (1 + JITTER * jitter)


def longest_wait(attempts: int) -> timedelta:
    """Return how long a message waits at most after so many tries that failed for now."""
    return RETRY_DELAYS[attempts - 1] * (1 + JITTER)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps mail from leaving, in the words of the outbox, and since when."""

    reason: str
    since: datetime
