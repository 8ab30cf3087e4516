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
    """One email to one person. It holds no text: that is written when it is sent."""

    email: Mapped[str]
    """Which email, by the name of its folder of templates."""
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    """Whom it is about; None for one to an organizer."""
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"))
    """The organizer it is to; None for one to an attendee."""
    facts: Mapped[Facts] = mapped_column(default=dict)
    """Ids and revisions that it is about; never words."""
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    """Names the occasion: a second post of the same changes nothing."""
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    """How far it has come."""
    reason: Mapped[str | None]
    """Why it was dropped, failed or put back, as `tongues.said_anew` says it; None otherwise."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it has been tried, this time included. No connection is no try."""
    claims: Mapped[int] = mapped_column(default=0)
    """How often a worker has taken it: tells one claim from the next."""
    mark: Mapped[str | None]
    """The keyed code of its mark, kept with the first claim, so that its Message-ID stays; None
    before."""
    due_at: Mapped[datetime]
    """When a worker must next look at it, in UTC: not before, or the next try."""
    useful_until: Mapped[datetime | None]
    """After which instant, in UTC, it is dropped; None: it never gets too late."""
    lease_owner: Mapped[str | None]
    """The worker that is sending it; None while none is."""
    created_at: Mapped[datetime]
    """In UTC."""
    sent_at: Mapped[datetime | None]
    """When the mail server took it, in UTC; None until then."""
    has_invitation: Mapped[bool] = mapped_column(default=False)
    """It was sent with an entry for the reader's calendar that only we can change
    (METHOD:REQUEST, RFC 6047 2.2.1)."""
    returned_at: Mapped[datetime | None]
    """When it came back after it had been sent, in UTC; None if it never did."""
    strayed_at: Mapped[datetime | None]
    """When the address that it had gone to was put right, in UTC: it was somebody else's, or no
    one's. None for one that went where she reads."""

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
    """When a worker last worked, so that the desk can say so."""

    worker: Mapped[str] = mapped_column(unique=True)
    """The name of the worker, new with each start."""
    beat_at: Mapped[datetime]
    """When it last worked, in UTC."""
    trouble: Mapped[str | None]
    """What keeps its mail from leaving, such as a server out of reach; None for nothing."""
    trouble_since: Mapped[datetime | None]
    """Since when, in UTC; None without trouble."""
    stumbles_over: Mapped[str | None]
    """The numbers of events whose waitlist and reminders it cannot see to; None for none."""
