"""Calendar programs come for everyone's files: what is in them, and what is not."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.calendars.addresses import feed_name
from forum.calendars.links import for_event
from forum.db import db
from forum.events.models import EventStatus, SessionStatus
from forum.links import feed_link
from forum.registration.models import SessionPlace, Status
from tests.calendars.pimutils import kept_by_khal, kept_by_vdirsyncer
from tests.calendars.programs import FEED, NAMED, change
from tests.calendars.readers import read_with_icalendar

pytestmark = pytest.mark.sqlite_is_enough


def test_a_feed_is_plain_calendar_text_for_whatever_a_program_accepts(program, make, forum):
    make.session(forum)
    answer = program.fetch(FEED, Accept="application/xbel+xml")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="lantern-spring-day.ics"'
    assert "Set-Cookie" not in answer.headers


def test_an_events_feed_has_its_sessions_in_order(program, make, forum):
    make.session(forum, quiet_title="Second", starts_at=forum.starts_at + timedelta(hours=1))
    make.session(forum, quiet_title="First")
    assert program.entries(FEED) == [
        ("First · Lantern spring day", "CONFIRMED"),
        ("Second · Lantern spring day", "CONFIRMED"),
    ]


def test_full_titles_come_only_when_asked_for(program, make, forum):
    make.session(forum, title="Brain metastases: treatment, memory, driving")
    assert program.entries(f"{FEED}?titles=full") == [
        ("Brain metastases: treatment, memory, driving", "CONFIRMED")
    ]
    assert f"SOURCE;VALUE=URI:http://localhost:8000{NAMED}?titles=full" in (
        program.last.text.replace("\r\n ", "")
    )
    assert b"metast" not in program.fetch(FEED).data.lower()


def test_one_session_is_a_download_with_an_alarm_that_blocks_the_time(program, make, forum):
    session = make.session(forum, key="s06")
    answer = program.fetch("/events/forum-2027/sessions/s06/calendar.ics")

    assert [each.uid for each in read_with_icalendar(answer.data)] == [session.uid]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="forum-2027-s06.ics"'
    assert b"TRIGGER:-PT30M" in answer.data
    assert b"TRANSP:OPAQUE" in answer.data
    assert b"\nNAME:" not in answer.data


def test_everything_to_come_is_one_entry_for_each_event_until_its_day_is_over(
    program, make, forum, today
):
    make.webcast()
    make.event(status=EventStatus.DRAFT, quiet_title="Draft")
    make.webcast(starts_at=datetime(2026, 11, 23, 12, tzinfo=UTC), quiet_title="This morning")
    make.webcast(starts_at=datetime(2026, 11, 22, 12, tzinfo=UTC), quiet_title="Yesterday")
    assert [summary for summary, _ in program.entries("/calendar.ics")] == [
        "This morning",
        "Lantern webcast - December",
        "Lantern spring day",
    ]
    today.move_to("2026-11-24T05:00:00+00:00")  # midnight in Boston
    assert program.entries("/calendar.ics")[0][0] == "Lantern webcast - December"


def test_a_canceled_session_stays_canceled_until_its_day_is_over(program, make, forum, today):
    session = make.session(forum, quiet_title="Gone")
    make.session(forum, quiet_title="Stays")
    before = read_with_icalendar(program.fetch(FEED).data)[0]
    change(session, status=SessionStatus.CANCELLED)
    after = read_with_icalendar(program.fetch(FEED).data)[0]

    assert (before.uid, before.status) == (after.uid, "CONFIRMED")
    assert after.status == "CANCELLED"
    assert after.sequence > before.sequence

    today.move_to("2027-04-25T03:59:59+00:00")
    assert len(program.entries(FEED)) == 2
    today.move_to("2027-04-25T04:00:00+00:00")
    assert program.entries(FEED) == [("Stays · Lantern spring day", "CONFIRMED")]


def test_a_canceled_event_cancels_what_is_in_its_feed(program, make, forum):
    make.session(forum)
    change(forum, status=EventStatus.CANCELLED)
    assert [status for _, status in program.entries(FEED)] == ["CANCELLED"]
    assert ("Canceled: Lantern spring day", "CANCELLED") in program.entries("/calendar.ics")


@pytest.mark.parametrize(
    "address",
    [
        "/events/forum-2028/calendar.ics",
        "/events/draft/calendar.ics",
        "/events/draft/sessions/s1/calendar.ics",
        "/events/forum-2027/sessions/s99/calendar.ics",
    ],
)
def test_what_is_not_public_is_not_found(program, make, forum, address):
    draft = make.event(slug="draft", status=EventStatus.DRAFT)
    make.session(draft, key="s1")
    assert program.fetch(address).status_code == 404


def test_a_sessions_public_entry_is_the_same_wherever_it_comes_from_and_hers_is_her_own(
    program, make, forum
):
    session = make.session(forum, key="s06")
    ada = make.registration(forum)
    db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    files = [FEED, "/events/forum-2027/sessions/s06/calendar.ics", feed_link(ada)]
    feed, download, hers = (
        [each.uid for each in read_with_icalendar(program.fetch(f).data)] for f in files
    )
    assert feed == download == [session.uid]
    assert hers[0] == ada.uid
    assert not {forum.uid, session.uid} & {*hers}


@pytest.mark.parametrize(("language", "word"), [("en", "Canceled"), ("es", "Se canceló")])
def test_a_canceled_entry_says_so_first_in_the_language_of_its_feed(
    program, make, forum, language, word
):
    session = make.session(forum, quiet_title="Gone")
    change(session, status=SessionStatus.CANCELLED)
    assert program.entries(f"{FEED}?lang={language}") == [
        (f"{word}: Gone · Lantern spring day", "CANCELLED")
    ]


def test_programs_that_make_a_file_of_each_entry_keep_them_all(program, make, forum):
    sessions = [make.session(forum) for _ in range(32)]
    data = program.fetch(FEED).data
    assert set(kept_by_vdirsyncer(data)) == {each.uid for each in sessions}
    assert set(kept_by_khal(data)) == {each.uid for each in sessions}


def test_a_feed_is_called_by_its_neutral_title_and_opens_by_any_name(program, make, forum):
    make.session(forum, quiet_title="First")
    assert (
        for_event(forum, make.programme(), None).follow.address == f"http://localhost:8000{NAMED}"
    )
    for address in (NAMED, FEED, "/events/forum-2027/an-older-name.ics"):
        assert program.entries(address) == [("First · Lantern spring day", "CONFIRMED")]
    for address in ("/lantern.ics", "/calendar.ics", "/an-older-name.ics"):
        assert program.entries(address) == [("Lantern spring day", "CONFIRMED")]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Lantern", "lantern"),
        ("Día de primavera: 2027 / Ñandú", "dia-de-primavera-2027-nandu"),
        ("灯籠", "calendar"),
        ("x" * 80, "x" * 60),
        ("../..", "calendar"),
    ],
)
def test_a_title_becomes_the_end_of_an_address(title, name):
    assert feed_name(title) == name
