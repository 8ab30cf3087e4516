"""The outbox, as it is stored: which email goes to whom, and how far it has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organizer
from forum.db import Facts, Record, choice
from forum.registration.models import Registration


class MessageState(StrEnum):
    """Where a message stands. DROPPED: decided, when it was due, not to send it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


class Message(Record):
    """One email to one person. It holds no text: that is written when it is sent.

    `email` names a folder of templates; `facts` are ids and revisions. `dedupe_key` makes a
    second post of the same thing harmless. `due_at` is when a worker must next look at it: not
    before, or the next try. `lease_owner` is the worker that is sending it. `has_invitation` tells
    that it was sent with an entry for the reader's calendar that only we can change
    (METHOD:REQUEST, RFC 6047 2.2.1). `returned_at` is when it came back after it had been sent.
    """

    email: Mapped[str]
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"))
    facts: Mapped[Facts] = mapped_column(default=dict)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    useful_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    has_invitation: Mapped[bool] = mapped_column(default=False)
    returned_at: Mapped[datetime | None]

    registration: Mapped[Registration | None] = relationship()
    organizer: Mapped[Organizer | None] = relationship()

    __table_args__ = (
        Index(
            "ix_message_waiting",
            "due_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_message_state_created_at", "state", "created_at"),
    )


class Heartbeat(Record):
    """When a worker last worked, so that the desk can say so.

    `trouble` is what keeps its mail from leaving, such as a server that cannot be reached.
    """

    worker: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]
    trouble: Mapped[str | None]
    trouble_since: Mapped[datetime | None]
