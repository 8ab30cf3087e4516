""" "Add to calendar" means one entry: the event's own on public pages, hers on her pages."""

import pytest
from icalendar import Calendar

from forum.db import db
from forum.links import date_link
from forum.registration.models import CareState, Status
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def forum(make):
    forum = make.event()
    for _number in range(3):
        make.session(forum, room=make.room())
    return forum


def entries(visitor, address: str) -> list:
    answer = visitor.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_the_page_of_a_forum_adds_one_entry_and_follows_its_sessions_by_name(visitor, forum):
    page = visitor.get(f"/events/{forum.slug}/")

    [entry] = entries(visitor, page.links()["Calendar file, neutral title"])
    assert (entry["UID"], entry["SUMMARY"]) == (forum.uid, "Lantern spring day")
    assert "Follow all sessions in my calendar" in page.text


def test_her_page_adds_hers_with_the_uid_of_her_emails(visitor, make, forum):
    ada = make.registration(forum)

    [entry] = entries(visitor, visitor.get(my(ada)).links()["Calendar file"])

    assert (entry["UID"], entry["CLASS"]) == (ada.uid, "PRIVATE")
    assert ada.uid != forum.uid


def test_her_file_is_kept_by_no_one_else(visitor, make, forum):
    headers = visitor.client.get(date_link(make.registration(forum))).headers

    assert "private" in headers["Cache-Control"]
    assert headers["X-Robots-Tag"] == "noindex"


def test_who_waits_or_has_died_has_no_entry_to_add(visitor, make):
    full = make.event(capacity=0)
    waiting = make.registration(full, status=Status.WAITLISTED)
    ada = make.registration(make.event())
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    assert [visitor.client.get(date_link(each)).status_code for each in (waiting, ada)] == [404] * 2
