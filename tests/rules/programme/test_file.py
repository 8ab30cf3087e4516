"""Reading a programme file that is without fault, and writing it: nothing is lost on the way."""

import re
from dataclasses import MISSING
from datetime import time
from pathlib import Path

import pytest
import yaml

from forum import demo
from forum.programme.reading import outline
from forum.programme.reading.file import read
from forum.programme.reading.parts import keys_of, write_part
from forum.programme.reading.walltimes import WallTime
from forum.programme.text import to_text
from forum.tongues import Both
from tests.rules.programme.small import SMALL, small

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "programme-file.md").read_text()
SAMPLE = (Path(demo.__file__).parent / "programme.yaml").read_text()


def test_the_sample_of_a_whole_year_is_without_fault():
    file = read(SAMPLE.encode())

    assert len(file.all_forums[0].sessions) == 32
    assert len(file.webcasts) == 8
    assert len(file.people) == 25
    assert len(file.rooms) == 8
    assert len(file.registrants) == 14


def test_the_example_in_the_documentation_is_without_fault():
    example = re.search(r"```yaml\n(.*?)```", DOCUMENTATION, re.DOTALL)

    assert len(read(example[1].encode()).all_events) == 2


@pytest.mark.parametrize(
    ("section", "part"),
    [
        ("meta", outline.Meta),
        ("programme", outline.Programme),
        ("programme", outline.Contact),
        ("venue", outline.Venue),
        ("rooms", outline.Room),
        ("tracks", outline.Track),
        ("people", outline.Person),
        ("forum", outline.Forum),
        ("forum", outline.Opening),
        ("forum", outline.Switching),
        ("forum", outline.Promises),
        ("sessions", outline.Session),
        ("reminders", outline.Reminder),
        ("webcast_defaults", outline.WebcastDefaults),
        ("webcast_defaults", outline.Questions),
        ("webcasts", outline.Webcast),
        ("webcasts", outline.Recording),
        ("webcasts", outline.RoughReplay),
        ("registrants", outline.Registrant),
        ("calendar_entries", outline.CalendarEntry),
    ],
)
def test_every_key_is_documented_and_the_needed_ones_stand_out(section, part):
    text = DOCUMENTATION.split(f"### {section}\n")[1].split("\n#")[0]
    inherited = keys_of(outline.WebcastDefaults) if part is outline.Webcast else {}

    for name, wanted in keys_of(part).items():
        if name in inherited:
            continue
        is_needed = wanted.default is MISSING
        assert re.search(
            rf"(?<![\w*]){re.escape(f'**{name}**' if is_needed else name)}(?![\w*])", text
        ), name


def test_every_section_is_documented():
    text = DOCUMENTATION.split("## Keys\n")[1].split("\n#")[0]

    assert [name for name in keys_of(outline.ProgrammeFile) if name not in text] == []


def test_what_was_written_is_what_is_read():
    session = read(SAMPLE.encode()).all_forums[0].sessions[25]

    assert session == outline.Session(
        id="s26",
        time=(WallTime(time(14, 35)), WallTime(time(15, 20))),
        room="studio",
        track="science",
        kind="breakout",
        title=Both(
            "In Spanish: questions for the oncologist", "En español: preguntas a la oncóloga"
        ),
        quiet=Both("Session 4 D", "Sesión 4 D"),
        description=Both(
            "An open talk in Spanish. There are no slides. You can write your question on a card,"
            " without your name.",
            "Una charla abierta en español. No hay láminas. Puede escribir su pregunta en una"
            " tarjeta, sin su nombre.",
        ),
        language="es",
        people=("p16", "p17"),
        is_streamed=True,
        is_recorded=True,
        has_captions=True,
    )


def test_what_is_read_can_be_written_and_read_again():
    file = read(SAMPLE.encode())

    assert read(to_text(write_part(file)).encode()) == file


def test_other_yaml_programs_see_the_same_in_what_we_write():
    plain = write_part(read(SAMPLE.encode()))

    assert yaml.safe_load(to_text(plain)) == plain


def test_times_and_dates_need_no_quotes():
    source = small(('["09:00", "09:45"]', "[09:00, 09:45]"), ("2027-04-24", '"2027-04-24"'))

    assert read(source.encode()) == read(SMALL.encode())


def test_a_file_of_a_windows_editor_is_read():
    source = "\ufeff" + SMALL.replace("\n", "\r\n")

    assert read(source.encode()) == read(SMALL.encode())


def test_sessions_may_meet_end_to_start():
    source = small(('["10:00", "10:45"], room: north', '["09:45", "10:45"], room: aud'))

    assert len(read(source.encode()).all_forums[0].sessions) == 2


def test_a_cancelled_session_keeps_no_room():
    source = small(
        ('["10:00", "10:45"], room: north', '["09:00", "10:45"], status: cancelled, room: aud')
    )

    assert read(source.encode()).all_forums[0].sessions[1].status == "cancelled"
