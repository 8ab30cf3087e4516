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
    """One report about one email. `once` makes a second telling of it harmless."""

    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    code: Mapped[str] = mapped_column(default="")
    source: Mapped[ReportSource] = mapped_column(choice(ReportSource))
    address_hash: Mapped[str] = mapped_column(index=True)
    once: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]

    message: Mapped[Message | None] = relationship()


class AddressBlock(Record):
    """An address that is not written to: mail to it comes back, or its owner complained."""

    address_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    since: Mapped[datetime]


class CalendarReply(Record):
    """What a reader's calendar program answered. It changes nothing by itself."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    answer: Mapped[ReplyAnswer] = mapped_column(choice(ReplyAnswer))
    sequence: Mapped[int] = mapped_column(default=0)
    once: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()
