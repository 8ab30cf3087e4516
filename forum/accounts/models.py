"""Organizers and how they sign in, as it is stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.db import Record, choice
from forum.sealed import Sealed


class OrganizerRole(StrEnum):
    """What an organizer may do. Each may do what those before it may."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"
    OWNER = "owner"


class Organizer(Record):
    """Someone who works at the desk. Signs in without a password."""

    email: Mapped[str] = mapped_column(unique=True)
    """Where sign-in links go, in small letters."""
    name: Mapped[str]
    """The name that the desk and the history show."""
    role: Mapped[OrganizerRole] = mapped_column(choice(OrganizerRole))
    """What they may do."""
    is_active: Mapped[bool] = mapped_column(default=True)
    """They may sign in."""
    created_at: Mapped[datetime]
    """In UTC."""
    has_had_passkey: Mapped[bool] = mapped_column(default=False)
    """A passkey was added once: without one now, adding the next needs somebody else's word."""
    language: Mapped[str | None]
    """Which language they have chosen to read the desk in; None: never, so it is English."""
    passkey_allowed_until: Mapped[datetime | None]
    """Until when another owner, or the operator, lets them add one, in UTC; None: nobody does."""

    passkeys: Mapped[list["Passkey"]] = relationship(back_populates="organizer")


class SignInLink(Record):
    """A single-use link that signs an organizer in."""

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"))
    public_id: Mapped[str] = mapped_column(unique=True)
    """What the token in the mail is signed over: nothing stored here opens the desk."""
    created_at: Mapped[datetime]
    """In UTC."""
    expires_at: Mapped[datetime]
    """Until when it opens the desk, in UTC."""
    used_at: Mapped[datetime | None]
    """When it was used, in UTC; None while it was not."""

    organizer: Mapped[Organizer] = relationship()


class SignIn(Record):
    """A session of an organizer in one browser, kept here so that it can be ended here."""

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """A hash of what the browser's cookie holds."""
    created_at: Mapped[datetime]
    """In UTC."""
    last_seen_at: Mapped[datetime]
    """When they were last at work, in UTC, to within a few minutes."""
    expires_at: Mapped[datetime]
    """Until when it lasts at most, in UTC."""
    passkey_at: Mapped[datetime | None]
    """When a passkey last said yes in it, in UTC; None if none did."""
    ended_at: Mapped[datetime | None]
    """When it was ended, in UTC; None while it lasts."""

    organizer: Mapped[Organizer] = relationship(lazy="joined", innerjoin=True)


class Passkey(Record):
    """A public key of an organizer's device (WebAuthn Level 2)."""

    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    """Its name at the device, in URL-safe base64."""
    public_key: Mapped[str]
    """Its public key, in URL-safe base64."""
    sign_count: Mapped[int] = mapped_column(default=0)
    """How often the device has signed, as it says; a copy would fall behind."""
    name: Mapped[str] = mapped_column(default="")
    """What the organizer calls it; empty when unnamed."""
    created_at: Mapped[datetime]
    """In UTC."""
    last_used_at: Mapped[datetime | None]
    """In UTC; None until its first use."""

    organizer: Mapped[Organizer] = relationship(back_populates="passkeys")


class Attempt(Record):
    """One try at something that is limited per address, counted over all processes."""

    purpose: Mapped[str]
    """What was tried."""
    subject: Mapped[str]
    """By whom: a keyed code, never an address itself."""
    at: Mapped[datetime]
    """In UTC."""

    __table_args__ = (Index("ix_attempt_purpose_subject_at", "purpose", "subject", "at"),)


class KeptForm(Record):
    """What someone had typed into a form that could not be taken, for her browser alone."""

    key_hash: Mapped[str] = mapped_column(unique=True)
    """A hash of what the browser's cookie holds."""
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), index=True)
    """Who alone gets it back; None: it was typed on a page that needs no signing in."""
    content_sealed: Mapped[str | None]
    """Encrypted, as JSON: the path that it was sent to, and its fields."""
    kept_until: Mapped[datetime]
    """Until when it comes back, in UTC."""

    content = Sealed()

    def sealed_place(self, column: str) -> str:
        """Return the place that the content is bound to."""
        return f"kept_form:{self.key_hash}:{column}"
