"""Writing the programme file: what it says loads to the same state."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from sqlalchemy import select

from forum.db import db, transaction
from forum.errors import Missing
from forum.events.models import (
    CalendarMail,
    Event,
    EventStatus,
    Gate,
    Mode,
    Room,
    Session,
    SessionStatus,
    Speaker,
)
from forum.planning import actions, whole_actions
from forum.programme.actions import load
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.reminders.models import Reminder
from tests.actions.programme.rows import state
from tests.programme import SAMPLE, loaded
from tests.rush import NOW

pytestmark = pytest.mark.sqlite_is_enough

SHARED_KEYS = ("meta", "programme", "venue", "rooms", "tracks", "people")


def one(model, key: str):
    return db.session.scalars(select(model).where(model.key == key)).one()


@pytest.fixture
def worked_on(app) -> None:
    """Bring the demo programme to a state that only a year of work at the desk brings about."""
    loaded()
    with transaction():
        forum = one(Event, "forum-2027")
        forum.slug = "spring-day"
        forum.status = EventStatus.DRAFT
        forum.takes_registrations = False
        forum.calendar_mail = CalendarMail.PUBLISH
        forum.room_id = one(Room, "aud").id
        forum.topics = ("general", "trials")
        forum.details = {**forum.details, "cost": 12}
        forum.sequence = 4
        forum.gates[1].capacity = 0
        forum.gates[2].closes_at = datetime(2027, 4, 24, 11, 30, tzinfo=UTC)
        gone = one(Session, "s09")
        gone.status, gone.sequence = SessionStatus.CANCELLED, 3
        one(Session, "s01").position = 99
        one(Session, "s02").title = 'Say "hello": 12:30 - no, {really} # yes'
        one(Session, "s31").room_id = None
        late = one(Event, "w3")
        late.timezone = "Europe/Paris"
        late.starts_at = datetime(2027, 10, 30, 23, 30, tzinfo=UTC)
        late.ends_at = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
        late.sessions[0].starts_at, late.sessions[0].ends_at = late.starts_at, late.ends_at
        late.room_id = late.sessions[0].room_id = one(Room, "north").id
        late.details = {**late.details, "opens_min_before": 30}
        late.sessions[0].has_captions = False
        one(Event, "w4").status = EventStatus.CANCELLED
        one(Event, "w1").takes_registrations = True
        one(Event, "w6").takes_registrations = True
        one(Speaker, "p01").role, one(Speaker, "p01").in_spanish = "", None
        one(Speaker, "p02").position = 77
        rule = db.session.scalars(select(Reminder).where(Reminder.event == late)).first()
        rule.is_on, rule.stated = False, {**rule.stated, "is_on": False}


def dumped_elsewhere(text: str, elsewhere) -> str:
    """Load a file into an empty database and write it again from there."""
    with elsewhere.app_context():
        with transaction():
            load(read(text.encode()), now=NOW + timedelta(days=9))
        again = dump()
        db.session.remove()
    return again


def test_the_dump_of_the_sample_loads_to_the_same_state(app, elsewhere):
    loaded()
    text = dump()

    assert dumped_elsewhere(text, elsewhere) == text


@pytest.mark.both_engines
def test_the_dump_after_a_year_of_work_loads_to_the_same_state(worked_on, elsewhere):
    text = dump()

    assert dumped_elsewhere(text, elsewhere) == text


@pytest.mark.both_engines
def test_the_state_elsewhere_is_the_same_to_people_and_calendars(worked_on, elsewhere):
    def seen() -> list[tuple[object, ...]]:
        rows = db.session.scalars(select(Session).order_by(Session.uid))
        return [
            (
                each.uid,
                each.sequence,
                each.key,
                each.title,
                each.in_spanish,
                each.description,
                each.starts_at,
                each.ends_at,
                each.status,
                each.room.key if each.room else None,
                [speaker.key for speaker in each.speakers],
                each.event.slug,
                each.event.status,
                each.event.sequence,
                each.event.takes_registrations,
                each.event.details,
                [(gate.mode, gate.capacity, gate.closes_at) for gate in each.event.gates],
            )
            for each in rows
        ]

    here, text = seen(), dump()
    dumped_elsewhere(text, elsewhere)

    with elsewhere.app_context():
        assert seen() == here
        db.session.remove()


def test_loading_ones_own_dump_writes_nothing(worked_on, writes):
    text = dump()
    before = state()
    writes.clear()

    with transaction():
        report = load(read(text.encode()), now=NOW)

    assert writes == []
    assert state() == before
    assert report.has_changes is False


def test_the_dump_of_one_event_holds_it_and_what_it_uses(worked_on, writes):
    text = dump("w6")
    plain = yaml.safe_load(text)
    writes.clear()

    with transaction():
        report = load(read(text.encode()), now=NOW)

    assert writes == []
    assert len(report.left) == 8
    assert [each["id"] for each in plain["webcasts"]] == ["w6"]
    assert [room["id"] for room in plain["rooms"]] == ["aud"]
    assert [person["id"] for person in plain["people"]] == ["p09", "p23", "p25"]


def test_the_dump_reads_like_the_sample(app):
    loaded()
    lines = dump().splitlines()

    assert (
        "    - {id: s09, time: ['10:30', '11:00'], room: studio, track: living, kind: movement, "
        "title: {en: Chair movement for stiff mornings, es: Movimiento en silla para mañanas "
        "rígidas}, quiet: {en: Movement, es: Movimiento}, description: {en: 'Slow movements, all "
        "of them in a chair. Do as much as feels good, or just watch. Wear what you have on.', es: "
        "'Movimientos lentos, todos en una silla. Haga lo que le siente bien, o solo mire. Venga "
        "con la ropa que lleve.'}, people: [p13], web: true, rec: true}"
    ) in lines
    assert "  date: 2027-04-24" in lines
    assert "  modes: {in_person: 200, webcast: unlimited, phone: unlimited}" in lines


def test_a_change_in_the_dump_is_one_change_in_the_database(app):
    loaded()
    text = dump().replace("['10:30', '11:00']", "['10:35', '11:05']")

    with transaction():
        report = load(read(text.encode()), now=NOW)

    assert report.changed == ["session forum-2027/s09"]
    assert one(Session, "s09").sequence == 1


def test_several_forums_are_written_as_a_list(app, elsewhere):
    loaded()
    source = SAMPLE.replace("id: forum-2027", "id: forum-2028").replace(
        "date: 2027-04-24", "date: 2028-04-22"
    )
    loaded(source)
    text = dump()

    assert [each["id"] for each in yaml.safe_load(text)["forums"]] == ["forum-2027", "forum-2028"]
    assert dumped_elsewhere(text, elsewhere) == text


def test_what_nobody_has_written_yet_cannot_be_dumped(app):
    with pytest.raises(Missing):
        dump()


def test_an_event_that_does_not_exist_cannot_be_dumped(app):
    loaded()

    with pytest.raises(Missing):
        dump("forum-1999")


def test_what_a_file_cannot_say_is_named(app):
    loaded()
    with transaction():
        one(Session, "s09").title = "Two\nlines"

    with pytest.raises(Faulty) as caught:
        dump()

    assert caught.value.lines == ["forum.sessions[8].title.en: must be one line of text"]


def test_a_gate_without_limit_is_written_as_unlimited(app):
    loaded()
    with transaction():
        gates = db.session.scalars(select(Gate).join(Event).where(Event.key == "forum-2027")).all()
        next(gate for gate in gates if gate.mode == Mode.IN_PERSON).capacity = None

    assert "  modes: {in_person: unlimited, webcast: unlimited, phone: unlimited}" in dump()


def test_what_went_online_loads_as_it_is_and_the_old_file_does_not_undo_it(app, make):
    loaded()
    forum, petra = one(Event, "forum-2027"), make.organizer()
    make.registration(forum)
    with transaction():
        seen = forum.version
        whole_actions.go_online(forum, version=seen, by=petra, now=NOW)
    before = state()

    with pytest.raises(Faulty) as refused:
        loaded()

    sentences = [each.text for each in refused.value.faults]
    assert sentences[0] == (
        "the whole event went online: people have been told; "
        "`programme dump` writes the event as it is now"
    )
    assert all(each.startswith("it could not be seen when") for each in sentences[1:])
    assert state() == before
    assert loaded(dump()).has_changes is False
    assert state() == before


def test_the_old_file_does_not_bring_a_postponed_event_back(app, make):
    loaded()
    forum, petra = one(Event, "forum-2027"), make.organizer()
    with transaction():
        later = [at + timedelta(days=14) for at in (forum.starts_at, forum.ends_at)]
        whole_actions.postpone(forum, *later, version=forum.version, by=petra, now=NOW)
    before = state()

    with pytest.raises(Faulty) as refused:
        loaded()

    assert [each.text.partition(":")[0] for each in refused.value.faults] == [
        "the event was postponed from this day"
    ]
    assert loaded(dump()).has_changes is False
    assert state() == before


def test_the_old_file_does_not_bring_back_what_the_desk_has_canceled(app, make):
    loaded()
    webcast, petra = one(Event, "w3"), make.organizer()
    with transaction():
        actions.cancel_event(webcast, version=webcast.version, by=petra, now=NOW)
    before = state()

    with pytest.raises(Faulty):
        loaded()

    assert state() == before
