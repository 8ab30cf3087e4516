"""Her own feed: her event and her sessions, hers alone, and what becomes of them."""

import pytest

from forum import clock
from forum.calendars.links import for_registration
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.events.queries import programme
from forum.links import date_link, feed_link, token
from forum.registration import actions
from forum.registration.models import CareState, SessionPlace, Status
from forum.registration.requests import Request
from tests.calendars.programs import change
from tests.calendars.readers import read_with_icalendar

pytestmark = pytest.mark.sqlite_is_enough


def test_her_feed_has_her_event_and_her_sessions(program, make, forum):
    hers, full, left, others = (
        make.session(forum, quiet_title=title) for title in ("Hers", "Full", "Left", "Others")
    )
    ada = make.registration(forum)
    places = {hers: Status.CONFIRMED, full: Status.WAITLISTED, left: Status.CANCELLED}
    for session, status in places.items():
        db.session.add(SessionPlace(registration=ada, session=session, status=status))
    db.session.commit()

    assert program.entries(feed_link(ada)) == [
        ("Lantern spring day", "CONFIRMED"),
        ("Hers · Lantern spring day", "CONFIRMED"),
    ]
    assert others.title.encode() not in program.last.data


def test_her_feed_is_hers_alone(program, make, forum):
    ada = make.registration(forum)
    answer = program.fetch(feed_link(ada))

    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert b"CLASS:PRIVATE" in answer.data
    assert b"/my/" not in answer.data
    assert ada.name.encode() not in answer.data
    assert answer.headers["Content-Disposition"] == 'inline; filename="lantern-spring-day.ics"'


def test_of_two_who_read_one_mailbox_each_entry_says_whose_it_is(program, make, forum):
    ada = make.registration(forum, name="Ada Trialrun", email="both@people.example")
    circle = make.session(forum, quiet_title="Circle", capacity=8)
    db.session.add(SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED))
    db.session.commit()
    alone = [("Lantern spring day", "CONFIRMED"), ("Circle · Lantern spring day", "CONFIRMED")]
    assert program.entries(feed_link(ada)) == alone

    boris = make.registration(forum, name="Boris Trialrun", email="both@people.example")
    changed = [(f"Ada: {title}", status) for title, status in alone]
    assert program.entries(feed_link(ada)) == changed
    assert b"X-WR-CALNAME:Ada: Lantern spring day" in program.last.data
    assert b"Boris" not in program.last.data
    assert program.entries(date_link(boris)) == [("Boris: Lantern spring day", "CONFIRMED")]
    adding = for_registration(boris, programme(), None)
    assert "text=Boris%3A%20Lantern" in adding.google
    assert "name=Boris%3A%20Lantern" in adding.follow.outlook

    boris.status, boris.updated_at = Status.CANCELLED, clock.now()
    db.session.commit()
    assert program.entries(feed_link(ada)) == alone


def test_her_feed_keeps_to_neutral_titles_unless_she_asked_for_the_full_ones(program, make, forum):
    ada = make.registration(forum)
    flora = make.registration(forum, is_discreet=False)
    assert b"cancer" not in program.fetch(feed_link(ada)).data.lower()
    assert program.entries(feed_link(flora)) == [(forum.title, "CONFIRMED")]


def test_her_feed_speaks_her_language(program, make):
    webcast = make.webcast()
    eusebio = make.registration(webcast, language="es", timezone="America/Puerto_Rico")
    program.fetch(feed_link(eusebio))
    [reading] = read_with_icalendar(program.last.data)
    assert reading.description.startswith("miércoles 16 de diciembre de 2026")


def test_someone_waiting_has_nothing_in_her_calendar_yet(program, make, forum):
    kestrel = make.registration(forum, status=Status.WAITLISTED)
    assert program.entries(feed_link(kestrel)) == []


def test_someone_who_canceled_sees_it_until_the_day_is_over(program, make, forum, today):
    ada = make.registration(forum)
    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CONFIRMED")]
    before = read_with_icalendar(program.last.data)[0].sequence
    change(ada, status=Status.CANCELLED)
    assert program.entries(feed_link(ada)) == [("Canceled: Lantern spring day", "CANCELLED")]
    assert read_with_icalendar(program.last.data)[0].sequence > before

    asked = {"If-Modified-Since": program.last.headers["Last-Modified"]}
    today.move_to("2027-04-25T04:00:00+00:00")
    assert program.entries(feed_link(ada)) == []
    assert program.fetch(feed_link(ada), **asked).status_code == 200


def test_nothing_is_withdrawn_in_front_of_the_family_of_someone_remembered(program, make, forum):
    ione = make.registration(forum)
    first = program.fetch(feed_link(ione))
    change(ione, care_state=CareState.REMEMBERED, status=Status.CANCELLED)

    assert program.entries(feed_link(ione)) == []
    assert b"CANCELLED" not in program.last.data
    assert program.last.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("state", [CareState.PAUSED, CareState.HELD])
def test_a_place_that_is_kept_stays_in_the_calendar(program, make, forum, state):
    hollis = make.registration(forum, care_state=state)
    assert program.entries(feed_link(hollis)) == [("Lantern spring day", "CONFIRMED")]


def test_her_feed_is_another_one_once_she_attends_another_way(program, make, forum):
    ada = make.registration(forum)
    first = program.fetch(feed_link(ada))
    change(ada, mode=Mode.WEBCAST)
    again = program.fetch(feed_link(ada), **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.data != first.data


def test_an_unpublished_event_leaves_her_feed(program, make, forum):
    ada = make.registration(forum)
    change(forum, status=EventStatus.DRAFT)
    assert program.entries(feed_link(ada)) == []


def test_a_revoked_feed_is_the_same_page_as_one_that_never_was(program, make, forum):
    ada = make.registration(forum)
    old = feed_link(ada)
    assert program.fetch(old).status_code == 200
    ada.feed_version += 1
    db.session.commit()

    answers = [
        program.fetch(address)
        for address in (
            old,
            f"/my/{token('feed', 'nobody', 1)}/calendar.ics",
            f"/my/{token('my', ada.public_id, ada.link_version)}/calendar.ics",
            f"{old.removesuffix('/calendar.ics')}x/calendar.ics",
            "/my/nothing/calendar.ics",
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert program.fetch(feed_link(ada)).status_code == 200


def test_she_gives_her_calendar_a_new_address_and_the_old_one_stops(program, make, forum, visitor):
    ada = make.registration(forum)
    old = feed_link(ada)
    mine = f"/my/{token('my', ada.public_id, ada.link_version)}"
    visitor.get(f"{mine}/calendar/new")
    assert program.fetch(old).status_code == 200  # looking changes nothing

    visitor.submit(f"{mine}/calendar/new")

    db.session.rollback()
    db.session.expire_all()
    assert program.fetch(old).status_code == 404
    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CONFIRMED")]
    assert visitor.get(f"{mine}/").status == 200


def test_her_feed_follows_how_she_attends(program, make):
    webcast = make.webcast()
    greta = make.registration(webcast)
    program.fetch(feed_link(greta))
    assert read_with_icalendar(program.last.data)[0].location == "Online"
    change(greta, mode=Mode.PHONE)
    program.fetch(feed_link(greta))
    assert read_with_icalendar(program.last.data)[0].location == "By phone: 617-555-0150"


def test_who_has_a_place_and_waits_for_another_has_the_entry_of_her_place(program, make, forum):
    make.room()
    kestrel = make.registration(forum, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    assert program.entries(feed_link(kestrel)) == [("Lantern spring day", "CONFIRMED")]
    assert read_with_icalendar(program.last.data)[0].location == "Online"


def test_another_way_to_attend_raises_the_sequence_and_keeps_the_uid(program, make):
    forum = make.event()
    make.session(forum, room=make.room())
    ada = make.registration(forum)
    [before] = read_with_icalendar(program.fetch(feed_link(ada)).data)
    seen = {}
    for mode in (Mode.WEBCAST, Mode.PHONE, Mode.IN_PERSON):
        with transaction():
            actions.change_mode(ada, mode, now=clock.now())
        [after] = read_with_icalendar(program.fetch(feed_link(ada)).data)
        assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
        seen[mode], before = after, after
    assert {mode: each.location for mode, each in seen.items()} == {
        Mode.WEBCAST: "Online",
        Mode.PHONE: "By phone: 617-555-0150",
        Mode.IN_PERSON: "Harborlight Conference Center, 1 Example Wharf, Boston, MA 00000",
    }
    assert "choose Join" in seen[Mode.WEBCAST].description
    assert "Call 617-555-0150 to listen." in seen[Mode.PHONE].description
    assert "Step-free" in seen[Mode.IN_PERSON].description


@pytest.fixture
def twice(forum):
    """Return the two registrations of someone who canceled and came back."""
    ada = Request(
        name="Ada Q. Trialrun",
        email="ada@people.example",
        mode=Mode.IN_PERSON,
        timezone="America/New_York",
    )
    with transaction():
        first = actions.register(forum, ada, now=clock.now()).registration
        actions.cancel(first, now=clock.now())
        again = actions.register(forum, ada, now=clock.now()).registration
    return first, again


def test_who_cancels_and_comes_back_has_her_new_entry_in_the_feed_that_she_had(program, twice):
    first, again = twice

    assert program.entries(feed_link(again)) == [("Lantern spring day", "CONFIRMED")]
    [back] = read_with_icalendar(program.last.data)
    assert program.entries(feed_link(first)) == [("Lantern spring day", "CONFIRMED")]
    assert read_with_icalendar(program.last.data) == [back]
    assert back.uid == again.uid != first.uid


def test_who_has_canceled_and_waits_again_sees_that_she_has_no_place(program, twice):
    first, again = twice
    change(again, status=Status.WAITLISTED, waits_for=Mode.IN_PERSON, wait_no=1)

    assert program.entries(feed_link(first)) == [("Canceled: Lantern spring day", "CANCELLED")]


def test_a_feed_shows_nobody_who_only_reads_the_same_mailbox(program, make, forum):
    shared = {"email": "both@people.example"}
    ada = make.registration(forum, name="Ada", status=Status.CANCELLED, **shared)
    make.registration(forum, name="Boris", **shared)
    make.registration(make.event(), name="Ada", **shared)

    assert program.entries(feed_link(ada)) == [("Canceled: Ada: Lantern spring day", "CANCELLED")]


def test_a_new_address_ends_the_feed_from_before_she_canceled_too(program, twice, visitor):
    first, again = twice
    before = [feed_link(first), feed_link(again)]
    visitor.submit(f"/my/{token('my', again.public_id, again.link_version)}/calendar/new")

    db.session.rollback()
    db.session.expire_all()
    assert [program.fetch(each).status_code for each in before] == [404, 404]
    assert program.entries(feed_link(again)) == [("Lantern spring day", "CONFIRMED")]


def test_a_feed_goes_on_by_whatever_name_it_has_been_subscribed_to(program, make, forum):
    ada = make.registration(forum)
    named = for_registration(ada, make.programme(), None).follow.address
    assert named == feed_link(ada, "lantern-spring-day")
    for address in (named, feed_link(ada), feed_link(ada, "another-name")):
        assert program.entries(address) == [("Lantern spring day", "CONFIRMED")]


def test_a_canceled_session_leaves_her_feed_when_its_day_is_over(program, make, today):
    forum = make.event(hours=8.25 + 24)
    session = make.session(forum, quiet_title="Hers")
    ada = make.registration(forum)
    db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    change(session, status=SessionStatus.CANCELLED)
    hers = "Canceled: Hers · Lantern spring day", "CANCELLED"
    assert hers in program.entries(feed_link(ada))

    today.move_to("2027-04-25T04:00:01+00:00")

    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CONFIRMED")]
