"""A room at the desk: its stream and its number, and who is not told of a new one yet."""

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from tests.notices import Desk, waits

CHANGES = "/organize/events/forum-2027/changes"
NEW = "https://live.lantern.example/new"


def messages() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.email == "notice")))


def test_a_rooms_stream_is_changed_in_one_step_and_the_page_says_who_is_not_told(
    make, desk, event, session
):
    make.registration(event, mode=Mode.WEBCAST)
    make.registration(event, mode=Mode.PHONE)
    address = f"/organize/rooms/{session.room.id}"
    assert desk.get("/organize/rooms/").links()["Change Harbor Room"] == address

    sent_on = desk.submit(address, stream_url=NEW, dial_in="+1-617-555-0199")

    assert sent_on == address
    page = desk.get(address)
    assert "Saved. Nobody has been told yet." in page.text
    assert "Spring Forum: 1 change is not told yet" in page.text
    assert page.links()["Spring Forum"] == CHANGES
    assert len(waits(event).people) == 2
    assert (session.room.stream_url, session.room.dial_in) == (NEW, "+1-617-555-0199")
    assert messages() == []


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"stream_url": "http://x.example/a"}, "Enter an address that begins with https://"),
        ({"stream_url": "https://"}, "Enter an address that begins with https://"),
        ({"stream_url": "https://[x"}, "Enter an address that begins with https://"),
        (
            {"dial_in": "617-555-0199"},
            "Enter a number with its country code, like +1-617-555-0142",
        ),
    ],
)
def test_an_address_that_is_not_safe_or_a_number_nobody_can_call_changes_nothing(
    desk, session, answers, sentence
):
    before = session.room.stream_url, session.room.dial_in
    address = f"/organize/rooms/{session.room.id}"
    page = desk.submit(address, status=422, **answers)
    assert page.errors() == [sentence]
    assert page.form(address)[next(iter(answers))] == next(iter(answers.values()))
    db.session.refresh(session.room)
    assert (session.room.stream_url, session.room.dial_in) == before


def test_the_second_of_two_editors_sees_both_versions(make, desk, session, petra):
    address = f"/organize/rooms/{session.room.id}"
    form = desk.get(address).form(address)
    Desk(petra).restream(session.room, stream_url=NEW)

    page = desk.post(address, {**form, "stream_url": f"{NEW}/2"}, status=409)

    assert "This was changed since you opened it" in page.text
    assert f"Saved now Address of the stream {NEW}" in page.text
    assert page.form(address)["stream_url"] == f"{NEW}/2"
    db.session.refresh(session.room)
    assert session.room.stream_url == NEW
    assert desk.post(address, page.form(address)) == address


def test_an_empty_field_takes_the_stream_away(desk, session):
    desk.submit(f"/organize/rooms/{session.room.id}", stream_url="", dial_in="")
    db.session.refresh(session.room)
    assert (session.room.stream_url, session.room.dial_in) == (None, None)
