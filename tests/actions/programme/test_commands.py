"""The programme file and the demo from the command line."""

import pytest

from forum.db import db
from forum.demo.actions import FILE
from forum.demo.commands import demo
from forum.events.models import Programme
from forum.programme.commands import programme
from forum.programme.dump import dump

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def run(app):
    """Return a way to run a command as the shell does."""

    def run_command(group, *words):
        return app.test_cli_runner().invoke(group, words)

    return run_command


def test_a_load_says_what_it_did(run):
    result = run(programme, "load", str(FILE))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "79 added, 0 changed, 0 unchanged, 0 cancelled",
        "registrants are only for `demo load`: 14 left out",
    ]


@pytest.mark.both_engines
def test_a_faulty_file_is_refused_with_every_fault(run, tmp_path):
    file = tmp_path / "next.yaml"
    source = FILE.read_text().replace("room: garden", "room: gardn", 1)
    file.write_text(source.replace('["09:20", "10:05"]', '["09:20", "09:05"]'))

    result = run(programme, "load", str(file))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        (
            "forum.sessions[3].time: the end, 09:05, is not after the start, 09:20; "
            "an end on another day is written like 2027-04-25T09:05"
        ),
        'forum.sessions[9].room: no room "gardn"; did you mean "garden"?',
        f"Nothing was loaded from {file}: 2 faults.",
    ]
    assert db.session.query(Programme).count() == 0


def test_a_file_of_ten_megabytes_is_refused(run, tmp_path):
    file = tmp_path / "huge.yaml"
    file.write_bytes(b"a: [" + b"x, " * 3_500_000 + b"]")

    result = run(programme, "load", str(file))

    assert (result.exit_code, result.stderr) == (
        1,
        f"file: larger than 1 MB\nNothing was loaded from {file}: 1 fault.\n",
    )


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    result = run(programme, "load", str(tmp_path / "none.yaml"))

    assert result.exit_code == 2
    assert "none.yaml' does not exist" in result.stderr


def test_a_dump_goes_to_standard_output(run):
    run(programme, "load", str(FILE))

    result = run(programme, "dump")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == dump()


def test_a_dump_of_no_event_says_so(run):
    run(programme, "load", str(FILE))

    result = run(programme, "dump", "forum-1999")

    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        'Nothing was written: there is no event "forum-1999".\n',
    )


def test_a_dump_of_an_empty_database_says_so(run):
    result = run(programme, "dump")

    assert (result.exit_code, result.stderr) == (
        1,
        "Nothing was written: there is no programme yet.\n",
    )


def test_the_demo_is_loaded_once(run):
    first, second, third = (
        run(demo, "load"),
        run(demo, "load"),
        run(demo, "load", "--if-empty"),
    )

    assert first.stdout.splitlines() == [
        "Demo programme: 79 parts.",
        "Demo people: 14 registered for the forum.",
        "Demo organizer: petra.sandboxer@lantern.example",
    ]
    assert (second.exit_code, second.stderr) == (
        1,
        "The demo goes into an empty database only; this one holds a programme.\n",
    )
    assert (third.exit_code, third.output) == (0, "")
