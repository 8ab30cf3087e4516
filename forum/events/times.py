"""How times are said to a visitor: the event's own, and hers first when she has picked a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from forum.i18n import (
    _,
    both_zones,
    day_in_words,
    day_on,
    span_in_words,
    time_beside,
    time_in_words,
    unbroken,
    zone_in_words,
)

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/Mexico_City",
    "America/Bogota",
    "America/Argentina/Buenos_Aires",
    "Europe/London",
    "Europe/Madrid",
    "Asia/Kolkata",
    "Australia/Sydney",
    "UTC",
)
"""What a visitor can pick from; her device may offer another."""


def utc(at: datetime) -> str:
    """Return an instant as scripts and machines read it: "2027-04-24T12:15Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def hours_of_day(starts_at: datetime, ends_at: datetime, zone: str, day: date) -> str:
    """Return "9:00 am to 9:20 am, Eastern Time"; the day as well where it is not `day`."""
    hours = _(
        "%(span)s, %(zone)s",
        span=span_in_words(starts_at, ends_at, zone),
        zone=zone_in_words(zone, starts_at),
    )
    if day_on(starts_at, zone) == day:
        return hours
    return _("%(day)s, %(words)s", day=day_in_words(starts_at, zone), words=hours)


class Times:
    """The times of one page.

    `zone` is the event's, `own` the one that the visitor picked (IANA names) or None.
    """

    def __init__(self, zone: str, own: str | None) -> None:
        """Remember both zones."""
        self.zone = zone
        self.own = own

    def at(self, instant: datetime) -> tuple[str, str]:
        """Return "7:30 am" and "10:30 am Eastern Time"; the second is empty if clocks agree.

        Hers names the weekday where that is not the event's.
        """
        theirs = unbroken(time_in_words(instant, self.zone))
        if self.own is None or self._is_same(instant):
            return theirs, ""
        own = unbroken(time_beside(instant, self.own, day_on(instant, self.zone)))
        return own, f"{theirs} {zone_in_words(self.zone, instant)}"

    def span(self, starts_at: datetime, ends_at: datetime) -> list[str]:
        """Return the day and hours, in one line for each zone that is needed."""
        lines = both_zones(starts_at, ends_at, self.own or self.zone, self.zone)
        return [unbroken(line) for line in lines]

    def hours(self, starts_at: datetime, ends_at: datetime) -> str:
        """Return "8:15 am to 4:30 pm" on the clock that the page is in."""
        return unbroken(span_in_words(starts_at, ends_at, self.own or self.zone))

    def zones(self, instant: datetime) -> list[str]:
        """Return the names of the zones that times are said in, the visitor's first."""
        if self.own is None or self._is_same(instant):
            return [zone_in_words(self.zone, instant)]
        return [zone_in_words(self.own, instant), zone_in_words(self.zone, instant)]

    def options(self, instant: datetime) -> list[tuple[str, str]]:
        """Return the zones to pick from, each with its name."""
        keys = [self.zone, *(zone for zone in ZONES if zone != self.zone)]
        if self.own is not None and self.own not in keys:
            keys.insert(1, self.own)
        return [(key, zone_in_words(key, instant)) for key in keys]

    def _is_same(self, instant: datetime) -> bool:
        here = instant.astimezone(ZoneInfo(self.own or self.zone))
        return here.utcoffset() == instant.astimezone(ZoneInfo(self.zone)).utcoffset()
