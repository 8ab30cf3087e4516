"""A stranger's time zone stands in the address of every page for everyone, and nowhere else."""

import re
from datetime import timedelta
from functools import partial

import pytest

from tests.people import form_values
from tests.registering import ADA, the_registration

pytestmark = pytest.mark.sqlite_is_enough

PHOENIX = "tz=America/Phoenix"
PAGES = (
    "/",
    "/events/",
    "/events/forum-2027/",
    "/events/forum-2027/sessions/s1/",
    "/events/webcast/",
    "/events/forum-2027/register",
    "/find",
    "/privacy",
    "/accessibility",
)


@pytest.fixture(autouse=True)
def forum(make):
    forum = make.event(slug="forum-2027")
    make.session(forum, key="s1", track=make.track(key="science"))
    make.webcast(slug="webcast")
    return forum


def ways_on(page):
    """Return the links of ours that lead to pages and calendar files for everyone."""
    ours = [href.replace("%2F", "/") for href in page.links().values()]
    return [
        href
        for href in ours
        if href.startswith(("/", "?", "http://localhost:8000/")) and not href.startswith("/static")
    ]


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_keeps_her_zone(visitor, address):
    page = visitor.get(f"{address}?{PHOENIX}")

    assert ways_on(page) != []
    strays = [href for href in ways_on(page) if not re.search(rf"[?&]{PHOENIX}\b", href)]
    assert strays == [href for href in strays if "tz=America/New_York" in href], (
        "only the way back to the event's own time names another"
    )


@pytest.mark.parametrize("address", PAGES)
def test_without_a_zone_no_link_names_one_but_the_word_to_keep_the_events_own(visitor, address):
    page = visitor.get(address)

    named = {href for href in ways_on(page) if "tz=" in href}
    assert {re.search("tz=([^&#]*)", href)[1] for href in named} <= {"America/New_York"}


@pytest.mark.parametrize("address", ["/", "/events/", "/events/forum-2027/register"])
def test_lists_and_the_form_say_times_on_her_clock_too(visitor, address):
    said = visitor.get(f"{address}?{PHOENIX}").text

    assert "5:15 am to 1:30 pm, Mountain Time (Phoenix)" in said
    assert "8:15 am to 4:30 pm, Eastern Time" in said


def test_on_the_day_home_says_what_is_next_on_both_clocks(visitor, forum, today, make):
    make.session(forum, starts_at=forum.starts_at + timedelta(hours=2))
    today.move_to(forum.starts_at + timedelta(hours=1))

    assert "Next, 7:15 am (10:15 am Eastern Time)" in visitor.get(f"/?{PHOENIX}").text
    assert "Next, 10:15 am " in visitor.get("/").text


def test_a_calendar_file_says_her_clock_and_leads_back_to_it(visitor):
    files = [
        visitor.client.get(f"{address}?{PHOENIX}").text.replace("\r\n ", "")
        for address in (
            "/events/forum-2027/date/calendar.ics",
            "/events/forum-2027/sessions/s1/calendar.ics",
        )
    ]

    for file in files:
        assert "Mountain Time (Phoenix)" in file
        assert f"/?{PHOENIX}" in file
    own = visitor.client.get("/events/forum-2027/date/calendar.ics")
    assert "Phoenix" not in own.text


def test_a_form_in_her_zone_is_not_guessed_at_again(visitor):
    field = {
        each.get("id"): each for each in visitor.get("/events/forum-2027/register").all("select")
    }
    assert field["timezone"].get("data-guess-zone") == "America/New_York"

    for zone in ("America/Phoenix", "America/New_York"):
        page = visitor.get(f"/events/forum-2027/register?tz={zone}")
        field = {each.get("id"): each for each in page.all("select")}
        assert page.form()["timezone"] == zone
        assert field["timezone"].get("data-guess-zone") is None


def questions_at(visitor, address):
    """Return the zones that a page asks beside."""
    asked = [each.get("data-zone-question") for each in visitor.get(address).all("div")]
    return [zone for zone in asked if zone]


def test_the_form_to_register_asks_for_her_zone_and_says_its_times_in_it(visitor):
    address = "/events/forum-2027/register?mode=webcast"
    page = visitor.get(address)

    assert "Times in Eastern Time. Show in my time zone" in page.text
    zone_form = next(each for each in page.all("form") if each.get("method") == "get")
    assert (zone_form.get("action"), form_values(zone_form)) == (
        "/events/forum-2027/register",
        {"mode": "webcast", "tz": "America/New_York"},
    )
    assert questions_at(visitor, address) == ["America/New_York"]
    assert questions_at(visitor, f"{address}&{PHOENIX}") == []


def test_a_form_that_comes_back_says_its_times_in_the_zone_that_was_chosen(visitor):
    address = "/events/forum-2027/register"
    page = visitor.get(address)

    back = visitor.post(address, page.form() | {"timezone": "America/Phoenix"}, status=422)

    assert "5:15 am to 1:30 pm, Mountain Time (Phoenix)" in back.text
    assert "Show in my time zone" not in back.text, "it would lose what was typed"


def test_about_what_is_over_nobody_is_asked(visitor, forum, today):
    today.move_to(forum.ends_at)

    for address in ("/events/forum-2027/", "/events/forum-2027/sessions/s1/"):
        assert questions_at(visitor, address) == []


def test_who_has_chosen_is_not_asked_again(visitor):
    questions = partial(questions_at, visitor)
    for address in ("/events/forum-2027/", "/events/webcast/", "/events/forum-2027/sessions/s1/"):
        assert questions(address) == ["America/New_York"]
        assert questions(f"{address}?{PHOENIX}") == []
        assert questions(f"{address}?tz=America/New_York") == []


def test_her_word_to_keep_the_events_own_time_stands_in_the_address_too(visitor):
    page = visitor.get("/events/forum-2027/?track=science&lang=es")

    assert page.links()["No, solo hora del Este"] == (
        "/events/forum-2027/?track=science&tz=America/New_York&lang=es#agenda"
    )
    kept = visitor.get("/events/forum-2027/?tz=America/New_York")
    assert "Times in Eastern Time." in kept.text
    assert kept.links()["Register"] == "/events/forum-2027/register?tz=America/New_York"


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "EST", "Etc/GMT+5", "america/phoenix", "", "x" * 80]
)
def test_what_is_no_place_is_no_zone_and_kept_nowhere(app, visitor, zone):
    page = visitor.get(f"/events/forum-2027/?tz={zone.replace('+', '%2B')}")

    assert "Times in Eastern Time." in page.text
    assert page.links()["Register"] == "/events/forum-2027/register"
    assert app.wsgi_app._pages == {}


@pytest.mark.parametrize(
    "query",
    ["?tz=UTC&tz=America/Phoenix", "?tz=America/Phoenix&tz=x1", "?tz=x1&tz=America/Phoenix"],
)
def test_nobody_can_invent_addresses_that_are_kept(app, visitor, query):
    visitor.get(f"/events/forum-2027/{query}")

    assert app.wsgi_app._pages == {}


def test_a_page_in_a_zone_is_kept_whole(app, visitor):
    for _ in range(2):
        visitor.get(f"/events/forum-2027/?{PHOENIX}")
        visitor.get("/events/forum-2027/?tz=America%2FPhoenix")

    assert [*app.wsgi_app._pages] == [("/events/forum-2027/", "tz=America%2FPhoenix")]


def test_after_registering_the_way_back_says_times_as_she_registered(visitor, forum):
    form = "/events/forum-2027/register?tz=America/Phoenix"
    page = visitor.get(visitor.submit(form, **ADA))

    assert the_registration().timezone == "America/Phoenix"
    assert page.links()["Back to the event"] == "/events/forum-2027/?tz=America/Phoenix"
