"""The demo never ages: whenever it is tried, its year is around that day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from forum.demo.actions import FILE
from forum.demo.year_rules import brought_near
from forum.programme.reading.file import read

WRITTEN = FILE.read_bytes()
BOSTON = ZoneInfo("America/New_York")
ITS_WEEK = datetime(2026, 11, 18, 12, tzinfo=UTC)
MOMENTS = [
    datetime(2026, 11, 18, 23, 29, tzinfo=UTC),
    datetime(2026, 11, 18, 23, 31, tzinfo=UTC),
    *(datetime(2025 + n, 1 + n % 12, 1 + n, n, tzinfo=UTC) for n in range(24)),
]
"""A minute before the coming webcast begins, and after; and days over many years."""
whenever = pytest.mark.parametrize("now", MOMENTS, ids=str)


def year(now: datetime) -> dict:
    return loaded(brought_near(WRITTEN, now))


def loaded(source: bytes) -> dict:
    return yaml.load(source, yaml.CSafeLoader)


def begins(event: dict) -> datetime:
    hour, minute = map(int, event.get("time", event.get("hours"))[0].split(":"))
    midnight = datetime.combine(event["date"], datetime.min.time(), BOSTON)
    return midnight.replace(hour=hour, minute=minute)


@whenever
def test_a_webcast_comes_within_the_week_and_the_forum_is_months_ahead(now):
    demo = year(now)
    coming = demo["webcasts"][1]

    assert timedelta(0) < begins(coming) - now <= timedelta(days=7, hours=1)
    assert timedelta(days=140) < begins(demo["forum"]) - now
    assert coming["state"] == "registration_open"


@whenever
def test_no_two_webcasts_have_one_neutral_title(now):
    for language in ("en", "es"):
        titles = [each["quiet"][language] for each in year(now)["webcasts"]]
        assert len(set(titles)) == len(titles)


@whenever
def test_registration_is_open_and_one_promise_of_a_recording_is_kept(now):
    demo = year(now)
    opening = demo["forum"]["registration"]

    assert datetime.fromisoformat(opening["opens"]).replace(tzinfo=BOSTON) < now
    assert datetime.fromisoformat(opening["closes_in_person"]).replace(tzinfo=BOSTON) > now
    assert demo["webcasts"][0]["recording"]["posted"] <= now.date()


@whenever
def test_every_day_stays_the_weekday_that_it_was_and_the_file_has_no_fault(now):
    was, demo = loaded(WRITTEN), year(now)
    days = [[file["forum"]["date"], *(w["date"] for w in file["webcasts"])] for file in (was, demo)]

    assert {(new - old) % timedelta(weeks=1) for old, new in zip(*days, strict=True)} == {
        timedelta(0)
    }
    assert read(brought_near(WRITTEN, now)).forum.id == f"forum-{demo['forum']['date'].year}"


@pytest.mark.parametrize(
    ("day", "season", "in_spanish", "in_year"),
    [
        ("2026-11-18", "Spring", "primavera", 2027),
        ("2027-04-25", "Fall", "otoño", 2027),
        ("2027-07-04", "Winter", "invierno", 2027),
        ("2028-01-01", "Summer", "verano", 2028),
    ],
)
def test_its_titles_name_the_season_and_the_year_that_it_is_in(day, season, in_spanish, in_year):
    forum = year(datetime.fromisoformat(day).replace(tzinfo=UTC))["forum"]

    assert {language: title.partition(" - ")[2] for language, title in forum["title"].items()} == {
        "en": f"{season} Forum {in_year}",
        "es": f"Foro de {in_spanish} {in_year}",
    }
    assert forum["quiet"] == {
        "en": f"Lantern {season.lower()} day",
        "es": f"Día de {in_spanish} de Lantern",
    }


def test_webcasts_are_named_for_the_month_that_they_are_in_each_in_its_language():
    quiet = [each["quiet"] for each in year(datetime(2027, 7, 4, tzinfo=UTC))["webcasts"]]

    assert [each["en"].partition(" - ")[2] for each in quiet] == [
        *("June", "July", "August", "September", "October", "November", "February", "May")
    ]
    assert [each["es"].partition(" - ")[2] for each in quiet][:5] == [
        *("junio", "julio", "agosto", "septiembre", "octubre")
    ]


def test_in_the_week_for_which_it_was_written_only_what_must_be_open_is_different():
    was, demo = loaded(WRITTEN), year(ITS_WEEK)
    was["forum"]["registration"]["opens"] = "2026-10-14T09:00"
    was["webcasts"][1] = was["webcasts"][1] | {"state": "registration_open"}
    for key in ("promised_by", "rough_replay"):
        del was["webcasts"][1][key]

    assert demo == was
