"""Whom to call, in words: numbers as people dial them, hours as people say them."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from forum.events.models import Event, Programme
from forum.i18n import _, language_spoken, span_in_words, zone_in_words

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = re.compile(rf"({'|'.join(DAYS)})-({'|'.join(DAYS)}) (\d\d:\d\d)-(\d\d:\d\d)")


class Contact(NamedTuple):
    """Whom to call, as pages show it. `phone_href` and `text_href` go behind `tel:` and `sms:`."""

    phone: str
    phone_href: str
    text: str
    text_href: str
    email: str
    hours: str


def contact_of(programme: Programme, now: datetime) -> Contact:
    """Return how to reach the programme; `now` decides what its time zone is called."""
    return Contact(
        phone=dialled(programme.contact_phone),
        phone_href=programme.contact_phone.replace("-", ""),
        text=dialled(programme.text_number),
        text_href=programme.text_number.replace("-", ""),
        email=programme.contact_email,
        hours=_hours(
            programme.phone_hours,
            programme.timezone,
            now.astimezone(ZoneInfo(programme.timezone)).date(),
            language_spoken(),
        ),
    )


class DayLine(NamedTuple):
    """Whom to call on the days of an event. Its words are in the language being spoken."""

    number: str
    span: str
    zone: str
    starts_at: datetime

    @property
    def phone(self) -> str:
        """Return the number as people dial it."""
        return dialled(self.number)

    @property
    def phone_href(self) -> str:
        """Return what goes behind `tel:`."""
        return self.number.replace("-", "")

    @property
    def clock(self) -> str:
        """Return "7:00 am to 5:00 pm" for "07:00-17:00", or nothing."""
        if not self.span:
            return ""
        zone = ZoneInfo(self.zone)
        day = self.starts_at.astimezone(zone).date()
        opens, closes = (
            datetime.combine(day, time.fromisoformat(text), zone) for text in self.span.split("-")
        )
        return span_in_words(opens, closes, self.zone)

    @property
    def hours(self) -> str:
        """Return when somebody answers: "7:00 am to 5:00 pm, Eastern Time", or nothing."""
        if not self.span:
            return ""
        zone = zone_in_words(self.zone, self.starts_at)
        return _("%(span)s, %(zone)s", span=self.clock, zone=zone)

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


def dialled(number: str | None) -> str:
    """Return a number as people dial it where it is from: "617-555-0150" for "+1-617-555-0150"."""
    return (number or "").removeprefix("+1-")


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
