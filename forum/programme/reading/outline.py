"""What a programme file may say: every part, every key, in the order in which it is written.

A key has the name of its field unless `named` gives a shorter one. A field that is named after a
column is kept there, any other of an event or a session among its `details` (`values.py`).
`docs/programme-file.md` explains each key.
"""

from datetime import date

from forum.events.models import CalendarMail, EventStatus, Mode, SessionKind, SessionStatus
from forum.programme.reading import kinds
from forum.programme.reading.parts import (
    FilePart,
    by_name,
    key,
    listing,
    one_or_more,
    pair,
    part,
    part_of,
)
from forum.programme.reading.walltimes import WallTime
from forum.quiet_hours import DAYS
from forum.registration.models import CareState, Role
from forum.reminders.models import Block
from forum.tongues import Text

Span = tuple[WallTime, WallTime]
Modes = tuple[tuple[str, int | None], ...]

SIGNS = ("triangle", "circle", "square", "diamond", "star", "hexagon")
LANGUAGES = ("en", "es")
OFFERS = ("switch_mode",)
OPEN_STATE = "registration_open"
STATES = ("announced", OPEN_STATE, "replay_in_preparation", "replay")
WAITLIST = "waitlist"
NO_EMAIL = "none"
SHARED_WITH = "shared_with "
EITHER = "either_of_us_is_fine"
TOGETHER = "we_come_together"
CERTIFICATE = "certificate"

_language = kinds.choice(*LANGUAGES)
_names = listing(kinds.name_id)
_roles = kinds.choice(*Role)
_calendar = kinds.choice(*CalendarMail)
_span = pair(kinds.wall_time, kinds.wall_time)
_modes = by_name(kinds.choice(*Mode), kinds.capacity)


@part
class Meta(FilePart):
    """About the file."""

    schema: int = key(kinds.whole(1, 1))
    fictional: bool = key(kinds.yes_no, default=False)
    written: date | None = key(kinds.day, default=None)
    timezone: str = key(kinds.zone)
    programme_year: str | None = key(kinds.year_span, default=None)


@part
class Contact(FilePart):
    """How to reach a human."""

    email: str = key(kinds.email)
    phone: str = key(kinds.phone)
    phone_hours: str | None = key(kinds.line, default=None)
    text: str | None = key(kinds.phone, default=None)


@part
class Programme(FilePart):
    """The organization behind the events."""

    id: str = key(kinds.name_id)
    name: Text = key(kinds.lines)
    quiet_name: str = key(kinds.line)
    contact: Contact = key(part_of(Contact))


@part
class Venue(FilePart):
    """Where people come to."""

    id: str = key(kinds.name_id)
    name: Text = key(kinds.lines)
    address: str = key(kinds.line)
    arrival: Text = key(kinds.proses, default="")


@part
class Room(FilePart):
    """A room of the venue."""

    id: str = key(kinds.name_id)
    name: Text = key(kinds.lines)
    floor: int = key(kinds.whole(-20, 200), default=1)
    capacity: int | None = key(kinds.whole(), default=None)
    is_streamed: bool = key(kinds.yes_no, named="cam", default=False)
    has_loop: bool = key(kinds.yes_no, named="loop", default=False)
    has_rest: bool = key(kinds.yes_no, named="rest", default=False)
    dial_in: str | None = key(kinds.phone, default=None)
    stream: str | None = key(kinds.web_address, default=None)


@part
class Track(FilePart):
    """A theme of sessions."""

    id: str = key(kinds.name_id)
    name: Text = key(kinds.lines)
    mark: str = key(kinds.choice(*SIGNS))


@part
class Person(FilePart):
    """Someone who speaks, or hosts."""

    id: str = key(kinds.name_id)
    name: str = key(kinds.line)
    role: Text = key(kinds.lines, default="")


@part
class Opening(FilePart):
    """When registration opens, and when it closes for each mode."""

    takes: bool | None = key(kinds.yes_no, default=None)
    opens: WallTime | None = key(kinds.moment, default=None)
    closes_in_person: WallTime | None = key(kinds.deadline, default=None)
    closes_webcast: WallTime | None = key(kinds.deadline, default=None)
    closes_phone: WallTime | None = key(kinds.deadline, default=None)


@part
class Switching(FilePart):
    """What is said about changing how one attends."""

    until: str = key(kinds.line)
    in_person_to_webcast: str | None = key(kinds.line, default=None)
    webcast_to_in_person: str | None = key(kinds.line, default=None)


@part
class Promises(FilePart):
    """What attendees are promised, in words."""

    recordings_within_business_days: int | None = key(kinds.whole(1, 100), default=None)
    captions: Text | None = key(kinds.lines, default=None)
    asl: Text | None = key(kinds.lines, default=None)
    spanish: Text | None = key(kinds.lines, default=None)
    masks: Text | None = key(kinds.lines, default=None)
    food: Text | None = key(kinds.lines, default=None)


@part
class OwnWords(FilePart):
    """What a reminder says in the desk's own words, in each language."""

    en: str = key(kinds.prose)
    es: str = key(kinds.prose)


@part
class Reminder(FilePart):
    """How long before the start to remind whom; whole days may name a local time of day."""

    lead: str = key(kinds.lead, named="at")
    local: str | None = key(kinds.clock, default=None)
    only: tuple[str, ...] = key(listing(kinds.choice(*Mode)), default=())
    roles: tuple[str, ...] = key(listing(kinds.choice(*Role)), default=())
    waitlist: bool = key(kinds.yes_no, default=False)
    session: str | None = key(kinds.name_id, default=None)
    blocks: tuple[str, ...] | None = key(listing(kinds.choice(*Block)), default=None)
    words: OwnWords | None = key(part_of(OwnWords), default=None)
    offers: tuple[str, ...] = key(one_or_more(kinds.choice(*OFFERS)), default=())
    is_on: bool = key(kinds.yes_no, default=True)


@part
class Session(FilePart):
    """One item of a forum's agenda."""

    id: str = key(kinds.name_id)
    time: Span = key(_span)
    room: str | None = key(kinds.name_id, default=None)
    track: str | None = key(kinds.name_id, default=None)
    kind: str = key(kinds.choice(*SessionKind))
    title: Text = key(kinds.lines)
    quiet: Text = key(kinds.lines)
    description: Text = key(kinds.proses, default="")
    language: str = key(_language, named="lang", default="en")
    audience: tuple[str, ...] = key(listing(_roles), default=())
    subtypes: tuple[str, ...] = key(listing(kinds.word), default=())
    people: tuple[str, ...] = key(_names, default=())
    is_streamed: bool = key(kinds.yes_no, named="web", default=False)
    is_recorded: bool = key(kinds.yes_no, named="rec", default=False)
    has_captions: bool = key(kinds.yes_no, named="cap", default=False)
    has_asl: bool = key(kinds.yes_no, named="asl", default=False)
    has_spanish: bool = key(kinds.yes_no, named="es", default=False)
    capacity: int | None = key(kinds.whole(), default=None)
    status: str = key(kinds.choice(*SessionStatus), default=SessionStatus.SCHEDULED)
    certificate: bool = key(kinds.yes_no, default=False)
    names: str | None = key(kinds.line, default=None)
    questions: str | None = key(kinds.word, default=None)
    booking: str | None = key(kinds.minutes, default=None)


@part
class Forum(FilePart):
    """A day in a place."""

    id: str = key(kinds.name_id)
    slug: str | None = key(kinds.slug, default=None)
    title: Text = key(kinds.lines)
    quiet: Text = key(kinds.lines)
    description: Text = key(kinds.proses, default="")
    language: str = key(_language, named="lang", default="en")
    on: date = key(kinds.day, named="date")
    hours: Span = key(_span)
    timezone: str | None = key(kinds.zone, default=None)
    status: str = key(kinds.choice(*EventStatus), default=EventStatus.PUBLISHED)
    room: str | None = key(kinds.name_id, default=None)
    topics: tuple[str, ...] = key(listing(kinds.word), default=())
    audience: tuple[str, ...] = key(listing(_roles), default=())
    cost: int | None = key(kinds.whole(), default=None)
    day_phone: str = key(kinds.phone, default="")
    day_hours: str = key(kinds.day_hours, default="")
    promise_moved_to: date | None = key(kinds.day, default=None)
    promise_kept_on: date | None = key(kinds.day, default=None)
    registration: Opening = key(part_of(Opening), default=Opening())
    calendar: str = key(_calendar, default=CalendarMail.REQUEST)
    modes: Modes = key(_modes)
    switch_mode: Switching | None = key(part_of(Switching), default=None)
    promises: Promises | None = key(part_of(Promises), default=None)
    reminders: tuple[Reminder, ...] = key(listing(part_of(Reminder)), default=())
    sessions: tuple[Session, ...] = key(listing(part_of(Session)), default=())


@part
class Recording(FilePart):
    """What is said about a webcast's recording."""

    posted: date = key(kinds.day)
    minutes: int = key(kinds.whole(1, 1000))
    captions: str | None = key(kinds.word, default=None)
    transcript: bool = key(kinds.yes_no, default=False)


@part
class RoughReplay(FilePart):
    """What is said about a replay that nobody has checked yet."""

    captions: str = key(kinds.word)
    label: str = key(kinds.line)


@part
class Questions(FilePart):
    """How questions are taken in a webcast."""

    names_shown: str | None = key(kinds.choice("never", "first_name"), default=None)
    pre_submit: bool = key(kinds.yes_no, default=False)


@part
class WebcastDefaults(FilePart):
    """What holds for each webcast that does not say otherwise."""

    room: str | None = key(kinds.name_id, named="platform_room", default=None)
    dial_in: str | None = key(kinds.phone, default=None)
    opens_min_before: int | None = key(kinds.whole(0, 240), default=None)
    live_captions: bool | None = key(kinds.yes_no, default=None)
    host: str | None = key(kinds.name_id, default=None)
    qa: Questions | None = key(part_of(Questions), default=None)
    modes: Modes | None = key(_modes, default=None)
    reminders: tuple[Reminder, ...] | None = key(listing(part_of(Reminder)), default=None)
    recordings_within_business_days: int | None = key(kinds.whole(1, 100), default=None)


@part
class Webcast(WebcastDefaults):
    """Something to watch on a screen."""

    id: str = key(kinds.name_id)
    slug: str | None = key(kinds.slug, default=None)
    on: date = key(kinds.day, named="date")
    time: Span = key(_span)
    timezone: str | None = key(kinds.zone, default=None)
    title: Text = key(kinds.lines)
    quiet: Text = key(kinds.lines)
    description: Text = key(kinds.proses, default="")
    language: str = key(_language, named="lang", default="en")
    interpretation: tuple[str, ...] = key(listing(_language), default=())
    audience: tuple[str, ...] = key(listing(_roles), default=())
    people: tuple[str, ...] = key(_names, default=())
    topics: tuple[str, ...] = key(listing(kinds.word), default=())
    status: str = key(kinds.choice(*EventStatus), default=EventStatus.PUBLISHED)
    state: str = key(kinds.choice(*STATES), default=OPEN_STATE)
    room: str | None = key(kinds.name_id, default=None)
    is_recorded: bool = key(kinds.yes_no, named="rec", default=True)
    has_asl: bool = key(kinds.yes_no, named="asl", default=False)
    has_spanish: bool = key(kinds.yes_no, named="es", default=False)
    day_phone: str = key(kinds.phone, default="")
    day_hours: str = key(kinds.day_hours, default="")
    promise_moved_to: date | None = key(kinds.day, default=None)
    promise_kept_on: date | None = key(kinds.day, default=None)
    registration: Opening = key(part_of(Opening), default=Opening())
    calendar: str = key(_calendar, default=CalendarMail.REQUEST)
    promised_by: date | None = key(kinds.day, default=None)
    recording: Recording | None = key(part_of(Recording), default=None)
    rough_replay: RoughReplay | None = key(part_of(RoughReplay), default=None)
    chapters: tuple[tuple[str, Text], ...] = key(
        listing(pair(kinds.timecode, kinds.lines)), default=()
    )
    test_note: str | None = key(kinds.line, default=None)


@part
class Registrant(FilePart):
    """A demo person; only `demo load` reads these."""

    id: str = key(kinds.name_id)
    name: str = key(kinds.line)
    roles: tuple[str, ...] = key(one_or_more(_roles), named="role")
    mode: str = key(kinds.choice(*Mode, WAITLIST))
    timezone: str = key(kinds.zone, named="tz")
    language: str = key(_language, named="lang", default="en")
    email: str | None = key(kinds.line, default=None)
    companion_of: str | None = key(kinds.name_id, named="with", default=None)
    pair: str | None = key(kinds.choice(EITHER, TOGETHER), default=None)
    is_discreet: bool | None = key(kinds.yes_no, named="quiet", default=None)
    quiet_days: tuple[str, ...] = key(listing(kinds.choice(*DAYS)), named="avoid_mail", default=())
    needs: tuple[str, ...] = key(listing(kinds.word), default=())
    wants: tuple[str, ...] = key(listing(kinds.choice(CERTIFICATE)), default=())
    is_first_time: bool = key(kinds.yes_no, named="first_time", default=False)
    contact: str | None = key(kinds.word, default=None)
    mailbox: str | None = key(kinds.line, default=None)
    state: str = key(kinds.choice(*CareState), default=CareState.ACTIVE)
    until: date | None = key(kinds.day, default=None)
    note: str | None = key(kinds.prose, default=None)


@part
class CalendarEntry(FilePart):
    """The identity of an event or session in people's calendars; see RFC 5545 3.8.4.7, 3.8.7.4."""

    event: str = key(kinds.name_id)
    session: str | None = key(kinds.name_id, default=None)
    uid: str = key(kinds.uid)
    sequence: int = key(kinds.whole(), default=0)


@part
class Edition(FilePart):
    """How a part was when the file was written, so that later work at the desk is not lost."""

    of: str = key(kinds.line)
    seen: str = key(kinds.fingerprint)


@part
class ProgrammeFile(FilePart):
    """A whole programme file."""

    meta: Meta = key(part_of(Meta))
    programme: Programme = key(part_of(Programme))
    venue: Venue | None = key(part_of(Venue), default=None)
    rooms: tuple[Room, ...] = key(listing(part_of(Room)), default=())
    tracks: tuple[Track, ...] = key(listing(part_of(Track)), default=())
    people: tuple[Person, ...] = key(listing(part_of(Person)), default=())
    forum: Forum | None = key(part_of(Forum), default=None)
    forums: tuple[Forum, ...] = key(listing(part_of(Forum)), default=())
    webcasts: tuple[Webcast, ...] = key(listing(part_of(Webcast)), default=())
    webcast_defaults: WebcastDefaults = key(part_of(WebcastDefaults), default=WebcastDefaults())
    registrants: tuple[Registrant, ...] = key(listing(part_of(Registrant)), default=())
    calendar_entries: tuple[CalendarEntry, ...] = key(listing(part_of(CalendarEntry)), default=())
    versions: tuple[Edition, ...] = key(listing(part_of(Edition)), default=())

    @property
    def all_forums(self) -> tuple[Forum, ...]:
        """Return the forums, however they are written."""
        return ((self.forum,) if self.forum else ()) + self.forums

    @property
    def all_events(self) -> tuple[Forum | Webcast, ...]:
        """Return all forums and webcasts."""
        return (*self.all_forums, *self.webcasts)

    def room_of(self, webcast: Webcast) -> str | None:
        """Return the room that a webcast comes from: its own, or that of all webcasts."""
        return webcast.room if webcast.room is not None else self.webcast_defaults.room

    def zone_name(self, event: Forum | Webcast) -> str:
        """Return the time zone of an event: its own, or the file's."""
        return event.timezone or self.meta.timezone
