"""What an organizer wants an event or a session to be: values, checked by forms."""

from dataclasses import dataclass
from datetime import datetime

from forum.db import Facts
from forum.events.models import CalendarMail, Room, SessionKind, Speaker, Track


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """An event as it shall be. Instants are aware; `room` is a webcast's only.

    `people` is how many are registered, as it was typed where the event would be over at once.
    """

    title: str
    quiet_title: str
    description: str
    in_spanish: Facts | None
    language: str
    starts_at: datetime
    ends_at: datetime
    takes_registrations: bool
    registration_opens_at: datetime | None
    calendar_mail: CalendarMail
    day_phone: str = ""
    day_hours: str = ""
    room: Room | None = None
    people: int | None = None


@dataclass(frozen=True, kw_only=True)
class SessionPlan:
    """A session as it shall be. Instants are aware. `capacity` None: places are not limited.

    `people` is for a webcast what it is for its event.
    """

    title: str
    quiet_title: str
    description: str
    in_spanish: Facts | None
    kind: SessionKind
    language: str
    starts_at: datetime
    ends_at: datetime
    room: Room | None
    track: Track | None
    speakers: tuple[Speaker, ...]
    capacity: int | None
    is_streamed: bool
    is_recorded: bool
    has_captions: bool
    has_asl: bool
    has_spanish: bool
    people: int | None = None
