"""What everyone may see, without scripts: the agenda, its filters, and how things stand."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event as engine_event

from forum.db import db
from forum.events.models import EventStatus, SessionKind, SessionStatus
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

NEXT_WEEK = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
LAST_MONTH = datetime(2026, 10, 14, 16, 0, tzinfo=UTC)


@pytest.fixture
def forum(make):
    """A forum with two tracks, a circle with few places, a break and a quiet room."""
    forum = make.event(slug="forum-2027")
    hall = make.room(name="Tide Auditorium")
    garden = make.room(name="Garden Room", is_streamed=False)
    science = make.track(key="science", name="Treatment and research", mark="triangle")
    at = forum.starts_at
    make.session(
        forum,
        key="s1",
        title="The year in research",
        room=hall,
        track=science,
        has_captions=True,
        speakers=(make.speaker(name="Dr. Marigold Testwell"),),
    )
    make.session(
        forum,
        key="s2",
        title="Men with MBC",
        room=garden,
        kind=SessionKind.CIRCLE,
        is_streamed=False,
        capacity=16,
        taken=14,
        audience=("caregiver",),
    )
    make.session(
        forum,
        key="s3",
        title="Lunch",
        room=garden,
        kind=SessionKind.BREAK,
        starts_at=at + timedelta(hours=2),
        is_streamed=False,
    )
    make.session(
        forum,
        key="s4",
        title="Quiet room",
        room=garden,
        kind=SessionKind.DROPIN,
        ends_at=forum.ends_at,
        is_streamed=False,
    )
    return forum


def titles(page):
    return [words(h4) for h4 in page.all("h4")]


def test_a_visitor_reads_when_where_and_what_a_forum_is(visitor, forum):
    page = visitor.get("/events/forum-2027/")

    dash = "\N{EN DASH}"
    assert page.heading == f"Living With Metastatic Breast Cancer {dash} Spring Forum"
    assert "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time" in page.text
    assert "Harborlight Conference Center, or live online, or by phone, from anywhere" in page.text
    assert titles(page) == ["The year in research", "Men with MBC", "Lunch"]
    assert "Open all day Quiet room 8:15 am to 4:30 pm Garden Room" in page.text
    assert "8:15 am 45 min" in page.text


def test_an_open_event_offers_registering_and_says_places_in_words(visitor, forum, make):
    for _ in range(180):
        forum.gates[0].taken += 1
    db.session.commit()

    page = visitor.get("/events/forum-2027/")

    assert page.links()["Register"] == "/events/forum-2027/register"
    assert "In person: few places left. Online: open. By phone: open." in page.text
    assert "Few places left" in page.text


def test_filters_are_links_that_combine_and_lead_out_again(visitor, forum):
    page = visitor.get("/events/forum-2027/")
    assert page.links()["Treatment and research"] == "?track=science#agenda"

    page = visitor.get("/events/forum-2027/?track=science")
    assert titles(page) == ["The year in research"]
    assert page.links()["Live online"] == "?track=science&mode=webcast#agenda"
    assert page.links()["Treatment and research"] == "?#agenda"

    page = visitor.get("/events/forum-2027/?track=science&topic=caregiver")
    assert titles(page) == []
    assert "Nothing on the agenda fits all of that" in page.text
    assert page.links()["Show everything"] == "/events/forum-2027/#agenda"


def test_times_are_said_in_both_zones_when_the_visitor_picks_hers(visitor, forum):
    page = visitor.get("/events/forum-2027/?tz=America/Phoenix")

    assert (
        "When Saturday, April 24, 2027, 5:15 am to 1:30 pm, Mountain Time (Phoenix) "
        "8:15 am to 4:30 pm, Eastern Time"
    ) in page.text
    assert "5:15 am 8:15 am Eastern Time 45 min" in page.text
    assert page.links()["The year in research"] == (
        "/events/forum-2027/sessions/s1/?tz=America/Phoenix"
    )


def test_a_zone_nobody_has_heard_of_is_the_events_own(visitor, forum):
    page = visitor.get("/events/forum-2027/?tz=Mars/Olympus")

    assert "Times in Eastern Time." in page.text


def test_spanish_stays_on_every_way_out(visitor, forum):
    page = visitor.get("/events/forum-2027/?lang=es&tz=America/Phoenix")

    assert page.one("html").get("lang") == "es"
    assert page.links()["The year in research"] == (
        "/events/forum-2027/sessions/s1/?tz=America/Phoenix&lang=es"
    )
    assert page.links()["English"] == "/events/forum-2027/?tz=America%2FPhoenix"
    assert page.links()["Lantern"] == "/?lang=es&tz=America/Phoenix"


def test_on_a_spanish_page_what_is_in_english_is_marked_so(visitor, forum):
    page = visitor.get("/events/forum-2027/sessions/s1/?lang=es")

    english = [words(text) for text in page.all("span") if text.get("lang") == "en"]
    assert english == [
        "The year in research",
        "Dr. Marigold Testwell, Nurse",
        "Treatment and research",
        "Living With Metastatic Breast Cancer \N{EN DASH} Spring Forum",
    ]


def test_the_zone_she_picked_goes_with_her_to_registering(visitor, forum):
    page = visitor.get("/events/forum-2027/?tz=America/Phoenix")
    address = page.links()["Register"]

    assert address == "/events/forum-2027/register?tz=America/Phoenix"
    assert visitor.get(address).form()["timezone"] == "America/Phoenix"
    nowhere = visitor.get("/events/forum-2027/register?tz=Mars/Olympus")
    assert nowhere.form()["timezone"] == "America/New_York"


def test_a_session_has_a_page_of_its_own(visitor, forum):
    page = visitor.get("/events/forum-2027/sessions/s1/")

    assert page.heading == "The year in research"
    assert "Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time" in page.text
    assert "Tide Auditorium" in page.text
    assert "Dr. Marigold Testwell, Nurse" in page.text


def test_a_cancelled_session_says_so_on_the_agenda_and_on_its_page(visitor, forum):
    forum.sessions[0].status = SessionStatus.CANCELLED
    db.session.commit()

    assert "The year in research Dr. Marigold Testwell Tide Auditorium Canceled" in (
        visitor.get("/events/forum-2027/").text
    )
    assert "This session is canceled" in visitor.get("/events/forum-2027/sessions/s1/").text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, tzinfo=UTC)},
            "Registration opens on Monday, January 25, 2027, 9:00 am, Eastern Time",
        ),
        ({"takes_registrations": False}, "Registration is not open yet"),
        ({"status": EventStatus.CANCELLED}, "This forum is canceled"),
        ({"starts_at": LAST_MONTH}, "This forum is over"),
    ],
)
def test_an_event_that_takes_nobody_says_why(visitor, make, facts, sentence):
    make.event(slug="forum-2027", **facts)

    page = visitor.get("/events/forum-2027/")

    assert sentence in page.text
    assert "Register" not in page.links()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, tzinfo=UTC)},
            "Registration opens on Monday, January 25, 2027, 9:00 am, Eastern Time.",
        ),
        ({}, "The day on which it opens is not set yet. Please look here again later, or call us."),
    ],
)
def test_what_is_only_announced_says_when_it_opens_as_far_as_that_is_known(
    visitor, make, facts, sentence
):
    make.webcast(slug="june", takes_registrations=False, **facts)

    assert sentence in visitor.get("/events/june/").text
    assert sentence in visitor.get("/events/june/register").text


def test_for_whom_a_webcast_is_stands_on_its_page_once(visitor, make):
    webcast = make.webcast(slug="june", audience=("caregiver",), topics=("grief",))
    webcast.sessions[0].audience = ("caregiver",)
    db.session.commit()

    page = visitor.get("/events/june/")

    said = [words(each) for each in page.all("span") if "tag" in each.get("class", "").split()]
    assert (said.count("For loved ones"), said.count("Grief")) == (1, 1)


def test_a_closed_mode_is_said_beside_the_open_ones(visitor, make):
    forum = make.event(slug="forum-2027")
    forum.gates[0].closes_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    db.session.commit()

    page = visitor.get("/events/forum-2027/")

    assert "In person: registration has closed. Online: open." in page.text


def test_the_first_page_shows_what_comes_next(visitor, forum, make):
    make.webcast(slug="webcast-2026-12", starts_at=NEXT_WEEK, title="News in plain words")

    page = visitor.get("/")

    assert page.heading == "Lantern Metastatic Breast Cancer Programme"
    assert page.links()["See the day"] == "/events/forum-2027/"
    assert page.links()["News in plain words"] == "/events/webcast-2026-12/"
    assert page.links()["Forum 2027"] == "/events/forum-2027/"


def test_all_events_are_listed_the_past_by_year(visitor, make):
    make.webcast(slug="past", starts_at=LAST_MONTH, title="Past")
    make.webcast(slug="older", starts_at=datetime(2025, 10, 1, 16, tzinfo=UTC), title="Older")
    make.webcast(slug="next", starts_at=NEXT_WEEK, title="Next")

    page = visitor.get("/events/")

    headings = [
        words(each) for each in page.tree.iter() if str(each.tag)[-2:] in {"h2", "h3", "h4"}
    ]
    assert headings == ["Webcasts", "Next", "Past events", "2026", "Past", "2025", "Older", "Help"]


def test_drafts_are_nowhere(visitor, make):
    draft = make.webcast(slug="draft", status=EventStatus.DRAFT, title="Secret")

    visitor.get("/events/draft/", status=404)
    visitor.get(f"/events/draft/sessions/{draft.key}/", status=404)
    assert "Secret" not in visitor.get("/").text
    assert "Secret" not in visitor.get("/events/").text


@pytest.mark.parametrize(
    "address", ["/events/nothing/", "/events/forum-2027/sessions/s99/", "/events/a%2Fb/"]
)
def test_what_is_not_there_is_one_kind_page(visitor, forum, address):
    page = visitor.get(address, status=404)

    assert page.heading == "We could not find this page"


def test_the_event_is_described_for_machines_and_nothing_ends_its_element(visitor, make):
    make.event(slug="forum-2027", title="Living & <script>alert(1)</script> learning")

    page = visitor.get("/events/forum-2027/")

    block = next(each for each in page.all("script") if each.get("type") == "application/ld+json")
    assert json.loads(block.text) == {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": "Living & <script>alert(1)</script> learning",
        "startDate": "2027-04-24T08:15:00-04:00",
        "endDate": "2027-04-24T16:30:00-04:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Harborlight Conference Center",
                "address": "1 Example Wharf, Boston, MA 00000",
            },
            {
                "@type": "VirtualLocation",
                "url": "http://localhost:8000/events/forum-2027/",
            },
        ],
        "organizer": {
            "@type": "Organization",
            "name": "Lantern Metastatic Breast Cancer Programme",
        },
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "url": "http://localhost:8000/events/forum-2027/",
    }


@pytest.mark.parametrize(
    "address",
    ["/", "/events/", "/events/forum-2027/", "/events/forum-2027/sessions/s1/", "/privacy"],
)
def test_a_public_page_is_the_same_for_everybody(visitor, forum, address):
    page = visitor.get(address)

    assert "Set-Cookie" not in page.response.headers
    assert "csrf" not in page.response.get_data(as_text=True)
    assert page.response.headers["ETag"]


def test_a_stream_address_is_never_public(visitor, make):
    make.webcast(slug="webcast", room=make.room(stream_url="https://live.example/secret"))

    body = visitor.get("/events/webcast/").response.get_data(as_text=True)

    assert "live.example" not in body


def test_every_page_says_whom_to_call(visitor, forum):
    for address in ("/", "/events/", "/events/forum-2027/", "/privacy", "/accessibility", "/nope"):
        page = visitor.get(address, status=404 if address == "/nope" else 200)
        assert "Call 617-555-0142 Monday to Friday, 9:00 am to 5:00 pm, Eastern Time" in words(
            page.one("footer")
        )


def test_an_agenda_of_any_length_takes_as_many_queries(visitor, make):
    def queries_for(slug, count):
        forum = make.event(slug=slug)
        for _ in range(count):
            make.session(forum, room=make.room(), track=make.track(), speakers=(make.speaker(),))
        db.session.remove()
        statements = []
        note = lambda *args: statements.append(args[2])  # noqa: E731
        engine_event.listen(db.engine, "before_cursor_execute", note)
        visitor.get(f"/events/{slug}/")
        engine_event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    assert queries_for("one", 1) == queries_for("three", 3)


@pytest.mark.parametrize(("kind", "has_rooms"), [("event", True), ("webcast", False)])
def test_only_where_people_meet_a_place_in_person_must_be_free(make, visitor, kind, has_rooms):
    getattr(make, kind)(slug="spring")

    text = visitor.get("/events/spring/").text

    assert "You can change how you take part until the event is over." in text
    assert ("A place in person must be free." in text) is has_rooms


def test_whoever_wants_to_come_reads_until_when_one_can_register_for_it(visitor, make):
    event = make.event(slug="forum-2027", timezone="America/New_York")
    event.gates[0].closes_at = datetime(2026, 12, 1, 22, tzinfo=UTC)
    db.session.commit()
    until = "You can register for it until Tuesday, December 1, 2026, 5:00 pm, Eastern Time."

    assert (
        f"In person: places left. {until} Online: open." in visitor.get("/events/forum-2027/").text
    )
