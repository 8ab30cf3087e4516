"""Other programs understand our files: icalendar, vobject and Thunderbird's ical.js."""

import re
import string
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.calendars.ics import Attendee, cancel, publish, publish_one, request
from forum.calendars.text import line, paragraphs
from tests.calendars.libical import keeps_the_rules_of_its_method
from tests.calendars.make import ADA, LANTERN, an_entry
from tests.calendars.readers import Reading

MINUTE = timedelta(minutes=1)
NASTY = [
    r"C:\New\notes; a, b",
    "END:VEVENT\r\nBEGIN:VEVENT",
    "one\n\n two\ttabbed",
    "\x00\x07\x0b\x1b[31mred\x7f\x85next\u2028line\u2029para",
    "lone \ud83d surrogate",
    "x" * 200,
    "é" * 200,
    "👩🏽‍⚕️" * 30,
    "\\" * 150,
    "\\n" * 80,
    '"quoted" ^n ^^',
    "right \u202eto left",
    "DTSTART:19700101T000000Z",
]
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=200),
    st.text(st.sampled_from("\\nN,;:\r\n\t \"'^=\u2028\x85\x00\x0b\x1cé\ud800"), max_size=200),
    st.sampled_from(NASTY),
)
PROPERTIES = {
    "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP",
    "CREATED", "LAST-MODIFIED", "DTSTART", "DTEND", "STATUS", "CLASS", "TRANSP", "ORGANIZER",
    "ATTENDEE", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "CATEGORIES",
    "X-MICROSOFT-CDO-BUSYSTATUS", "TZID", "RRULE", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO",
}  # fmt: skip
thorough = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_awkward_words_arrive_as_they_were_meant(read, text):
    categories = (f"{text}.", "Circle")
    entry = an_entry(summary=text, location=text, description=text, categories=categories)
    expected = Reading(
        method="PUBLISH",
        uid=entry.uid,
        sequence=2,
        status="CONFIRMED",
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        summary=line(text),
        location=line(text),
        description=paragraphs(text),
        categories=(line(f"{text}."), "Circle"),
    )
    assert read(publish_one(entry, LANTERN)) == [expected]


@pytest.mark.parametrize("text", ["Share\\\\", r"\.", "a,b", r"a\,b"])
def test_a_category_stays_apart_from_the_next_whatever_it_ends_in(read, text):
    [reading] = read(publish_one(an_entry(categories=(text, "Circle")), LANTERN))
    assert reading.categories == (text, "Circle")


@thorough
@given(text=ANY_TEXT)
def test_whatever_is_typed_comes_back_and_nothing_else(read, text):
    [reading] = read(publish_one(an_entry(summary=text, description=text), LANTERN))
    assert (reading.summary, reading.description) == (line(text), paragraphs(text))


@given(text=ANY_TEXT)
def test_no_text_forges_a_line_or_breaks_the_form_of_the_file(text):
    entry = an_entry(summary=text, location=text, description=text, categories=(text,), url=None)
    data = request(entry, LANTERN, Attendee(text, ADA.address))
    raw = data.split(b"\r\n")
    unfolded = data.decode().replace("\r\n ", "").split("\r\n")

    assert raw[-1] == b""
    assert max(map(len, raw)) <= 75
    folded = [each for each, more in pairwise(raw) if more.startswith(b" ")]
    assert [each for each in folded if (len(each) - len(each.rstrip(b"\\"))) % 2] == []
    assert [each.decode() for each in raw] == data.decode().split("\r\n")  # no character is cut
    assert {each.partition(":")[0].partition(";")[0] for each in unfolded[:-1]} <= PROPERTIES
    assert len(data.decode().splitlines()) == len(raw) - 1  # for lenient readers too
    assert [each for each in unfolded if each == "BEGIN:VEVENT"] == ["BEGIN:VEVENT"]


@given(text=ANY_TEXT)
def test_what_is_left_of_any_text_is_printable(text):
    left = paragraphs(text)
    assert [each for each in left if ord(each) < 32 and each not in "\t\n"] == []
    assert left.encode().decode() == left
    assert line(text).split() == [word for word in left.split() if word]


@thorough
@given(
    zone=st.sampled_from(sorted(available_timezones())),
    starts_at=st.datetimes(
        datetime(2026, 12, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2034, 12, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)
def test_in_any_zone_the_day_starts_and_ends_when_it_does(read, zone, starts_at):
    starts_at = starts_at.replace(microsecond=0)
    entry = an_entry(timezone=zone, starts_at=starts_at, ends_at=starts_at + 95 * MINUTE)
    [reading] = read(publish_one(entry, LANTERN))
    assert (reading.starts_at, reading.ends_at) == (entry.starts_at, entry.ends_at)


@pytest.mark.parametrize(
    "starts_at",
    [
        pytest.param(datetime(2027, 3, 14, 6, 30, tzinfo=UTC), id="before the spring gap"),
        pytest.param(datetime(2027, 3, 14, 7, 0, tzinfo=UTC), id="right after the spring gap"),
        pytest.param(datetime(2027, 11, 7, 4, 30, tzinfo=UTC), id="into the hour that comes twice"),
        pytest.param(datetime(2027, 11, 7, 5, 30, tzinfo=UTC), id="in its first coming"),
        pytest.param(datetime(2027, 11, 7, 6, 30, tzinfo=UTC), id="in its second coming"),
        pytest.param(datetime(2027, 11, 7, 7, 0, tzinfo=UTC), id="after it"),
    ],
)
def test_the_nights_when_clocks_change_do_not_move_an_entry(read, starts_at):
    entry = an_entry(starts_at=starts_at, ends_at=starts_at + 90 * MINUTE)
    [reading] = read(publish_one(entry, LANTERN))
    assert (reading.starts_at, reading.ends_at) == (entry.starts_at, entry.ends_at)


def test_feed_download_invitation_and_withdrawal_speak_of_the_same_entry(read):
    entry = an_entry(sequence=4)
    files = [
        publish([entry], name="Feed", description="", organizer=LANTERN),
        publish_one(entry, LANTERN),
        request(entry, LANTERN, ADA),
        cancel(entry, LANTERN, ADA),
    ]
    readings = [reading for file in files for reading in read(file)]
    assert {(reading.uid, reading.sequence) for reading in readings} == {(entry.uid, 4)}
    assert [each.method for each in readings] == ["PUBLISH", "PUBLISH", "REQUEST", "CANCEL"]
    assert [reading.status for reading in readings] == ["CONFIRMED"] * 3 + ["CANCELLED"]


EVERY_FILE = {
    "feed": publish([an_entry()], name="Feed", description="", organizer=LANTERN),
    "download": publish_one(an_entry(), LANTERN),
    "invitation": request(an_entry(), LANTERN, ADA),
    "withdrawal": cancel(an_entry(), LANTERN, ADA),
}


@pytest.mark.libical
@pytest.mark.parametrize("file", EVERY_FILE.values(), ids=EVERY_FILE.keys())
def test_every_file_has_what_its_method_asks_for(file):
    assert keeps_the_rules_of_its_method(file)
    nobodys = re.sub(rb"ORGANIZER(.|\r\n )*\r\n", b"", file)
    assert not keeps_the_rules_of_its_method(nobodys)  # RFC 5546 3.2.1, 3.2.2, 3.2.5


def test_a_feed_of_no_entries_is_still_a_calendar(read):
    assert read(publish([], name="Feed", description="", organizer=LANTERN)) == []


def test_a_year_of_entries_arrives_whole(read):
    entries = [
        an_entry(
            uid=f"{string.ascii_lowercase[number % 26]}-{number}",
            summary=f"Day {number}",
            starts_at=datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=number),
            ends_at=datetime(2027, 1, 1, 13, tzinfo=UTC) + timedelta(days=number),
        )
        for number in range(365)
    ]
    readings = read(publish(entries, name="Feed", description="", organizer=LANTERN))
    assert [(each.uid, each.summary, each.starts_at) for each in readings] == [
        (each.uid, each.summary, each.starts_at) for each in entries
    ]
