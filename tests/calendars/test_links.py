""" "Add to calendar" leads to where each calendar program expects it."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.calendars import links
from forum.calendars.links import LONGEST, OUTLOOK, for_event, for_registration, for_session
from forum.i18n import speaking
from forum.links import date_link, feed_link
from tests.calendars.make import an_entry

DATE = "http://localhost:8000/events/forum-1/date/calendar.ics"
FEED = "http://localhost:8000/events/forum-1/lantern-spring-day.ics"


def fields(address: str) -> dict[str, str]:
    """Return what a server reads in a query, in which a plus is not a space for everybody."""
    assert "+" not in urlsplit(address).query
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def forum(make):
    return make.event()


def test_a_forum_is_added_as_one_date_and_its_sessions_are_followed_apart(make, forum):
    found = for_event(forum, make.programme(), None)
    follow = found.follow

    assert found.file == DATE
    assert found.full_titles == f"{DATE}?titles=full"
    assert fields(found.google)["text"] == "Lantern spring day"
    assert fields(found.google)["dates"] == "20270424T121500Z/20270424T203000Z"
    assert fields(found.outlook)["rru"] == "addevent"
    assert follow.address == FEED
    assert follow.subscribe == "webcal://localhost:8000/events/forum-1/lantern-spring-day.ics"
    assert fields(follow.google) == {"cid": follow.subscribe}
    assert follow.google.startswith(
        "https://calendar.google.com/calendar/u/0/r?cid=webcal%3A%2F%2F"
    )
    assert fields(follow.outlook) == {"url": FEED, "name": "Lantern spring day"}
    assert follow.outlook.startswith(
        "https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2F"
    )
    assert follow.outlook_365.startswith("https://outlook.office.com/calendar/0/addfromweb?")


def test_a_webcast_is_added_as_one_date_or_followed(make):
    webcast = make.webcast()
    found = for_event(webcast, make.programme(), None)

    assert found.file.endswith(f"/events/{webcast.slug}/date/calendar.ics")
    assert found.follow.address.endswith(f"/events/{webcast.slug}/lantern-webcast-december.ics")
    assert fields(found.google)["text"] == "Lantern webcast - December"
    assert fields(found.google)["dates"] == "20261216T170000Z/20261216T180000Z"
    assert fields(found.google)["action"] == "TEMPLATE"


def test_a_session_is_added_with_its_neutral_title(make, forum):
    session = make.session(forum, quiet_title="Session 3 A")
    found = for_session(session, make.programme(), None)
    read = fields(found.outlook)

    assert found.outlook.startswith("https://outlook.live.com/calendar/0/action/compose?")
    assert read["rru"] == "addevent"
    assert read["subject"] == "Session 3 A · Lantern spring day"
    assert (read["startdt"], read["enddt"]) == ("2027-04-24T12:15:00Z", "2027-04-24T13:00:00Z")
    assert found.follow is None
    assert "Bones" not in unquote(f"{found.google}{found.outlook}{found.outlook_365}")


def test_everything_to_come_is_followed_under_the_neutral_name(make, forum):
    found = links.for_everything(make.programme())
    assert found.address == "http://localhost:8000/lantern.ics"
    assert fields(found.outlook)["name"] == "Lantern"


def test_a_visitor_who_reads_spanish_is_led_to_spanish_entries(make, forum, app):
    with app.test_request_context(), speaking("es"):
        found = for_event(forum, make.programme(), None)
    assert found.file == f"{DATE}?lang=es"
    assert found.full_titles == f"{DATE}?lang=es&titles=full"
    assert fields(found.follow.outlook)["url"] == f"{FEED}?lang=es"


def test_a_person_adds_her_own_entry_and_follows_her_own_day(make, forum):
    ada = make.registration(forum)
    found = for_registration(ada, make.programme(), None)
    assert found.file == date_link(ada)
    assert found.full_titles is None
    assert found.follow.address == feed_link(ada, "lantern-spring-day")


def test_what_google_and_outlook_are_told_opens_nothing_of_hers(make, forum):
    ada = make.registration(forum)
    found = for_registration(ada, make.programme(), None)
    for address in (found.google, found.outlook, found.outlook_365):
        assert "/my/" not in unquote(address)


@given(
    summary=st.text(st.characters(exclude_categories=())),
    description=st.text(st.characters(exclude_categories=()), max_size=4000),
)
def test_no_text_makes_an_address_too_long_or_another_one(summary, description):
    entry = an_entry(summary=summary[:LONGEST], description=description)
    for address in (links._google_form(entry), links._outlook_form(OUTLOOK, entry)):
        assert len(address) <= LONGEST
        assert address.isascii()
        assert set(fields(address)) <= {
            *("action", "text", "dates", "location", "details"),
            *("rru", "subject", "startdt", "enddt", "body"),
        }


def test_long_words_are_cut_between_whole_characters():
    entry = replace(an_entry(), description="é" * 1000)
    details = fields(links._google_form(entry))["details"]
    assert details == "é" * len(details)
    assert LONGEST - 6 < len(links._google_form(entry)) <= LONGEST
