"""What registering has come to: a value for whoever asked."""

from dataclasses import dataclass

from forum.events.models import Mode
from forum.registration.models import Registration, Status


@dataclass(frozen=True)
class Outcome:
    """What registering has come to, as it may be told to whoever asked.

    `registration` is None for a stranger who repeated someone else's request: he is told what a
    fresh request would have been told. `line_number`, for those who wait, counts from 1.
    `sessions_waiting` is in how many of the sessions she chose she waits for a place, and
    `sessions_booked` in how many she has one. `brought` is
    how many it has registered; it is to be counted, and told nobody.
    """

    mode: Mode
    status: Status
    registration: Registration | None
    line_number: int | None = None
    companion: "Outcome | None" = None
    sessions_waiting: int = 0
    sessions_booked: int = 0
    brought: int = 0
