"""Notices, as they are stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organizer
from forum.db import Facts, Record, choice
from forum.events.models import Event


class Occasion(StrEnum):
    """Why people are told."""

    CHANGES = "changes"
    """Sessions or the event are at another time, in another room, or no longer there."""
    ONLINE = "online"
    """The whole event goes online."""
    POSTPONED = "postponed"
    """The event is on another day."""
    CANCELLED = "cancelled"
    """The event does not take place."""


class Notice(Record):
    """That attendees were told of changes, on an organizer's word.

    The emails hold no text; each is written from the live record when it is sent.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(choice(Occasion))
    """Why people are told."""
    changes: Mapped[Facts] = mapped_column(default=dict)
    """What they had been told before of what is different now: a stored `Baseline` under
    `event`, and one under each id of a session in `sessions`."""
    words: Mapped[Facts] = mapped_column(default=dict)
    """A sentence of the desk's own, by language; empty for none."""
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"))
    sent_at: Mapped[datetime]
    """When the organizer sent it, in UTC."""

    event: Mapped[Event] = relationship()
    organizer: Mapped[Organizer] = relationship()
