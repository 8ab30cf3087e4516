"""Calendar files: entries in, bytes out (RFC 5545, RFC 5546, RFC 7986).

The same entry gives the same bytes in every process and at every time: nothing here reads the
clock, and DTSTAMP is the time of the entry's last change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Parameters, vCalAddress, vCategory

from forum.calendars import zones
from forum.calendars.text import (
    ESCAPES,
    Text,
    content_line,
    folded,
    line,
    mailto,
    paragraphs,
    parameter,
    uri,
)
from forum.i18n import _

PRODUCT = "-//Forum//Forum//EN"  # without a version: every ETag would change with it
COLOR = "teal"  # a CSS name; RFC 7986 5.9 allows no other form
REFRESH = timedelta(hours=1)
LONGEST_UID = 255  # octets, RFC 7986 5.3
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """How to be there from afar: an `https:` or `tel:` address (RFC 7986 5.11 and 6.3)."""

    address: str
    label: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One date in somebody's calendar.

    `uid` is kept for ever and `sequence` rises with each change that matters. Times are aware;
    `timezone` is the IANA zone to write them in. `url` is a page that anyone may see. Raises
    ValueError for what no calendar program could read, `zoneinfo.ZoneInfoNotFoundError` for an
    unknown zone.
    """

    uid: str
    sequence: int
    created_at: datetime
    updated_at: datetime
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    location: str = ""
    description: str = ""
    url: str | None = None
    conference: Conference | None = None
    categories: tuple[str, ...] = ()
    is_cancelled: bool = False
    is_private: bool = False
    is_busy: bool = True
    alarm_before: timedelta | None = None

    def __post_init__(self) -> None:
        ZoneInfo(self.timezone)
        times = (self.created_at, self.updated_at, self.starts_at, self.ends_at)
        if any(at.tzinfo is None for at in times):
            raise ValueError(f"a time without a zone in {self.uid!r}")
        if self.ends_at < self.starts_at:
            raise ValueError(f"{self.uid!r} ends before it starts")
        if self.sequence < 0:
            raise ValueError(f"a SEQUENCE below 0 in {self.uid!r}")
        if line(self.uid) != self.uid or not 0 < len(self.uid.encode()) <= LONGEST_UID:
            raise ValueError(f"not a UID: {self.uid!r}")


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites: the name and address that the email's From line shows as well."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """The one person an invitation is for."""

    name: str
    address: str


def publish(  # noqa: PLR0913 - a feed says all this about itself
    entries: Iterable[Entry],
    *,
    name: str,
    description: str,
    organizer: Inviter,
    address: str | None = None,
    page: str | None = None,
) -> bytes:
    """Return a feed to subscribe to: METHOD:PUBLISH, no attendee, no alarm.

    `address` is where it lives and `page` what it is about; leave both out when they would tell a
    secret. It has no UID of its own, which RFC 7986 5.3 would allow: vdirsyncer takes the first
    one in a file for that of every entry, and keeps one of them.
    """
    entries = [replace(entry, alarm_before=None) for entry in entries]
    about = Calendar()
    about.add("color", Text(COLOR))
    title, words = line(name), paragraphs(description)
    if title:
        about.add("name", title)
        about.add("x-wr-calname", title)
    if words:
        about.add("description", words)
        about.add("x-wr-caldesc", words)
    about.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    about.add("x-published-ttl", Text("PT1H"))
    if address:
        about.add("source", uri(address), parameters={"VALUE": "URI"})
    if page:
        about.add("url", uri(page))
    if entries:
        about.add("last-modified", max(entry.updated_at for entry in entries))
    return _file("PUBLISH", entries, organizer, about=_lines(about))


def publish_one(entry: Entry, organizer: Inviter) -> bytes:
    """Return one entry to download, with its alarm.

    It has no name of its own: Outlook would open a named file as a new calendar.
    """
    return _file("PUBLISH", [entry], organizer)


def request(entry: Entry, organizer: Inviter, reader: Attendee) -> bytes:
    """Return an invitation that the reader has accepted already, or the update of one."""
    return _file("REQUEST", [entry], organizer, reader)


def cancel(entry: Entry, organizer: Inviter, reader: Attendee) -> bytes:
    """Return what takes an invitation out of the reader's calendar (RFC 5546 3.2.5)."""
    gone = replace(entry, is_cancelled=True, alarm_before=None)
    return _file("CANCEL", [gone], organizer, reader)


def _file(
    method: str,
    entries: list[Entry],
    organizer: Inviter,
    reader: Attendee | None = None,
    about: bytes = b"",
) -> bytes:
    entries = [_as_it_stands(entry) for entry in entries]
    written_in = {entry.timezone for entry in entries if _walls(entry)}
    return b"".join(
        [
            _head(method),
            about,
            *(zones.vtimezone(timezone) for timezone in sorted(written_in)),
            *(
                _vevent(entry, organizer, reader)
                if reader or entry.is_private  # nobody's own entry is kept
                else _public_vevent(entry, organizer)
                for entry in entries
            ),
            b"END:VCALENDAR\r\n",
        ],
    )


def _as_it_stands(entry: Entry) -> Entry:
    """Return an entry whose title says that it is canceled: many programs ignore STATUS.

    Here, and not where a VEVENT is kept: the word is in the language spoken now.
    """
    if not entry.is_cancelled:
        return entry
    return replace(entry, summary=_("Canceled: %(title)s", title=entry.summary))


@cache
def _head(method: str) -> bytes:
    """Return how a file begins."""
    shell = Calendar()
    shell.add("version", "2.0")
    shell.add("prodid", Text(PRODUCT))
    shell.add("calscale", "GREGORIAN")
    shell.add("method", method)
    return b"BEGIN:VCALENDAR\r\n" + _lines(shell)


def _lines(component: Component) -> bytes:
    """Return what a component says between its BEGIN and its END."""
    _begin, *lines, _end, _nothing = component.content_lines()
    return b"".join(map(folded, lines))


@lru_cache(maxsize=2048)
def _public_vevent(entry: Entry, organizer: Inviter) -> bytes:
    """Return one VEVENT from memory. It needs no clearing: the keys are all that it says."""
    return _vevent(entry, organizer, None)


def _vevent(entry: Entry, organizer: Inviter, reader: Attendee | None) -> bytes:
    """Return one VEVENT: what is its own, then what others share with it."""
    shared = replace(entry, uid="-", sequence=0, created_at=LONG_AGO, updated_at=LONG_AGO)
    return b"".join(
        [
            b"BEGIN:VEVENT\r\n",
            _own_lines(entry, reader),
            _shared_lines(shared, organizer),
            _alarm(entry, entry.alarm_before) if entry.alarm_before is not None else b"",
            b"END:VEVENT\r\n",
        ]
    )


def _own_lines(entry: Entry, reader: Attendee | None) -> bytes:
    """Return whose an entry is, and its revision."""
    changed = _instant(entry.updated_at)
    lines = [
        folded(f"UID:{entry.uid.translate(ESCAPES)}"),
        b"SEQUENCE:%d\r\n" % entry.sequence,
        b"DTSTAMP:%s\r\n" % changed,
        b"CREATED:%s\r\n" % _instant(entry.created_at),
        b"LAST-MODIFIED:%s\r\n" % changed,
    ]
    if reader is not None:
        accepted = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
        lines.append(content_line("ATTENDEE", _person(reader, accepted)))
    return b"".join(lines)


@lru_cache(maxsize=2048)
def _shared_lines(entry: Entry, organizer: Inviter) -> bytes:
    """Return what an entry says to everyone alike, from memory: no UID, nobody's name."""
    event = Event()
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("organizer", _person(organizer, {}))
    _add_times(event, entry)
    _add_words(event, entry)
    return _lines(event)


def _add_times(event: Event, entry: Entry) -> None:
    starts_at, ends_at = _walls(entry) or (
        entry.starts_at.astimezone(UTC),
        entry.ends_at.astimezone(UTC),
    )
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    is_busy = entry.is_busy and not entry.is_cancelled
    event.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "BUSY" if is_busy else "FREE")


def _add_words(event: Event, entry: Entry) -> None:
    event.add("class", "PRIVATE" if entry.is_private else "PUBLIC")
    texts = {
        "summary": line(entry.summary),
        "location": line(entry.location),
        "description": paragraphs(entry.description),
    }
    for name, text in texts.items():
        if text:
            event.add(name, text)
    for text in filter(None, map(line, entry.categories)):
        one = vCategory([])  # a line for each: ical.js and libical misread commas near a backslash
        one.cats = [text]
        event.add("categories", one)
    if entry.url:
        event.add("url", uri(entry.url))
    if entry.conference:
        how = Parameters(
            VALUE="URI",
            FEATURE=list(entry.conference.features),
            LABEL=parameter(entry.conference.label),
        )
        event.add("conference", uri(entry.conference.address), parameters=how)


def _alarm(entry: Entry, before: timedelta) -> bytes:
    """Return a display alarm with a UID of its own (RFC 9074 section 4)."""
    uid = f"{uuid5(NAMESPACE_OID, entry.uid)}".encode()
    shared = _shared_alarm_lines(entry.summary, before)
    return b"BEGIN:VALARM\r\nUID:%s\r\n%sEND:VALARM\r\n" % (uid, shared)


@lru_cache(maxsize=2048)
def _shared_alarm_lines(summary: str, before: timedelta) -> bytes:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", line(summary))
    return _lines(alarm)


def _person(person: Inviter | Attendee, how: dict[str, str]) -> vCalAddress:
    return vCalAddress(mailto(person.address), params={"CN": parameter(person.name), **how})


def _walls(entry: Entry) -> tuple[datetime, datetime] | None:
    """Return start and end on the entry's clock, or None when it is to be written in UTC."""
    starts_at = zones.wall_time(entry.starts_at, entry.timezone)
    ends_at = zones.wall_time(entry.ends_at, entry.timezone)
    return (starts_at, ends_at) if starts_at and ends_at else None


def _instant(at: datetime) -> bytes:
    """Return a DATE-TIME in UTC (RFC 5545 3.3.5, form 2)."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
