"""What her page says on the day itself: how soon, whom to call, and what to press first."""

from datetime import timedelta
from functools import cached_property

from forum.events.contact import DayLine
from forum.events.models import Mode
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
from forum.registration.my.day_page import DayItem, DayPage
from forum.registration.my.mode_page import OtherWay, WayState
from forum.registration.my.page import MyPage

NEXT = 2
"""How many of her sessions stand on the page itself."""
CANNOT_COME = {
    Mode.WEBCAST: lazy("I cannot come. Watch instead"),
    Mode.PHONE: lazy("I cannot come. Listen instead"),
}


class HerDay:
    """The day of an event, for someone who has a place at it."""

    def __init__(self, page: MyPage, *, full_titles: bool) -> None:
        """Look at her page on the day."""
        self._page = page
        self._full_titles = full_titles

    @property
    def headline(self) -> str:
        """Return how soon it starts: in minutes within the hour, else at what time."""
        event, now = self._page.event, self._page.now
        if now >= event.starts_at:
            return _("Today. It has started")
        minutes = -((now - event.starts_at) // timedelta(minutes=1))
        if minutes <= 60:  # noqa: PLR2004 - an hour
            return ngettext(
                "Today. Starts in %(num)d minute", "Today. Starts in %(num)d minutes", minutes
            )
        return _("Today. Starts at %(time)s", time=time_in_words(event.starts_at, self._page.clock))

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
        """Return whom to call today; None where it is who is called on every day."""
        return self._page.calls_on_the_day

    @property
    def instead(self) -> tuple[str, OtherWay] | None:
        """Return the first way from afar that is free, for someone who was to come."""
        if not self._page.is_here:
            return None
        free = {way.mode: way for way in self._page.ways if way.state == WayState.FREE}
        found = next((mode for mode in CANNOT_COME if mode in free), None)
        return None if found is None else (str(CANNOT_COME[found]), free[found])

    @cached_property
    def next_items(self) -> list[DayItem]:
        """Return what comes next of her own day, besides what she can join on the page."""
        shown = {each.key for each in self._page.streams} if self._page.is_online else set()
        return DayPage(self._page, full_titles=self._full_titles).coming(NEXT, shown=shown)


def today(page: MyPage, *, full_titles: bool) -> HerDay | None:
    """Return the day as her page shows it; None on any other day, and without a place."""
    event = page.event
    is_off = page.is_event_cancelled or page.is_at_rest or page.is_over
    if not page.is_confirmed or is_off:
        return None
    first, last = (day_on(at, page.clock) for at in (event.starts_at, event.ends_at))
    is_today = first <= day_on(page.now, page.clock) <= last
    return HerDay(page, full_titles=full_titles) if is_today else None
