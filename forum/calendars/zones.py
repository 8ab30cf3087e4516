"""Time zones as calendar programs want them: a VTIMEZONE of two yearly rules, or none.

The last line of a zone's TZif data is a POSIX rule (RFC 9636 section 3.3), such as
`EST5EDT,M3.2.0,M11.1.0`. It becomes STANDARD and DAYLIGHT parts with a yearly RRULE (RFC 5545
3.6.5), the only form that every Outlook reads rightly. A rule is trusted for an instant only when
it agrees with `zoneinfo` throughout the years around it; otherwise the entry is written in UTC.
"""

import hashlib
import re
import zoneinfo
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

FIRST_YEAR = 2007  # the parts start here: the year of the present rule of the United States
LAST = 5  # what POSIX writes for a month's last week
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")

_NAME = r"<[^>]+>|[A-Za-z]+"
_TIME = r"[+-]?\d+(?::\d\d){0,2}"
_DATE = r"M(\d+)\.(\d)\.(\d)"
_RULE = re.compile(
    rf"(?P<name>{_NAME})(?P<offset>{_TIME})"
    rf"(?:(?P<other>{_NAME})(?P<other_offset>{_TIME})?"
    rf",(?P<starts>{_DATE})(?:/(?P<starts_at>{_TIME}))?"
    rf",(?P<ends>{_DATE})(?:/(?P<ends_at>{_TIME}))?)?",
)


@dataclass(frozen=True, slots=True)
class Phase:
    """The clock's name and offset from UTC, and when it comes into force each year.

    `month`, `week` (5 is the last) and `weekday` (0 is Sunday) say the day, `at` the wall time
    until then; `month` is 0 when the clock never changes. `before` is the offset until then.
    """

    name: str
    offset: timedelta
    before: timedelta
    month: int = 0
    week: int = 0
    weekday: int = 0
    at: timedelta = timedelta()

    def begins(self, year: int) -> datetime:
        """Return the wall time, by the clock until then, at which the phase begins in `year`."""
        if not self.month:
            return datetime(year, 1, 1)  # noqa: DTZ001 - a wall time
        first = datetime(year, self.month, 1)  # noqa: DTZ001 - a wall time
        day = first + timedelta(days=(self.weekday - first.isoweekday()) % 7)
        day += timedelta(weeks=self.week - 1)
        if day.month != self.month:
            day -= timedelta(weeks=1)
        return day + self.at


@lru_cache(maxsize=1024)
def law(timezone: str) -> str:
    """Return a fingerprint of what this process knows of a zone's clock, wherever it reads it.

    Zone data of the machine or of PYTHONTZPATH comes before that of the `tzdata` package.
    """
    name = timezone.split("/")
    roots = [Path(root).joinpath(*name) for root in zoneinfo.TZPATH]
    found = next((path for path in roots if path.is_file()), None)
    data = files("tzdata.zoneinfo").joinpath(*name) if found is None else found
    return hashlib.sha256(data.read_bytes()).hexdigest()[:16]


@lru_cache(maxsize=1024)
def phases(timezone: str) -> tuple[Phase, ...] | None:
    """Return the one or two phases of a zone's present rule.

    None where yearly RRULEs cannot say it (Gaza, Cairo: the change falls at 24:00 or later, or
    before 0:00). Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    ZoneInfo(timezone)
    data = files("tzdata.zoneinfo").joinpath(*timezone.split("/")).read_bytes()
    rule = _RULE.fullmatch(data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii"))
    if rule is None:
        return None
    offset = -_span(rule["offset"])
    if rule["other"] is None:
        return (Phase(rule["name"].strip("<>"), offset, offset),)
    other = -_span(rule["other_offset"]) if rule["other_offset"] else offset + timedelta(hours=1)
    pair = (
        _phase(rule["name"], offset, other, rule["ends"], rule["ends_at"]),
        _phase(rule["other"], other, offset, rule["starts"], rule["starts_at"]),
    )
    if any(not timedelta() <= phase.at < timedelta(days=1) for phase in pair):
        return None
    return pair


@lru_cache(maxsize=1024)
def vtimezone(timezone: str) -> bytes:
    """Return the VTIMEZONE of a zone whose rule holds, with CRLF, ready to be put in a file."""
    found = phases(timezone) or ()
    summer = max(phase.offset for phase in found)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{timezone}"]
    for phase in found:
        kind = "DAYLIGHT" if len(found) > 1 and phase.offset == summer else "STANDARD"
        lines += [
            f"BEGIN:{kind}",
            f"DTSTART:{phase.begins(FIRST_YEAR):%Y%m%dT%H%M%S}",
            *([f"RRULE:{_yearly(phase)}"] if phase.month else []),
            f"TZNAME:{phase.name}",
            f"TZOFFSETFROM:{_offset(phase.before)}",
            f"TZOFFSETTO:{_offset(phase.offset)}",
            f"END:{kind}",
        ]
    lines.append("END:VTIMEZONE")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def wall_time(at: datetime, timezone: str) -> datetime | None:
    """Return the instant `at` on the clock of `timezone`, fit to be written with its TZID.

    None when only UTC says it rightly: the zone is UTC, its rule does not hold around that time,
    or the clock shows this hour twice. A TZID then means the first of the two (RFC 5545 3.3.5),
    but not to every program.
    """
    local = at.astimezone(ZoneInfo(timezone))
    comes_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    if timezone == "UTC" or comes_twice or not _holds(timezone, at.astimezone(UTC).year):
        return None
    return local


def offset_by_rule(timezone: str, at: datetime) -> timedelta:
    """Return the offset from UTC at an instant as a reader of our VTIMEZONE finds it."""
    return next(offset for since, offset in _newest_changes(timezone, at.year) if since <= at)


@lru_cache(maxsize=4096)
def _newest_changes(timezone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """Return when which offset came into force, in a year and the one before, newest first."""
    changes = [
        (phase.begins(each).replace(tzinfo=UTC) - phase.before, phase.offset)
        for phase in phases(timezone) or ()
        for each in (year - 1, year)
    ]
    return sorted(changes, reverse=True)


@lru_cache(maxsize=4096)
def _holds(timezone: str, year: int) -> bool:
    """Say whether the rule agrees with zoneinfo in a year, the one before and the one after."""
    if phases(timezone) is None or not FIRST_YEAR < year < MAXYEAR:
        return False
    zone = ZoneInfo(timezone)
    moments = [
        since + beside
        for each in (year, year + 1)
        for since, _ in _newest_changes(timezone, each)
        for beside in (timedelta(seconds=-1), timedelta())
    ]
    first = datetime(year - 1, 1, 1, tzinfo=UTC)
    moments += [first + timedelta(weeks=week) for week in range(3 * 52 + 1)]
    return all(offset_by_rule(timezone, at) == at.astimezone(zone).utcoffset() for at in moments)


def _phase(
    name: str,
    offset: timedelta,
    before: timedelta,
    date: str,
    at: str | None,
) -> Phase:
    month, week, weekday = (int(number) for number in date.removeprefix("M").split("."))
    wall = _span(at) if at else timedelta(hours=2)
    return Phase(name.strip("<>"), offset, before, month, week, weekday, wall)


def _span(text: str) -> timedelta:
    """Read `[+-]hours[:minutes[:seconds]]`."""
    hours, minutes, seconds = (int(part) for part in f"{text.lstrip('+-')}:0:0".split(":")[:3])
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -span if text.startswith("-") else span


def _yearly(phase: Phase) -> str:
    week = -1 if phase.week == LAST else phase.week
    return f"FREQ=YEARLY;BYMONTH={phase.month};BYDAY={week}{DAYS[phase.weekday]}"


def _offset(offset: timedelta) -> str:
    """Write an offset as RFC 5545 3.3.14 does: `-0500`, `+1245`."""
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}{minutes % 60:02}"
