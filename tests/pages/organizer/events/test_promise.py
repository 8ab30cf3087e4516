"""The promise of recordings at the desk: late on Today, kept or given a new date in one step."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum.accounts.models import OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.db import db
from tests.desk import EVENT, OrganizerAtDesk, desk_form, queries_for
from tests.pages.organizer.outbox import alive
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

TODAY = "/organize/"
PROMISE = f"{EVENT}/promise"
LAST_SECOND = datetime(2027, 5, 8, 3, 59, 59, tzinfo=UTC)
"""Of May 7 in Boston, by which the recordings of April 24 are promised."""
LATE = LAST_SECOND + timedelta(seconds=1)
SAVED = "Saved. Our pages say it now. Nobody was written to."


@pytest.fixture
def event(make):
    """The forum, which records something and promises to publish it."""
    details = {"promises": {"recordings_within_business_days": 10}}
    event = make.event(title="Spring Forum", slug="forum-2027", details=details)
    make.session(event, is_recorded=True)
    return event


@pytest.fixture
def desk_at(app, petra, event, today):
    """Return a way to sit at the desk at a moment."""

    def sit(moment, organizer=petra):
        today.move_to(moment, tick=False)
        alive()
        return OrganizerAtDesk(app, organizer)

    return sit


def deeds():
    chosen = (Action.PROMISE_KEPT, Action.PROMISE_MOVED, Action.PROMISE_REOPENED)
    entries = db.session.query(AuditEntry).filter(AuditEntry.action.in_(chosen))
    return [(each.action, each.facts) for each in entries.order_by(AuditEntry.id)]


def test_a_promise_that_is_due_is_good_to_know(desk_at):
    page = desk_at(LAST_SECOND).get(TODAY)

    assert "Nothing needs you right now." in page.text
    known = page.text.partition("Good to know")[2]
    assert "Lantern spring day: Recordings promised by Friday, May 7, 2027" in known
    assert page.links()["Lantern spring day"] == PROMISE


@pytest.mark.both_engines
def test_a_promise_that_is_late_is_to_be_done_now(desk_at):
    page = desk_at(LATE).get(TODAY)

    assert "Nothing needs you right now." not in page.text
    to_do = page.text.partition("Do now")[2]
    assert "Promises that are late: 1 Our pages say that the recordings are late." in to_do
    assert "Lantern spring day: promised by Friday, May 7, 2027" in to_do
    assert page.links()["Promises that are late: 1"] == PROMISE
    assert "Recordings promised" not in page.text


def test_before_the_event_is_over_nothing_is_owed(desk_at, event):
    desk = desk_at(event.ends_at - timedelta(seconds=1))

    assert "Recordings promised" not in desk.get(TODAY).text
    desk.get(PROMISE, status=404)
    overview = desk.get(f"{EVENT}/")
    assert "Recordings promised by Friday, May 7, 2027" in overview.text
    assert "Promise of the recordings" not in overview.links()


def test_the_overview_says_that_it_is_late_and_leads_to_what_can_be_said(desk_at):
    page = desk_at(LATE).get(f"{EVENT}/")

    assert "Recordings promised by Friday, May 7, 2027. They are late" in page.text
    assert page.links()["Say that it is kept, or give a new date"] == PROMISE
    assert page.links()["Promise of the recordings"] == PROMISE


def test_the_page_says_what_people_read_now(desk_at):
    page = desk_at(LATE).get(PROMISE)

    assert (
        "“We promised the recordings by Friday, May 7, 2027. They are late."
        " We are sorry. You can call or write to us about it.”"
    ) in page.text


@pytest.mark.both_engines
def test_a_promise_that_is_kept_is_off_the_list_and_no_page_says_that_it_is_late(
    desk_at, event, visitor
):
    desk = desk_at(LATE)
    assert "They are late" in visitor.get("/").text

    assert desk.submit(PROMISE, word="kept") == f"{EVENT}/"

    assert SAVED in desk.get(f"{EVENT}/").text
    assert fresh(event).promise_kept_on == date(2027, 5, 8)
    assert "Nothing needs you right now." in desk.get(TODAY).text
    assert "late" not in visitor.get("/").text
    assert "You cannot watch the recordings on our website yet." in (
        visitor.get("/events/forum-2027/").text
    )
    was, now = ({"promise_kept_on": each} for each in (None, "2027-05-08"))
    assert deeds() == [(Action.PROMISE_KEPT, {"was": was, "now": now})]


def test_a_new_date_is_said_on_pages_and_leaves_the_list_until_it_passes(
    desk_at, event, visitor, today
):
    desk = desk_at(LATE)

    desk.submit(PROMISE, word="new day", day="2027-05-21")

    assert fresh(event).promise_moved_to == date(2027, 5, 21)
    page = desk.get(TODAY).text
    assert "Nothing needs you right now." in page
    assert "Lantern spring day: Recordings promised by Friday, May 21, 2027" in page
    assert "They are late. The new date is Friday, May 21, 2027." in visitor.get("/").text
    desk = desk_at(LATE + timedelta(days=14))
    assert "promised by Friday, May 21, 2027" in desk.get(TODAY).text.partition("Do now")[2]
    assert desk_form(desk.get(PROMISE))["day"] == "2027-05-21"


def test_what_was_said_by_mistake_is_taken_back(desk_at, event):
    desk = desk_at(LATE)
    desk.submit(PROMISE, word="new day", day="2027-05-21")
    desk.submit(PROMISE, word="kept")
    assert desk_form(desk.get(PROMISE))["word"] == "kept"

    desk.submit(PROMISE, word="still due")

    event = fresh(event)
    assert (event.promise_moved_to, event.promise_kept_on) == (None, None)
    assert [action for action, _facts in deeds()] == [
        Action.PROMISE_MOVED,
        Action.PROMISE_KEPT,
        Action.PROMISE_REOPENED,
    ]
    assert "They are late" in desk.get(f"{EVENT}/").text
    history = desk.get("/organize/history/").text
    assert (
        "Petra Sandboxer said that the promise of recordings of “Spring Forum” is kept." in history
    )
    assert "new date of the recordings: none, now Friday, May 21, 2027" in history


def test_what_the_desk_and_a_file_said_is_taken_back_together(desk_at, event):
    """The desk had said that it is kept; a file has said since on which day it was posted."""
    event.promise_kept_on = date(2027, 5, 7)
    event.details = {**event.details, "recording": {"posted": "2027-05-07", "minutes": 50}}
    db.session.commit()
    desk = desk_at(LATE)

    page = desk.get(desk.submit(PROMISE, word="still due"))

    assert SAVED in page.text
    assert "They are late" in page.text
    assert fresh(event).promise_kept_on is None
    assert "recording" not in event.details


def test_the_promise_of_an_event_that_was_put_off_beyond_its_day_can_be_answered(desk_at, event):
    event.details = {**event.details, "promised_by": "2027-04-10"}
    db.session.commit()

    desk_at(LATE).submit(PROMISE, word="kept")

    assert fresh(event).promise_kept_on == date(2027, 5, 8)


def test_saying_again_that_it_is_kept_keeps_its_day(desk_at, event):
    desk_at(LATE).submit(PROMISE, word="kept")
    desk_at(LATE + timedelta(days=3)).submit(PROMISE, word="kept")

    assert fresh(event).promise_kept_on == date(2027, 5, 8)
    assert len(deeds()) == 1


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({}, "Choose how the promise stands"),
        ({"word": "new day"}, "Enter the day"),
        ({"word": "new day", "day": "soon"}, "Enter the day"),
        ({"word": "new day", "day": "2027-05-07"}, "Enter today or a later day"),
    ],
)
def test_a_slip_is_said_at_its_field_and_changes_nothing(desk_at, event, answers, error):
    page = desk_at(LATE).submit(PROMISE, status=422, **answers)

    assert page.errors() == [error]
    assert (fresh(event).promise_moved_to, fresh(event).promise_kept_on) == (None, None)


def test_a_day_that_is_not_asked_for_refuses_nothing(desk_at, event):
    desk_at(LATE).submit(PROMISE, word="kept", day="soon")

    assert fresh(event).promise_kept_on == date(2027, 5, 8)


@pytest.mark.parametrize("word", ["kept", "still due"])
def test_a_date_that_does_not_go_with_the_answer_is_said(desk_at, event, word):
    page = desk_at(LATE).submit(PROMISE, word=word, day="2027-05-21", status=422)

    assert page.errors() == [
        "Choose “Not yet. There is a new date” for this date, or empty the field"
    ]
    assert fresh(event).promise_kept_on is None


def test_who_comes_second_is_shown_both_versions(app, make, desk_at, event):
    petra = desk_at(LATE)
    stale = desk_form(petra.get(PROMISE))
    OrganizerAtDesk(app, make.organizer()).submit(PROMISE, word="new day", day="2027-05-21")

    page = petra.post(PROMISE, {**stale, "word": "kept"}, status=409)

    assert "This was changed since you opened it" in page.text
    assert fresh(event).promise_kept_on is None
    petra.post(PROMISE, {**desk_form(page), "word": "kept"})
    assert fresh(event).promise_kept_on == date(2027, 5, 8)


def test_what_a_file_says_is_kept_is_explained_and_may_be_taken_back(make, desk_at):
    details = {"promised_by": "2027-05-01", "recording": {"posted": "2027-04-30", "minutes": 40}}
    webcast = make.webcast(slug="past", starts_at=LATE - timedelta(days=20), details=details)
    address = "/organize/events/past/promise"
    desk = desk_at(LATE)

    page = desk.get(address)
    assert "says that the recording was posted on Friday, April 30, 2027." in page.text
    assert "That means: people have the recordings, or know how to ask for them." in page.text
    assert desk_form(page)["word"] == "kept"
    desk.submit(address, word="kept")
    assert (fresh(webcast).promise_kept_on, deeds()) == (None, [])

    desk.submit(address, word="new day", day="2027-06-01")

    assert fresh(webcast).details == {"promised_by": "2027-05-01"}
    assert webcast.promise_moved_to == date(2027, 6, 1)
    was = {"promise_kept_on": "2027-04-30", "promise_moved_to": None}
    now = {"promise_kept_on": None, "promise_moved_to": "2027-06-01"}
    assert deeds() == [(Action.PROMISE_MOVED, {"was": was, "now": now})]
    assert "Recordings promised by Tuesday, June 1, 2027" in desk.get(address).text


def test_an_event_that_promises_nothing_has_no_such_page(make, desk_at):
    make.event(slug="quiet", starts_at=LATE - timedelta(days=2))

    desk_at(LATE).get("/organize/events/quiet/promise", status=404)


def test_who_may_only_look_sees_it_and_changes_nothing(make, desk_at):
    desk = desk_at(LATE, make.organizer(role=OrganizerRole.VIEWER))

    page = desk.get(TODAY)

    assert "Promises that are late: 1" in page.text
    assert PROMISE not in page.links().values()
    desk.get(PROMISE, status=403)


def test_many_promises_take_no_more_queries_than_one(make, desk_at):
    desk = desk_at(LATE)
    one = queries_for(desk, TODAY)
    for number in range(7):
        starts_at = LATE - timedelta(days=40 + number)
        make.webcast(starts_at=starts_at, details={"promised_by": "2027-05-01"})

    assert queries_for(desk, TODAY) == one
    listed = [
        each for each in desk.get(TODAY).all("a") if each.get("href", "").endswith("/promise")
    ]
    assert len(listed) == 8, "the newest is no less urgent than the oldest"
