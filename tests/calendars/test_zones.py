"""A zone's rule is written only where it is right."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from dateutil.tz import tzical

from forum.calendars.zones import offset_by_rule, phases, vtimezone, wall_time
from forum.config import current_settings
from forum.links import feed_link
from tests.faults.serving import HOUSE, environment

ASK = """
import sys
from wsgi import app
answer = app.test_client().get(sys.argv[1])
print(answer.headers["ETag"])
sys.stdout.buffer.write(answer.data)
"""
"""What a process of its own answers: a tag, and a file."""

MONDAYS = [datetime(2026, 12, 7, 5, tzinfo=UTC) + timedelta(weeks=week) for week in range(418)]
RULED = sorted(name for name in available_timezones() if phases(name))
CHANGING = [name for name in RULED if len(phases(name)) > 1]

NEW_YORK = """\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZNAME:EST
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZNAME:EDT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


def test_new_york_is_two_yearly_rules():
    assert vtimezone("America/New_York").decode() == NEW_YORK.replace("\n", "\r\n")


def test_a_zone_that_never_changes_its_clock_is_one_part_without_a_rule():
    assert vtimezone("America/Phoenix").decode().split("\r\n")[2:8] == [
        "BEGIN:STANDARD",
        "DTSTART:20070101T000000",
        "TZNAME:MST",
        "TZOFFSETFROM:-0700",
        "TZOFFSETTO:-0700",
        "END:STANDARD",
    ]


def test_irish_summer_is_daylight_time_though_the_rule_calls_it_standard():
    names = [line for line in vtimezone("Europe/Dublin").decode().split("\r\n") if "TZNAME" in line]
    assert names == ["TZNAME:IST", "TZNAME:GMT"]
    assert vtimezone("Europe/Dublin").index(b"BEGIN:DAYLIGHT") < vtimezone("Europe/Dublin").index(
        b"TZNAME:IST",
    )


def test_nearly_every_zone_has_a_rule_that_can_be_written():
    assert {name for name in available_timezones() if phases(name) is None} == {
        "Africa/Cairo", "America/Godthab", "America/Nuuk", "America/Santiago",
        "America/Scoresbysund", "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Tel_Aviv",
        "Chile/Continental", "Egypt", "Israel",
    }  # fmt: skip


def test_every_time_written_by_a_rule_agrees_with_the_zone_database_for_eight_years():
    wrong = [
        (name, at)
        for name in RULED
        for at in MONDAYS
        if wall_time(at, name)
        and offset_by_rule(name, at) != at.astimezone(ZoneInfo(name)).utcoffset()
    ]
    assert wrong == []


@pytest.mark.parametrize("name", CHANGING)
def test_a_program_that_knows_only_our_rule_finds_the_hour_of_each_change(name):
    zone = tzical(StringIO(vtimezone(name).decode())).get(name)
    years = [year for year in (2031, 2032) if wall_time(datetime(year, 7, 1, tzinfo=UTC), name)]
    moments = [
        phase.begins(year).replace(tzinfo=UTC) - phase.before + beside
        for year in years
        for phase in phases(name)
        for beside in (timedelta(hours=-3), timedelta(hours=3))
    ]
    walls = [at.astimezone(ZoneInfo(name)).replace(tzinfo=None) for at in moments]

    assert years == [2031, 2032]
    assert [wall.replace(tzinfo=zone).astimezone(UTC) for wall in walls] == moments


def test_a_zone_about_to_leave_its_rule_is_written_in_utc_until_the_rule_holds():
    vancouver = "America/Vancouver"  # gave up changing its clocks in 2026
    years = [
        year for year in range(2024, 2031) if wall_time(datetime(year, 7, 1, tzinfo=UTC), vancouver)
    ]
    assert years == [2028, 2029, 2030]


@pytest.mark.parametrize("name", ["UTC", "Africa/Cairo", "Asia/Gaza", "America/Havana"])
def test_zones_without_a_rule_that_holds_are_written_in_utc(name):
    assert wall_time(datetime(2027, 4, 24, 12, tzinfo=UTC), name) is None


def test_an_hour_that_comes_twice_is_written_in_utc_both_times():
    times = [datetime(2027, 11, 7, 5, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(-1, 5)]
    assert [f"{wall_time(at, 'America/New_York') or 'UTC'}" for at in times] == [
        "2027-11-07 00:30:00-04:00", "UTC", "UTC", "UTC", "UTC", "2027-11-07 02:00:00-05:00",
    ]  # fmt: skip


@pytest.mark.parametrize("year", [1, 2007, 9999])
def test_years_that_no_rule_covers_are_written_in_utc(year):
    assert wall_time(datetime(year, 7, 1, tzinfo=UTC), "America/New_York") is None


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "EST5EDT,M3.2.0,M11.1.0"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        wall_time(datetime(2027, 4, 24, tzinfo=UTC), name)


@pytest.fixture
def new_law(tmp_path) -> Path:
    """Return zone data by which Tokyo keeps the time of Guam, an hour ahead."""
    (tmp_path / "Asia").mkdir()
    data = files("tzdata.zoneinfo").joinpath("Pacific", "Guam").read_bytes()
    (tmp_path / "Asia" / "Tokyo").write_bytes(data)
    return tmp_path


def asked(link: str, law: str) -> tuple[str, str]:
    """Return the tag and the file that a process answers with under a law."""
    environ = {**environment(current_settings()), "PYTHONTZPATH": law}
    found = subprocess.run(
        [sys.executable, "-c", ASK, urlsplit(link).path],
        cwd=HOUSE,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    tag, _line, data = found.stdout.partition("\n")
    return tag, data


@pytest.mark.real_time
@pytest.mark.sqlite_is_enough
def test_a_feed_is_another_one_under_zone_data_from_elsewhere(app, make, new_law):
    """Her own clock is another one, the event's is not: nothing of the event changes."""
    link = feed_link(make.registration(make.webcast(), timezone="Asia/Tokyo"))
    before, after = asked(link, ""), asked(link, os.fspath(new_law))

    assert after[1] != before[1], "her entry says another time in words"
    assert after[0] != before[0]
