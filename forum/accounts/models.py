"""Organizers and how they sign in, as it is stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Record, choice


class OrganizerRole(StrEnum):
    """What an organizer may do. Each may do what those before it may."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"
    OWNER = "owner"


class Organizer(Record):
    """Someone who works at the desk. Signs in without a password."""

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[OrganizerRole] = mapped_column(choice(OrganizerRole))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    passkeys: Mapped[list["Passkey"]] = relationship(back_populates="organizer")


class SignInLink(Record):
    """A single-use link that signs an organizer in.

    The token in the mail is signed over `public_id`, so nothing stored here opens the desk.
    """

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"))
    public_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    organizer: Mapped[Organizer] = relationship()


class SignIn(Record):
    """A session of an organizer in one browser, kept here so that it can be ended here."""

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    passkey_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    organizer: Mapped[Organizer] = relationship(lazy="joined", innerjoin=True)


class Passkey(Record):
    """A public key of an organizer's device (WebAuthn Level 2)."""

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    organizer: Mapped[Organizer] = relationship(back_populates="passkeys")


class Attempt(Record):
    """One try at something that is limited per address, counted over all processes.

    `subject` is a keyed hash, never an address itself.
    """

    purpose: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_attempt_purpose_subject_at", "purpose", "subject", "at"),)
