"""The programme and its events, as they are stored."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Connection, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote, validates

from forum import offsets
from forum.db import Facts, Record, choice
from forum.tongues import Bilingual, Titled


class EventKind(StrEnum):
    """A day in a place, or something on a screen."""

    FORUM = "forum"
    WEBCAST = "webcast"


class EventStatus(StrEnum):
    """Who may see an event. A cancelled one stays readable and says so."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How one attends."""

    IN_PERSON = "in_person"
    WEBCAST = "webcast"
    PHONE = "phone"


class CalendarMail(StrEnum):
    """What emails about an event bring for the reader's calendar (RFC 5546 1.4)."""

    REQUEST = "request"
    """An entry that is kept right by later emails."""
    PUBLISH = "publish"
    """A file to add by hand; nothing comes by itself, nothing is taken away."""
    NONE = "none"


class SessionStatus(StrEnum):
    """A session leaves the agenda by being cancelled; its row stays."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class SessionKind(StrEnum):
    """What sort of session it is."""

    PLENARY = "plenary"
    TALK = "talk"
    BREAKOUT = "breakout"
    CIRCLE = "circle"
    MOVEMENT = "movement"
    DROPIN = "dropin"
    BREAK = "break"
    CEREMONY = "ceremony"
    CLINICIAN = "clinician"


class Programme(Bilingual, Record):
    """The organization behind the events: one row in an installation."""

    key: Mapped[str] = mapped_column(unique=True)
    """Its id in the programme file."""
    name: Mapped[str]
    """Its name, as pages say it."""
    quiet_name: Mapped[str]
    """The name without the illness: for mail, calendars and lock screens."""
    contact_email: Mapped[str]
    """Where replies go, and whom to write to."""
    contact_phone: Mapped[str]
    """The number to call."""
    phone_hours: Mapped[str] = mapped_column(default="")
    """When somebody answers, in words of the programme's; empty when unsaid."""
    text_number: Mapped[str] = mapped_column(default="")
    """A number that takes text messages; empty for none."""
    programme_year: Mapped[str] = mapped_column(default="")
    """The months that it is for, such as `2026-10..2027-09`; empty when unsaid."""
    timezone: Mapped[str]
    """The zone of the phone hours and of times that name none, by its IANA name."""
    loaded: Mapped[Facts | None]
    """What files have made of each part of it: fingerprints by name, the latest last."""
    mail_stopped_at: Mapped[datetime | None]
    """Since when an organizer keeps all its emails in the outbox; None while they go out."""


class Venue(Bilingual, Record):
    """Where people come to. The rooms are in it."""

    key: Mapped[str] = mapped_column(unique=True)
    """Its id in the programme file."""
    name: Mapped[str]
    """What it is called."""
    address: Mapped[str]
    """The street address, on one line."""
    arrival: Mapped[str] = mapped_column(default="")
    """How to come in, in several lines; empty when unsaid."""


class Room(Bilingual, Record):
    """A room; when it is streamed, its stream is the one join address of all its sessions."""

    key: Mapped[str] = mapped_column(unique=True)
    """Its id in the programme file."""
    name: Mapped[str]
    """What it is called."""
    position: Mapped[int] = mapped_column(default=0)
    """Its place in lists of rooms, from 0."""
    floor: Mapped[int] = mapped_column(default=1)
    """On which floor it is."""
    capacity: Mapped[int | None]
    """How many people it holds, to be read: gates and sessions limit places. None: unsaid."""
    is_streamed: Mapped[bool] = mapped_column(default=False)
    """It has a camera, so that what happens in it can be shown online."""
    has_loop: Mapped[bool] = mapped_column(default=False)
    """It has a hearing loop."""
    has_rest: Mapped[bool] = mapped_column(default=False)
    """It has reclining seats."""
    dial_in: Mapped[str | None]
    """The number to listen by, as it is dialed; None for none."""
    stream_url: Mapped[str | None]
    """The join address, which only its attendees are told; None for none."""


class Track(Bilingual, Record):
    """A theme of sessions, told apart by name and mark, never by colour alone."""

    key: Mapped[str] = mapped_column(unique=True)
    """Its id in the programme file."""
    name: Mapped[str]
    """What it is called."""
    mark: Mapped[str]
    """The shape of its sign: triangle, circle, square, diamond, star or hexagon."""
    position: Mapped[int] = mapped_column(default=0)
    """Its place in lists of tracks, from 0."""


class Speaker(Bilingual, Record):
    """A person on a session, with the role that pages show."""

    key: Mapped[str] = mapped_column(unique=True)
    """Their id in the programme file."""
    name: Mapped[str]
    """The name, as pages show it."""
    role: Mapped[str] = mapped_column(default="")
    """What pages say of them, such as a profession; empty when unsaid."""
    position: Mapped[int] = mapped_column(default=0)
    """Their place in the programme file, from 0."""


class Event(Titled, Record):
    """What one registers for: a forum or a webcast."""

    key: Mapped[str] = mapped_column(unique=True)
    """Its id in the programme file, or a made-up one."""
    slug: Mapped[str] = mapped_column(unique=True)
    """Its name in addresses."""
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    """A forum or a webcast."""
    timezone: Mapped[str]
    """The zone of its clocks on the wall, by its IANA name."""
    starts_at: Mapped[datetime] = mapped_column(index=True)
    """The start, in UTC."""
    ends_at: Mapped[datetime]
    """The end, in UTC: sessions lie within."""
    latest_end_at: Mapped[datetime]
    """The latest end that it ever had, in UTC. It follows `ends_at`, but never back."""
    kept_from: Mapped[datetime | None]
    """From when we count how long to keep what is about its people, in UTC; None: not over."""
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus))
    """Who may see it, and whether it takes place."""
    takes_registrations: Mapped[bool] = mapped_column(default=True)
    """People can register at all; otherwise it is only announced."""
    registration_opens_at: Mapped[datetime | None]
    """From when people can register, in UTC; None: as soon as it is published."""
    topics: Mapped[tuple[str, ...]] = mapped_column(default=())
    """What it is on, in words of the programme's."""
    audience: Mapped[tuple[str, ...]] = mapped_column(default=())
    """The roles that it is for; empty for everyone."""
    details: Mapped[Facts] = mapped_column(default=dict)
    """Words that drive nothing (promises, cost, recording, chapters), and `opens_min_before`."""
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    """The room that a webcast, or a forum in one room, is in; None for several."""
    day_phone: Mapped[str] = mapped_column(default="")
    """The number to call on its days; empty: the programme's."""
    day_hours: Mapped[str] = mapped_column(default="")
    """From when to when somebody answers it then, as "07:00-17:00"; empty when unsaid."""
    promise_moved_to: Mapped[date | None]
    """The new day by which its recordings are promised; None: as they were at first."""
    promise_kept_on: Mapped[date | None]
    """The day on which that promise was kept, on the programme's clock; None: not yet."""
    calendar_mail: Mapped[CalendarMail] = mapped_column(
        choice(CalendarMail), default=CalendarMail.REQUEST
    )
    """What its emails bring for calendars."""
    offsets: Mapped[Facts | None]
    """Its clock's distance from UTC when it was worked out (`forum.offsets`); None: unknown."""
    told: Mapped[Facts | None]
    """What attendees know of when and how it is (`notices.baseline.Baseline`); None: nothing."""
    changed_at: Mapped[datetime | None]
    """When that last became different, in UTC; None while it never did."""
    uid: Mapped[str] = mapped_column(unique=True)
    """The UID of its calendar entry, kept for ever."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of its calendar entry: rises with when, where and whether (RFC 5546 2.1.4)."""
    revision: Mapped[int] = mapped_column(default=1)
    """Rises with every change that public pages show."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every edit, so that a second editor notices the first."""
    created_at: Mapped[datetime]
    """In UTC."""
    updated_at: Mapped[datetime]
    """When anything about it changed last, in UTC."""

    room: Mapped[Room | None] = relationship()
    sessions: Mapped[list["Session"]] = relationship(
        back_populates="event", order_by="(Session.starts_at, Session.position)"
    )
    gates: Mapped[list["Gate"]] = relationship(back_populates="event", order_by="Gate.id")
    house: Mapped[Venue | None] = relationship(
        primaryjoin=lambda: remote(foreign(Venue.id)) != -Event.id, viewonly=True
    )
    """Where all events are: there is one."""

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    @validates("ends_at")
    def _note_latest_end(self, _name: str, ends_at: datetime) -> datetime:
        """Let no edit forget how late an event was to end; what a draft said nobody has heard."""
        before = None if self.status in {None, EventStatus.DRAFT} else self.latest_end_at
        self.latest_end_at = max(before or ends_at, ends_at)
        return ends_at


class OldSlug(Record):
    """A name that an event had in addresses, which leads to its new one."""

    slug: Mapped[str] = mapped_column(unique=True)
    """The name that it had."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)

    event: Mapped[Event] = relationship()


class Session(Titled, Record):
    """One item of an event's agenda. A webcast has exactly one, with the event's own UID."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    key: Mapped[str]
    """Its id in the programme file, unique within the event, or a made-up one."""
    position: Mapped[int] = mapped_column(default=0)
    """Its place in the programme file, from 0: orders those that begin at the same time."""
    starts_at: Mapped[datetime]
    """The start, in UTC."""
    ends_at: Mapped[datetime]
    """The end, in UTC."""
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"))
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    """What sort of session it is."""
    is_streamed: Mapped[bool] = mapped_column(default=False)
    """It can be seen online, from its room."""
    is_recorded: Mapped[bool] = mapped_column(default=False)
    """There will be a recording."""
    has_captions: Mapped[bool] = mapped_column(default=False)
    """It has live captions."""
    has_asl: Mapped[bool] = mapped_column(default=False)
    """It is interpreted into American Sign Language."""
    has_spanish: Mapped[bool] = mapped_column(default=False)
    """It is interpreted into Spanish."""
    capacity: Mapped[int | None]
    """How many places it has; None: everyone at the event can come."""
    taken: Mapped[int] = mapped_column(default=0)
    """How many of its places are taken."""
    seq: Mapped[int] = mapped_column(default=0)
    """Its lock, and what its line is ordered by: rises with every change of places."""
    audience: Mapped[tuple[str, ...]] = mapped_column(default=())
    """The roles that it is for; empty for everyone."""
    subtypes: Mapped[tuple[str, ...]] = mapped_column(default=())
    """The forms of the illness that it is about; empty for all."""
    details: Mapped[Facts] = mapped_column(default=dict)
    """Words that drive nothing, by key of the programme file."""
    status: Mapped[SessionStatus] = mapped_column(
        choice(SessionStatus), default=SessionStatus.SCHEDULED
    )
    """Whether it takes place."""
    offsets: Mapped[Facts | None]
    """As an event's."""
    told: Mapped[Facts | None]
    """As an event's."""
    changed_at: Mapped[datetime | None]
    """As an event's, in UTC."""
    uid: Mapped[str] = mapped_column(unique=True)
    """The UID of its calendar entry, kept for ever."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of its calendar entry."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every edit, so that a second editor notices the first."""
    created_at: Mapped[datetime]
    """In UTC."""
    updated_at: Mapped[datetime]
    """When anything about it changed last, in UTC."""

    event: Mapped[Event] = relationship(back_populates="sessions")
    room: Mapped[Room | None] = relationship()
    track: Mapped[Track | None] = relationship()
    appearances: Mapped[list["Appearance"]] = relationship(
        order_by="Appearance.position", cascade="all, delete-orphan"
    )

    @property
    def left(self) -> int | None:
        """Return how many places are free, or None when there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def speakers(self) -> list[Speaker]:
        """Return who speaks, in the order of the programme."""
        return [each.speaker for each in self.appearances]

    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="places"),
    )


class Appearance(Record):
    """A speaker on a session."""

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    """The session; it knows its appearances."""
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"))
    position: Mapped[int] = mapped_column(default=0)
    """Where the speaker stands among those of the session, from 0."""

    speaker: Mapped[Speaker] = relationship()

    __table_args__ = (UniqueConstraint("session_id", "speaker_id"),)


class Gate(Record):
    """The places of one event in one mode; a mode without a gate is not offered."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    """How one attends through it."""
    capacity: Mapped[int | None]
    """How many places there are; None without a limit."""
    taken: Mapped[int] = mapped_column(default=0)
    """How many have a place."""
    held: Mapped[int] = mapped_column(default=0)
    """How many places open offers keep for someone."""
    seq: Mapped[int] = mapped_column(default=0)
    """The lock, and what the waitlist is ordered by: each change of places raises it first."""
    closes_at: Mapped[datetime | None]
    """Until when people can register, in UTC; None: until the event is over."""
    offsets: Mapped[Facts | None]
    """As an event's."""

    event: Mapped[Event] = relationship(back_populates="gates")

    @property
    def left(self) -> int | None:
        """Return how many places are neither taken nor held, or None when there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken - self.held)

    __table_args__ = (
        UniqueConstraint("event_id", "mode"),
        CheckConstraint(
            "taken >= 0 AND held >= 0 AND (capacity IS NULL OR taken + held <= capacity)",
            name="places",
        ),
    )


def _zone_of(row: Session | Gate, connection: Connection) -> str:
    """Return the zone of the event that a row belongs to."""
    event: Event | None = row.__dict__.get("event")
    if event is not None:
        return event.timezone
    return connection.scalar(select(Event.timezone).where(Event.id == row.event_id)) or "UTC"


offsets.keep(
    Event, ("starts_at", "ends_at", "registration_opens_at"), lambda event, _: str(event.timezone)
)
offsets.keep(Session, ("starts_at", "ends_at"), _zone_of)
offsets.keep(Gate, ("closes_at",), _zone_of)
offsets.follow(Event.timezone, "sessions", "gates")
