"""Reading a programme file: what it says, or every fault with its place."""

import re
from dataclasses import MISSING
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from forum import demo
from forum.programme.reading import outline
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.programme.reading.parts import keys_of, write_part
from forum.programme.reading.walltimes import NoSuchTime, WallTime, instant, wall_time, written
from forum.programme.text import to_text

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "programme-file.md").read_text()
SAMPLE = (Path(demo.__file__).parent / "programme.yaml").read_text()
NEW_YORK = ZoneInfo("America/New_York")

SMALL = """\
meta: {schema: 1, timezone: America/New_York}
programme:
  id: lantern
  name: Lantern Programme
  quiet_name: Lantern
  contact: {email: hello@lantern.example, phone: "+1-617-555-0142"}
rooms:
  - {id: aud, name: Tide Auditorium, capacity: 220}
  - {id: north, name: North Pier Room}
tracks:
  - {id: science, name: Treatment and research, mark: triangle}
people:
  - {id: p01, name: Dr. Marigold Testwell}
  - {id: p02, name: Dr. Ansel Demoray}
forum:
  id: forum-2027
  title: Spring Forum 2027
  quiet: Spring day
  date: 2027-04-24
  hours: ["08:15", "16:30"]
  modes: {in_person: 200, webcast: unlimited}
  reminders: [{at: P7D, local: "10:00"}]
  sessions:
    - {id: s01, time: ["09:00", "09:45"], room: aud, kind: talk, title: One, quiet: A, people: [p01]}
    - {id: s02, time: ["10:00", "10:45"], room: north, kind: talk, title: Two, quiet: B, people: [p02]}
webcasts:
  - {id: w1, date: 2026-12-16, time: ["12:00", "13:00"], title: News, quiet: December, people: [p01]}
"""  # noqa: E501 - a session is one line, as in the sample


def faults_of(source: str | bytes) -> list[str]:
    """Return the lines that a person would read."""
    with pytest.raises(Faulty) as caught:
        read(source.encode() if isinstance(source, str) else source)
    return caught.value.lines


def small(*edits: tuple[str, str]) -> str:
    """Return the small file with each text replaced, once, by another."""
    source = SMALL
    for old, new in edits:
        assert source.count(old) >= 1, old
        source = source.replace(old, new, 1)
    return source


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
        title="En español: preguntas a la oncóloga",
        quiet="Sesión 4 D",
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


KINDS = "plenary, talk, breakout, circle, movement, dropin, break, ceremony, clinician"
SKIPPED = "the clocks of America/New_York skip it"
FAULTS = {
    "an unknown room": (
        ("room: aud, kind", "room: cellar, kind"),
        'forum.sessions[0].room: no room "cellar"',
    ),
    "a misspelled room": (
        ("room: aud, kind", "room: nroth, kind"),
        'forum.sessions[0].room: no room "nroth"; did you mean "north"?',
    ),
    "an unknown track": (
        ("room: aud, kind", "track: scence, kind"),
        'forum.sessions[0].track: no track "scence"; did you mean "science"?',
    ),
    "an unknown speaker": (
        ("people: [p02]", "people: [p02, nobody]"),
        'forum.sessions[1].people[1]: no person "nobody"',
    ),
    "a webcast from an unknown room": (
        ("quiet: December", "quiet: December, room: cellar"),
        'webcasts[0].room: no room "cellar"',
    ),
    "an unknown host": (
        ("webcasts:", "webcast_defaults: {host: nobody}\nwebcasts:"),
        'webcast_defaults.host: no person "nobody"',
    ),
    "an end before the start": (
        ('["09:00", "09:45"]', '["09:00", "08:45"]'),
        (
            "forum.sessions[0].time: the end, 08:45, is not after the start, 09:00; "
            "an end on another day is written like 2027-04-25T08:45"
        ),
    ),
    "an end at the start": (
        ('["09:00", "09:45"]', '["09:00", "09:00"]'),
        "forum.sessions[0].time: the end, 09:00, is not after the start, 09:00",
    ),
    "a forum that ends before it starts": (
        ('["08:15", "16:30"]', '["16:30", "08:15"]'),
        (
            "forum.hours: the end, 08:15, is not after the start, 16:30; "
            "an end on another day is written like 2027-04-25T08:15"
        ),
    ),
    "a session before the forum": (
        ('["09:00", "09:45"]', '["07:00", "09:45"]'),
        "forum.sessions[0].time[0]: starts at 07:00, before the forum does at 08:15",
    ),
    "a session after the forum": (
        ('["10:00", "10:45"]', '["10:00", "17:00"]'),
        "forum.sessions[1].time[1]: ends at 17:00, after the forum does at 16:30",
    ),
    "two sessions in a room": (
        ('["10:00", "10:45"], room: north', '["09:44", "10:45"], room: aud'),
        'forum.sessions[1].room: room "aud" is taken from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a webcast and a session in a room": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            "date: 2027-04-24, time: [09:30, 11:00], room: aud",
        ),
        'webcasts[0].room: room "aud" is taken from 09:00 to 09:45 at forum.sessions[0]',
        'webcasts[0].people[0]: "p01" is speaking from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a speaker in two places": (
        (
            '["10:00", "10:45"], room: north, kind: talk, title: Two, quiet: B, people: [p02]',
            '["09:30", "10:45"], room: north, kind: talk, title: Two, quiet: B, people: [p02, p01]',
        ),
        'forum.sessions[1].people[1]: "p01" is speaking from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a speaker named twice": (
        ("people: [p02]", "people: [p02, p02]"),
        'forum.sessions[1].people[1]: person "p02" is already used at forum.sessions[1].people[0]',
    ),
    "a time that the spring night skips": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2027-03-14, time: ["02:30", "03:30"]',
        ),
        f"webcasts[0].time[0]: 02:30 does not exist on 2027-03-14: {SKIPPED}",
    ),
    "a time that the autumn night has twice": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2027-11-07, time: ["01:30", "03:30"]',
        ),
        (
            "webcasts[0].time[0]: 01:30 comes twice on 2027-11-07 in America/New_York; "
            "write 2027-11-07T01:30-04:00 or 2027-11-07T01:30-05:00"
        ),
    ),
    "an offset that is not the zone's": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2026-12-16, time: ["2026-12-16T12:00-04:00", "13:00"]',
        ),
        "webcasts[0].time[0]: the clocks of America/New_York do not show 2026-12-16T12:00-04:00",
    ),
    "an opening in the night that is skipped": (
        ("  modes:", "  registration: {opens: 2027-03-14T02:30}\n  modes:"),
        f"forum.registration.opens: 02:30 does not exist on 2027-03-14: {SKIPPED}",
    ),
    "an unknown zone": (
        ("America/New_York", "America/New_Yrok"),
        'meta.timezone: no time zone "America/New_Yrok"; did you mean "America/New_York"?',
    ),
    "a zone that is a path": (
        ("title: News", "timezone: ../../etc/passwd, title: News"),
        'webcasts[0].timezone: no time zone "../../etc/passwd"',
    ),
    "an id used twice": (
        ("id: s02", "id: s01"),
        'forum.sessions[1].id: id "s01" is already used at forum.sessions[0].id',
    ),
    "an id of a room used twice": (
        ("id: north", "id: aud"),
        'rooms[1].id: id "aud" is already used at rooms[0].id',
        'forum.sessions[1].room: no room "north"',
    ),
    "an id of a forum and of a webcast": (
        ("id: w1", "id: forum-2027"),
        'webcasts[0].id: id "forum-2027" is already used at forum.id',
    ),
    "a slug used twice": (
        (
            "webcasts:",
            (
                "webcasts:\n"
                "  - {id: w0, slug: a, date: 2027-01-06, time: [12:00, 13:00], "
                "title: X, quiet: Y}\n"
                "  - {id: w2, slug: a, date: 2027-01-07, time: [12:00, 13:00], title: X, quiet: Y}"
            ),
        ),
        'webcasts[1].slug: slug "a" is already used at webcasts[0].slug',
    ),
    "text where a number belongs": (
        ("capacity: 220", "capacity: many"),
        'rooms[0].capacity: "many" is not a whole number',
    ),
    "a number in quotes": (
        ("capacity: 220", 'capacity: "220"'),
        'rooms[0].capacity: "220" is not a whole number',
    ),
    "a capacity below zero": (
        ("capacity: 220", "capacity: -1"),
        "rooms[0].capacity: -1 is not between 0 and 1000000",
    ),
    "places below zero": (
        ("in_person: 200", "in_person: -5"),
        "forum.modes.in_person: -5 is not between 0 and 1000000",
    ),
    "places that are neither a number nor unlimited": (
        ("in_person: 200", "in_person: lots"),
        'forum.modes.in_person: "lots" is not a whole number or unlimited',
    ),
    "an unknown mode": (
        ("in_person: 200", "by_fax: 200"),
        'forum.modes.by_fax: "by_fax" is not one of in_person, webcast, phone',
    ),
    "a number where text belongs": (
        ("title: One", "title: 42"),
        'forum.sessions[0].title: must be text; write it in quotes: "42"',
    ),
    "a no that YAML takes for false": (
        ("title: One", "title: no"),
        'forum.sessions[0].title: must be text; write it in quotes: "no"',
    ),
    "a list where one value belongs": (
        ("title: One", "title: [One]"),
        "forum.sessions[0].title: must be a single value",
    ),
    "one value where a list belongs": (
        ("people: [p02]", "people: p02"),
        "forum.sessions[1].people: must be a list",
    ),
    "one value where keys belong": (
        ('contact: {email: hello@lantern.example, phone: "+1-617-555-0142"}', "contact: hello"),
        "programme.contact: must hold keys with values",
    ),
    "three times where two belong": (
        ('["09:00", "09:45"]', '["09:00", "09:45", "10:00"]'),
        "forum.sessions[0].time: must be a list of two values",
    ),
    "yes and no in other words": (
        ("room: aud, kind", "room: aud, web: perhaps, kind"),
        'forum.sessions[0].web: "perhaps" is not true or false',
    ),
    "an unknown key": (
        ("room: aud, kind", "romo: aud, kind"),
        'forum.sessions[0].romo: unknown key; did you mean "room"?',
    ),
    "an unknown key at the top": (("meta:", "extra: 1\nmeta:"), "extra: unknown key"),
    "a key written twice": (
        ("title: One", "title: One, title: Two"),
        "forum.sessions[0].title: written twice",
    ),
    "a missing key": (("title: One, ", ""), "forum.sessions[0].title: missing"),
    "a missing time": (('time: ["09:00", "09:45"], ', ""), "forum.sessions[0].time: missing"),
    "an empty key": (("title: One", "title: "), "forum.sessions[0].title: empty"),
    "an empty text": (("title: One", 'title: " "'), "forum.sessions[0].title: empty"),
    "a text of two lines": (
        ("title: One", 'title: "One\\ntwo"'),
        "forum.sessions[0].title: must be one line of text",
    ),
    "a NUL behind an escape": (
        ("title: One", 'title: "One\\0"'),
        "forum.sessions[0].title: must be one line of text",
    ),
    "a text that is too long": (
        ("title: One", f"title: {'x' * 201}"),
        "forum.sessions[0].title: longer than 200 characters",
    ),
    "an unknown kind": (
        ("kind: talk, title: One", "kind: lecture, title: One"),
        f'forum.sessions[0].kind: "lecture" is not one of {KINDS}',
    ),
    "an unknown mark": (
        ("mark: triangle", "mark: heart"),
        'tracks[0].mark: "heart" is not one of triangle, circle, square, diamond, star, hexagon',
    ),
    "a slug with spaces": (
        ("id: forum-2027", "id: forum-2027\n  slug: Spring Forum"),
        'forum.slug: "Spring Forum" is not a slug (small letters, digits, single -)',
    ),
    "an id with spaces": (
        ("id: s01", "id: S 1"),
        'forum.sessions[0].id: "S 1" is not an id (small letters, digits, - and _, at most 40)',
    ),
    "a date that does not exist": (
        ("date: 2027-04-24", "date: 2027-04-31"),
        'forum.date: "2027-04-31" is not a date like "2027-04-24"',
    ),
    "a time that does not exist": (
        ('"09:45"', '"25:45"'),
        'forum.sessions[0].time[1]: "25:45" is not a time like "09:30"',
    ),
    "a lead that is not ISO 8601": (
        ("at: P7D", "at: 7 days"),
        'forum.reminders[0].at: "7 days" is not a length of time like P7D or PT90M (ISO 8601)',
    ),
    "a lead of nothing": (
        ("at: P7D", "at: P0D"),
        'forum.reminders[0].at: "P0D" is not a length of time like P7D or PT90M (ISO 8601)',
    ),
    "a time of day for a lead of minutes": (
        ("at: P7D", "at: PT90M"),
        "forum.reminders[0].local: goes with whole days, not with PT90M",
    ),
    "a time of day that does not exist": (
        ('local: "10:00"', 'local: "24:00"'),
        'forum.reminders[0].local: "24:00" is not a time of day like "10:00"',
    ),
    "the same reminder twice": (
        ('[{at: P7D, local: "10:00"}]', "[{at: P7D}, {at: P7D}]"),
        "forum.reminders[1]: the same as forum.reminders[0]",
    ),
    "a phone number in words": (
        ('"+1-617-555-0142"', "call us"),
        'programme.contact.phone: "call us" is not a phone number like "+1-617-555-0142"',
    ),
    "an address without a host": (
        ("hello@lantern.example", "hello"),
        'programme.contact.email: "hello" is not an email address',
    ),
    "a stream that is a script": (
        ("capacity: 220", 'stream: "javascript:alert(1)"'),
        (
            'rooms[0].stream: "javascript:alert(1)" is not a web address like '
            '"https://live.example/room"'
        ),
    ),
    "a companion of nobody": (
        (
            "webcasts:",
            (
                "registrants:\n  - {id: r1, name: A, role: patient, mode: phone, "
                "tz: America/New_York, with: r9, email: shared_with r8}\nwebcasts:"
            ),
        ),
        'registrants[0].with: no registrant "r9"',
        'registrants[0].email: no registrant "r8"',
    ),
    "a calendar entry of nothing": (
        (
            "webcasts:",
            (
                "calendar_entries:\n  - {event: w9, uid: aaaaaaaa}\n"
                "  - {event: forum-2027, session: s09, uid: aaaaaaaa}\nwebcasts:"
            ),
        ),
        'calendar_entries[0].event: no event "w9"',
        'calendar_entries[1].session: no session "s09"',
        'calendar_entries[1].uid: uid "aaaaaaaa" is already used at calendar_entries[0].uid',
    ),
}


@pytest.mark.parametrize(
    ("edit", "lines"), [(each[0], each[1:]) for each in FAULTS.values()], ids=FAULTS
)
def test_a_fault_is_named_with_its_place(edit, lines):
    assert faults_of(small(edit)) == list(lines)


def test_every_fault_is_named_in_the_order_of_the_file():
    source = small(
        ("capacity: 220", "capacity: -1"),
        ('["08:15", "16:30"]', '["08:15", "16:30", "x"]'),
        ("at: P7D", "at: soon"),
        ("room: aud, kind", "room: nowhere, kind"),
        ('["10:00", "10:45"]', '["10:00", "09:45"]'),
        ("quiet: December", "quiet: December, state: never"),
    )

    assert faults_of(source) == [
        "rooms[0].capacity: -1 is not between 0 and 1000000",
        "forum.hours: must be a list of two values",
        'forum.reminders[0].at: "soon" is not a length of time like P7D or PT90M (ISO 8601)',
        'forum.sessions[0].room: no room "nowhere"',
        (
            "forum.sessions[1].time: the end, 09:45, is not after the start, 10:00; "
            "an end on another day is written like 2027-04-25T09:45"
        ),
        (
            'webcasts[0].state: "never" is not one of announced, registration_open, '
            "replay_in_preparation, replay"
        ),
    ]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"", "file: empty"),
        (b"# nothing yet\n", "file: empty"),
        (b"---\n...\n", "file: empty"),
        (b"null", "file: empty"),
        (b"just words", "file: must hold keys with values"),
        (b"[1, 2]", "file: must hold keys with values"),
        (b"meta: {\n", "line 2: not YAML: did not find expected node content"),
        (b"meta: x\n  y: z\n", "line 2: not YAML: mapping values are not allowed in this context"),
        (b"meta: 1\n---\nmeta: 2\n", "line 2: a second document starts here"),
        (b"meta: 1\nname: \xff\xfe\n", "line 2: not UTF-8 text"),
        (b"meta: 1\nname: \xed\xa0\x80\n", "line 2: not UTF-8 text"),
        (b"meta: 1\nname: a\x00b\n", "line 2: holds the control character U+0000"),
        (b'a: "\\ud800"', "line 1: not YAML: found invalid Unicode character escape code"),
        (b"a: &bomb [1]\nb: *bomb\n", "line 1: anchors (&) and aliases (*) are not allowed"),
        (b"a: !!python/name:os.system x\n", "line 1: tags (!) are not allowed"),
        (b"a: " + b"[" * 50 + b"]" * 50, "line 1: nested more than 20 levels deep"),
        (b"? [a, b]\n: c\n", "line 1: a key must be a plain word"),
        (b"%YAML 9.9\n---\na: b\n", "line 1: not YAML: found incompatible YAML document"),
        (b"a: " + b"x" * 10_000_000, "file: larger than 1 MB"),
    ],
    ids=lambda each: repr(each[:24]) if isinstance(each, bytes) else "",
)
def test_what_cannot_be_read_at_all_is_said_in_one_line(source, line):
    assert faults_of(source) == [line]


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


def test_an_event_may_have_its_own_zone_and_end_on_the_next_day():
    source = small(('["12:00", "13:00"]', '["23:30", "2026-12-17T00:30"], timezone: Europe/Paris'))
    webcast = read(source.encode()).webcasts[0]

    assert webcast.timezone == "Europe/Paris"
    assert webcast.time[1] == WallTime(time(0, 30), date(2026, 12, 17))


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset():
    autumn = date(2027, 11, 7)

    summer, winter = (wall_time(f"2027-11-07T01:30-0{hours}:00") for hours in (4, 5))

    assert instant(summer, autumn, NEW_YORK) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert instant(winter, autumn, NEW_YORK) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 12, 30)))  # noqa: DTZ001
def test_every_instant_has_a_way_to_be_written(at):
    at = at.replace(second=0, microsecond=0, tzinfo=UTC)
    on = date(2027, 4, 24)

    text = str(written(at, on, NEW_YORK))

    assert instant(wall_time(text), on, NEW_YORK) == at


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1)))  # noqa: DTZ001
def test_every_wall_time_is_an_instant_or_is_refused(wall):
    face = WallTime(wall.time().replace(microsecond=0), wall.date())
    try:
        at = instant(face, wall.date(), NEW_YORK)
    except NoSuchTime:
        assert wall.date() in {
            date(2026, 3, 8),
            date(2026, 11, 1),
            date(2027, 3, 14),
            date(2027, 11, 7),
        }
    else:
        assert at.astimezone(NEW_YORK).replace(tzinfo=None) == face.on(wall.date())
        assert at.utcoffset() == timedelta()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(source):
    with pytest.raises(Faulty):
        read(source)


_ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "~",
            "no",
            "12:30",
            "-1",
            "1e999",
            "0x1F",
            "[",
            "{",
            "}",
            "]",
            ",",
            ": ",
            "- ",
            "#",
            "&a",
            "*a",
            "!!x",
            "<<: {}",
            "'",
            '"',
            "|\n",
            ">\n",
            "%",
            "@",
            "`",
            "\t",
            "?",
            "9" * 400,
            "2027-03-14",
            "02:30",
            "2027-11-07T01:30",
            "0001-01-01",
            "9999-12-31",
            "\\ud800",
            "\x85",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_file_with_anything_in_it_is_read_or_refused(data):
    source = SMALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(source)))
        end = min(len(source), start + data.draw(st.integers(0, 20)))
        source = source[:start] + data.draw(_ODD) + source[end:]
    try:
        file = read(source.encode(errors="surrogatepass"))
    except Faulty as faulty:
        assert faulty.lines  # noqa: PT017 - either way is right; nothing else is
    else:
        assert read(to_text(write_part(file)).encode()) == file
