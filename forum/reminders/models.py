"""Reminder rules, as they are stored."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Record
from forum.events.models import Event


class Reminder(Record):
    """A rule of an event: so long before the start, tell this audience.

    `lead` is an ISO 8601 duration such as P7D or PT90M; with `local_time` ("10:00") the email
    goes at that time of the attendee's own clock. `modes` is None for everyone. Nothing that was
    due before `armed_at` is ever sent.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    lead: Mapped[str]
    local_time: Mapped[str | None]
    modes: Mapped[tuple[str, ...] | None]
    offers: Mapped[tuple[str, ...]] = mapped_column(default=())
    is_on: Mapped[bool] = mapped_column(default=True)
    armed_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
