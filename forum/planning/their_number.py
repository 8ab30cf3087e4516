"""What touches all of an event's people is done on their number, typed: no slip types it."""

from collections.abc import Callable
from datetime import datetime

from forum.errors import Refusal
from forum.events.models import Event
from forum.planning.refusals import IntoThePast, OutOfThePast
from forum.registration.queries import number_registered

ASKED_FROM = 50
"""From so many people on, a step that touches them all is confirmed with their number."""


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


def require_to_move(event: Event, ends_at: datetime, typed: int | None, *, now: datetime) -> None:
    """Raise IntoThePast or OutOfThePast where an event would be over by this end, or again not.

    Nothing is raised where nobody is registered, or `typed` is their number.
    """
    if ends_at <= now < event.ends_at:
        require(event, typed, IntoThePast)
    elif event.ends_at <= now < ends_at:
        require(event, typed, OutOfThePast)
