"""One entry per person and event: whichever way a date reaches her, it is the same one."""

import email
import email.policy
import hashlib
import os
import subprocess
import sys

import icalendar
import pytest

from forum import clock
from forum.calendars.entries import event_entry
from forum.db import db, transaction
from forum.emails import mime, write
from forum.events import queries
from forum.events.models import Mode
from forum.links import feed_link
from forum.outbox.models import Message
from forum.registration import actions
from forum.registration.models import Offer, SessionPlace, Status
from forum.registration.places import waiting
from forum.registration.requests import Request
from tests.calendars.libical import keeps_the_rules_of_its_method
from tests.faults.serving import HOUSE, environment

pytestmark = pytest.mark.sqlite_is_enough

OTHER_PROCESS = """
import hashlib, sys
from forum import clock, create_app
from forum.config import Settings
from forum.db import db
from forum.emails import write
from forum.outbox.models import Message

app = create_app(Settings.from_environ())
with app.app_context():
    for message in db.session.query(Message).order_by(Message.id):
        print(hashlib.sha256(write(message, clock.now()).calendar.content).hexdigest())
    for address in sys.argv[1:]:
        print(hashlib.sha256(app.test_client().get(address).data).hexdigest())
"""


@pytest.fixture
def house(make):
    """Return a forum with a session, and a webcast, both with the same room."""
    room = make.room()
    forum = make.event(slug="forum-2027")
    make.session(forum, key="s06", room=room)
    make.webcast(slug="webcast-2026-12", room=room)
    return forum


def register(event, name="Ada Q. Trialrun", address="ada@people.example"):
    mode = Mode.IN_PERSON if event.kind == "forum" else Mode.WEBCAST
    asked = Request(name=name, email=address, mode=mode, timezone="America/New_York")
    with transaction():
        return actions.register(event, asked, now=clock.now()).registration


def cancel(registration):
    with transaction():
        actions.cancel(registration, now=clock.now())


def letters(*names):
    """Return the newest letters by their emails' names, as they would be written now."""
    found = db.session.query(Message).order_by(Message.id)
    return [
        write([each for each in found if each.email == name][-1], clock.now()) for name in names
    ]


def was_sent():
    """Let everything posted so far have been sent."""
    for message in db.session.query(Message):
        message.state = "sent"
        message.has_invitation = True
    db.session.commit()


def entries(data):
    return [
        (str(each["UID"]), int(each["SEQUENCE"]))
        for each in icalendar.Calendar.from_ical(data).walk("VEVENT")
    ]


def test_a_webcast_is_one_entry_on_every_path(app, house, make):
    webcast = make.webcast(slug="webcast-2027-01")
    ada = register(webcast)
    [invitation] = letters("confirmation")
    program = app.test_client()
    public = [
        entries(program.get(address).data)
        for address in (
            "/events/webcast-2027-01/calendar.ics",
            f"/events/webcast-2027-01/sessions/{webcast.sessions[0].key}/calendar.ics",
        )
    ]
    hers = entries(program.get(feed_link(ada)).data)
    everything = dict(entries(program.get("/calendar.ics").data))

    assert entries(invitation.calendar.content) == hers == [(ada.uid, webcast.sequence)]
    assert public == [[(webcast.uid, webcast.sequence)]] * 2
    assert everything[webcast.uid] == webcast.sequence


def test_a_forum_is_one_entry_in_mail_and_feeds_and_its_sessions_are_their_own(app, house):
    [session] = house.sessions
    ada = register(house)
    db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    [invitation] = letters("confirmation")
    program = app.test_client()

    def uids(address):
        return [uid for uid, _sequence in entries(program.get(address).data)]

    assert [uid for uid, _ in entries(invitation.calendar.content)] == [ada.uid]
    assert uids(feed_link(ada))[0] == ada.uid
    assert session.uid not in uids(feed_link(ada))
    assert len(uids(feed_link(ada))) == 2
    assert house.uid in uids("/calendar.ics")
    assert uids("/events/forum-2027/calendar.ics") == [session.uid]
    assert uids("/events/forum-2027/sessions/s06/calendar.ics") == [session.uid]
    assert house.uid != session.uid


def test_from_a_wait_to_a_place_and_out_again_is_one_entry_with_rising_numbers(house):
    [gate] = [each for each in house.gates if each.mode == Mode.IN_PERSON]
    gate.capacity = 1
    db.session.commit()
    first = register(house, "Boris Trialrun", "boris@people.example")
    ada = register(house)
    assert write(db.session.query(Message).all()[-1], clock.now()).calendar is None
    cancel(first)
    with transaction():
        waiting.accept(db.session.query(Offer).one(), now=clock.now())
    [place] = letters("confirmation")
    was_sent()
    cancel(ada)
    [gone] = letters("cancellation")

    [(uid, sequence)] = entries(place.calendar.content)
    assert uid == ada.uid
    assert entries(gone.calendar.content) == [(uid, sequence + 1)]
    assert (place.calendar.method, gone.calendar.method) == ("REQUEST", "CANCEL")


@pytest.mark.libical
def test_every_invitation_is_from_its_sender_to_its_reader_alone(house):
    ada = register(house)
    with transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=clock.now())
    was_sent()
    cancel(ada)
    cancellation = letters("cancellation")
    ada.status = Status.CONFIRMED
    db.session.commit()

    for letter in (*letters("confirmation", "mode_changed"), *cancellation):
        whole = email.message_from_bytes(mime.as_bytes(letter), policy=email.policy.default)
        [sender], [reader] = whole["From"].addresses, whole["To"].addresses
        parts = [each for each in whole.walk() if each.get_content_type() == "text/calendar"]
        assert [each.get_payload(decode=True) for each in parts] == [letter.calendar.content] * 2
        [event] = icalendar.Calendar.from_ical(letter.calendar.content).walk("VEVENT")
        assert event["ORGANIZER"] == f"mailto:{sender.addr_spec}"
        assert event["ATTENDEE"] == f"mailto:{reader.addr_spec}"
        assert dict(event["ATTENDEE"].params) == {
            "CN": "Ada Q. Trialrun",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "ACCEPTED",
            "RSVP": "FALSE",
        }
        assert keeps_the_rules_of_its_method(letter.calendar.content)


def test_who_comes_back_has_a_fresh_entry_in_mail_and_feed(app, house):
    first = register(house)
    was_sent()
    cancel(first)
    [gone] = letters("cancellation")
    was_sent()
    again = register(house)
    [back] = letters("confirmation")

    assert [uid for uid, _ in entries(gone.calendar.content)] == [first.uid]
    assert entries(back.calendar.content) == entries(app.test_client().get(feed_link(again)).data)
    assert len({again.uid, first.uid, house.uid}) == 3


def test_a_second_later_and_in_another_process_the_bytes_are_the_same(app, settings, house, today):
    register(house)
    register(house, "Boris Trialrun", "ada@people.example")
    for person in db.session.query(Message):
        person.registration.language = "es" if person.id % 2 else "en"
    db.session.commit()
    addresses = [
        "/calendar.ics",
        "/events/forum-2027/calendar.ics",
        "/events/forum-2027/sessions/s06/calendar.ics",
        *(feed_link(each.registration) for each in db.session.query(Message)),
    ]

    def all_bytes():
        program = app.test_client()
        return [
            *(write(each, clock.now()).calendar.content for each in db.session.query(Message)),
            *(program.get(f"{each}?unknown=1").data for each in addresses),
        ]

    before = all_bytes()
    today.shift(1)
    assert all_bytes() == before
    answers = [
        subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS, *addresses],
            cwd=HOUSE,
            env={**os.environ, **environment(settings), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    here = [hashlib.sha256(each).hexdigest().encode() for each in before]
    assert answers == [here, here]


def test_the_number_of_a_forum_in_one_room_is_the_same_by_mail_and_in_her_feed(make):
    event = make.event(room=make.room(dial_in="+1-617-555-0150"))
    make.session(event, room=None)
    ada = make.registration(event, mode=Mode.PHONE)
    programme, venue = queries.programme(), queries.venue()
    rooms = queries.dial_in_rooms(event)  # what an email asks for

    mailed = event_entry(event, programme, venue, ada, rooms=rooms)

    assert mailed.location == "By phone: 617-555-0150"
    assert event_entry(event, programme, venue, ada) == mailed
