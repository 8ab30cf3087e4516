"""Times as people write them, on the clock on the wall, and the instants they mean. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d)T)?(?P<clock>\d\d:\d\d(?::\d\d)?)(?P<offset>[+-]\d\d:\d\d)?",
    re.ASCII,
)
EARLIEST_YEAR = 2000
LATEST_YEAR = 2100
FAR = timedelta(days=3 * 366)
"""No event is planned, and no word given, for a day as far as this: its year was mistyped."""


class NoSuchTime(ValueError):
    """A wall time that the clocks skip, or show twice; its text says which."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time of day, with its own date only where it is not the date of what it belongs to.

    `offset` from UTC is written only in the hour that comes twice when the clocks go back.
    """

    clock: time
    day: date | None = None
    offset: timedelta | None = None

    def __str__(self) -> str:
        """Return it as the file writes it: `09:30`, `2027-04-24T09:30`."""
        day = f"{self.day}T" if self.day else ""
        clock = self.clock.isoformat("auto" if self.clock.second else "minutes")
        return f"{day}{clock}{_signed(self.offset) if self.offset is not None else ''}"

    def on(self, day: date) -> datetime:
        """Return the naive wall time, on `day` unless it has its own."""
        return datetime.combine(self.day or day, self.clock)


def day(text: str) -> date:
    """Read `2027-04-24`. Raises ValueError."""
    found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    if found is None or not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(text)
    return found


def is_far(day: date, today: date) -> bool:
    """Tell whether a day that was typed is too far away, in the past too, to be meant."""
    return abs(day - today) > FAR


def wall_time(text: str) -> WallTime:
    """Read `09:30`, `2027-04-24T09:30` or `2027-11-07T01:30-05:00`. Raises ValueError."""
    parts = _WRITTEN.fullmatch(text)
    if parts is None or (parts["offset"] and not parts["day"]):
        raise ValueError(text)
    offset = None
    if parts["offset"]:
        offset = datetime.strptime(parts["offset"], "%z").utcoffset()
    return WallTime(
        clock=time.fromisoformat(parts["clock"]),
        day=day(parts["day"]) if parts["day"] else None,
        offset=offset,
    )


def instant(written: WallTime, on: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant when the clocks of `zone` show `written` (PEP 495).

    Raises NoSuchTime in the hour that is skipped in spring, and in the hour that comes twice in
    autumn unless the offset is written.
    """
    wall = written.on(on)
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    offsets = [at.utcoffset() or timedelta() for at in (first, second)]
    if written.offset is not None:
        if written.offset not in offsets or offsets[0] < offsets[1]:
            text = f"the clocks of {zone.key} do not show {written}"
            raise NoSuchTime(text)
        return (first, second)[offsets.index(written.offset)].astimezone(UTC)
    if offsets[0] < offsets[1]:
        text = f"{wall:%H:%M} does not exist on {wall:%Y-%m-%d}: the clocks of {zone.key} skip it"
        raise NoSuchTime(text)
    if offsets[0] > offsets[1]:
        ways = " or ".join(f"{wall:%Y-%m-%dT%H:%M}{_signed(offset)}" for offset in offsets)
        text = f"{wall:%H:%M} comes twice on {wall:%Y-%m-%d} in {zone.key}; write {ways}"
        raise NoSuchTime(text)
    return first.astimezone(UTC)


def written(at: datetime, on: date, zone: ZoneInfo) -> WallTime:
    """Return the wall time in `zone` of the UTC instant `at`, in the shortest form for `on`."""
    local = at.astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    is_twice = other.utcoffset() != local.utcoffset()
    return WallTime(
        clock=local.time().replace(fold=0),
        day=local.date() if is_twice or local.date() != on else None,
        offset=local.utcoffset() if is_twice else None,
    )


def _signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
