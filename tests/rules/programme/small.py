"""A small programme file, with faults in it or without."""

import pytest

from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read

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
