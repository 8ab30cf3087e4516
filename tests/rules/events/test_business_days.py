"""Ten days of business are those on which offices are open in the United States."""

from datetime import date, timedelta

import pytest

from forum.events.business_day_rules import after, is_business_day

FEDERAL = {
    2022: """
        2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-10-10 2022-11-11
        2022-11-24 2022-12-26
    """,
    2026: """
        2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12
        2026-11-11 2026-11-26 2026-12-25
    """,
    2027: """
        2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-10-11
        2027-11-11 2027-11-25 2027-12-24 2027-12-31
    """,
    2028: """
        2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-10
        2028-11-23 2028-12-25
    """,
    2020: """
        2020-01-01 2020-01-20 2020-02-17 2020-05-25 2020-07-03 2020-09-07 2020-10-12 2020-11-11
        2020-11-26 2020-12-25
    """,
}
"""The days off as the Office of Personnel Management lists them, but those on weekends.

The last of 2027 is New Year's of 2028, a Saturday. In 2020 nobody kept Juneteenth yet.
"""


def days_of(year):
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize("year", FEDERAL)
def test_offices_are_closed_on_weekends_and_federal_holidays(year):
    closed = [str(day) for day in days_of(year) if day.year == year and not is_business_day(day)]
    weekends = [str(day) for day in days_of(year) if day.year == year and day.isoweekday() > 5]

    assert closed == sorted({*weekends, *FEDERAL[year].split()})


@pytest.mark.parametrize("year", [2021, 2022])
def test_juneteenth_is_kept_since_2021(year):
    assert is_business_day(date(2020, 6, 19))
    assert not any(is_business_day(date(year, 6, day)) for day in ({2021: [18], 2022: [20]}[year]))


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        ("2027-04-24", 1, "2027-04-26"),
        ("2027-04-24", 10, "2027-05-07"),
        ("2026-11-18", 10, "2026-12-03"),
        ("2026-12-16", 10, "2026-12-31"),
        ("2026-12-30", 2, "2027-01-04"),
        ("2026-11-25", 1, "2026-11-27"),
        ("2026-11-25", 0, "2026-11-25"),
    ],
)
def test_days_of_business_are_counted_from_the_next_day_on(day, number, found):
    assert after(date.fromisoformat(day), number) == date.fromisoformat(found)
