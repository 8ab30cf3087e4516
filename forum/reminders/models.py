"""Reminder rules, as they are stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Facts, Record
from forum.events.models import Event, Session


class Block(StrEnum):
    """A text that a reminder may bring, as it is stored."""

    GETTING_THERE = "getting_there"
    HELP = "help"
    BRING = "bring"
    DEVICE = "device"
    BY_PHONE = "by_phone"
    PACE = "pace"
    ANOTHER_WAY = "another_way"
    SESSIONS = "sessions"
    """Her sessions with limited places: facts, which stand apart from the sentences."""


class Reminder(Record):
    """A rule of an event: so long before the start, tell this audience."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    """Its place in lists of the event's rules, from 0."""
    lead: Mapped[str]
    """How long before the start, as an ISO 8601 duration such as P7D or PT90M."""
    local_time: Mapped[str | None]
    """At what time of the attendee's own clock, "10:00"; None: exactly the lead before."""
    modes: Mapped[tuple[str, ...] | None]
    """For those who attend so, as `Mode`; None for everyone."""
    roles: Mapped[tuple[str, ...] | None]
    """For those who are one of these, as `Role`; None for everyone."""
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))
    """For those who have a place in this session; None for everyone at the event."""
    is_for_waitlist: Mapped[bool] = mapped_column(default=False)
    """For those who wait, instead of those who have a place."""
    offers: Mapped[tuple[str, ...]] = mapped_column(default=())
    """What it offers to do: `switch_mode` or nothing."""
    blocks: Mapped[tuple[str, ...] | None]
    """The texts that it brings, as `Block`; None for those that fit the lead."""
    words: Mapped[Facts] = mapped_column(default=dict)
    """A sentence of the desk's own, by language; empty for none."""
    is_on: Mapped[bool] = mapped_column(default=True)
    """It reminds people."""
    armed_at: Mapped[datetime]
    """Since when it stands as it is, in UTC: nothing that was due before is ever sent."""
    stated: Mapped[Facts | None]
    """What the programme file said of it last; None for a rule that was made at the desk."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every edit, so that a second editor notices the first."""

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()
