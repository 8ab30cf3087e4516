"""When nobody is disturbed: her night, and the days on which she is not written to. Pure.

Her night is 20:00 to 08:00 of her clock. Mail that nobody waits for never leaves at 20:00 sharp;
what she may still answer, such as an offer, may end at 20:00 sharp.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT_FROM = time(20)
NIGHT_UNTIL = time(8)
LAST_EVENING_HOUR = time(18)
"""Where mail goes that would disturb: the last hour of an evening that leaves time to read it."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_night(at: datetime, zone: str) -> bool:
    """Tell whether an instant is between 20:00 and 08:00 of the clock in `zone`, both left out."""
    wall = at.astimezone(ZoneInfo(zone)).time()
    return wall > NIGHT_FROM or wall < NIGHT_UNTIL


def is_quiet(at: datetime, *, zone: str, quiet_days: tuple[str, ...] = ()) -> bool:
    """Tell whether mail would disturb at this instant: from 20:00 on, or on a quiet day."""
    local = at.astimezone(ZoneInfo(zone))
    by_day = NIGHT_UNTIL <= local.time() < NIGHT_FROM
    return _is_quiet_day(local.date(), quiet_days) or not by_day


def next_permitted(at: datetime, *, zone: str, quiet_days: tuple[str, ...] = ()) -> datetime:
    """Return the first instant from `at` on, in UTC, that does not disturb."""
    info = ZoneInfo(zone)
    moment = at.astimezone(UTC)
    while is_quiet(moment, zone=zone, quiet_days=quiet_days):
        local = moment.astimezone(info)
        is_before_morning = local.time() < NIGHT_UNTIL
        day = local.date() + timedelta(days=0 if is_before_morning else 1)
        moment = instant(day, NIGHT_UNTIL, info)
    return moment


def last_permitted(at: datetime, *, zone: str, quiet_days: tuple[str, ...] = ()) -> datetime:
    """Return `at` if it does not disturb, else 18:00 of the last evening before it that does not.

    If all seven days are quiet, only the hours count.
    """
    info = ZoneInfo(zone)
    while is_quiet(at, zone=zone, quiet_days=quiet_days):
        local = at.astimezone(info)
        is_after_evening = local.time() >= NIGHT_FROM and not _is_quiet_day(
            local.date(), quiet_days
        )
        day = local.date() - timedelta(days=0 if is_after_evening else 1)
        at = instant(day, LAST_EVENING_HOUR, info)
    return at


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return a wall time as UTC. One that a clock skips is read with the offset before the gap."""
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def _is_quiet_day(day: date, quiet_days: tuple[str, ...]) -> bool:
    return set(DAYS) != set(quiet_days) and DAYS[day.weekday()] in quiet_days
