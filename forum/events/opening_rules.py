"""When registration may open and close, so that nobody finds a door that never was open. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forum.events.models import Gate


class OpeningSlip(StrEnum):
    """What does not go together about the times of registration."""

    OPENS_AFTER_THE_END = "opens after the end"
    OPENS_AFTER_IT_CLOSES = "opens after it closes"
    CLOSES_AFTER_THE_END = "closes after the end"


def opening_slip(
    opens_at: datetime | None, closings: Iterable[datetime | None], ends_at: datetime
) -> OpeningSlip | None:
    """Return what is wrong with the opening; `closings` are those of all ways to attend."""
    if opens_at is None:
        return None
    if opens_at >= ends_at:
        return OpeningSlip.OPENS_AFTER_THE_END
    several = list(closings)
    is_in_vain = bool(several) and all(at is not None and at <= opens_at for at in several)
    return OpeningSlip.OPENS_AFTER_IT_CLOSES if is_in_vain else None


def closing_slip(
    closes_at: datetime | None, opens_at: datetime | None, ends_at: datetime
) -> OpeningSlip | None:
    """Return what is wrong with the closing of one way to attend."""
    if closes_at is None:
        return None
    if closes_at > ends_at:
        return OpeningSlip.CLOSES_AFTER_THE_END
    if opens_at is not None and closes_at <= opens_at:
        return OpeningSlip.OPENS_AFTER_IT_CLOSES
    return None


def moved(at: datetime, by: timedelta, zone: str) -> datetime:
    """Return an instant that is so much later on the clock of a zone, in UTC."""
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + by
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def closing_along(
    closes_at: datetime | None, days: timedelta, ends_at: datetime, zone: str
) -> datetime | None:
    """Return when a way to attend closes once its event has moved by so many days, to this end.

    It is as many days before the event as it was, at its own time of day, and never after the end.
    """
    return None if closes_at is None else min(moved(closes_at, days, zone), ends_at)


def days_between(was: datetime, becomes: datetime, zone: str) -> timedelta:
    """Return by how many days on the clock of a zone an instant is later than another."""
    first, second = (at.astimezone(ZoneInfo(zone)).date() for at in (was, becomes))
    return second - first


def gate_slip(gate: Gate) -> OpeningSlip | None:
    """Return what is wrong with the closing of a gate, beside its event."""
    event = gate.event
    return closing_slip(gate.closes_at, event.registration_opens_at, event.ends_at)
