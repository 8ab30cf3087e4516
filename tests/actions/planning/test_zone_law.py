"""A government changes its law of time: what begins at 8:15 in the hall still begins at 8:15."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from forum import clock
from forum.config import current_settings
from forum.db import db, transaction
from forum.emails import notice_facts
from forum.emails.queries import sender
from forum.events.models import Event, Gate, Mode, Session
from forum.notices import queries as notices
from forum.notices import watching
from forum.notices.baseline import Baseline
from forum.planning import zone_actions, zone_queries
from tests.faults.serving import HOUSE, environment
from tests.notices import Desk

HOUR = timedelta(hours=1)
NEW_YORK = {"zone": "America/New_York"}
SUMMER = -4 * 3600


@pytest.fixture
def event(make):
    """Return a forum with everything that a clock on the wall shows."""
    event = make.event(slug="forum-2027")
    event.registration_opens_at = event.starts_at - timedelta(days=60)
    event.gates[0].closes_at = event.starts_at - timedelta(days=2)
    make.session(event, room=make.room())
    db.session.commit()
    return event


@pytest.fixture
def tokyo(make, event):
    return make.registration(event, mode=Mode.WEBCAST, timezone="Asia/Tokyo")


@pytest.fixture
def new_law(tmp_path) -> Path:
    """Return zone data by which New York keeps the time of Halifax, an hour ahead."""
    data = files("tzdata.zoneinfo").joinpath("America", "Halifax").read_bytes()
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "New_York").write_bytes(data)
    return tmp_path


def flask(law: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, under another law."""
    environ = {**environment(current_settings()), "PYTHONTZPATH": os.fspath(law)}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=HOUSE,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def instants() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    [event] = db.session.scalars(db.select(Event)).all()
    [session] = db.session.scalars(db.select(Session)).all()
    gate = db.session.scalars(db.select(Gate).where(Gate.closes_at.is_not(None))).one()
    found = (
        event.registration_opens_at,
        gate.closes_at,
        event.starts_at,
        session.starts_at,
        session.ends_at,
        event.ends_at,
    )
    return [f"{at:%m-%d %H:%M}" for at in found]


BEFORE = ["02-23 12:15", "04-22 12:15", "04-24 12:15", "04-24 12:15", "04-24 13:00", "04-24 20:30"]
AFTER = ["02-23 11:15", "04-22 11:15", "04-24 11:15", "04-24 11:15", "04-24 12:00", "04-24 19:30"]
SAID = (
    "forum-2027: the law of America/New_York has changed. It says 2027-04-24 09:15 where it was "
    "to be 2027-04-24 08:15 (6 instants in all)."
)


@pytest.mark.real_time
@pytest.mark.sqlite_is_enough
def test_under_new_zone_data_doctor_says_what_would_move_and_a_command_moves_it(
    app, event, tokyo, new_law
):
    assert instants() == BEFORE
    examined = flask(new_law, "doctor")
    assert f"WRONG  Zones: {SAID} Run `flask zones keep`." in examined.stdout
    assert examined.returncode == 1

    other = "    1 people read it on another clock, which shows another time."
    looked = flask(new_law, "zones", "keep", "--dry-run")
    assert (looked.stdout.splitlines(), looked.returncode) == ([SAID, other], 0)
    assert instants() == BEFORE

    kept = flask(new_law, "zones", "keep")
    assert (kept.stdout.splitlines(), kept.stderr) == ([SAID, other, "    Moved."], "")
    assert instants() == AFTER
    assert "Zones" not in flask(new_law, "doctor").stdout
    again = flask(new_law, "zones", "keep")
    assert again.stdout == "Every clock shows what it was to show.\n"


@pytest.mark.real_time
@pytest.mark.sqlite_is_enough
def test_under_the_law_as_it_was_nothing_is_to_be_moved(app, event, tmp_path):
    assert flask(tmp_path, "zones", "keep").stdout == "Every clock shows what it was to show.\n"
    assert instants() == BEFORE


def under_older_law(event: Event) -> None:
    """Let everything have been worked out when the clock was an hour less behind UTC."""
    for row in (event, *event.sessions, *event.gates):
        ahead = {name: seconds + 3600 for name, seconds in row.offsets.items() if name != "zone"}
        row.offsets = NEW_YORK | ahead
    for each in (event, *event.sessions):
        each.told = each.told and _told_then(each.told)
    for notice in notices.of_event(event):
        told = {key: _told_then(each) for key, each in notice.changes["sessions"].items()}
        notice.changes = {**notice.changes, "sessions": told}
    db.session.commit()


def _told_then(told: dict) -> dict:
    """Return what was told under that law: it spoke of summers alone."""
    kept = {name: each + 3600 if each == SUMMER else each for name, each in told["offsets"].items()}
    later = [_told_then(each) for each in told.get("later", ())]
    return {**told, "offsets": kept, **({"later": later} if later else {})}


def test_calendars_follow_and_nobody_is_told_that_what_she_was_told_has_changed(event):
    watching.begin(event)
    under_older_law(event)
    starts_at, sequence, revision = event.starts_at, event.sequence, event.revision
    now = clock.now()
    with transaction():
        moved = zone_actions.keep_walls(event, now=now)
    assert (len(moved), event.starts_at) == (6, starts_at + HOUR)
    assert event.sequence == sequence + 1
    assert event.revision > revision
    assert {each.updated_at for each in (event, *event.sessions)} == {now}
    assert notices.untold(event, now=now).changes == ()
    with transaction():
        assert zone_actions.keep_walls(event, now=now) == []
    assert event.sequence == sequence + 1


def test_who_missed_a_notice_is_told_of_no_time_that_the_law_alone_has_moved(make, event):
    """She was in a pause when another number to call was told."""
    greta = make.registration(event, mode=Mode.PHONE)
    room = event.sessions[0].room
    desk = Desk(make.organizer())
    desk.restream(room, dial_in="+1-617-555-0199")
    desk.send(event)
    db.session.rollback()
    under_older_law(event)
    with transaction():
        zone_actions.keep_walls(event, now=clock.now())

    missed = notice_facts.missed(greta, sender(), now=clock.now())

    assert [sorted(each.kinds) for each in missed.changes] == [["number"]]


def test_what_is_over_is_left_as_it_was(event, today):
    under_older_law(event)
    assert [found.slug for found, _ in zone_queries.moved_by_law(now=clock.now())] == ["forum-2027"]
    today.move_to("2027-05-01T12:00:00+00:00")
    assert zone_queries.moved_by_law(now=clock.now()) == []


def test_an_edit_by_todays_law_is_kept_with_todays_offset(event):
    under_older_law(event)
    session = event.sessions[0]
    for row in (event, session):
        row.starts_at += HOUR / 4
    db.session.commit()
    assert {row.offsets["starts_at"] for row in (event, session)} == {-4 * 3600}
    assert {row.offsets["ends_at"] for row in (event, session)} == {-3 * 3600}


def test_another_zone_is_todays_law_of_that_zone(event):
    event.timezone = "America/Phoenix"
    db.session.commit()
    assert event.offsets["zone"] == "America/Phoenix"
    assert event.offsets["starts_at"] == -7 * 3600


def test_the_whole_event_moves_by_the_law_of_its_zone_once_the_zone_has_been_put_right(event):
    """ "US/Eastern" of an older release is put right to "America/New_York": no instant moves."""
    for zone in ("US/Eastern", "America/New_York"):
        event.timezone = zone
        db.session.commit()
        parts = (event, *event.sessions, *event.gates)
        assert {each.offsets["zone"] for each in parts} == {zone}
    under_older_law(event)
    before = [each.starts_at for each in (event, *event.sessions)]

    with transaction():
        zone_actions.keep_walls(event, now=clock.now())

    assert [each.starts_at - HOUR for each in (event, *event.sessions)] == before


def without_offsets(told: dict) -> dict:
    later = [without_offsets(each) for each in told.get("later", ())]
    kept = {name: each for name, each in told.items() if name not in {"offsets", "later"}}
    return {**kept, "later": later} if later else kept


@pytest.mark.parametrize("keeps_offsets", [False, True])
def test_what_was_told_of_a_day_that_the_law_leaves_alone_stays_as_it_was_told(make, keeps_offsets):
    """Told: a day in winter. Moved, and not told yet: a day in summer, of which the law speaks."""
    winter = datetime(2027, 1, 23, 13, 15, tzinfo=UTC)
    event = make.event(slug="forum-2027", starts_at=winter)
    watching.begin(event)
    db.session.commit()
    with transaction(), watching.watched(event, now=clock.now()):
        event.starts_at = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
        event.ends_at = event.starts_at + 8 * HOUR
    under_older_law(event)
    if not keeps_offsets:  # an earlier release has told it
        event.told = without_offsets(event.told)
        db.session.commit()

    with transaction():
        zone_actions.keep_walls(event, now=clock.now())

    assert event.starts_at == datetime(2027, 4, 24, 13, 15, tzinfo=UTC)
    told = Baseline.from_json(event.told)
    assert [state["starts_at"] for state in told.states] == [
        winter.isoformat(),
        event.starts_at.isoformat(),
    ]


def test_what_was_told_moves_by_the_law_again_when_it_changes_again(event):
    watching.begin(event)
    db.session.commit()
    for hours in (1, 2):
        under_older_law(event)
        with transaction():
            zone_actions.keep_walls(event, now=clock.now())
        told = Baseline.from_json(event.told).announced
        assert told["starts_at"] == event.starts_at.isoformat(), hours
