"""The demo's year, brought near: whoever tries it finds a forum ahead and a webcast this week.

The file is written once. Read on another day, all its days move by whole weeks, so that weekdays
and clocks stay; names of months, seasons and years in its titles go along.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
COMING = 1
"""Which of the webcasts comes within the week; the promise of the one before is kept."""
WEEK = timedelta(weeks=1)
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}(?!\d)")
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
_SEASONS = {
    "en": ("winter", "spring", "summer", "fall"),
    "es": ("invierno", "primavera", "verano", "otoño"),
}


def brought_near(source: bytes, now: datetime) -> bytes:
    """Return the demo's file, UTF-8 YAML, as it would have been written for this moment.

    The second webcast begins within seven days after `now`, and people can register for it and,
    since the first one, for the forum.
    """
    file = yaml.load(source, Loader)  # noqa: S506 - a safe one
    first, coming = file["webcasts"][0], file["webcasts"][COMING]
    begins = datetime.combine(coming["date"], time.fromisoformat(coming["time"][0]))
    ahead = begins.replace(tzinfo=ZoneInfo(file["meta"]["timezone"])).astimezone(UTC) - now
    by = -WEEK * (ahead // WEEK)
    file = _everywhere(file, lambda value: _moved(value, by))
    file["meta"]["programme_year"] = _months_moved(file["meta"]["programme_year"], by)
    file["forum"] = _renamed(file["forum"], file["forum"]["date"], by)
    file["forum"]["registration"]["opens"] = f"{first['date'] + by}T09:00"
    file["webcasts"] = [_renamed(each, each["date"], by) for each in file["webcasts"]]
    _tell_apart(file["webcasts"])
    coming = file["webcasts"][COMING]
    coming["state"] = "registration_open"
    for what_is_left_of_it in ("promised_by", "rough_replay"):
        coming.pop(what_is_left_of_it, None)
    return yaml.dump(file, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100).encode()


def _tell_apart(events: list[dict[str, Any]]) -> None:
    """Say the day in the neutral titles of events that have come into one month."""
    shared = Counter(each["quiet"]["en"] for each in events)
    for event in events:
        if shared[event["quiet"]["en"]] > 1:
            title, day = event["quiet"], event["date"].day
            month = _MONTHS["es"][event["date"].month - 1]
            spanish = title["es"].replace(month, f"{day} de {month}")
            event["quiet"] = {"en": f"{title['en']} {day}", "es": spanish}


def _everywhere(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as YAML has it
    if isinstance(value, dict):
        return {key: _everywhere(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_everywhere(each, change) for each in value]
    return change(value)


def _moved(value: Any, by: timedelta) -> Any:  # noqa: ANN401 - as YAML has it
    """Move a day, and every day that is written in a text."""
    if isinstance(value, date):
        return value + by
    if isinstance(value, str):
        return _DAY.sub(lambda day: str(date.fromisoformat(day[0]) + by), value)
    return value


def _months_moved(months: str, by: timedelta) -> str:
    """Move "2026-10..2027-09"; the middle of a month says where it goes."""
    moved = (date.fromisoformat(f"{month}-15") + by for month in months.split(".."))
    return "..".join(f"{day:%Y-%m}" for day in moved)


def _renamed(event: dict[str, Any], day: date, by: timedelta) -> dict[str, Any]:
    """Let an event's id and its own titles name the month, season and year that it is in now."""
    was = day - by
    if by == timedelta(0):
        return event
    names = {str(was.year): str(day.year)}
    for months in _MONTHS.values():
        names[months[was.month - 1]] = months[day.month - 1]
    for seasons in _SEASONS.values():
        old, new = seasons[was.month % 12 // 3], seasons[day.month % 12 // 3]
        names |= {old: new, old.capitalize(): new.capitalize()}
    word = re.compile("|".join(rf"\b{name}\b" for name in names))
    own = {key: event[key] for key in ("id", "title", "quiet") if key in event}
    renamed: dict[str, Any] = _everywhere(
        own, lambda text: word.sub(lambda found: names[found[0]], text)
    )
    return event | renamed
