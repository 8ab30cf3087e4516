"""An instant in words for one person, on her own clock and the event's; and a bare day in words."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from forum.events.times import unbroken
from forum.i18n import day_in_words
from forum.registration.models import Registration
from forum.registration.refusals import moment_in_words


def moments(at: datetime, registration: Registration) -> list[str]:
    """Return "Monday, January 25, 2027, at 9:00 am, Eastern Time", once for each clock.

    Her own comes first; the event's is left out where it shows the same.
    """
    own, theirs = registration.timezone, registration.event.timezone
    lines = [unbroken(moment_in_words(at, own))]
    if at.astimezone(ZoneInfo(own)).utcoffset() != at.astimezone(ZoneInfo(theirs)).utcoffset():
        lines.append(unbroken(moment_in_words(at, theirs)))
    return lines


def date_in_words(day: date) -> str:
    """Return "Monday, January 25, 2027"."""
    return day_in_words(datetime.combine(day, time(12), UTC), "UTC")
