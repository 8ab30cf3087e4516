"""What touches all of an event's people is done on their number, typed: no slip types it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from forum.errors import Refusal
from forum.events.models import Event, SessionStatus
from forum.events.opening_rules import days_between
from forum.i18n import day_in_words
from forum.planning.refusals import (
    IntoThePast,
    MovedByMonths,
    OutOfThePast,
    OverForNobody,
    PartlyHeld,
)
from forum.registration.queries import number_registered

ASKED_FROM = 50
"""From so many people on, a step that touches them all is confirmed with their number."""
A_DAY = timedelta(days=1)
MONTHS = timedelta(days=60)
"""An event that moves by more than this is asked about: the year or the month may be a slip."""


def is_asked(number: int) -> bool:
    """Tell whether a step that touches so many people asks for their number."""
    return number >= ASKED_FROM


def require_of_many(event: Event, typed: int | None, refusal: Callable[[int], Refusal]) -> None:
    """Raise `refusal` as `require` does, where many are registered."""
    if is_asked(number_registered(event)):
        require(event, typed, refusal)


def require(event: Event, typed: int | None, refusal: Callable[[int], Refusal]) -> None:
    """Raise `refusal`, made with how many are registered, where `typed` is another number.

    Nothing is asked where nobody is.
    """
    number = number_registered(event)
    if number and typed != number:
        raise refusal(number)


def require_to_move(
    event: Event, starts_at: datetime, ends_at: datetime, typed: int | None, *, now: datetime
) -> None:
    """Raise IntoThePast or OutOfThePast where an event would be over by this end, or again not.

    MovedByMonths is raised where its start or its end would be months earlier or later; PartlyHeld
    where it goes on, and sessions that are over would go along to another day. None is raised where
    `typed` is the number of those who are registered. Where nobody is, OverForNobody is raised for
    an end of another day: one of today may have come early.
    """
    if days_between(event.starts_at, starts_at, event.timezone) and is_partly_held(event, now=now):
        require(event, typed, PartlyHeld)
    if ends_at <= now < event.ends_at:
        require(event, typed, IntoThePast)
        if ends_at <= now - A_DAY and not number_registered(event):
            raise OverForNobody
    elif event.ends_at <= now < ends_at:
        require(event, typed, OutOfThePast)
    elif is_by_months(event.starts_at, starts_at) or is_by_months(event.ends_at, ends_at):
        moved = ends_at if is_by_months(event.ends_at, ends_at) else starts_at
        day = day_in_words(moved, event.timezone)
        require(event, typed, lambda number: MovedByMonths(number, day))


def is_partly_held(event: Event, *, now: datetime) -> bool:
    """Tell whether an event goes on, and some of its sessions are over.

    Those of a day before, that stayed there when it was postponed, do not move.
    """
    return event.starts_at <= now < event.ends_at and any(
        each.status == SessionStatus.SCHEDULED and event.starts_at < each.ends_at <= now
        for each in event.sessions
    )


def is_by_months(was: datetime, becomes: datetime) -> bool:
    """Tell whether it is so far from one instant to another that a slip is likely."""
    return abs(becomes - was) > MONTHS
