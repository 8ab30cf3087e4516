"""The programme file and the demo from the command line."""

from email.message import EmailMessage

import pytest
import time_machine
from watchfiles import Change

from forum.config import current_settings
from forum.db import db, transaction
from forum.demo.actions import FILE
from forum.demo.commands import demo
from forum.events.models import Programme
from forum.programme.commands import programme
from forum.programme.dump import dump
from tests.registering import ADA

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


@pytest.fixture
def told(app, run, monkeypatch):
    """Return a way to read what `demo mail` says of emails that come."""

    def told_of(*contents: bytes) -> list[str]:
        def watch(folder, **_options):
            for number, content in enumerate(contents):
                (folder / str(number)).write_bytes(content)
            yield {(Change.added, str(path)) for path in folder.iterdir()}
            yield {(Change.deleted, str(folder / "0"))}

        monkeypatch.setattr("forum.demo.commands.watch", watch)
        result = run(demo, "mail")
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout.splitlines()

    return told_of


def test_a_newcomer_is_told_where_his_email_lies_and_its_link(app, told):
    new = current_settings().instance / "mail" / "new"
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "Ada Q. Trialrun <ada@people.example>", "Your place is booked"
    letter.set_content(
        f"Your page:\n{'a' * 90}\n{current_settings().base_url}/my/abc/\n", cte="base64"
    )

    assert told(letter.as_bytes(), b"To: boris@people.example\n\nNothing to open.") == [
        f"Mail for ada@people.example: {new / '0'}",
        "  Your place is booked",
        f"  {current_settings().base_url}/my/abc/",
        f"Mail for boris@people.example: {new / '1'}",
    ]


@pytest.mark.both_engines
def test_the_demo_says_when_its_forum_is_over_and_no_other_programme_ever_does(run, make, app):
    run(demo, "load")
    over = "The demo's forum is over: for a new one, move"

    assert over not in run(demo, "welcome").stdout
    with time_machine.travel("2027-06-01T12:00:00+00:00"):
        assert over in run(demo, "welcome").stdout
        with transaction():
            db.session.scalars(db.select(Programme)).one().key = "ours"
        assert over not in run(demo, "welcome").stdout


def test_somebody_who_tries_the_demo_registers_for_the_forum_and_for_this_weeks_webcast(
    run, visitor
):
    run(demo, "load")

    links = visitor.get("/events/").links()
    for title in ("Spring Forum 2027", "When scans are coming"):
        [event] = {link.removesuffix("register") for words, link in links.items() if title in words}
        ways = {"mode": "webcast"} if title.startswith("When") else {}
        assert "/registered/" in visitor.submit(event + "register", **(ADA | ways))


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
