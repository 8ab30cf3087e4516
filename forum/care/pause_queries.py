"""Whose pause is over, as `rules.state_at` says it of one person: each on her own clock."""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from forum.db import db
from forum.events.models import Event
from forum.i18n import day_on
from forum.offsets import known_zone
from forum.registration.models import CareState, Registration

_Clock = tuple[str, str | None]
"""The name of somebody's zone, and where that is unknown the zone of her event."""


def pause_over(*, now: datetime) -> ColumnElement[bool]:
    """Match people who are paused, and whose pause is over by now."""
    return pause_over_at(None, first=now, last=now)


def pause_over_at(
    at: InstrumentedAttribute[datetime] | None, *, first: datetime, last: datetime
) -> ColumnElement[bool]:
    """Match people who are paused, and whose pause is over at an instant that a column tells.

    Asked from `first` to `last`: an instant before is taken for the first.
    """
    zones = (
        select(Registration.zone_name, Event.timezone)
        .join(Registration.event)
        .where(_IS_PAUSED)
        .distinct()
    )
    over_by = defaultdict[date, set[_Clock]](set)
    ends_at = defaultdict[tuple[date, datetime], set[_Clock]](set)
    for name, theirs in db.session.execute(zones):
        zone = known_zone(name, theirs)
        clock = (name, None if zone == name else theirs)
        day, until = day_on(first, zone), day_on(last, zone)
        over_by[day].add(clock)
        for number in range(day.toordinal() + 1, until.toordinal() + 1):
            later = date.fromordinal(number)
            ends_at[later, datetime.combine(later, time(), ZoneInfo(zone))].add(clock)
    found = [
        and_(_lives_by(clocks), Registration.care_until <= day) for day, clocks in over_by.items()
    ]
    if at is not None:
        found += [
            and_(_lives_by(clocks), Registration.care_until == day, at >= midnight)
            for (day, midnight), clocks in ends_at.items()
        ]
    return and_(_IS_PAUSED, or_(false(), *found))


def _lives_by(clocks: AbstractSet[_Clock]) -> ColumnElement[bool]:
    """Match people of some clocks; who has none that is known lives by that of her own event."""
    known = sorted(name for name, theirs in clocks if theirs is None)
    fallen_back = [
        and_(
            Registration.zone_name == name,
            Registration.event_id.in_(select(Event.id).where(Event.timezone == theirs)),
        )
        for name, theirs in sorted(clocks - {(each, None) for each in known})
    ]
    return or_(Registration.zone_name.in_(known), *fallen_back)


_IS_PAUSED = and_(Registration.care_state == CareState.PAUSED, Registration.care_until.is_not(None))
