"""Whom to call, in words: numbers as people dial them, hours as people say them."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from forum.events.models import Event, Programme
from forum.events.rules import days_of, hours_on, is_its_day
from forum.i18n import _, language_spoken, span_in_words, zone_in_words
from forum.phones import needs_code
from forum.tongues import readers_zone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = re.compile(rf"({'|'.join(DAYS)})-({'|'.join(DAYS)}) (\d\d:\d\d)-(\d\d:\d\d)")


@dataclass(frozen=True)
class Dialable:
    """A number to call, as it is kept: each reader dials it from where she is."""

    number: str

    @property
    def phone(self) -> str:
        """Return the number as the reader dials it."""
        return dialled(self.number)

    @property
    def phone_href(self) -> str:
        """Return what goes behind `tel:`."""
        return _href(self.number)


@dataclass(frozen=True)
class Contact(Dialable):
    """Whom to call, and how else to reach us."""

    text_number: str
    email: str
    hours: str

    @property
    def text(self) -> str:
        """Return the number for text messages as the reader dials it."""
        return dialled(self.text_number)

    @property
    def text_href(self) -> str:
        """Return what goes behind `sms:`."""
        return _href(self.text_number)


def contact_of(programme: Programme, now: datetime) -> Contact:
    """Return how to reach the programme; `now` decides what its time zone is called."""
    return Contact(
        number=programme.contact_phone,
        text_number=programme.text_number,
        email=programme.contact_email,
        hours=_hours(
            programme.phone_hours,
            programme.timezone,
            now.astimezone(ZoneInfo(programme.timezone)).date(),
            language_spoken(),
        ),
    )


@dataclass(frozen=True)
class DayLine(Dialable):
    """Whom to call on the days of an event. Its words are in the language being spoken."""

    span: str
    zone: str
    starts_at: datetime

    @property
    def hours(self) -> str:
        """Return when somebody answers: "7:00 am to 5:00 pm, Eastern Time", or nothing."""
        if not self.span:
            return ""
        span = span_in_words(*hours_on(self.span, self.zone, self.starts_at), self.zone)
        zone = zone_in_words(self.zone, self.starts_at)
        return _("%(span)s, %(zone)s", span=span, zone=zone)

    def is_closed(self, now: datetime, *, on: datetime | None = None) -> bool:
        """Tell whether the hours of this day are over, or those of the day of another instant."""
        return bool(self.span) and now >= hours_on(self.span, self.zone, on or now)[1]

    @property
    def sentence(self) -> str:
        """Return whom to call on the day, as a sentence."""
        if self.span:
            return _("On the day, call %(phone)s (%(hours)s).", phone=self.phone, hours=self.hours)
        return _("On the day, call %(phone)s.", phone=self.phone)


def day_line(event: Event, programme: Programme) -> DayLine | None:
    """Return whom to call on the days of an event; None where that is as on any other day."""
    if not (event.day_phone or event.day_hours):
        return None
    number = event.day_phone or programme.contact_phone
    return DayLine(number, event.day_hours, event.timezone, event.starts_at)


def line_to_come(event: Event, programme: Programme, now: datetime) -> DayLine | None:
    """Return the same while somebody still answers there, today or on a day to come."""
    line = day_line(event, programme)
    ends = days_of(event)[1]
    is_past = line is not None and line.is_closed(now, on=ends - timedelta.resolution)
    return None if is_past or now >= ends else line


def line_now(event: Event, programme: Programme, now: datetime) -> DayLine | None:
    """Return whom to call now about an event; None where that is as on any other day.

    So is it on its own days too, once their hours are over. Whatever says a number to call now
    asks here.
    """
    line = day_line(event, programme)
    is_hers = line is not None and is_its_day(event, now) and not line.is_closed(now)
    return line if is_hers else None


def contact_for(contact: Contact, event: Event, programme: Programme, now: datetime) -> Contact:
    """Return whom to call now about an event, with the hours."""
    line = line_now(event, programme, now)
    if line is None:
        return contact
    hours = _("today, %(hours)s", hours=line.hours) if line.span else _("today")
    return replace(contact, number=line.number, hours=hours)


def dialled(number: str | None) -> str:
    """Return a number as the reader dials it: "617-555-0150" for "+1-617-555-0150".

    To whom its country is another, that may be a stranger's: "+1 617-555-0150".
    """
    kept = number or ""
    if kept and needs_code(readers_zone()):
        return kept.replace("+1-", "+1 ", 1)
    return kept.removeprefix("+1-")


def _href(number: str) -> str:
    return number.replace("-", "")


@lru_cache(maxsize=1024)
def _hours(hours: str, timezone: str, day: date, language: str) -> str:
    """Turn "Mon-Fri 09:00-17:00" into words; leave any other text as it is written."""
    found = HOURS.fullmatch(hours)
    if found is None:
        return hours
    names = get_day_names("wide", locale=language)
    first, last = (names[DAYS.index(day)] for day in found.groups()[:2])
    opens, closes = (
        datetime.combine(day, time.fromisoformat(text), ZoneInfo(timezone))
        for text in found.groups()[2:]
    )
    return _(
        "%(first)s to %(last)s, %(hours)s, %(zone)s",
        first=first,
        last=last,
        hours=span_in_words(opens, closes, timezone),
        zone=zone_in_words(timezone, opens),
    )
