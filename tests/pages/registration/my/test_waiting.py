"""How one waits for a place: at short notice, without being asked, or no longer."""

from datetime import UTC, datetime

import pytest

from forum.db import db
from forum.events.models import EventStatus, Mode
from forum.registration.models import Status
from tests.my import my
from tests.people import words
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough


def test_she_says_how_she_waits(visitor, waiting):
    page = visitor.get(my(waiting, "waiting"))
    assert page.form(my(waiting, "waiting"))["short_notice"] == "none"

    back = visitor.get(
        visitor.submit(
            my(waiting, "waiting"),
            action=my(waiting, "waiting"),
            short_notice="12",
            **{"auto_take-month": "april", "auto_take-day": "20", "auto_take-year": "2027"},
        )
    )

    assert "Saved." in back.text
    assert (
        "If a place is free by Tuesday, April 20, 2027, we book it for you without asking."
        in back.text
    )
    look_again()
    assert waiting.short_notice == 12
    assert waiting.auto_take_until == datetime(2027, 4, 21, 3, 59, tzinfo=UTC)
    form = visitor.get(my(waiting, "waiting")).form(my(waiting, "waiting"))
    assert {name: form[name] for name in form if name != "csrf_token"} == {
        "short_notice": "12",
        "auto_take-month": "April",
        "auto_take-day": "20",
        "auto_take-year": "2027",
    }


def test_short_notice_says_when_on_her_clock_and_never_in_her_night(visitor, make):
    event = make.event(capacity=0)
    hana = make.registration(event, status=Status.WAITLISTED, timezone="Pacific/Honolulu")

    text = visitor.get(my(hana, "waiting")).text

    assert "Yes, if I can answer by Thursday, April 22, 2027, at 8:00 pm" in text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("April", "31", "2027"), "Enter a day like April 20, 2027"),
        (("Foo", "20", "2027"), "Enter a day like April 20, 2027"),
        (("", "20", ""), "Enter a day like April 20, 2027"),
        (("4", "20", "27000"), "Enter a day like April 20, 2027"),
        (("٤", "20", "2027"), "Enter a day like April 20, 2027"),
        (("🌷" * 2500, "20", "2027"), "Enter a day like April 20, 2027"),
        (("11", "22", "2026"), "This day is in the past. Enter a day in the future."),
        (("4", "25", "2027"), "Enter a day up to the day of the event"),
    ],
)
def test_a_day_that_makes_no_sense_is_said_and_what_was_typed_stays(
    visitor, waiting, day, sentence
):
    typed = dict(zip(("auto_take-month", "auto_take-day", "auto_take-year"), day, strict=True))

    page = visitor.submit(
        my(waiting, "waiting"), action=my(waiting, "waiting"), status=422, **typed
    )

    assert page.errors() == [sentence]
    form = page.form(my(waiting, "waiting"))
    assert [form[name] for name in typed] == [each[:20] for each in day]
    look_again()
    assert waiting.auto_take_until is None


@pytest.mark.parametrize("month", ["4", "04", "apr", "Apr.", "APRIL", "abril", " april "])
def test_a_month_is_understood_as_people_write_it(visitor, waiting, month):
    visitor.submit(
        my(waiting, "waiting"),
        action=my(waiting, "waiting"),
        **{"auto_take-month": month, "auto_take-day": "2", "auto_take-year": "2027"},
    )

    look_again()
    assert waiting.auto_take_until == datetime(2027, 4, 3, 3, 59, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["-1", "1000", "x", "", None])
def test_a_forged_notice_is_refused(visitor, waiting, hours):
    page = visitor.submit(
        my(waiting, "waiting"), action=my(waiting, "waiting"), short_notice=hours, status=422
    )

    assert page.errors() == ["Choose from the list"]


def test_she_stops_waiting_and_keeps_her_place(visitor, waiting):
    page = visitor.get(my(waiting, "waiting/leave"))
    assert "Your place online stays yours." in page.text

    back = visitor.get(visitor.submit(my(waiting, "waiting/leave")))

    assert "You left the waitlist. Your place stays booked." in back.text
    look_again()
    assert (waiting.waits_for, waiting.status) == (None, Status.CONFIRMED)


def test_who_does_not_wait_is_told_so(visitor, make):
    ada = make.registration(make.event())

    for more in ("waiting", "waiting/leave"):
        answer = visitor.client.get(my(ada, more), follow_redirects=True)
        assert "You are not on the waitlist. You do not need to do anything." in answer.text


def test_nobody_has_a_number_for_what_does_not_take_place(visitor, waiting):
    assert "number 1 on the waitlist" in visitor.get(my(waiting, "waiting")).text
    waiting.event.status = EventStatus.CANCELLED
    db.session.commit()

    assert "My waitlist choices" not in visitor.get(my(waiting)).text
    text = visitor.get(my(waiting, "waiting")).text

    assert "on the waitlist" not in text
    assert "This event is canceled" in text


def notices(page) -> list[str]:
    """Return what can be answered to short notice."""
    return [words(each) for each in page.all("label") if each.get("for", "").startswith("short")]


def test_no_two_answers_to_short_notice_end_at_the_same_moment(visitor, make, waiting):
    """12 and 3 hours before a quarter past eight are both in the night: one evening, one answer."""
    berlin = make.registration(
        waiting.event, status=Status.WAITLISTED, waits_for=Mode.IN_PERSON, timezone="Europe/Berlin"
    )

    assert notices(visitor.get(my(waiting, "waiting"))) == [
        "No. It would be too short for me.",
        "Yes, if I can answer by Friday, April 23, 2027, at 8:15 am, Eastern Time",
        "Yes, if I can answer by Friday, April 23, 2027, at 8:00 pm, Eastern Time",
    ]
    assert notices(visitor.get(my(berlin, "waiting")))[1:] == [
        f"Yes, if I can answer by {when}, Central European Time (Berlin)"
        for when in (
            "Friday, April 23, 2027, at 2:15 pm",
            "Friday, April 23, 2027, at 8:00 pm",
            "Saturday, April 24, 2027, at 11:15 am",
        )
    ]


def test_whoever_chose_three_hours_sees_the_evening_that_they_come_to(visitor, waiting):
    waiting.short_notice = 3
    db.session.commit()

    form = visitor.get(my(waiting, "waiting")).form(my(waiting, "waiting"))

    assert form["short_notice"] == "12"
