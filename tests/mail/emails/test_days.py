"""Days, hours and the numbers to call, on which clock, and what is read on the day itself."""

from datetime import timedelta

import pytest
import time_machine

from forum.events.models import Mode
from forum.registration.models import Status
from tests.mail.reading import plain, words_of_html
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

BOTH = "Saturday, April 24, 2027 to Sunday, April 25, 2027"
HOUR = timedelta(hours=1)
PACIFIC = {"timezone": "America/Los_Angeles"}
LINES = (
    "  5:15 am to 6:00 am, Pacific Time: 617-555-0151\n"
    "  6:15 am to 8:00 am, Pacific Time: 617-555-0150\n"
)
HALF_AN_HOUR_BEFORE = SPRING_DAY - timedelta(minutes=30)
PHOENIX = {"timezone": "America/Phoenix"}
THEIRS = "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time"
HERS = "5:15 am to 1:30 pm, Mountain Time (Phoenix)"
OFFICE, ON_THE_DAY = "617-555-0142", "617-555-0190"
MORE = "At some hours there are more sessions to hear."


@pytest.mark.parametrize(
    ("hours", "zone", "hours_said"),
    [
        (32.25, "America/New_York", "8:15 am to 4:30 pm on Sunday, April 25, 2027"),
        (8.25, "Asia/Tokyo", "9:15 pm to 5:30 am on Sunday, April 25, 2027"),
    ],
    ids=["two days", "from Tokyo"],
)
def test_two_days_on_her_clock_are_two_days_in_her_mail(make, written, hours, zone, hours_said):
    ada = make.registration(make.event(hours=hours), timezone=zone, mode=Mode.WEBCAST)
    letter = written("confirmation", ada)
    assert letter.subject == f"Your place on {BOTH}: Lantern spring day"
    assert hours_said in letter.text
    assert hours_said in letter.html.replace("\N{NO-BREAK SPACE}", " ")
    entry = letter.calendar.content.decode().replace("\r\n ", "").replace("\\,", ",")
    assert hours_said in entry


def test_one_day_is_said_once(make, written):
    letter = written("confirmation", make.registration(make.event()))
    assert letter.subject == "Your place on Saturday, April 24, 2027: Lantern spring day"
    assert "on Sunday" not in letter.text


@pytest.fixture
def event(make):
    """Make a morning in the small room, then two sessions in the hall, one of them not alone."""
    event = make.event()
    hall = make.room(name="Tide Auditorium", position=1, dial_in="+1-617-555-0150")
    pier = make.room(name="North Pier Room", position=2, dial_in="+1-617-555-0151")
    for room, hours in ((pier, 0), (hall, 1), (hall, 2), (pier, 2)):
        make.session(event, room=room, starts_at=SPRING_DAY + hours * HOUR)
    return event


def test_who_registers_while_it_is_on_reads_no_number_of_what_is_over(make, event, written):
    with time_machine.travel(SPRING_DAY + HOUR, tick=False):
        letter = written("confirmation", make.registration(event, mode=Mode.PHONE))

    assert ("617-555-0151" in letter.text, "\n  617-555-0150\n" in letter.text) == (False, True)


def test_who_listens_reads_one_number_for_each_hour_on_her_own_clock(make, event, written):
    letter = written("confirmation", make.registration(event, mode=Mode.PHONE, **PACIFIC))

    assert f"How you take part\n  By phone\n{LINES}  {MORE}" in letter.text
    assert 'href="tel:+16175550151"' in letter.html
    assert "6:15 am to 8:00 am, Pacific Time: 617-555-0150" in words_of_html(letter)
    assert "Room" not in letter.text


def test_who_watches_reads_them_as_what_to_do_when_the_picture_stops(make, event, written):
    letter = written("confirmation", make.registration(event, mode=Mode.WEBCAST, **PACIFIC))

    assert f"Or listen by phone:\n{LINES}" in letter.text
    assert MORE not in letter.text


def test_one_number_needs_no_hours(make, written):
    event = make.event()
    room = make.room(dial_in="+1-617-555-0150")
    for hours in (0, 3):
        make.session(event, room=room, starts_at=SPRING_DAY + hours * HOUR)

    letter = written("confirmation", make.registration(event, mode=Mode.PHONE))

    assert "By phone\n  617-555-0150\n\n" in letter.text


def test_the_other_day_of_a_long_event_is_named(make, event, written):
    event.ends_at += timedelta(days=1)
    evening = make.room(position=3, dial_in="+1-617-555-0152")
    make.session(event, room=evening, starts_at=SPRING_DAY + timedelta(days=1))

    letter = written("confirmation", make.registration(event, mode=Mode.PHONE))

    assert "  Sunday, April 25, 2027, 8:15 am to 9:00 am, Eastern Time: 617-555-0152" in letter.text


def on_the_day(written, *about):
    with time_machine.travel(HALF_AN_HOUR_BEFORE, tick=False):
        return written(*about)


def test_who_comes_to_the_building_reads_its_clock_first_in_mail_and_calendar(make, written):
    letter = written("confirmation", make.registration(make.event(), **PHOENIX))

    entry = letter.calendar.content.decode().replace("\r\n ", "").replace("\\,", ",")
    for said in (plain(letter.text), words_of_html(letter), entry.replace("\\n", " ")):
        assert f"{THEIRS} {HERS}" in said


def test_who_watches_reads_her_own_clock_first(make, written):
    her = make.registration(make.event(), mode=Mode.WEBCAST, **PHOENIX)

    said = plain(written("confirmation", her).text)

    assert said.index(f"Saturday, April 24, 2027, {HERS}") < said.index("8:15 am to 4:30 pm")


def test_a_deadline_in_a_subject_is_day_and_hour_on_her_own_clock(make, written):
    her = make.registration(make.event(), status=Status.WAITLISTED, timezone="Pacific/Honolulu")
    offer = make.offer(her, ends_at=SPRING_DAY - timedelta(days=60, hours=6))

    letter = written("offer", her, facts={"offer": offer.id})

    assert "Answer by Monday, February 22, 8:15 pm" in letter.subject


@pytest.mark.parametrize("mode", Mode)
def test_who_registers_on_the_day_reads_that_it_is_today(make, written, mode):
    event = make.event()
    make.session(event, room=make.room())
    her = make.registration(event, mode=mode)

    letter = on_the_day(written, "confirmation", her)

    for said in (plain(letter.text), words_of_html(letter)):
        assert f"When Today, 8:15 am {THEIRS}" in said
    assert ("/join" in letter.text) == (mode == Mode.WEBCAST)


def test_the_day_before_it_is_not_said_to_be_today(make, written):
    her = make.registration(make.event())

    with time_machine.travel(SPRING_DAY - timedelta(days=1), tick=False):
        assert "Today" not in written("confirmation", her).text


def test_on_the_day_its_own_number_comes_first_and_the_office_second(make, written):
    her = make.registration(make.event(day_phone="+1-617-555-0190", day_hours="07:00-17:00"))
    before, then = written("confirmation", her), on_the_day(written, "confirmation", her)

    for read in (lambda letter: plain(letter.text), words_of_html):
        assert f"Who to call {OFFICE}" in read(before)
        assert f"On the day of the event: {ON_THE_DAY}, 7:00 am to 5:00 pm" in read(before)
        assert f"Who to call {ON_THE_DAY}, 7:00 am to 5:00 pm, Eastern Time" in read(then)
        assert f"On any other day: {OFFICE}, Monday to Friday" in read(then)
