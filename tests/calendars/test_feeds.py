"""Calendar programs come for their files, again and again."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.calendars import ics
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.links import feed_link, token
from forum.registration import actions
from forum.registration.models import CareState, SessionPlace, Status
from forum.registration.requests import Request
from tests.calendars.programs import FEED, UNCACHED, change
from tests.calendars.readers import read_with_icalendar
from tests.make import WRITTEN


def test_a_feed_is_plain_calendar_text_for_whatever_a_program_accepts(program, make, forum):
    make.session(forum)
    answer = program.fetch(FEED, Accept="application/xbel+xml")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="forum-2027.ics"'
    assert "Set-Cookie" not in answer.headers


def test_an_events_feed_has_its_sessions_in_order(program, make, forum):
    make.session(forum, quiet_title="Second", starts_at=forum.starts_at + timedelta(hours=1))
    make.session(forum, quiet_title="First")
    assert program.entries(FEED) == [
        ("Lantern spring day: First", "CONFIRMED"),
        ("Lantern spring day: Second", "CONFIRMED"),
    ]


def test_full_titles_come_only_when_asked_for(program, make, forum):
    make.session(forum, title="Brain metastases: treatment, memory, driving")
    assert program.entries(f"{FEED}?titles=full") == [
        ("Brain metastases: treatment, memory, driving", "CONFIRMED")
    ]
    assert f"SOURCE;VALUE=URI:http://localhost:8000{FEED}?titles=full" in (
        program.last.text.replace("\r\n ", "")
    )
    assert b"metast" not in program.fetch(FEED).data.lower()


def test_one_session_is_a_download_with_an_alarm_that_blocks_the_time(program, make, forum):
    session = make.session(forum, key="s06")
    answer = program.fetch("/events/forum-2027/sessions/s06/calendar.ics")

    assert [each.uid for each in read_with_icalendar(answer.data)] == [session.uid]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="forum-2027-s06.ics"'
    assert b"TRIGGER:-PT30M" in answer.data
    assert b"TRANSP:OPAQUE" in answer.data
    assert b"\nNAME:" not in answer.data


def test_everything_to_come_is_one_entry_for_each_event_until_its_day_is_over(
    program, make, forum, today
):
    make.webcast()
    make.event(status=EventStatus.DRAFT, quiet_title="Draft")
    make.webcast(starts_at=datetime(2026, 11, 23, 12, tzinfo=UTC), quiet_title="This morning")
    make.webcast(starts_at=datetime(2026, 11, 22, 12, tzinfo=UTC), quiet_title="Yesterday")
    assert [summary for summary, _ in program.entries("/calendar.ics")] == [
        "This morning",
        "Lantern webcast - December",
        "Lantern spring day",
    ]
    today.move_to("2026-11-24T05:00:00+00:00")  # midnight in Boston
    assert program.entries("/calendar.ics")[0][0] == "Lantern webcast - December"


def test_a_canceled_session_stays_canceled_until_its_day_is_over(program, make, forum, today):
    session = make.session(forum, quiet_title="Gone")
    make.session(forum, quiet_title="Stays")
    before = read_with_icalendar(program.fetch(FEED).data)[0]
    change(session, status=SessionStatus.CANCELLED)
    after = read_with_icalendar(program.fetch(FEED).data)[0]

    assert (before.uid, before.status) == (after.uid, "CONFIRMED")
    assert after.status == "CANCELLED"
    assert after.sequence > before.sequence

    today.move_to("2027-04-25T03:59:59+00:00")
    assert len(program.entries(FEED)) == 2
    today.move_to("2027-04-25T04:00:00+00:00")
    assert program.entries(FEED) == [("Lantern spring day: Stays", "CONFIRMED")]


def test_a_canceled_event_cancels_what_is_in_its_feed(program, make, forum):
    make.session(forum)
    change(forum, status=EventStatus.CANCELLED)
    assert [status for _, status in program.entries(FEED)] == ["CANCELLED"]
    assert ("Lantern spring day", "CANCELLED") in program.entries("/calendar.ics")


@pytest.mark.parametrize(
    "address",
    [
        "/events/forum-2028/calendar.ics",
        "/events/draft/calendar.ics",
        "/events/draft/sessions/s1/calendar.ics",
        "/events/forum-2027/sessions/s99/calendar.ics",
    ],
)
def test_what_is_not_public_is_not_found(program, make, forum, address):
    draft = make.event(slug="draft", status=EventStatus.DRAFT)
    make.session(draft, key="s1")
    assert program.fetch(address).status_code == 404


@pytest.fixture(params=["all", "event", "uncached", "session", "personal"])
def address(request, make, forum):
    """One of each kind of file."""
    make.session(forum, key="s06")
    ada = make.registration(forum)
    return {
        "all": "/calendar.ics",
        "event": FEED,
        "uncached": UNCACHED,
        "session": "/events/forum-2027/sessions/s06/calendar.ics",
        "personal": feed_link(ada),
    }[request.param]


def test_a_file_that_has_not_changed_is_not_sent_again(program, address):
    first = program.fetch(address)
    for question in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = program.fetch(address, **question)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_the_tag_is_believed_before_the_date(program, address):
    first = program.fetch(address)
    dates = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert program.fetch(address, **{"If-None-Match": '"old"'}, **dates).status_code == 200
    tomorrow = {"If-Modified-Since": "Tue, 24 Nov 2026 15:00:00 GMT"}
    tags = {"If-None-Match": first.headers["ETag"]}
    assert program.fetch(address, **tags, **tomorrow).status_code == 304


def test_a_program_may_ask_for_the_headers_alone(program, address):
    whole = program.fetch(address)
    head = program.client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


def test_the_date_is_in_whole_seconds_and_that_of_the_last_change(program, make, forum):
    make.session(forum, updated_at=datetime(2026, 11, 20, 8, 30, 15, 999_999, tzinfo=UTC))
    assert program.fetch(FEED).headers["Last-Modified"] == "Fri, 20 Nov 2026 08:30:15 GMT"


def test_a_change_is_seen_at_once(program, make, forum, address):
    [session] = forum.sessions
    first = program.fetch(address)
    change(forum, quiet_title="Lantern autumn day")
    change(session, quiet_title="Session 9 Z")
    for question in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = program.fetch(address, **question)
        assert again.status_code == 200
        assert b"Lantern autumn day" in again.data


def test_nothing_is_written_to_say_that_nothing_changed(program, make, forum):
    make.session(forum)
    address = UNCACHED
    first = program.fetch(address)
    ics._public_vevent.cache_clear()
    again = program.fetch(address, **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert ics._public_vevent.cache_info().misses == 0


def test_nobodys_own_entry_is_kept_in_memory(program, make, forum):
    ics._public_vevent.cache_clear()
    program.fetch(feed_link(make.registration(forum)))
    assert ics._public_vevent.cache_info().currsize == 0


def test_an_unchanged_entry_is_not_written_twice(program, make, forum):
    sessions = [make.session(forum) for _ in range(3)]
    ics._public_vevent.cache_clear()
    program.fetch(UNCACHED)
    change(sessions[1], title="Elsewhere", quiet_title="Elsewhere")
    program.fetch(UNCACHED)
    assert ics._public_vevent.cache_info().misses == 4


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
        ("Lantern spring day: Hers", "CONFIRMED"),
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
    assert answer.headers["Content-Disposition"] == 'inline; filename="calendar.ics"'


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
    assert reading.description.startswith("miércoles, 16 de diciembre de 2026")


def test_someone_waiting_has_nothing_in_her_calendar_yet(program, make, forum):
    kestrel = make.registration(forum, status=Status.WAITLISTED)
    assert program.entries(feed_link(kestrel)) == []


def test_someone_who_canceled_sees_it_until_the_day_is_over(program, make, forum, today):
    ada = make.registration(forum)
    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CONFIRMED")]
    before = read_with_icalendar(program.last.data)[0].sequence
    change(ada, status=Status.CANCELLED)
    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CANCELLED")]
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
    assert read_with_icalendar(program.last.data)[0].location == "By phone: +1-617-555-0150"


def test_an_event_that_was_never_changed_was_last_changed_when_it_was_written(program, forum):
    answer = program.fetch(FEED)
    assert answer.headers["Last-Modified"] == f"{WRITTEN:%a, %d %b %Y %H:%M:%S} GMT"
    assert read_with_icalendar(answer.data) == []


def test_two_changes_within_a_second_are_both_seen_by_date_alone(program, make, forum, today):
    today.move_to("2026-11-24T10:00:00.200000+00:00", tick=False)
    session = make.session(forum, updated_at=datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC))
    assert "Last-Modified" not in program.fetch(FEED).headers
    date = {"If-Modified-Since": "Tue, 24 Nov 2026 10:00:00 GMT"}
    session.quiet_title = "Later in that second"
    forum.revision += 1
    session.version += 1
    db.session.commit()
    assert b"Later in that second" in program.fetch(FEED, **date).data

    today.move_to("2026-11-24T10:00:01+00:00", tick=False)
    assert program.fetch(FEED).headers["Last-Modified"] == date["If-Modified-Since"]
    assert program.fetch(FEED, **date).status_code == 304


def test_who_has_a_place_and_waits_for_another_has_the_entry_of_her_place(program, make, forum):
    make.room()
    kestrel = make.registration(forum, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    assert program.entries(feed_link(kestrel)) == [("Lantern spring day", "CONFIRMED")]
    assert read_with_icalendar(program.last.data)[0].location == "Online"


def test_a_sessions_entry_is_the_same_wherever_it_comes_from(program, make, forum):
    session = make.session(forum, key="s06")
    ada = make.registration(forum)
    db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    files = [FEED, "/events/forum-2027/sessions/s06/calendar.ics", feed_link(ada)]
    uids = [[each.uid for each in read_with_icalendar(program.fetch(f).data)] for f in files]
    assert uids == [[session.uid], [session.uid], [forum.uid, session.uid]]


def test_a_session_chosen_or_given_back_is_seen_by_date_alone(program, make, forum, today):
    first, second = (make.session(forum, capacity=8, quiet_title=each) for each in "AB")
    ada = make.registration(forum)

    def choose(*sessions):
        asked = {"If-Modified-Since": program.fetch(feed_link(ada)).headers["Last-Modified"]}
        today.shift(timedelta(minutes=5))
        with transaction():
            actions.choose_sessions(ada, tuple(each.id for each in sessions), now=clock.now())
        today.shift(timedelta(minutes=5))
        answer = program.fetch(feed_link(ada), **asked)
        assert answer.status_code == 200
        return [each.summary for each in read_with_icalendar(answer.data)][1:]

    assert choose(first) == ["Lantern spring day: A"]
    assert choose(first, second) == ["Lantern spring day: A", "Lantern spring day: B"]
    assert choose(second) == ["Lantern spring day: B"]
    assert choose() == []


def test_a_place_that_became_free_in_a_session_is_seen_by_date_alone(program, make, forum, today):
    session = make.session(forum, capacity=1)
    ada, kestrel = make.registration(forum), make.registration(forum)
    with transaction():
        actions.choose_sessions(ada, (session.id,), now=clock.now())
        actions.choose_sessions(kestrel, (session.id,), now=clock.now())
    today.shift(timedelta(minutes=5))
    asked = {"If-Modified-Since": program.fetch(feed_link(kestrel)).headers["Last-Modified"]}
    assert len(read_with_icalendar(program.last.data)) == 1

    today.shift(timedelta(minutes=5))
    with transaction():
        actions.choose_sessions(ada, (), now=clock.now())
    today.shift(timedelta(minutes=5))
    assert len(read_with_icalendar(program.fetch(feed_link(kestrel), **asked).data)) == 2


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
        Mode.PHONE: "By phone: +1-617-555-0150",
        Mode.IN_PERSON: "Harborlight Conference Center, 1 Example Wharf, Boston, MA 00000",
    }
    assert "choose Join" in seen[Mode.WEBCAST].description
    assert "Call +1-617-555-0150 at the start." in seen[Mode.PHONE].description
    assert "Step-free" in seen[Mode.IN_PERSON].description


def test_who_cancels_and_comes_back_has_a_new_entry(program, make, forum):
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

    assert program.entries(feed_link(first)) == [("Lantern spring day", "CANCELLED")]
    [gone] = read_with_icalendar(program.last.data)
    assert program.entries(feed_link(again)) == [("Lantern spring day", "CONFIRMED")]
    [back] = read_with_icalendar(program.last.data)
    assert gone.uid == forum.uid
    assert back.uid not in {forum.uid, ""}
