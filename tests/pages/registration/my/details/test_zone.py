"""Her own page asks about the zone of her device once; the answer is kept for this link."""

import pytest

from forum.db import db
from forum.events.models import EventStatus
from forum.registration.models import Status
from tests.my import my
from tests.people import Visitor, words
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough

QUESTION = "data-zone-question"


def questions(page):
    """Return the zones that the page asks beside."""
    return [each.get(QUESTION) for each in page.all("div") if each.get(QUESTION)]


def answer(visitor, ada, **values):
    """Press an answer on her page, and read the page that follows."""
    page = visitor.get(my(ada))
    token = page.form(my(ada, "zone"))["csrf_token"]
    return visitor.get(visitor.post(my(ada, "zone"), {"csrf_token": token, **values}))


def test_the_question_waits_for_a_script_beside_her_times(visitor, ada):
    page = visitor.get(my(ada))

    [question] = [each for each in page.all("div") if each.get(QUESTION)]
    assert question.get("hidden") is not None
    assert question.get("data-moments") == "2027-04-24T12:15Z 2027-04-24T20:30Z"
    assert [words(each) for each in page.all("button") if "keep" in words(each)] == [
        "No, keep Eastern Time"
    ]


def test_her_yes_is_kept_on_her_registration(visitor, ada):
    page = answer(visitor, ada, answer="yes", zone="America/Mexico_City")

    assert "We say times in your time zone, too." in page.text
    assert "6:15 am to 2:30 pm, Central Time (Mexico City)" in page.text
    assert questions(page) == []  # both stand already
    look_again()
    assert ada.timezone == "America/Mexico_City"
    assert emails() == []


def test_her_no_is_kept_for_this_link_on_this_device(app, visitor, ada):
    page = answer(visitor, ada, answer="no", zone="America/Mexico_City")

    assert questions(page) == []
    look_again()
    assert ada.timezone == "America/New_York"
    assert questions(Visitor(app).get(my(ada))) == ["America/New_York"]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "Etc/GMT+5"])
def test_what_is_no_place_changes_nothing(visitor, ada, zone):
    answer(visitor, ada, answer="yes", zone=zone)

    look_again()
    assert (ada.timezone, ada.version) == ("America/New_York", 1)


def test_who_can_change_nothing_any_more_is_asked_nothing(visitor, ada):
    ada.event.status = EventStatus.CANCELLED
    db.session.commit()
    assert questions(visitor.get(my(ada))) == []

    ada.event.status, ada.status = EventStatus.PUBLISHED, Status.CANCELLED
    db.session.commit()
    assert questions(visitor.get(my(ada))) == []
