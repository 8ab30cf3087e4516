"""Loading a changed file: one change is one change, and what is left out comes back."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events import queries
from forum.events.models import (
    EventStatus,
    Gate,
    Mode,
    OldSlug,
    SessionStatus,
)
from forum.programme.reading.faults import Faulty
from forum.reminders.models import Reminder
from tests.actions.programme.rows import state
from tests.programme import LATER, SAMPLE, changed, event, loaded, session
from tests.rush import NOW

ANOTHER = """  - {id: w3b, date: 2026-12-02, time: ["12:00", "13:00"], people: [p01],
     state: registration_open, title: {en: "Another one", es: "Otra"}, quiet: "Lantern webcast"}
"""


def without(name: str) -> str:
    """Return the sample without the item that has this text, in all its lines."""
    return re.sub(rf"(?m)^( *)- \{{{name},.*\n(?:\1 .*\n)*", "", SAMPLE)


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


def test_a_file_with_a_year_too_early_is_refused_while_people_are_registered(app, make):
    slip = changed(("date: 2026-12-16", "date: 2025-12-16"))
    loaded()
    webcast = session("w3").event
    person = make.registration(webcast, mode=Mode.WEBCAST)
    before = state()

    with pytest.raises(Faulty) as caught:
        loaded(slip, now=LATER)

    assert caught.value.lines == [
        (
            "webcasts[2].date: this day is over, and people are registered: look at the year; if it"
            " is right, change the day at the desk, which asks for their number"
        )
    ]
    assert state() == before

    db.session.delete(person)
    db.session.query(Gate).filter_by(event_id=webcast.id).update({"taken": 0})
    db.session.commit()
    loaded(slip, now=LATER)
    assert session("w3").starts_at.year == 2025


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


def test_a_reminder_that_is_left_out_is_switched_off_and_armed_again_when_it_returns(app):
    loaded()
    fewer = changed((", {at: PT90M, only: [webcast, phone]}", ""))

    loaded(fewer, now=LATER)

    last = db.session.scalars(select(Reminder).where(Reminder.lead == "PT90M")).one()
    assert (last.is_on, last.armed_at) == (False, NOW)

    loaded(now=LATER)

    last = db.session.scalars(select(Reminder).where(Reminder.lead == "PT90M")).one()
    assert (last.is_on, last.armed_at) == (True, LATER)


def test_an_address_that_leads_to_a_renamed_event_is_given_to_no_other_in_the_same_file(app):
    loaded()
    source = changed(("- {id: w3, date:", "- {id: w3, slug: webcast-meeting, date:"))
    at = source.index("  - {id: w4,")

    loaded(source[:at] + ANOTHER + source[at:], now=LATER)

    assert event("w3").slug == "webcast-meeting"
    assert queries.renamed("webcast-2026-12") == event("w3")
    assert event("w3b").slug == "webcast-2026-12-2"
    assert db.session.scalars(select(OldSlug.slug)).all() == ["webcast-2026-12"]


def test_a_file_that_leaves_the_room_out_tells_calendars_that_the_event_is_online(app):
    loaded()
    sequences = {each: each.sequence for each in (event(), session("s10"))}
    modes = "{in_person: 200, webcast: unlimited, phone: unlimited}"
    source = changed((modes, "{webcast: unlimited, phone: unlimited}"))

    loaded(re.sub(r", closes_in_person: [^,}]*", "", source), now=LATER)

    assert [gate.mode for gate in event().gates] == [Mode.WEBCAST, Mode.PHONE]
    assert {each.updated_at for each in sequences} == {LATER}
    assert {each: each.sequence - 1 for each in sequences} == sequences


HOUSE = "name: {en: Harborlight Conference Center, es: Harborlight Conference Center}"


def test_another_place_in_spanish_alone_is_another_entry_to_calendars(app):
    loaded()
    sequence = event().sequence

    loaded(changed((HOUSE, HOUSE.replace("es: Harborlight", "es: Palacio Harborlight"))), now=LATER)

    assert (event().updated_at, session("s10").updated_at) == (LATER, LATER)
    assert event().sequence == sequence + 1
