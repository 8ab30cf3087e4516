"""Each number of the first page leads to the list of exactly those whom it counts."""

from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.events.models import EventStatus
from forum.outbox.models import MessageState
from forum.registration.models import CareState, Status
from tests.desk import EVENT, OrganizerAtDesk, names
from tests.pages.organizer.outbox import alive, failed_message

pytestmark = pytest.mark.sqlite_is_enough

TODAY = "/organize/"
OUTBOX = "/organize/outbox/"


@pytest.mark.both_engines
def test_who_registered_within_a_week_is_listed_the_newest_first(make, desk, event):
    days = {"Ada": 6, "Ben": 1, "Cora": 8}
    for name, ago in days.items():
        make.registration(event, name=name, registered_at=clock.now() - timedelta(days=ago))
    left = {"status": Status.CANCELLED, "registered_at": clock.now()}
    make.registration(event, name="Left", **left)
    gone = {"care_state": CareState.REMEMBERED, "registered_at": clock.now()}
    make.registration(event, name="Gone", **gone)
    off = make.event(status=EventStatus.CANCELLED)
    make.registration(off, name="Off", registered_at=clock.now())

    links = desk.get(TODAY).links()

    assert links["Registered within a week: 2"] == "/organize/people?who=new"
    assert names(desk.get(links["Registered within a week: 2"])) == ["Ben", "Ada"]


def test_who_comes_who_is_offered_a_place_and_who_waits_is_one_press_away(make, desk, event):
    make.registration(event, name="Ada")
    make.registration(event, name="Wim", status=Status.WAITLISTED)

    for page in (TODAY, "/organize/events/"):
        links = desk.get(page).links()
        assert names(desk.get(links["In person: 1 of 200"])) == ["Ada"]
        assert links["1 waiting"] == f"{EVENT}/waitlist"


def test_a_viewer_reads_the_same_numbers_and_is_led_nowhere_that_is_closed(app, make, event):
    make.registration(event, registered_at=clock.now())
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    page = viewer.get(TODAY)

    assert "In person: 1 of 200" in page.text
    assert "Registered within a week: 1" in page.text
    assert [each for each in page.links().values() if "people" in each or "registr" in each] == []


@pytest.mark.both_engines
def test_emails_that_have_waited_for_too_long_are_listed(make, desk, event):
    alive()
    ada, ben, cora = (make.registration(event, name=name) for name in ("Ada", "Ben", "Cora"))
    waits = {"state": MessageState.QUEUED}
    failed_message(make, ada, due_at=clock.now() - timedelta(minutes=6), **waits)
    failed_message(make, ben, due_at=clock.now() - timedelta(minutes=4), **waits)
    away = {"state": MessageState.SENDING, "lease_owner": "one"}
    failed_message(make, cora, due_at=clock.now() - timedelta(minutes=9), **away)

    links = desk.get(TODAY).links()
    page = desk.get(links["2 emails have waited for more than 5 minutes."])

    assert "2 emails" in page.text
    assert "Only what has waited for more than 5 minutes." in page.text
    assert {"Ada", "Cora"} == {"Ada", "Ben", "Cora"} & page.links().keys()


def test_where_several_events_are_counted_each_is_led_to_and_not_the_first_alone(
    app, make, petra, today
):
    details = {"promises": {"recordings_within_business_days": 10}}
    events = [
        make.event(title=title, quiet_title=title, details=details) for title in ("Sail", "Sun")
    ]
    for each in events:
        make.session(each, is_recorded=True)
    today.move_to(events[0].ends_at + timedelta(days=30), tick=False)
    links = OrganizerAtDesk(app, petra).get(TODAY).links()

    assert "Promises that are late: 2" not in links
    assert {"Sail", "Sun"} <= links.keys()
