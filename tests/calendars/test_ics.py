"""What we write into a calendar file, word for word."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest
import recurring_ical_events
from icalendar import Calendar

from forum.calendars.ics import Conference, Entry, cancel, publish, publish_one, request
from tests.calendars.make import ADA, LANTERN, an_entry

INVITATION = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Forum//Forum//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
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
BEGIN:VEVENT
UID:0b9c1f0e-5a0f-4d53-8f43-6a1f7f2f7c11
SEQUENCE:2
DTSTAMP:20261123T143015Z
CREATED:20261101T090000Z
LAST-MODIFIED:20261123T143015Z
ATTENDEE;CN="Ada Q. Trialrun";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=F
 ALSE:mailto:ada@example.org
SUMMARY:Lantern spring day
DTSTART;TZID=America/New_York:20270424T081500
DTEND;TZID=America/New_York:20270424T163000
CLASS:PRIVATE
CONFERENCE;FEATURE=PHONE,AUDIO;LABEL=Phone line;VALUE=URI:tel:+1-617-555-01
 50
DESCRIPTION:Call us at +1-617-555-0142.\\nhttps://forum.example/events/forum
 -2027/
LOCATION:Harborlight Conference Center\\, 1 Example Wharf\\, Boston
ORGANIZER;CN=Lantern:mailto:hello@lantern.example
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:https://forum.example/events/forum-2027/
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
UID:754edb85-82dd-56e3-a8aa-4e1816b4d86d
ACTION:DISPLAY
DESCRIPTION:Lantern spring day
TRIGGER:-PT30M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
ACCEPTED = "PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE"
PHONE = Conference(
    address="tel:+1-617-555-0150",
    label="Phone line",
    features=("PHONE", "AUDIO"),
)


def a_feed(*entries: Entry) -> bytes:
    return publish(
        entries,
        name="Lantern spring day",
        description="All sessions; they may still move",
        organizer=LANTERN,
        address="https://forum.example/events/forum-2027/calendar.ics",
        page="https://forum.example/events/forum-2027/",
    )


def lines(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_an_invitation_is_this_and_nothing_else():
    entry = an_entry(is_private=True, conference=PHONE, alarm_before=timedelta(minutes=30))
    assert request(entry, LANTERN, ADA).decode() == INVITATION.replace("\n", "\r\n")


def test_a_feed_says_its_name_twice_and_how_often_to_look_again():
    assert lines(a_feed())[:-2] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Forum//Forum//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "DESCRIPTION:All sessions\\; they may still move",
        "X-WR-CALDESC:All sessions\\; they may still move",
        "NAME:Lantern spring day",
        "X-WR-CALNAME:Lantern spring day",
        "COLOR:teal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "SOURCE;VALUE=URI:https://forum.example/events/forum-2027/calendar.ics",
        "URL:https://forum.example/events/forum-2027/",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_a_feed_was_last_changed_when_its_newest_entry_was():
    later = datetime(2026, 12, 24, 8, tzinfo=UTC)
    feed = lines(a_feed(an_entry(), an_entry(uid="2", updated_at=later)))
    assert feed[feed.index("COLOR:teal") + 1] == "LAST-MODIFIED:20261224T080000Z"


def test_a_feed_tells_no_one_who_comes_and_rings_no_alarm():
    feed = a_feed(an_entry(alarm_before=timedelta(minutes=30)))
    assert b"ATTENDEE" not in feed
    assert b"VALARM" not in feed
    assert b"ORGANIZER;CN=Lantern:mailto:hello@lantern.example\r\n" in feed


def test_a_feed_explains_each_time_zone_once():
    entries = [
        an_entry(uid=f"{zone}{number}", timezone=zone)
        for number in (1, 2)
        for zone in ("Europe/Paris", "America/New_York", "UTC", "Asia/Gaza")
    ]
    zones = [line for line in lines(a_feed(*entries)) if line.startswith("TZID:")]
    assert zones == ["TZID:America/New_York", "TZID:Europe/Paris"]


def test_a_download_has_an_alarm_and_no_name_that_outlook_would_open_as_a_new_calendar():
    file = lines(publish_one(an_entry(alarm_before=timedelta(minutes=30)), LANTERN))
    assert "METHOD:PUBLISH" in file
    assert "TRIGGER:-PT30M" in file
    assert [line for line in file if "NAME:Lantern" in line] == []


def test_a_withdrawal_is_the_invitation_again_cancelled_and_silent():
    entry = an_entry(sequence=3, alarm_before=timedelta(minutes=30))
    asked, withdrawn = lines(request(entry, LANTERN, ADA)), lines(cancel(entry, LANTERN, ADA))

    assert [line for line in withdrawn if line not in asked] == [
        "METHOD:CANCEL",
        "SUMMARY:Canceled: Lantern spring day",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    ]
    assert "BEGIN:VALARM" not in withdrawn


def test_sessions_one_only_looks_at_do_not_block_the_day():
    file = lines(publish_one(an_entry(is_busy=False), LANTERN))
    assert "TRANSP:TRANSPARENT" in file
    assert "X-MICROSOFT-CDO-BUSYSTATUS:FREE" in file


def test_a_single_webcast_is_written_in_utc():
    file = lines(publish_one(an_entry(timezone="UTC"), LANTERN))
    assert "DTSTART:20270424T121500Z" in file
    assert "DTEND:20270424T203000Z" in file
    assert "BEGIN:VTIMEZONE" not in file


def test_what_is_not_known_is_left_out():
    file = lines(publish_one(an_entry(location="", description=" \n", url=None), LANTERN))
    names = {line.partition(":")[0].partition(";")[0] for line in file}
    assert names & {"LOCATION", "DESCRIPTION", "URL", "CONFERENCE", "CATEGORIES"} == set()


def test_each_category_is_escaped_by_itself():
    file = lines(publish_one(an_entry(categories=("Money, work and leave", "", "Circle")), LANTERN))
    said = [each for each in file if each.startswith("CATEGORIES:")]
    assert said == ["CATEGORIES:Money\\, work and leave", "CATEGORIES:Circle"]


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ada+forum@example.org", "mailto:ada+forum@example.org"),
        ("o'neil@example.org", "mailto:o'neil@example.org"),
        ("jörg@bücher.example", "mailto:j%C3%B6rg@xn--bcher-kva.example"),
        ("100%?cc=eve@example.org", "mailto:100%25%3Fcc%3Deve@example.org"),
        ("ada@example.org\r\nATTENDEE:eve", "mailto:ada@example.org%20ATTENDEE:eve"),
    ],
)
def test_an_address_is_one_address(address, written):
    file = lines(request(an_entry(), LANTERN, replace(ADA, address=address)))
    assert [line for line in file if line.startswith("ATTENDEE")] == [
        f'ATTENDEE;CN="Ada Q. Trialrun";{ACCEPTED}:{written}',
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('Ada "Lovelace" Q.', "\"Ada 'Lovelace' Q.\""),
        ("Trialrun, Ada; née: Q", '"Trialrun, Ada; née: Q"'),
        ("Ada\r\nORGANIZER:mailto:eve@example.org", '"Ada ORGANIZER:mailto:eve@example.org"'),
        ("Ada ^n ^' Q", '"Ada n \' Q"'),
        ("Ada \ud800\x00", '"Ada ?"'),
    ],
)
def test_a_name_stays_within_its_parameter(name, written):
    file = lines(request(an_entry(), LANTERN, replace(ADA, name=name)))
    assert [line.partition(";PARTSTAT")[0] for line in file if line.startswith("ATTENDEE")] == [
        f"ATTENDEE;CN={written}",
    ]


def test_a_page_address_is_percent_encoded_and_cannot_end_its_line():
    address = "https://forum.example/é x\r\nSTATUS:CANCELLED"
    file = lines(publish_one(an_entry(url=address), LANTERN))
    assert "URL:https://forum.example/%C3%A9%20x%20STATUS:CANCELLED" in file


def test_the_day_is_found_by_a_program_that_asks_what_is_on():
    entries = [
        an_entry(),
        an_entry(
            uid="b",
            starts_at=datetime(2027, 4, 25, 12, tzinfo=UTC),
            ends_at=datetime(2027, 4, 25, 13, tzinfo=UTC),
        ),
    ]
    found = recurring_ical_events.of(Calendar.from_ical(a_feed(*entries))).at((2027, 4, 24))
    assert [event["uid"] for event in found] == [entries[0].uid]


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": ""},
        {"uid": "x" * 256},
        {"uid": "a\r\nSTATUS:CANCELLED"},
        {"sequence": -1},
        {"starts_at": datetime(2027, 4, 24, 12, 15)},  # noqa: DTZ001
        {"updated_at": datetime(2027, 4, 24, 12, 15)},  # noqa: DTZ001
        {"ends_at": datetime(2027, 4, 24, 12, 14, 59, tzinfo=UTC)},
        {"timezone": "../Paris"},
    ],
    ids=str,
)
def test_an_entry_that_no_program_could_read_is_refused(changes):
    with pytest.raises(ValueError, match=r"."):
        an_entry(**changes)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        an_entry(timezone="Eastern Standard Time")


SAME_BYTES = """
import hashlib, sys
from tests.calendars.make import ADA, LANTERN, an_entry
from forum.calendars.ics import publish, request
zones = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Asia/Gaza"]
entries = [an_entry(uid=zone, timezone=zone, categories=("b", "a")) for zone in zones]
feed = publish(entries, name="n", description="d", organizer=LANTERN)
print(hashlib.sha256(feed + request(entries[0], LANTERN, ADA)).hexdigest())
"""


def test_every_process_writes_the_same_bytes():
    digests = {
        subprocess.run(
            [sys.executable, "-c", SAME_BYTES],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("4242", "America/New_York"))
    }
    assert len(digests) == 1


def test_next_year_the_same_entry_is_still_the_same_bytes(today):
    now = request(an_entry(), LANTERN, ADA)
    today.move_to("2027-11-23T15:00:00+00:00")
    assert request(an_entry(), LANTERN, ADA) == now
