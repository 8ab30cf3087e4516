"""Emails to readers in another country, to two, and about small sessions."""

from datetime import UTC, datetime

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import SessionPlace, Status
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.parametrize(
    ("zone", "number"),
    [
        ("America/New_York", "617-555-0142"),
        ("America/Puerto_Rico", "617-555-0142"),
        ("Europe/Madrid", "+1 617-555-0142"),
    ],
)
def test_numbers_stand_as_they_are_dialed_where_the_reader_lives(make, written, zone, number):
    letter = written("confirmation", make.registration(make.event(), timezone=zone))

    assert f"Who to call\n  {number}, Monday" in letter.text


def test_who_goes_online_reads_that_nothing_changes_for_who_comes_along(make, written):
    ada = make.registration(make.event(), mode=Mode.WEBCAST)
    make.registration(ada.event, name="Hank", email=ada.email, companion_of=ada)
    db.session.commit()

    letter = written("mode_changed", ada)

    for text in (letter.text, letter.html):
        assert text.count("Nothing changes for Hank.") == 1


@pytest.mark.parametrize("email", ["mode_changed", "promoted"])
def test_who_comes_after_all_is_asked_to_choose_small_sessions_again(make, written, email):
    her = make.registration(make.event())
    make.session(her.event, capacity=8)

    text = written(email, her).text

    assert "Please choose your sessions again.\n\nChoose your sessions\n  http" in text


def test_the_confirmation_names_her_small_sessions_and_how_she_stands(make, written):
    event = make.event()
    her = make.registration(event)
    for name, status in (("A", Status.CONFIRMED), ("B", Status.WAITLISTED)):
        session = make.session(event, capacity=8, quiet_title=f"Circle {name}")
        db.session.add(SessionPlace(registration=her, session=session, status=status))
    db.session.commit()

    text = written("confirmation", her).text

    said = ("Circle A", "Your place in this session is booked.", "You are on the waitlist of this")
    places = [text.index(words) for words in (*said, "Circle B")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("confirmation", "Your place on Saturday, April 24, 2027"),
        ("my_link", "Your link for Saturday, April 24, 2027"),
        ("cancellation", "Your place on Saturday, April 24, 2027 is canceled"),
        ("details_changed", "Your details for Saturday, April 24, 2027 have changed"),
    ],
)
@pytest.mark.parametrize(
    "title",
    [
        "Lantern webcast, April 24",
        "Lantern webcast (Saturday, April 24, 2027)",
        "April 24: Lantern webcast",
        "Lantern, 24 de abril, webcast",
    ],
)
def test_a_subject_names_a_day_once(make, written, email, said, title):
    webcast = make.webcast(starts_at=SPRING_DAY, quiet_title=title)
    status = Status.CANCELLED if email == "cancellation" else Status.CONFIRMED

    letter = written(email, make.registration(webcast, mode=Mode.WEBCAST, status=status))

    bare = "Lantern, webcast" if title.startswith("Lantern, ") else "Lantern webcast"
    assert letter.subject == f"{said}: {bare}"


def test_a_subject_names_the_day_once_of_what_lasts_until_midnight(make, written):
    midnight = datetime(2027, 4, 25, 4, 0, tzinfo=UTC)
    title = "Lantern webcast, April 24"
    webcast = make.webcast(starts_at=SPRING_DAY, ends_at=midnight, quiet_title=title)

    letter = written("confirmation", make.registration(webcast, mode=Mode.WEBCAST))

    assert letter.subject == "Your place on Saturday, April 24, 2027: Lantern webcast"


@pytest.mark.parametrize("title", ["April 24", "Lantern webcast, April 25", "Lantern, April 240"])
def test_a_title_that_is_nothing_but_its_day_or_names_another_stays_whole(make, written, title):
    webcast = make.webcast(starts_at=SPRING_DAY, quiet_title=title)

    letter = written("confirmation", make.registration(webcast, mode=Mode.WEBCAST))

    assert letter.subject == f"Your place on Saturday, April 24, 2027: {title}"
