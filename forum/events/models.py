"""The programme and its events, as they are stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Facts, Record, choice


class EventKind(StrEnum):
    """A day in a place, or an hour on a screen."""

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


class Programme(Record):
    """The organization behind the events: one row in an installation.

    `mail_stopped_at` is since when an organizer has kept all its emails in the outbox.
    """

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    quiet_name: Mapped[str]
    contact_email: Mapped[str]
    contact_phone: Mapped[str]
    phone_hours: Mapped[str] = mapped_column(default="")
    text_number: Mapped[str] = mapped_column(default="")
    programme_year: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str]
    mail_stopped_at: Mapped[datetime | None]


class Venue(Record):
    """Where people come to. The rooms are in it."""

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str]
    arrival: Mapped[str] = mapped_column(default="")


class Room(Record):
    """A room; when it is streamed, its stream is the one join address of all its sessions."""

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    floor: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[int | None]
    is_streamed: Mapped[bool] = mapped_column(default=False)
    has_loop: Mapped[bool] = mapped_column(default=False)
    has_rest: Mapped[bool] = mapped_column(default=False)
    dial_in: Mapped[str | None]
    stream_url: Mapped[str | None]


class Track(Record):
    """A theme of sessions, told apart by name and mark, never by colour alone."""

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    mark: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Speaker(Record):
    """A person on a session, with the role that pages show."""

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Event(Record):
    """What one registers for: a forum or a webcast.

    `revision` rises with every change that public pages show; `version` with every edit, so that
    a second editor notices the first; `sequence` is the calendar's (RFC 5546 2.1.4).
    `details` holds words that drive nothing: promises, cost, recording, chapters. `told` is what
    attendees have been told last of when and how it is, None as long as nobody had to be told;
    `changed_at` is when that last became different.
    """

    key: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    title: Mapped[str]
    quiet_title: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus))
    takes_registrations: Mapped[bool] = mapped_column(default=True)
    registration_opens_at: Mapped[datetime | None]
    topics: Mapped[tuple[str, ...]] = mapped_column(default=())
    audience: Mapped[tuple[str, ...]] = mapped_column(default=())
    details: Mapped[Facts] = mapped_column(default=dict)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    calendar_mail: Mapped[CalendarMail] = mapped_column(
        choice(CalendarMail), default=CalendarMail.REQUEST
    )
    told: Mapped[Facts | None]
    changed_at: Mapped[datetime | None]
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    room: Mapped[Room | None] = relationship()
    sessions: Mapped[list["Session"]] = relationship(
        back_populates="event", order_by="(Session.starts_at, Session.position)"
    )
    gates: Mapped[list["Gate"]] = relationship(back_populates="event", order_by="Gate.id")

    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)


class Session(Record):
    """One item of an event's agenda. A webcast has exactly one, with the event's own UID.

    `taken` counts the places of a session with limited places; `seq` is its lock and the
    number that its waitlist is ordered by. `told` and `changed_at` are as an event's.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"))
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind))
    title: Mapped[str]
    quiet_title: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    is_streamed: Mapped[bool] = mapped_column(default=False)
    is_recorded: Mapped[bool] = mapped_column(default=False)
    has_captions: Mapped[bool] = mapped_column(default=False)
    has_asl: Mapped[bool] = mapped_column(default=False)
    has_spanish: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    audience: Mapped[tuple[str, ...]] = mapped_column(default=())
    subtypes: Mapped[tuple[str, ...]] = mapped_column(default=())
    details: Mapped[Facts] = mapped_column(default=dict)
    status: Mapped[SessionStatus] = mapped_column(
        choice(SessionStatus), default=SessionStatus.SCHEDULED
    )
    told: Mapped[Facts | None]
    changed_at: Mapped[datetime | None]
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

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
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"))
    position: Mapped[int] = mapped_column(default=0)

    speaker: Mapped[Speaker] = relationship()

    __table_args__ = (UniqueConstraint("session_id", "speaker_id"),)


class Gate(Record):
    """The places of one event in one mode; a mode without a gate is not offered.

    Every change of places begins by raising `seq` here: that is the lock on both engines, and
    the number that the waitlist is ordered by. `taken` counts who has a place, `held` the places
    that open offers keep for someone. `closes_at` is None when registration stays open until the
    event is over.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    closes_at: Mapped[datetime | None]

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
