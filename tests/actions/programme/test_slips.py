"""Plausible slips in a file: refused, or asked about."""

import pytest

from forum import clock
from forum.db import transaction
from forum.programme.actions import load
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from tests.actions.programme.rows import state
from tests.programme import LATER, SAMPLE, changed, event, loaded

pytestmark = pytest.mark.sqlite_is_enough

CLOSES = "closes_in_person: 2027-04-21T17:00"
OPENS = "opens: 2027-01-25T09:00"
ZONE = "timezone: America/New_York"


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (
            (CLOSES, "closes_in_person: 2072-04-21T17:00"),
            (
                "forum.registration.closes_in_person: "
                "registration closes after the event; write never, or when"
            ),
        ),
        (
            (CLOSES, "closes_in_person: 2027-01-21T17:00"),
            "forum.registration.closes_in_person: registration closes before it opens",
        ),
        (
            (OPENS, "opens: 2027-05-25T09:00"),
            "forum.registration.opens: registration opens when the event is over",
        ),
    ],
)
def test_registration_opens_and_closes_in_order_and_before_the_end(app, edit, line):
    with pytest.raises(Faulty) as new:
        loaded(changed(edit))
    loaded()
    before = state()
    with pytest.raises(Faulty) as stored:
        loaded(changed(edit))

    assert new.value.lines == stored.value.lines == [line]
    assert state() == before


def test_what_an_older_release_let_in_is_dumped_and_loads(app):
    loaded()
    with transaction():
        event().registration_opens_at = event().ends_at

    assert loaded(dump()).has_changes is False
    assert loaded(dump().replace("Tide Auditorium", "Ebb Auditorium")).changed == ["room aud"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EST", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("US/Eastern", "America/New_York"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Canada/Central", "America/Chicago"),
        ("Etc/GMT-5", "America/New_York"),
        ("Etc/GMT+6", "America/Chicago"),
        ("CET", "Europe/Madrid"),
    ],
)
def test_a_zone_is_a_region_and_a_city_and_the_likely_one_is_named(app, name, meant):
    with pytest.raises(Faulty) as refused:
        loaded(changed((ZONE, f"timezone: {name}")))

    said = f'meta.timezone: "{name}" is no region and city; did you mean "{meant}"?'
    assert refused.value.lines == [said]


@pytest.mark.parametrize("name", ["CDT", "UTC-8", "GMT-5"])
def test_an_abbreviation_that_is_no_zone_names_the_likely_one_too(app, name):
    with pytest.raises(Faulty) as refused:
        loaded(changed((ZONE, f"timezone: {name}")))

    assert "; did you mean" in refused.value.lines[0]


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu"])
def test_a_zone_without_a_place_is_refused(app, name):
    with pytest.raises(Faulty) as refused:
        loaded(changed(("{id: w3, ", f"{{id: w3, timezone: {name}, ")))

    assert refused.value.lines == [
        f'webcasts[2].timezone: "{name}" is no region and city, like "America/New_York"'
    ]


def test_a_zone_that_is_stored_already_stays(app):
    loaded()
    with transaction():
        event("w3").timezone = "EST"

    assert loaded(dump()).has_changes is False


def cloned() -> str:
    """Return next year's file, made by changing the year: its Saturday is a Monday."""
    source = SAMPLE.replace("2027-04-2", "2028-04-2").replace("2027-01-25", "2028-01-25")
    return (
        source.replace("id: forum-2027", "id: forum-2028")
        .replace("\nwebcasts:", "\nunused:")
        .partition("\nunused:")[0]
    )


def test_a_clone_on_another_weekday_is_asked_about(app):
    loaded()

    with pytest.raises(Faulty) as refused:
        loaded(cloned(), now=LATER)

    assert refused.value.lines == [
        (
            "event forum-2028: it is on a Monday, and every other forum was on Saturday; "
            'if it is meant, add --word "event forum-2028"'
        )
    ]
    with transaction():
        load(read(cloned().encode()), now=LATER, words=["event forum-2028"])
    assert event("forum-2028").starts_at.year == 2028


@pytest.mark.parametrize(
    ("edits", "asked"),
    [
        (
            [("2027-04-2", "2062-04-2")],
            "it is in 2062, more than three years from now",
        ),
        (
            [("{id: w3, ", "{id: w3, promised_by: 2062-12-31, ")],
            "its recordings are promised by 2062-12-31, years from the event",
        ),
    ],
)
def test_a_year_that_may_be_a_slip_is_asked_about(app, edits, asked):
    text = SAMPLE
    for was, becomes in edits:
        text = text.replace(was, becomes)

    with pytest.raises(Faulty) as refused:
        loaded(text)

    (line,) = refused.value.lines
    assert f": {asked}; if it is meant, add --word" in line


def test_an_event_that_people_count_on_moves_by_months_only_with_their_number(app, make):
    loaded()
    make.registration(event("w3"))
    make.registration(event("w3"))
    before = state()
    moved = changed(("{id: w3, date: 2026-12-16", "{id: w3, date: 2027-12-15"))

    for words in ([], ["event w3"], ["event w3 1"]):
        with pytest.raises(Faulty) as refused, transaction():
            load(read(moved.encode()), now=clock.now(), words=words)

        assert refused.value.lines == [
            (
                "event w3 2: it moves by months, to 2027-12-15, and 2 are registered; "
                'if it is meant, add --word "event w3 2"'
            )
        ]
    assert state() == before
    with transaction():
        load(read(moved.encode()), now=clock.now(), words=["event w3 2"])
    assert event("w3").starts_at.year == 2027


def test_an_event_without_people_moves_by_months_unasked(app):
    loaded()
    loaded(changed(("{id: w3, date: 2026-12-16", "{id: w3, date: 2027-12-15")))

    assert event("w3").starts_at.year == 2027
