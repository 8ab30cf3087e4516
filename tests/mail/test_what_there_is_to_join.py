"""What emails say of joining: only what there is, and from when on for whom; the day once."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from tests.mail.reading import plain

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room())
    return event


NOTHING = "There is nothing to join yet. The Join button will be on your page."
SOME = (
    "On your page, online sessions have a Join button from 15 minutes before they start."
    " For some of them there is nothing to join yet."
)


@pytest.mark.parametrize(("other_stream", "said"), [(None, NOTHING), ("https://a.example", SOME)])
def test_where_no_stream_is_entered_no_button_is_promised(
    make, event, letter_for, other_stream, said
):
    first = event.sessions[0]
    other = make.session(event, room=make.room())
    first.room.stream_url, other.room.stream_url = None, other_stream
    db.session.commit()

    letter = letter_for(make.registration(event, mode=Mode.WEBCAST), "P1D")

    for text in (letter.text, letter.html):
        assert said in text
        assert "each online session has a Join button" not in text
    assert ("/join" in letter.text) == (other_stream is not None)


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        ("P2D", "Saturday, April 24, 8:15 am: Lantern day"),
        ("PT10M", "Today, 8:15 am: Lantern day, April 24"),
        ("P30D", "Saturday, April 24, 2027: Lantern day"),
    ],
)
def test_a_reminder_names_the_day_once(make, event, letter_for, lead, said):
    event.quiet_title = "Lantern day, April 24"
    db.session.commit()

    assert letter_for(make.registration(event), lead).subject == said


def test_who_watches_reads_when_the_first_stream_starts(make, event, letter_for):
    event.sessions[0].ends_at += timedelta(minutes=45)
    db.session.flush()
    event.sessions[0].starts_at += timedelta(minutes=45)
    db.session.commit()

    def subject(mode, lead):
        return letter_for(make.registration(event, mode=mode), lead).subject

    day = "Saturday, April 24"
    assert [subject(mode, "P1D") for mode in (Mode.WEBCAST, Mode.IN_PERSON)] == [
        f"{day}, online from 9:00 am: Lantern spring day",
        f"{day}, 8:15 am: Lantern spring day",
    ]
    assert [subject(mode, "PT10M") for mode in (Mode.WEBCAST, Mode.IN_PERSON)] == [
        "Today. Online from 9:00 am: Lantern spring day",
        "Today, 8:15 am: Lantern spring day",
    ]


def test_who_listens_reads_when_there_is_first_something_to_hear(make, event, letter_for):
    hall = event.sessions[0]
    hall.ends_at += timedelta(minutes=45)
    db.session.flush()
    hall.starts_at += timedelta(minutes=45)
    seen_only = make.room(position=-1, dial_in=None)
    make.session(event, room=seen_only, starts_at=event.starts_at + timedelta(minutes=15))
    db.session.commit()
    day = "Saturday, April 24"

    before, today = (
        letter_for(make.registration(event, mode=Mode.PHONE), lead) for lead in ("P1D", "PT10M")
    )

    assert before.subject == f"{day}, by phone from 9:00 am: Lantern spring day"
    assert today.subject == "Today. By phone from 9:00 am: Lantern spring day"
    for letter in (before, today):
        assert "9:00 am to 9:45 am, Eastern Time: 617-555-0150" in plain(letter.text)


def test_who_hears_the_day_from_its_start_reads_one_number_and_no_hours(make, event, letter_for):
    letter = letter_for(make.registration(event, mode=Mode.PHONE), "P1D")

    assert letter.subject == "Saturday, April 24, 8:15 am: Lantern spring day"
    assert "to 9:00 am" not in plain(letter.text)
