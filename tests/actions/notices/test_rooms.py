"""A room's new number or stream is a change of all its sessions, told to whom it concerns."""

from datetime import timedelta

from sqlalchemy import select

from forum import clock
from forum.accounts.models import Organizer
from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.errors import ChangedMeanwhile
from forum.events.models import Mode, Room, SessionStatus
from forum.notices import queries
from forum.notices.rules import ChangeKind
from forum.planning import room_actions
from tests.notices import waits
from tests.rush import at_once

NUMBER = "+1-617-555-0199"
AGO = timedelta(hours=2)


def test_a_new_number_concerns_who_calls_and_raises_what_calendars_count(
    make, event, session, petra
):
    phone = make.registration(event, mode=Mode.PHONE)
    make.registration(event, mode=Mode.WEBCAST)
    make.registration(event)
    before = event.sequence, session.sequence, event.revision

    petra.restream(session.room, dial_in=NUMBER)

    [concerned] = waits(event).people
    assert (concerned.person, concerned.changes[0].kinds) == (phone, {ChangeKind.NUMBER})
    assert (event.sequence, session.sequence) == (before[0] + 1, before[1] + 1)
    assert event.revision > before[2]
    [entry] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.ROOM_CHANGED)
    ).all()
    assert entry.facts == {
        "changed": ["dial_in"],
        "was": {"dial_in": "+1-617-555-0150"},
        "now": {"dial_in": NUMBER},
    }


def test_a_new_stream_address_concerns_who_watches_a_forum_or_a_webcast(
    make, event, session, petra
):
    webcast = make.webcast(room=session.room)
    make.registration(event, mode=Mode.PHONE)
    boris = make.registration(event, mode=Mode.WEBCAST)
    cora = make.registration(webcast)
    petra.restream(session.room, stream_url="https://live.lantern.example/new")
    assert [each.person for each in waits(event).people] == [boris]
    [change] = waits(webcast).changes
    assert (change.session, change.kinds) == (None, {ChangeKind.JOIN})
    assert [each.event for each in queries.waiting(now=clock.now())] == [webcast, event]
    assert cora.event == webcast


def test_of_two_who_change_a_room_the_second_is_told_and_overwrites_nothing(
    app, make, event, session, petra
):
    room, by, seen = session.room.id, petra.organizer.id, None
    from forum.events.rules import stream_fingerprint

    seen = stream_fingerprint(session.room)

    def change():
        room_actions.change_room(
            db.session.get_one(Room, room),
            stream_url="https://live.lantern.example/new",
            dial_in=NUMBER,
            seen=seen,
            by=db.session.get_one(Organizer, by),
            now=clock.now(),
        )

    assert [type(each) for each in at_once(app, change, change)] == [ChangedMeanwhile]


def test_a_session_that_moves_to_a_room_with_another_number_raises_the_events_sequence(
    make, event, session, petra
):
    before = event.sequence
    petra.change(session, room=make.room(dial_in=NUMBER))
    assert event.sequence == before + 1
    petra.move(session)
    assert event.sequence == before + 1
    petra.cancel(session)
    assert (event.sequence, session.status) == (before + 2, SessionStatus.CANCELLED)
