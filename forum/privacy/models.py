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
    """What she agreed to."""
    text_version: Mapped[str]
    """Which version of the text stood beside the button."""
    language: Mapped[str]
    """In which language it stood there."""
    given_at: Mapped[datetime]
    """In UTC."""
    withdrawn_at: Mapped[datetime | None]
    """When she took it back, in UTC; None while it counts."""

    registration: Mapped[Registration] = relationship()


class Tombstone(Record):
    """Someone who was erased, as a hash of the public id, so that a restored backup forgets her."""

    public_id_hash: Mapped[str] = mapped_column(unique=True)
    """A hash of the public id of her registration."""
    erased_at: Mapped[datetime]
    """In UTC."""
