"""What her page says on the day itself: how soon, whom to call, and what to press first."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from forum.events import queries
from forum.events.contact import DayLine, line_now
from forum.events.models import Mode
from forum.events.phase_rules import COUNTED
from forum.i18n import (
    _,
    day_on,
    lazy,
    ngettext,
    span_in_words,
    time_in_words,
    unbroken,
    zone_in_words,
)
from forum.registration.day_rules import is_near, starts_at
from forum.registration.my.day_page import DayItem, DayPage
from forum.registration.my.mode_page import OtherWay, WayState
from forum.registration.my.page import MyPage

NEXT = 2
"""How many of her sessions stand on the page itself."""
CANNOT_COME = {
    Mode.WEBCAST: lazy("I cannot come. Watch instead"),
    Mode.PHONE: lazy("I cannot come. Listen instead"),
}


class Countdown(NamedTuple):
    """In how many seconds it starts, and what is said one minute and two minutes before."""

    seconds: int
    one: str
    two: str


class HerDay:
    """The day of an event, for someone who has a place at it."""

    def __init__(self, page: MyPage) -> None:
        """Look at her page on the day."""
        self._page = page

    @property
    def headline(self) -> str:
        """Return how soon it starts: in minutes within the hour, else at what time."""
        left = self._starts_at - self._page.now
        if left <= timedelta(0):
            return _("Today. It has started")
        if left <= COUNTED:
            return self._in_minutes(-(-left // timedelta(minutes=1)))
        time = time_in_words(self._starts_at, self._page.clock)
        if self.is_ahead:
            return _("Starts tonight at %(time)s", time=time)
        if self._starts_at > self._page.event.starts_at:
            if self._page.is_online:
                return _("Today. Online from %(time)s", time=time)
            return _("Today. By phone from %(time)s", time=time)
        return _("Today. Starts at %(time)s", time=time)

    @property
    def countdown(self) -> Countdown | None:
        """Return how the page counts on by itself, while the headline counts minutes."""
        left = self._starts_at - self._page.now
        if not timedelta(0) < left <= COUNTED:
            return None
        return Countdown(left // timedelta(seconds=1), self._in_minutes(1), self._in_minutes(2))

    @property
    def is_ahead(self) -> bool:
        """Tell whether midnight lies before it: it starts in a few hours, and not today."""
        clock = self._page.clock
        return day_on(self._page.now, clock) < day_on(self._page.event.starts_at, clock)

    @property
    def _starts_at(self) -> datetime:
        page = self._page
        heard = page.listening.hours if page.registration.mode == Mode.PHONE else ()
        return starts_at(page.event, [*page.watched, *heard])

    def _in_minutes(self, number: int) -> str:
        if self.is_ahead:
            return ngettext("Starts in %(num)d minute", "Starts in %(num)d minutes", number)
        return ngettext(
            "Today. Starts in %(num)d minute", "Today. Starts in %(num)d minutes", number
        )

    @property
    def hours(self) -> str:
        """Return from when to when: "8:15 am to 4:30 pm, Eastern Time"."""
        event, clock = self._page.event, self._page.clock
        return unbroken(
            _(
                "%(span)s, %(zone)s",
                span=span_in_words(event.starts_at, event.ends_at, clock),
                zone=zone_in_words(clock, event.starts_at),
            )
        )

    @property
    def line(self) -> DayLine | None:
        """Return whom to call now; None where it is who is called on every day."""
        return line_now(self._page.event, queries.programme(), self._page.now)

    @property
    def instead(self) -> tuple[str, OtherWay] | None:
        """Return the first way from afar that is free, for someone who was to come."""
        if not self._page.is_here:
            return None
        free = {way.mode: way for way in self._page.ways if way.state == WayState.FREE}
        found = next((mode for mode in CANNOT_COME if mode in free), None)
        return None if found is None else (str(CANNOT_COME[found]), free[found])

    @cached_property
    def running_items(self) -> list[DayItem]:
        """Return what of her own day is on now; what she watches has its Join button instead."""
        return [] if self._page.is_online else DayPage(self._page).running

    @cached_property
    def next_items(self) -> tuple[list[DayItem], int]:
        """Return what comes next of her own day, besides what she can join on the page.

        And how many more of it are at the same time, and not named.
        """
        shown = {each.key for each in self._page.streams} if self._page.is_online else set()
        return DayPage(self._page).coming(NEXT, shown=shown)


def today(page: MyPage) -> HerDay | None:
    """Return the day as her page shows it; None on any other day, and without a place.

    What starts soon after midnight is near already in the evening.
    """
    event = page.event
    if not page.takes_part:
        return None
    first, last = (day_on(at, page.clock) for at in (event.starts_at, event.ends_at))
    is_today = first <= day_on(page.now, page.clock) <= last or is_near(event, page.now)
    return HerDay(page) if is_today else None
