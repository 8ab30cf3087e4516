"""An older file asks before it takes back what the desk has done since."""

import re
from datetime import timedelta

import pytest
from click.testing import Result

from forum.db import db, transaction
from forum.events.models import Mode, SessionStatus
from forum.planning import agenda_actions
from forum.programme.actions import load
from forum.programme.commands import programme
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.registration.actions import set_capacity
from tests.actions.planning.plans import session_plan
from tests.actions.programme.rows import state
from tests.programme import LATER, SAMPLE, changed, event, loaded, session
from tests.rush import NOW

pytestmark = pytest.mark.sqlite_is_enough

MOVED = timedelta(minutes=5)
S09 = "session forum-2027/s09"


@pytest.fixture
def petra(app, make):
    loaded()
    return make.organizer()


def move(key, petra) -> None:
    """Move a session at the desk."""
    with transaction():
        row = session(key)
        plan = session_plan(row, starts_at=row.starts_at + MOVED, ends_at=row.ends_at + MOVED)
        agenda_actions.change_session(row, plan, version=row.version, by=petra, now=NOW)


def asked(source: str) -> list[str]:
    """Return what a file is not loaded for, and see that nothing has happened."""
    before = state()
    with pytest.raises(Faulty) as refused:
        loaded(source, now=LATER)
    assert state() == before
    return [each.place for each in refused.value.faults]


def without_versions(text: str) -> str:
    return re.sub(r"(?m)^versions:\n(  .*\n)+", "", text)


@pytest.mark.both_engines
def test_the_time_of_a_session_is_not_taken_back_by_the_file_of_the_last_load(petra):
    move("s09", petra)

    with pytest.raises(Faulty) as refused:
        loaded(now=LATER)

    assert refused.value.lines == [
        (
            f"{S09}: the desk has changed it since this file was written, and the file "
            f'changes time; to do so, add --word "{S09}"'
        )
    ]


def test_nor_by_a_file_that_was_dumped_before(petra):
    text = dump()
    move("s09", petra)

    assert asked(text) == [S09]


def test_nor_are_places(petra):
    gate = next(each for each in event().gates if each.mode == Mode.IN_PERSON)
    with transaction():
        set_capacity(gate, 240, now=NOW, by=petra)

    assert asked(SAMPLE) == ["event forum-2027"]


def test_nor_is_a_session_that_the_desk_has_added(petra):
    text = dump()
    with transaction():
        forum = event()
        at = {"starts_at": forum.starts_at, "ends_at": forum.starts_at + MOVED}
        added = agenda_actions.add_session(forum, session_plan(**at), by=petra, now=NOW)

    assert asked(text) == asked(SAMPLE) == [f"session forum-2027/{added.key}"]
    assert added.status == SessionStatus.SCHEDULED


def test_each_word_is_for_one_part(petra):
    move("s09", petra)
    with transaction():
        row = session("s31")
        plan = session_plan(row, title="Quiet room")
        agenda_actions.change_session(row, plan, version=row.version, by=petra, now=NOW)
    names = [S09, "session forum-2027/s31"]
    assert asked(SAMPLE) == names

    with pytest.raises(Faulty) as refused, transaction():
        load(read(SAMPLE.encode()), now=LATER, words=[S09])
    assert [each.place for each in refused.value.faults] == names[1:]

    with transaction():
        report = load(read(SAMPLE.encode()), now=LATER, words=names)

    assert report.changed == names
    assert session("s09").starts_at.minute == 30


def test_what_the_file_has_seen_is_changed_without_a_word(petra):
    move("s09", petra)
    text = dump().replace("Chair movement for stiff mornings", "Chair movement")

    report = loaded(text, now=LATER)

    assert report.changed == [S09]
    assert report.keys == {S09: ["title"]}


def test_what_the_file_leaves_as_it_is_needs_no_word(petra):
    text = dump()
    move("s09", petra)
    plain = without_versions(text)
    edited = plain.replace("['10:30', '11:00'], room: studio", "['10:35', '11:05'], room: studio")
    assert "versions" not in plain

    report = loaded(edited.replace("Tide Auditorium", "Ebb Auditorium"), now=LATER)

    assert report.changed == ["room aud"]


def test_a_still_older_file_asks_although_a_newer_one_was_loaded(petra):
    move("s09", petra)
    loaded(dump().replace("Tide Auditorium", "Ebb Auditorium"), now=LATER)

    assert S09 in asked(SAMPLE)


def test_a_file_that_is_edited_and_loaded_again_and_again_asks_nothing(petra):
    text = dump()
    for title in ("Chair movement", "Movement on a chair"):
        text = re.sub(
            r"title: (?:{[^}]*}|[^,{]*), (quiet: {en: Movement,)", rf"title: {title}, \1", text
        )
        assert loaded(text, now=LATER).changed == [S09]


def test_but_asks_once_the_desk_has_come_between(petra):
    text = dump()
    loaded(text.replace("Chair movement for stiff mornings", "Chair movement"), now=LATER)
    move("s09", petra)
    newer = dump().replace("Chair movement", "Movement on a chair")
    loaded(newer, now=LATER)

    assert asked(text) == [S09]


@pytest.mark.both_engines
def test_what_was_never_remembered_is_not_asked_about(petra):
    with transaction():
        db.session.execute(db.text("UPDATE programme SET loaded = NULL"))
    move("s09", petra)

    assert loaded(now=LATER).changed == [S09]


class TestFromTheCommandLine:
    @pytest.fixture
    def run(self, app, petra, tmp_path):
        move("s09", petra)
        file = tmp_path / "older.yaml"
        file.write_text(changed(("Tide Auditorium", "Ebb Auditorium")))

        def load_command(*words) -> Result:
            return app.test_cli_runner().invoke(programme, ["load", str(file), *words])

        return load_command

    def test_a_dry_run_says_everything_and_does_nothing(self, run):
        before = state()

        result = run("--dry-run")

        assert (result.exit_code, result.stderr) == (1, "")
        assert result.stdout.splitlines()[1:4] == [
            "changed: room aud (name)",
            f"changed: {S09} (time)",
            (
                f"{S09}: the desk has changed it since this file was written, and the file changes "
                f'time; to do so, add --word "{S09}"'
            ),
        ]
        assert result.stdout.endswith("Nothing was loaded: this is what loading would do.\n")
        assert state() == before

    def test_without_the_word_nothing_is_loaded(self, run):
        before = state()

        result = run()

        assert (result.exit_code, result.stdout) == (1, "")
        assert "1 fault" in result.stderr
        assert state() == before

    def test_with_the_word_it_is(self, run):
        result = run("--word", S09)

        assert (result.exit_code, result.stderr) == (0, "")
        assert session("s09").starts_at.minute == 30
