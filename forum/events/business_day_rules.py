"""Days of business: Monday to Friday but for the federal holidays of the United States. Pure.

The days of 5 U.S.C. 6103(a), and those on which they are observed: a holiday on a Saturday is kept
on the Friday before it, one on a Sunday on the Monday after it (5 CFR 610.202). Closures of a
centre's own are no business of this table.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
FIXED = ((1, 1), (7, 4), (11, 11), (12, 25))
"""New Year's, Independence, Veterans and Christmas Day, by month and day."""
JUNETEENTH, JUNETEENTH_SINCE = (6, 19), 2021
NTH = ((1, MONDAY, 3), (2, MONDAY, 3), (9, MONDAY, 1), (10, MONDAY, 2), (11, THURSDAY, 4))
"""King's and Washington's birthday, Labor, Columbus and Thanksgiving Day: the nth such weekday."""
MEMORIAL_MONTH = 5
"""The month whose last Monday is Memorial Day."""


def after(day: date, number: int) -> date:
    """Return the day of business that comes as the `number`th after a day."""
    for _ in range(number):
        day += DAY
        while not is_business_day(day):
            day += DAY
    return day


def is_business_day(day: date) -> bool:
    """Tell whether offices are open on a day."""
    return day.weekday() < SATURDAY and day not in _observed(day.year)


@cache
def _observed(year: int) -> frozenset[date]:
    """Return the days of a year on which a holiday is kept; next New Year's may be among them."""
    several = (*_holidays(year), date(year + 1, 1, 1))
    return frozenset(_kept_on(day) for day in several)


def _kept_on(holiday: date) -> date:
    shift = {SATURDAY: -DAY, SUNDAY: DAY}.get(holiday.weekday(), timedelta())
    return holiday + shift


def _holidays(year: int) -> Iterator[date]:
    for month, day in FIXED:
        yield date(year, month, day)
    if year >= JUNETEENTH_SINCE:
        yield date(year, *JUNETEENTH)
    for month, weekday, nth in NTH:
        first = date(year, month, 1)
        yield first + DAY * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year, MEMORIAL_MONTH, 31)
    yield last - DAY * last.weekday()
