"""Loading a programme file into a database: what is there afterwards, and what cannot be loaded."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.db import db
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Mode,
    Programme,
    Room,
    Session,
    Speaker,
    Track,
    Venue,
)
from forum.outbox import runner
from forum.programme.reading.faults import Faulty
from forum.reminders.models import Reminder
from tests.actions.programme.rows import state
from tests.programme import LATER, changed, event, loaded, session
from tests.rush import NOW
from tests.stored import number_of


def test_the_sample_fills_an_empty_database(app):
    report = loaded()

    models = (Programme, Venue, Room, Track, Speaker, Event, Session)
    assert [number_of(model) for model in models] == [1, 1, 8, 3, 25, 9, 32 + 8]
    assert report.counts == {"added": 79, "changed": 0, "unchanged": 0, "cancelled": 0}


def test_the_forum_is_as_the_file_says(app):
    loaded()

    forum = event()
    assert (forum.kind, forum.slug, forum.status) == (
        EventKind.FORUM,
        "forum-2027",
        EventStatus.PUBLISHED,
    )
    assert forum.starts_at == datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
    assert forum.ends_at == datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
    assert forum.registration_opens_at == datetime(2027, 1, 25, 14, 0, tzinfo=UTC)
    assert [(gate.mode, gate.capacity, gate.closes_at) for gate in forum.gates] == [
        (Mode.IN_PERSON, 200, datetime(2027, 4, 21, 21, 0, tzinfo=UTC)),
        (Mode.WEBCAST, None, None),
        (Mode.PHONE, None, None),
    ]
    rows = db.session.scalars(select(Reminder).where(Reminder.event == forum)).all()
    assert [(row.lead, row.local_time, row.modes, row.offers) for row in rows] == [
        ("P7D", "10:00", None, ()),
        ("P2D", "10:00", None, ("switch_mode",)),
        ("PT90M", None, ("webcast", "phone"), ()),
    ]
    assert {row.armed_at for row in rows} == {NOW}


def test_a_session_is_as_the_file_says(app):
    loaded()

    spanish = session("s26")
    assert (spanish.room.key, spanish.track.key, spanish.language) == ("studio", "science", "es")
    assert spanish.starts_at == datetime(2027, 4, 24, 18, 35, tzinfo=UTC)
    assert [speaker.key for speaker in spanish.speakers] == ["p16", "p17"]
    assert session("s29").details == {"questions": "pre_submit"}


def test_a_webcast_is_one_calendar_entry_with_the_address_of_its_month(app):
    loaded()

    webcast = event("w3")
    only = webcast.sessions[0]
    assert webcast.slug == "webcast-2026-12"
    assert (webcast.uid, webcast.room.key) == (only.uid, "aud")
    assert [(gate.mode, gate.capacity) for gate in webcast.gates] == [
        (Mode.WEBCAST, None),
        (Mode.PHONE, None),
    ]
    assert webcast.details["host"] == "p25"
    taking = {key: event(key).takes_registrations for key in ("w1", "w2", "w3", "w6")}
    assert taking == {"w1": False, "w2": False, "w3": True, "w6": False}


def test_a_second_webcast_in_a_month_has_an_address_of_its_own(app):
    second = "  - {id: w9, date: 2026-12-30, time: [12:00, 13:00], title: More, quiet: More}\n"
    loaded(changed(("webcast_defaults:", f"{second}webcast_defaults:")))

    assert event("w9").slug == "webcast-2026-12-2"


def test_loading_the_same_file_again_writes_nothing_at_all(app, writes):
    loaded()
    before = state()
    writes.clear()

    report = loaded(now=LATER)

    assert writes == []
    assert state() == before
    assert report.counts == {"added": 0, "changed": 0, "unchanged": 79, "cancelled": 0}


def test_a_load_that_changes_something_lets_workers_plan_anew(app):
    def tasks():
        return [task.name for task in runner.current_runner().huey.pending()]

    loaded()
    assert tasks() == ["plan_reminders"]

    loaded()
    assert tasks() == ["plan_reminders"]


def test_a_file_of_another_programme_is_refused(app):
    loaded()

    with pytest.raises(Faulty) as caught:
        loaded(changed(("id: lantern", "id: beacon"), ("id: harbor\n", "id: pier\n")))

    assert caught.value.lines == [
        'programme.id: this installation belongs to "lantern"',
        'venue.id: the venue of this installation is "harbor"',
    ]


def test_a_forum_cannot_become_a_webcast_nor_take_another_events_address(app):
    loaded()
    source = changed(
        ("id: forum-2027", "id: w8\n  slug: webcast-2026-12"),
        ("date: 2027-04-24", "date: 2027-05-22"),
        ("{id: w8, date: 2027-09-15", "{id: w9, date: 2027-09-22"),
    )

    with pytest.raises(Faulty) as caught:
        loaded(source)

    assert caught.value.lines == [
        'forum.id: "w8" is stored as a webcast',
        'forum.slug: already used by the event "w3"',
    ]


def test_a_calendar_entry_cannot_be_exchanged(app):
    loaded()
    uid = session("s09").uid
    entries = f"""
calendar_entries:
  - {{event: forum-2027, session: s09, uid: another-uid}}
  - {{event: new, uid: {uid}}}
"""
    new = "webcasts:\n  - {id: new, date: 2027-05-05, time: [12:00, 13:00], title: N, quiet: N}\n"

    with pytest.raises(Faulty) as caught:
        loaded(changed(("webcasts:", new)) + entries)

    assert caught.value.lines == [
        f'calendar_entries[0].uid: people\'s calendars hold this under "{uid}"',
        "calendar_entries[1].uid: already used for something else",
    ]


def test_one_fault_and_nothing_is_loaded(app):
    before = state()

    with pytest.raises(Faulty):
        loaded(changed(("room: garden", "room: gardn")))

    assert state() == before


def test_the_audit_tells_of_a_load_that_changed_something(app):
    loaded()
    loaded(now=LATER)

    entries = db.session.scalars(select(AuditEntry)).all()
    assert [(entry.action, entry.facts) for entry in entries] == [
        ("programme loaded", {"added": 79, "changed": 0, "unchanged": 0, "cancelled": 0})
    ]


def test_the_audit_keeps_what_a_load_changed_before_and_after(app):
    loaded()
    number = ("617-555-0142", "617-555-0199")
    title = ("Bones: pain, strength and radiation", "Bones and how to keep them")
    loaded(changed(number, title), now=LATER)

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    was, now = (
        [(each["kind"], each[when]) for each in entry.facts["parts"]] for when in ("was", "now")
    )
    assert was == [
        ("programme", {"contact_phone": f"+1-{number[0]}"}),
        ("session", {"title": title[0]}),
    ]
    assert now == [
        ("programme", {"contact_phone": f"+1-{number[1]}"}),
        ("session", {"title": title[1]}),
    ]
