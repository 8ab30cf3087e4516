"""What came back, as it is stored. No address is kept here, only keyed hashes of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Record, choice
from forum.outbox.models import Message
from forum.registration.models import Registration


class ReportKind(StrEnum):
    """What became of an email after the mail server took it."""

    HARD = "hard"
    """There is no such address (RFC 3463 5.1.x, 5.2.1)."""
    SOFT = "soft"
    """It did not arrive this time."""
    COMPLAINT = "complaint"
    """Its reader called it spam."""


class ReportSource(StrEnum):
    """Who told us."""

    SMTP = "smtp"
    """The mail server, when we handed it over."""
    MAILBOX = "mailbox"
    """A delivery status notification (RFC 3464) in the mailbox of bounces."""
    SES = "ses"
    POSTMARK = "postmark"
    MAILGUN = "mailgun"


class ReplyAnswer(StrEnum):
    """What a calendar program answers for its owner (RFC 5545 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class DeliveryReport(Record):
    """One report about one email."""

    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    """The email it is about; None once that is erased."""
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    """What became of the email."""
    code: Mapped[str] = mapped_column(default="")
    """The status code (RFC 3463), such as 5.1.1; empty for none."""
    source: Mapped[ReportSource] = mapped_column(choice(ReportSource))
    """Who told us."""
    address_hash: Mapped[str] = mapped_column(index=True)
    """A keyed code of the address that it was about; empty for one that no longer counts."""
    once: Mapped[str] = mapped_column(unique=True)
    """Makes a second telling of it harmless."""
    at: Mapped[datetime]
    """When we were told, in UTC."""

    message: Mapped[Message | None] = relationship()


class AddressBlock(Record):
    """An address that is not written to: mail to it comes back, or its owner complained."""

    address_hash: Mapped[str] = mapped_column(unique=True)
    """A keyed code of the address."""
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    """Why: hard or soft bounces, or a complaint."""
    since: Mapped[datetime]
    """In UTC."""


class CalendarReply(Record):
    """What a reader's calendar program answered. It changes nothing by itself."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    answer: Mapped[ReplyAnswer] = mapped_column(choice(ReplyAnswer))
    """What it answered."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of the entry that it answers."""
    once: Mapped[str] = mapped_column(unique=True)
    """Makes a second telling of it harmless."""
    at: Mapped[datetime]
    """When we were told, in UTC."""

    registration: Mapped[Registration] = relationship()
