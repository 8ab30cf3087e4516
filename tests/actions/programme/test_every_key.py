"""Whatever a programme file may say is kept when it is loaded, and written again."""

from typing import Any

import pytest

from forum.programme.dump import dump
from forum.programme.reading import outline
from forum.programme.reading.file import read
from forum.programme.reading.parts import FilePart, keys_of, write_part
from tests.programme import loaded

pytestmark = pytest.mark.sqlite_is_enough

WHOLE = """\
meta: {schema: 1, fictional: true, written: 2026-11-01, timezone: America/New_York,
  programme_year: 2026-10..2027-09}
programme:
  id: lantern
  name: {en: Lantern Programme, es: Programa Lantern}
  quiet_name: Lantern
  contact: {email: hello@lantern.example, phone: "+1-617-555-0142",
    phone_hours: "Mon-Fri 09:00-17:00", text: "+1-617-555-0143"}
venue: {id: harbor, name: {en: Harbor House, es: Casa Harbor}, address: 1 Example Wharf,
  arrival: {en: Step-free., es: Sin escalones.}}
rooms:
  - {id: aud, name: {en: Tide, es: Marea}, floor: 2, capacity: 220, cam: true, loop: true,
    rest: true, dial_in: "+1-617-555-0150", stream: "https://live.lantern.example/aud"}
tracks: [{id: science, name: {en: Treatment, es: Tratamiento}, mark: circle}]
people: [{id: p01, name: Dr. Marigold Testwell,
  role: {en: Nurse, es: Enfermera}}]
forum:
  id: forum-2027
  slug: spring
  title: {en: Spring Forum, es: Foro de primavera}
  quiet: {en: Spring day, es: Día de primavera}
  description: {en: A day of talks., es: Un día de charlas.}
  lang: es
  date: 2027-04-24
  hours: ["08:15", "16:30"]
  timezone: America/Chicago
  status: draft
  room: aud
  topics: [general]
  audience: [patient]
  cost: 12
  registration: {takes: false, opens: "2027-01-25T09:00", closes_in_person: "2027-04-20T17:00",
    closes_webcast: "2027-04-21T17:00", closes_phone: "2027-04-22T17:00"}
  day_phone: "+1-617-555-0190"
  day_hours: "07:00-17:00"
  promise_moved_to: 2027-05-21
  promise_kept_on: 2027-05-20
  calendar: publish
  modes: {in_person: 200, webcast: unlimited, phone: unlimited}
  switch_mode: {until: the day, in_person_to_webcast: at once, webcast_to_in_person: if free}
  promises: {recordings_within_business_days: 10, captions: {en: live, es: en vivo},
    asl: aud, spanish: aud, masks: {en: welcome, es: bienvenidas}, food: soft}
  reminders:
    - {at: P7D, local: "10:00", only: [in_person], roles: [patient], waitlist: true, session: s01,
      blocks: [bring], words: {en: Bring a coat., es: Traiga un abrigo.}, offers: [switch_mode],
      is_on: false}
  sessions:
    - {id: s01, time: ["09:00", "09:45"], room: aud, track: science, kind: talk,
      title: {en: One, es: Uno}, quiet: A, description: {en: The first., es: La primera.},
      lang: es, audience: [patient], subtypes: [her2], people: [p01],
      web: true, rec: true, cap: true, asl: true, es: true, capacity: 8, status: cancelled,
      certificate: true, names: first, questions: pre_submit, booking: 15min}
webcasts:
  - {id: w1, slug: news, date: 2026-12-16, time: ["12:00", "13:00"], timezone: Europe/Paris,
    title: {en: News, es: Noticias}, quiet: {en: December, es: Diciembre},
    description: What is new., lang: es, interpretation: [es], audience: [patient],
    people: [p01], topics: [general], status: draft, state: replay, room: aud, rec: false,
    asl: true, es: true, day_phone: "+1-617-555-0191", day_hours: "11:00-14:00",
    calendar: none, promised_by: 2027-01-10, promise_moved_to: 2027-01-20,
    promise_kept_on: 2027-01-19,
    registration: {takes: true, opens: "2026-11-25T09:00", closes_webcast: "2026-12-15T17:00"},
    recording: {posted: 2027-01-05, minutes: 40, captions: corrected, transcript: true},
    rough_replay: {captions: automatic, label: Unchecked},
    chapters: [["00:10", {en: Pain, es: Dolor}]], test_note: Look twice.,
    dial_in: "+1-617-555-0151", opens_min_before: 20, live_captions: true, host: p01,
    qa: {names_shown: first_name, pre_submit: true}, modes: {webcast: 90, phone: unlimited},
    reminders: [{at: P1D, local: "10:00"}], recordings_within_business_days: 5}
calendar_entries:
  - {event: forum-2027, uid: spring@lantern.example, sequence: 3}
  - {event: forum-2027, session: s01, uid: one@lantern.example, sequence: 4}
"""
"""Every key, each with another value than that which it has when it is left out."""
PARTS = {
    "meta": lambda file: file.meta,
    "programme": lambda file: file.programme,
    "contact": lambda file: file.programme.contact,
    "venue": lambda file: file.venue,
    "room": lambda file: file.rooms[0],
    "track": lambda file: file.tracks[0],
    "person": lambda file: file.people[0],
    "forum": lambda file: file.forum,
    "registration": lambda file: file.forum.registration,
    "switch_mode": lambda file: file.forum.switch_mode,
    "promises": lambda file: file.forum.promises,
    "session": lambda file: file.forum.sessions[0],
    "reminder": lambda file: file.forum.reminders[0],
    "words": lambda file: file.forum.reminders[0].words,
    "webcast": lambda file: file.webcasts[0],
    "qa": lambda file: file.webcasts[0].qa or file.webcast_defaults.qa,
    "recording": lambda file: file.webcasts[0].recording,
    "rough_replay": lambda file: file.webcasts[0].rough_replay,
    "calendar entry": lambda file: next(each for each in file.calendar_entries if each.session),
}
NOT_KEPT = {"fictional", "written"}
"""What a file says of itself."""


def said(file: outline.ProgrammeFile, name: str) -> dict[str, Any]:
    """Return what a file says in a part; what holds for all webcasts holds for its only one."""
    written = write_part(PARTS[name](file))
    if name == "webcast":
        common = write_part(file.webcast_defaults)
        common["room"] = common.pop("platform_room", None)
        written = {**{key: value for key, value in common.items() if value}, **written}
    return {key: value for key, value in written.items() if key not in NOT_KEPT}


def test_the_whole_file_has_every_part():
    kinds = {kind for kind in vars(outline).values() if isinstance(kind, type)}
    parts = {kind for kind in kinds if issubclass(kind, FilePart) and kind is not FilePart}
    found = {type(part(read(WHOLE.encode()))) for part in PARTS.values()}

    left = {outline.ProgrammeFile, outline.WebcastDefaults, outline.Registrant, outline.Edition}
    assert parts - found == left


@pytest.mark.parametrize("name", PARTS)
def test_the_whole_file_says_every_key(name):
    part = PARTS[name](read(WHOLE.encode()))

    assert keys_of(type(part)).keys() - write_part(part).keys() == set()


@pytest.mark.parametrize("name", PARTS)
def test_every_key_is_kept_and_written_again(app, name):
    loaded(WHOLE)

    assert said(read(dump().encode()), name) == said(read(WHOLE.encode()), name)
