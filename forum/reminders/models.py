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
    """A rule of an event: so long before the start, tell this audience.

    `lead` is an ISO 8601 duration such as P7D or PT90M; with `local_time` ("10:00") the email
    goes at that time of the attendee's own clock. `modes` and `roles` are None for everyone;
    with `session_id` it is for those who have a place in that session, with `is_for_waitlist`
    for those who wait instead of those who have a place. `blocks` are the texts that it brings,
    None for those that fit the lead; `words` a sentence of the desk's own, by language. Nothing
    that was due before `armed_at` is ever sent. `stated` is what the programme file said of it
    last, None for a rule that was made at the desk.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    lead: Mapped[str]
    local_time: Mapped[str | None]
    modes: Mapped[tuple[str, ...] | None]
    roles: Mapped[tuple[str, ...] | None]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))
    is_for_waitlist: Mapped[bool] = mapped_column(default=False)
    offers: Mapped[tuple[str, ...]] = mapped_column(default=())
    blocks: Mapped[tuple[str, ...] | None]
    words: Mapped[Facts] = mapped_column(default=dict)
    is_on: Mapped[bool] = mapped_column(default=True)
    armed_at: Mapped[datetime]
    stated: Mapped[Facts | None]
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()
