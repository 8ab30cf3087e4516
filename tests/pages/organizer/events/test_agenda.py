"""The agenda at the desk: sessions added, changed and canceled."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events.models import Session, SessionKind
from forum.registration.places import session_places
from tests.desk import desk_form
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
