"""Loading a programme file into a database, again and again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event as engine_events
from sqlalchemy import func, select

from forum import demo
from forum.audit.models import AuditEntry
from forum.db import Record, db, transaction
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Gate,
    Mode,
    Programme,
    Room,
    Session,
    SessionStatus,
    Speaker,
    Track,
    Venue,
)
from forum.outbox import runner
from forum.programme.actions import load
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.registration.models import Offer, OfferState, Status
from forum.registration.places import session_places
from forum.reminders.models import Reminder

SAMPLE = (Path(demo.__file__).parent / "programme.yaml").read_text()
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def changed(*edits: tuple[str, str]) -> str:
    """Return the sample with each text replaced, once, by another."""
    source = SAMPLE
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


def without(line: str) -> str:
    """Return the sample without the lines that hold this text."""
    return "\n".join(each for each in SAMPLE.splitlines() if line not in each)


def loaded(source: str = SAMPLE, *, now: datetime = NOW):
    with transaction():
        return load(read(source.encode()), now=now)


@pytest.fixture
def writes(app) -> list[str]:
    """Return the statements that write, as the engine sees them."""
    statements: list[str] = []

    @engine_events.listens_for(db.engine, "before_cursor_execute")
    def _(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA", "WITH")):
            statements.append(statement)

    return statements


def state() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table."""
    db.session.rollback()
    return {
        name: [dict(row) for row in db.session.execute(table.select()).mappings()]
        for name, table in Record.metadata.tables.items()
    }


def event(key: str = "forum-2027") -> Event:
    return db.session.scalars(select(Event).where(Event.key == key)).one()


def session(key: str) -> Session:
    return db.session.scalars(select(Session).where(Session.key == key)).one()


def number_of(model: type[Record]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


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


def test_a_moved_session_raises_its_sequence_and_no_other_row_of_the_agenda(app):
    loaded()
    before = {row["key"]: row for row in state()["session"]}
    forum = event()
    seen = (forum.revision, forum.version, forum.sequence)

    report = loaded(
        changed(('["10:30", "11:00"], room: studio', '["10:35", "11:05"], room: studio')), now=LATER
    )

    after = {row["key"]: row for row in state()["session"]}
    assert {key for key in after if after[key] != before[key]} == {"s09"}
    moved = session("s09")
    assert (moved.sequence, moved.version, moved.updated_at) == (1, 2, LATER)
    forum = event()
    assert (forum.revision, forum.version, forum.sequence) == (seen[0] + 1, seen[1] + 1, seen[2])
    assert report.changed == ["session forum-2027/s09"]


def test_a_new_title_is_no_move(app):
    loaded()

    loaded(changed(("Chair movement for stiff mornings", "Chair movement")), now=LATER)

    renamed = session("s09")
    assert (renamed.title, renamed.sequence, renamed.updated_at) == ("Chair movement", 0, LATER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'id: s09, time: ["10:30", "11:00"], room: studio',
            'id: s09, time: ["10:30", "11:00"], room: lounge',
        ),
        ("live.lantern.example/studio", "live.lantern.example/another"),
        ("+1-617-555-0153", "+1-617-555-0199"),
        ("1 Example Wharf", "2 Example Wharf"),
    ],
    ids=["another room", "another stream", "another number", "another address"],
)
def test_a_session_that_is_reached_in_another_way_raises_its_sequence(app, old, new):
    loaded()
    source = changed(
        (old, new), ('["09:30", "16:00"], room: lounge', '["14:30", "16:00"], room: lounge')
    )
    seen = event().revision

    loaded(source, now=LATER)

    assert (session("s09").sequence, session("s09").updated_at) == (1, LATER)
    assert event().revision == seen + 1


def test_a_removed_session_is_cancelled_and_comes_back(app):
    loaded()
    uid = session("s09").uid

    report = loaded(without("id: s09"), now=LATER)

    gone = session("s09")
    assert (gone.status, gone.sequence, gone.uid) == (SessionStatus.CANCELLED, 1, uid)
    assert report.cancelled == ["session forum-2027/s09"]
    assert loaded(without("id: s09"), now=LATER).has_changes is False

    loaded(now=LATER)

    back = session("s09")
    assert (back.status, back.sequence, back.uid) == (SessionStatus.SCHEDULED, 2, uid)


def test_an_event_that_the_file_does_not_name_stays_as_it_is(app):
    loaded()
    before = state()

    report = loaded(without("id: w8"), now=LATER)

    assert state() == before
    assert report.left == ["event w8"]


def test_a_webcast_that_moves_keeps_its_address_and_its_calendar_entry(app):
    loaded()
    uid = event("w3").uid

    loaded(changed(("date: 2026-12-16", "date: 2027-01-13")), now=LATER)

    moved = event("w3")
    assert (moved.slug, moved.uid, moved.sequence) == ("webcast-2026-12", uid, 1)
    assert moved.starts_at == datetime(2027, 1, 13, 17, 0, tzinfo=UTC)
    only = moved.sessions[0]
    assert (only.starts_at, only.sequence, only.uid) == (moved.starts_at, 1, uid)


def test_a_cancelled_event_says_so_to_calendars(app):
    loaded()

    report = loaded(changed(("{id: w3, ", "{id: w3, status: cancelled, ")), now=LATER)

    webcast = event("w3")
    assert (webcast.status, webcast.sequence) == (EventStatus.CANCELLED, 1)
    assert report.cancelled == ["event w3"]


def test_a_new_name_of_a_speaker_makes_all_pages_anew(app):
    loaded()
    before = {row["key"]: row["revision"] for row in state()["event"]}

    loaded(changed(("Dr. Marigold Testwell", "Dr. Marigold Testwell-Moore")), now=LATER)

    after = {row["key"]: row["revision"] for row in state()["event"]}
    assert after == {key: revision + 1 for key, revision in before.items()}
    assert {row["sequence"] for row in state()["session"]} == {0}


def test_speakers_change_their_order(app):
    loaded()

    loaded(changed(("people: [p16, p17], web", "people: [p17, p02, p16], web")), now=LATER)

    assert [speaker.key for speaker in session("s26").speakers] == ["p17", "p02", "p16"]


def test_sessions_stand_in_the_order_of_the_file(app):
    loaded()
    lines = SAMPLE.splitlines()
    first, second = (
        next(i for i, line in enumerate(lines) if f"id: {key}," in line) for key in ("s01", "s02")
    )
    lines[first], lines[second] = lines[second], lines[first]

    loaded("\n".join(lines), now=LATER)

    rows = sorted(state()["session"], key=lambda row: (row["position"], row["id"]))
    assert [row["key"] for row in rows if row["event_id"] == event().id][:3] == [
        "s02",
        "s01",
        "s03",
    ]
    assert session("s01").sequence == 0


def test_more_places_are_offered_to_those_who_wait(app, make):
    loaded(changed(("in_person: 200", "in_person: 1")))
    forum = event()
    make.registration(forum, mode=Mode.IN_PERSON)
    waiting = make.registration(forum, mode=Mode.IN_PERSON, status=Status.WAITLISTED)

    loaded(changed(("in_person: 200", "in_person: 2")), now=LATER)

    offer = db.session.scalars(select(Offer)).one()
    assert (offer.registration_id, offer.state) == (waiting.id, OfferState.OPEN)
    gate = {gate.mode: gate for gate in event().gates}[Mode.IN_PERSON]
    assert (gate.taken, gate.held, gate.left) == (1, 1, 0)


def test_fewer_places_than_are_taken_and_held_are_a_fault(app, make):
    loaded(changed(("in_person: 200", "in_person: 1")))
    make.registration(event(), mode=Mode.IN_PERSON)
    make.registration(event(), mode=Mode.IN_PERSON, status=Status.WAITLISTED)
    loaded(changed(("in_person: 200", "in_person: 2")), now=LATER)

    with pytest.raises(Faulty) as caught:
        loaded(changed(("in_person: 200", "in_person: 1")))

    said = "1 is less than the 1 places taken and 1 held by offers"
    assert caught.value.lines == [f"forum.modes.in_person: {said}"]


def test_fewer_places_than_are_taken_are_a_fault_and_nothing_is_loaded(app, make):
    loaded()
    for _ in range(3):
        make.registration(event(), mode=Mode.IN_PERSON)
    before = state()

    with pytest.raises(Faulty) as caught:
        loaded(changed(("in_person: 200", "in_person: 2"), ("Tide Auditorium", "Ebb Auditorium")))

    assert caught.value.lines == ["forum.modes.in_person: 2 is less than the 3 places taken"]
    assert state() == before


def test_a_mode_that_people_have_chosen_cannot_be_left_out(app, make):
    loaded()
    make.registration(event(), mode=Mode.PHONE)

    with pytest.raises(Faulty) as caught:
        loaded(
            changed(
                ("webcast: unlimited, phone: unlimited}\n  switch", "webcast: unlimited}\n  switch")
            )
        )

    assert caught.value.lines == [
        'forum.modes: "phone" cannot be left out: people are registered for it'
    ]


def test_a_mode_that_nobody_has_chosen_can_be_left_out(app):
    loaded()

    loaded(
        changed(
            ("webcast: unlimited, phone: unlimited}\n  switch", "webcast: unlimited}\n  switch")
        )
    )

    assert [gate.mode for gate in event().gates] == [Mode.IN_PERSON, Mode.WEBCAST]
    assert number_of(Gate) == 3 + 8 * 2 - 1


def test_a_session_with_more_guests_than_places_is_a_fault(app):
    loaded()
    session("s10").taken = 5
    db.session.commit()

    with pytest.raises(Faulty) as caught:
        loaded(changed(("rec: false, capacity: 20}", "rec: false, capacity: 4}")))

    assert caught.value.lines == ["forum.sessions[9].capacity: 4 is less than the 5 places taken"]


def test_more_places_in_a_session_go_to_those_who_wait_for_it(app, make):
    loaded(changed(("rec: false, capacity: 20}", "rec: false, capacity: 1}")))
    for _ in range(2):
        with transaction():
            someone = make.registration(event(), mode=Mode.IN_PERSON)
            session_places.choose(someone, [session("s10").id], now=NOW)

    loaded(now=LATER)

    assert [place.status for place in someone.session_places] == [Status.CONFIRMED]
    assert session("s10").taken == 2


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


def test_an_event_that_the_file_does_not_name_keeps_its_room_and_its_speakers(app):
    loaded()
    webcast = "date: 2026-12-16, time: [12:30, 13:30], title: N, quiet: N, people: [p05, p03]"
    source = without("{id: w").replace("webcasts:", f"webcasts:\n  - {{id: new, {webcast}}}\nx:")

    with pytest.raises(Faulty) as caught:
        loaded(source.split("\nx:")[0] + "\nwebcast_defaults: {platform_room: aud}\n")

    assert caught.value.lines == [
        'webcasts[0].room: room "aud" is taken from 12:00 to 13:00 by "w3"',
        'webcasts[0].people[1]: "p03" is needed from 12:00 to 13:00 by "w3"',
    ]


def test_one_fault_and_nothing_is_loaded(app):
    before = state()

    with pytest.raises(Faulty):
        loaded(changed(("room: garden", "room: gardn")))

    assert state() == before


def test_a_reminder_that_is_left_out_is_switched_off_and_armed_again_when_it_returns(app):
    loaded()
    fewer = changed((", {at: PT90M, only: [webcast, phone]}", ""))

    loaded(fewer, now=LATER)

    last = db.session.scalars(select(Reminder).where(Reminder.lead == "PT90M")).one()
    assert (last.is_on, last.armed_at) == (False, NOW)

    loaded(now=LATER)

    last = db.session.scalars(select(Reminder).where(Reminder.lead == "PT90M")).one()
    assert (last.is_on, last.armed_at) == (True, LATER)


def test_the_audit_tells_of_a_load_that_changed_something(app):
    loaded()
    loaded(now=LATER)

    entries = db.session.scalars(select(AuditEntry)).all()
    assert [(entry.action, entry.facts) for entry in entries] == [
        ("programme loaded", {"added": 79, "changed": 0, "unchanged": 0, "cancelled": 0})
    ]
