"""What people agreed to, and who has been erased, as it is stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Record, choice
from forum.registration.models import Registration


class ConsentPurpose(StrEnum):
    """What someone agreed to."""

    REGISTRATION = "registration"
    """That we keep her answers and write to her about this event."""
    NEXT_INVITATION = "next invitation"
    """That we invite her to the next forum."""


class Consent(Record):
    """One agreement, with the version of the exact text that stood beside the button."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose))
    text_version: Mapped[str]
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship()


class Tombstone(Record):
    """Someone who was erased, as a hash of the public id, so that a restored backup forgets her."""

    public_id_hash: Mapped[str] = mapped_column(unique=True)
    erased_at: Mapped[datetime]
