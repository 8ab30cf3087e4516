"""A forum that was put off, and what its page says once it is on its old day again."""

import json
from datetime import timedelta

import pytest

from forum.planning import actions, whole_actions
from tests.actions.planning.plans import does, event_plan
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough
PAGE = "/events/forum-2027/"


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make, petra):
    """A forum that was put off by four weeks."""
    event = make.event(slug="forum-2027")
    make.session(event)
    new = [at + timedelta(days=28) for at in (event.starts_at, event.ends_at)]
    does(whole_actions.postpone, event, *new, version=event.version, by=petra)
    look_again()
    return event


def goes_back(event, by, *, days, hours=0):
    back = timedelta(hours=hours) - timedelta(days=days)
    plan = event_plan(event, starts_at=event.starts_at + back, ends_at=event.ends_at + back)
    does(actions.change_event, event, plan, version=event.version, by=by)
    look_again()


def said(page) -> dict[str, object]:
    block = next(each for each in page.all("script") if each.get("type") == "application/ld+json")
    data = json.loads(block.text)
    return {name: data.get(name) for name in ("eventStatus", "previousStartDate")}


@pytest.mark.parametrize("hours", [-1, 0])
def test_a_forum_that_is_on_its_old_day_again_has_no_new_date(visitor, event, petra, hours):
    goes_back(event, petra, days=28, hours=hours)

    page = visitor.get(PAGE)

    assert "new date" not in page.text
    scheduled = "https://schema.org/EventScheduled"
    assert said(page) == {"eventStatus": scheduled, "previousStartDate": None}


def test_a_forum_that_is_moved_once_more_still_says_its_old_date(visitor, event, petra):
    goes_back(event, petra, days=21)

    page = visitor.get(PAGE)

    old, new = "Saturday, April 24, 2027", "Saturday, May 1, 2027"
    assert f"The old date was {old}. The new date is {new}." in page.text
    assert said(page) == {
        "eventStatus": "https://schema.org/EventRescheduled",
        "previousStartDate": "2027-04-24T08:15:00-04:00",
    }
