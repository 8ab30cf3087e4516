"""When a reminder is due, and for whom: at her own hour, never in her quiet hours or quiet days."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from forum.events.models import Mode
from forum.events.rules import untold_until
from forum.quiet_hours import instant, last_permitted
from forum.registration.models import Status
from forum.reminders.plans import ReminderPlan

MOST = 4
"""Emails about one event to one person, besides answers to what she does herself."""
_LEAD = re.compile(r"P(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?")


class Rule(Protocol):
    """What decides whom a reminder is for and when it is due, as in `models.Reminder`."""

    id: int
    lead: str
    local_time: str | None
    modes: tuple[str, ...] | None
    roles: tuple[str, ...] | None
    session_id: int | None
    is_for_waitlist: bool
    armed_at: datetime


class Reminded(Protocol):
    """What a rule asks of a person: her registration."""

    status: Status
    mode: Mode
    waits_for: Mode | None
    roles: tuple[str, ...]
    quiet_days: tuple[str, ...]

    @property
    def timezone(self) -> str:
        """Return her clock, by its IANA name."""


def is_for(rule: Rule, person: Reminded, sessions: Mapping[int, Status]) -> bool:
    """Tell whether a rule is for a person. `sessions` says where she has a place or waits for one.

    Those who wait are asked for the way to attend that they wait for; with a session, they wait
    for a place in it. `queries.audience` says the same to the database.
    """
    if rule.session_id is not None:
        wanted = Status.WAITLISTED if rule.is_for_waitlist else Status.CONFIRMED
        is_there = person.status == Status.CONFIRMED and sessions.get(rule.session_id) == wanted
        mode: Mode | None = person.mode
    elif rule.is_for_waitlist:
        is_there, mode = person.waits_for is not None, person.waits_for
    else:
        is_there, mode = person.status == Status.CONFIRMED, person.mode
    return (
        is_there
        and (rule.modes is None or mode in rule.modes)
        and (rule.roles is None or not set(rule.roles).isdisjoint(person.roles))
    )


def due_for(rule: Rule, person: Reminded, *, starts_at: datetime) -> datetime:
    """Return when a rule's reminder goes to a person, in UTC."""
    return due_at(
        rule.lead,
        rule.local_time,
        starts_at=starts_at,
        zone=person.timezone,
        quiet_days=person.quiet_days,
    )


def whom(rule: Rule | ReminderPlan) -> tuple[object, ...]:
    """Return what makes two rules the same: when they remind, and whom."""
    return (
        rule.lead,
        rule.local_time,
        frozenset(rule.modes or ()),
        frozenset(rule.roles or ()),
        rule.session_id,
        rule.is_for_waitlist,
    )


def armed_for(rule: Rule, *, starts_at: datetime) -> str:
    """Return what a message keeps of a rule: armed when, for which start."""
    return f"{int(starts_at.timestamp())}:{int(rule.armed_at.timestamp())}"


def yields(*, others: int, later: Collection[datetime]) -> bool:
    """Tell whether a reminder is one too many.

    `others` are the emails that she has been sent, or that wait; `later` the instants of the
    reminders that come after this one. Those say how to join, so the earliest is left out first,
    and the last one never: notices of a day on which all changes must not cost her the way in.
    """
    return bool(later) and others + len(later) + 1 > MOST


@lru_cache(maxsize=1024)
def lead_time(lead: str) -> timedelta:
    """Read an ISO 8601 duration of days, hours and minutes, such as P7D or PT90M.

    Raises ValueError for anything else, and for a lead of nothing.
    """
    match = _LEAD.fullmatch(lead)
    days, hours, minutes = (int(each or 0) for each in match.groups()) if match else (0, 0, 0)
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if not length:
        sentence = f"{lead!r} is not a lead such as P7D or PT90M"
        raise ValueError(sentence)
    return length


@lru_cache(maxsize=4096)
def due_at(
    lead: str,
    local_time: str | None,
    *,
    starts_at: datetime,
    zone: str,
    quiet_days: tuple[str, ...] = (),
) -> datetime:
    """Return the instant, in UTC, at which a reminder goes to a person.

    With `local_time` ("10:00") it goes at that time of her clock, as many of her calendar days
    before the day on which the event starts for her. Without, exactly `lead` before the start.
    In quiet hours (20:00 to 08:00 of her clock) or on a quiet day it goes earlier, never later:
    at 18:00 of the last evening that is permitted. If all seven days are quiet, only the hours
    count. Raises ValueError for a lead or a time that cannot be read, and for a local time with a
    lead that is not in whole days.
    """
    info = ZoneInfo(zone)
    length = lead_time(lead)
    if local_time is None:
        due = starts_at.astimezone(UTC) - length
    elif length % timedelta(days=1):
        sentence = f"{lead!r} is not in whole days, so it cannot have a local time"
        raise ValueError(sentence)
    else:
        day = starts_at.astimezone(info).date() - timedelta(days=length.days)
        due = instant(day, time.fromisoformat(local_time), info)
    return last_permitted(due, zone=zone, quiet_days=quiet_days)


def useful_until(lead: str, *, starts_at: datetime) -> datetime:
    """Return until when a late reminder still helps: half its lead before the start, in UTC."""
    return starts_at.astimezone(UTC) - lead_time(lead) / 2


def goes_at(due_at: datetime, *, moved_at: datetime | None, useful_until: datetime) -> datetime:
    """Return when a reminder that is due goes, in UTC.

    It waits where its event was moved (`moved_at`; None once people have been told).
    """
    return due_at if moved_at is None else max(due_at, untold_until(moved_at, useful_until))
