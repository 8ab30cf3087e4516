"""Whom to call, in words: numbers as people dial them, hours as people say them."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from forum.events.models import Programme
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
