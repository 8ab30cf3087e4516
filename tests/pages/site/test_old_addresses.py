"""An event with a new name in addresses: whoever has the old one comes to the same page."""

import pytest

from forum.db import transaction
from forum.events.models import EventStatus
from forum.programme.reading.faults import Faulty
from tests.programme import LATER, changed, event, loaded

DAY = "id: forum-2027\n  "
NAMED = (DAY, DAY + "slug: spring-day\n  ")


@pytest.fixture
def renamed(app):
    loaded()
    assert event().slug == "forum-2027"
    loaded(changed(NAMED))
    return event()


@pytest.mark.parametrize(
    "address",
    [
        "/events/forum-2027/",
        "/events/forum-2027/?mode=webcast&tz=Europe/Madrid",
        "/events/forum-2027/sessions/s09/",
        "/events/forum-2027/register",
        "/events/forum-2027/calendar.ics",
    ],
)
def test_an_old_address_leads_to_the_same_page(renamed, visitor, address):
    answer = visitor.client.get(address)

    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        address.replace("forum-2027", "spring-day"),
    )
    assert visitor.client.get(answer.headers["Location"]).status_code == 200


def test_a_form_that_was_open_goes_along(renamed, visitor):
    answer = visitor.client.post("/events/forum-2027/register", data={})

    assert answer.status_code in {308, 400}
    assert "spring-day" in answer.headers.get("Location", "spring-day")


def test_of_a_draft_nothing_is_told_to_strangers(renamed, visitor):
    with transaction():
        renamed.status = EventStatus.DRAFT

    assert visitor.client.get("/events/forum-2027/").status_code == 404


def test_a_name_can_come_back_and_the_other_leads_to_it(renamed, visitor):
    loaded(changed((DAY, DAY + "slug: forum-2027\n  ")))

    assert visitor.client.get("/events/forum-2027/").status_code == 200
    assert visitor.client.get("/events/spring-day/").headers["Location"] == "/events/forum-2027/"


def test_the_old_name_is_not_given_to_another_event(renamed):
    with pytest.raises(Faulty) as refused:
        loaded(changed(NAMED, ("{id: w3, ", "{id: w3, slug: forum-2027, ")))

    assert refused.value.lines == [
        'webcasts[2].slug: addresses that people have lead to the event "forum-2027"'
    ]


def test_a_browser_keeps_no_way_to_a_name_that_may_be_taken_back(app, visitor):
    """What a browser kept of the first move, and is told of the second, would be a circle.

    A 301 without a word about it may be kept for good (RFC 9111 4.2.2, RFC 9110 15.4.2).
    """
    loaded()
    loaded(changed((DAY, DAY + "slug: spring-day\n  ")), now=LATER)
    kept = visitor.client.get("/events/forum-2027/")
    loaded(changed((DAY, DAY + "slug: forum-2027\n  ")), now=LATER)
    back = visitor.client.get(kept.headers["Location"])

    assert back.headers["Location"] == "/events/forum-2027/"
    said = kept.headers.get("Cache-Control", "")
    assert any(word in said for word in ("no-store", "no-cache", "max-age"))
