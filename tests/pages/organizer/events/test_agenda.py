"""The agenda at the desk: sessions added, changed and canceled."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events.models import Session, SessionKind, SessionStatus
from forum.registration.places import session_places
from tests.desk import desk_form
from tests.notices import Desk
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough


def test_who_waits_for_a_session_is_counted(make, desk, event):
    circle = make.session(event, capacity=1)
    for name in ("Ada", "Boris"):
        with transaction():
            someone = make.registration(event, name=name)
            session_places.choose(someone, [circle.id], now=clock.now())

    assert "1 of 1, 1 waiting" in desk.get("/organize/events/forum-2027/agenda").text


def test_a_session_is_added(make, desk, event):
    room, speaker = make.room(), make.speaker()

    desk.submit(
        "/organize/events/forum-2027/agenda/add",
        title="Bones",
        quiet_title="Session 1",
        starts="09:00",
        ends="09:45",
        room=room.id,
        speakers=[speaker.id],
    )

    session = db.session.scalars(select(Session)).one()
    assert (session.title, session.starts_at, session.room_id, session.speakers) == (
        "Bones",
        datetime(2027, 4, 24, 13, 0, tzinfo=UTC),
        room.id,
        [speaker],
    )


def test_every_clash_is_said_at_its_field(make, desk, event):
    room, speaker = make.room(name="North"), make.speaker(name="Marigold")
    nine = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
    make.session(event, starts_at=nine, room=room, speakers=(speaker,), title="Bones")

    page = desk.submit(
        "/organize/events/forum-2027/agenda/add",
        title="Sleep",
        quiet_title="Session 2",
        starts="09:30",
        ends="10:00",
        room=room.id,
        speakers=[speaker.id],
        status=422,
    )

    assert page.errors() == [
        "North is taken from 9:00 am to 9:45 am by “Bones”.",
        "Marigold is speaking from 9:00 am to 9:45 am in “Bones”.",
    ]
    assert desk_form(page)["title"] == "Sleep"
    assert len(db.session.scalars(select(Session)).all()) == 1


def test_the_second_editor_of_a_session_sees_both_versions(make, desk, event):
    session = make.session(event)
    address = f"/organize/events/forum-2027/agenda/{session.id}"
    before = desk_form(desk.get(address))
    desk.submit(address, title="First")

    page = desk.post(address, {**before, "title": "Second"}, status=409)

    assert "First" in page.text
    assert desk_form(page)["title"] == "Second"


def test_a_session_of_another_event_is_not_found_here(make, desk):
    other = make.session(make.event())

    desk.get(f"/organize/events/forum-2027/agenda/{other.id}", status=404)


def test_cancelling_a_session_asks_first(make, desk, event):
    session = make.session(event)
    address = f"/organize/events/forum-2027/agenda/{session.id}/cancel"

    desk.get(address)
    assert fresh(session).status == "scheduled"

    desk.submit(address)
    assert fresh(session).status == "cancelled"


def test_nobody_is_asked_of_a_webcast_what_it_is_by_nature(make, desk):
    webcast = make.webcast(room=make.room())
    session = webcast.sessions[0]
    address = f"/organize/events/{webcast.slug}/agenda/{session.id}"

    asked = desk_form(desk.get(address))
    desk.submit(address, title="News in plain words", has_captions="y")

    assert asked.keys() & {"kind", "track", "capacity", "is_streamed"} == set()
    saved = fresh(session)
    assert (saved.title, saved.has_captions) == ("News in plain words", True)
    assert (saved.kind, saved.is_streamed, saved.capacity) == (SessionKind.TALK, True, None)
    desk.get(f"/organize/events/{webcast.slug}/agenda/add", status=404)


AGENDA = "/organize/events/forum-2027/agenda"


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        (None, "It is marked as online, but it has no room."),
        ({"stream_url": None}, "It is marked as online, but its room has no online address."),
    ],
)
def test_who_marks_a_session_as_online_that_cannot_be_watched_is_warned(
    make, desk, event, room, sentence
):
    session = make.session(event, room=make.room(**room) if room is not None else None)

    back = desk.submit(f"{AGENDA}/{session.id}", is_streamed="y")

    page = desk.get(back)
    assert sentence in page.text
    assert "Online, without an address" in desk.get(AGENDA).text


def test_a_session_that_can_be_watched_is_said_nothing_of(make, desk, event):
    session = make.session(event, room=make.room(stream_url="https://live.example/1"))

    page = desk.get(desk.submit(f"{AGENDA}/{session.id}", is_streamed="y"))

    assert "It is marked as online" not in page.text
    assert "Online, without an address" not in page.text


def test_canceling_a_session_says_how_many_chose_it_and_that_it_can_be_taken_back(
    make, desk, event
):
    circle = make.session(event, capacity=1)
    for name in ("Ada", "Boris"):
        with transaction():
            someone = make.registration(event, name=name)
            session_places.choose(someone, [circle.id], now=clock.now())

    text = desk.get(f"{AGENDA}/{circle.id}/cancel").text

    assert "1 person has chosen it." in text
    assert "1 person is waiting for a place in it." in text
    assert "You can take it back until a notice has told people." in text


@pytest.mark.both_engines
def test_a_canceled_session_is_put_back_with_those_who_chose_it(make, desk, event):
    circle = make.session(event, capacity=2, room=make.room())
    with transaction():
        ada = make.registration(event, name="Ada")
        session_places.choose(ada, [circle.id], now=clock.now())
    desk.submit(f"{AGENDA}/{circle.id}/cancel")
    page = desk.get(AGENDA)

    desk.submit(page.links()[f"Take it back: {circle.title}"])

    again = fresh(circle)
    assert (again.status, again.taken, again.sequence) == (SessionStatus.SCHEDULED, 1, 2)
    assert "Nothing to tell" in desk.get("/organize/events/forum-2027/changes").text


def test_what_a_notice_has_told_is_not_taken_back(make, desk, event, petra):
    session = make.session(event)
    make.registration(event)
    page = desk.get(f"{AGENDA}/{session.id}/cancel")
    desk.submit(f"{AGENDA}/{session.id}/cancel")
    form = desk_form(desk.get(f"{AGENDA}/{session.id}/restore"))
    Desk(petra).send(event)

    late = desk.post(f"{AGENDA}/{session.id}/restore", form, status=409)

    assert "People have been told that it is canceled." in late.text
    assert fresh(session).status == SessionStatus.CANCELLED
    assert f"Take it back: {session.title}" not in desk.get(AGENDA).links()
    assert page.heading == "Cancel this session"


def test_a_room_that_is_needed_elsewhere_meanwhile_keeps_it_canceled(make, desk, event):
    room = make.room()
    session = make.session(event, room=room)
    desk.submit(f"{AGENDA}/{session.id}/cancel")
    make.session(event, title="Instead", room=room)

    page = desk.submit(f"{AGENDA}/{session.id}/restore", status=409)

    assert "Instead" in " ".join(page.errors())
    assert fresh(session).status == SessionStatus.CANCELLED
