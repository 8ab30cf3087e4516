"""Registrations, as they are stored."""

import secrets
import unicodedata
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organizer
from forum.db import Record, choice
from forum.events.models import Event, Mode, Session
from forum.sealed import Sealed


class Status(StrEnum):
    """Whether there is a place."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class CareState(StrEnum):
    """What may reach a person: everything, nothing for a while, or nothing for good.

    HELD is someone linked to a remembered person, until a human has asked.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    REMEMBERED = "remembered"
    HELD = "held"


class Role(StrEnum):
    """What an attendee says she is. None at all means "rather not say"."""

    PATIENT = "patient"
    CAREGIVER = "caregiver"
    CLINICIAN = "clinician"
    OTHER = "other"


class PairRule(StrEnum):
    """What two who register together want when one place is left."""

    TOGETHER = "together"
    EITHER = "either"


class Source(StrEnum):
    """How a registration came to us."""

    SELF = "self"
    ORGANIZER = "organizer"


def new_public_id() -> str:
    """Return 128 random bits as text: its only name that anyone outside sees."""
    return secrets.token_urlsafe(16)


def name_key(name: str) -> str:
    """Return a name as it is compared: without regard to case, accents' encoding or spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Registration(Record):
    """One attendee's place, or wait for a place, at one event.

    `waits_for` is the mode that she has a number in the line for; whoever waits may have a place
    in another mode meanwhile. An offer within three days of the event reaches only those who
    gave `short_notice`, the hours before the start at which it is too late for them; until
    `auto_take_until` a place is taken without asking; `wants_offers` falls when one was left
    unanswered. Cancelling keeps the row. `uid` and `sequence` are her own calendar entry's: the
    event's UID at first, a fresh one for someone who cancelled and came back.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str | None] = mapped_column(index=True)
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    status: Mapped[Status] = mapped_column(choice(Status))
    roles: Mapped[tuple[str, ...]] = mapped_column(default=())
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str]
    is_discreet: Mapped[bool] = mapped_column(default=True)
    quiet_days: Mapped[tuple[str, ...]] = mapped_column(default=())
    wants_certificate: Mapped[bool] = mapped_column(default=False)
    is_first_time: Mapped[bool] = mapped_column(default=False)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    phone_sealed: Mapped[str | None]
    needs_sealed: Mapped[str | None]
    food_sealed: Mapped[str | None]
    question_sealed: Mapped[str | None]
    note_sealed: Mapped[str | None]
    companion_of_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    pair_rule: Mapped[PairRule | None] = mapped_column(choice(PairRule))
    care_state: Mapped[CareState] = mapped_column(choice(CareState), default=CareState.ACTIVE)
    care_until: Mapped[date | None]
    uid: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    link_version: Mapped[int] = mapped_column(default=1)
    feed_version: Mapped[int] = mapped_column(default=1)
    waits_for: Mapped[Mode | None] = mapped_column(choice(Mode))
    wait_no: Mapped[int | None]
    wants_offers: Mapped[bool] = mapped_column(default=True)
    short_notice: Mapped[int | None]
    auto_take_until: Mapped[datetime | None]
    source: Mapped[Source] = mapped_column(choice(Source), default=Source.SELF)
    form_key: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    phone = Sealed()
    needs = Sealed()
    food = Sealed()
    question = Sealed()
    note = Sealed()

    event: Mapped[Event] = relationship(lazy="joined", innerjoin=True)
    companion_of: Mapped["Registration | None"] = relationship(
        remote_side="Registration.id", back_populates="companions"
    )
    companions: Mapped[list["Registration"]] = relationship(back_populates="companion_of")
    session_places: Mapped[list["SessionPlace"]] = relationship(back_populates="registration")

    def sealed_place(self, column: str) -> str:
        """Return the place that a sealed answer is bound to."""
        if self.public_id is None:
            self.public_id = new_public_id()
        return f"registration:{self.public_id}:{column}"

    __table_args__ = (
        Index(
            "uq_registration_living_person",
            "event_id",
            "email",
            "name_key",
            unique=True,
            sqlite_where=text("status != 'cancelled'"),
            postgresql_where=text("status != 'cancelled'"),
        ),
        Index("ix_registration_event_status_mode", "event_id", "status", "mode"),
        Index(
            "ix_registration_line",
            "event_id",
            "waits_for",
            "wait_no",
            sqlite_where=text("waits_for IS NOT NULL"),
            postgresql_where=text("waits_for IS NOT NULL"),
        ),
        CheckConstraint("(waits_for IS NULL) = (wait_no IS NULL)", name="waiting_has_number"),
        CheckConstraint(
            "CASE status WHEN 'waitlisted' THEN waits_for = mode AND waits_for IS NOT NULL"
            " WHEN 'confirmed' THEN waits_for IS NULL OR waits_for <> mode"
            " ELSE waits_for IS NULL END",
            name="waits_as_she_stands",
        ),
    )


class SessionPlace(Record):
    """One attendee's choice of a session with limited places."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    status: Mapped[Status] = mapped_column(choice(Status))
    wait_no: Mapped[int | None]

    registration: Mapped[Registration] = relationship(back_populates="session_places")
    session: Mapped[Session] = relationship()

    __table_args__ = (UniqueConstraint("registration_id", "session_id"),)


class OfferState(StrEnum):
    """What has become of an offer. WITHDRAWN: she left the line, or we took it back."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Offer(Record):
    """A place held for one who waits, or two for a pair, until it is answered or has ended.

    `partner` is the one who waits together with her: the offer is for both or for neither.
    """

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(foreign_keys=[registration_id])
    partner: Mapped[Registration | None] = relationship(foreign_keys=[partner_id])

    @property
    def size(self) -> int:
        """Return how many places it holds."""
        return 1 if self.partner_id is None else 2

    __table_args__ = (
        Index(
            "uq_offer_open",
            "registration_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_offer_event_mode_state", "event_id", "mode", "state"),
    )


class AddressChange(Record):
    """A new email address that waits for a word from it. Nothing is mailed there but the question.

    `old_email` is told when it is done. The link in the mail is signed over `public_id`.
    """

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    new_email: Mapped[str]
    old_email: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship()


class InviteLink(Record):
    """A link with which people register where others cannot: early, late, or beyond capacity.

    The address is signed over `public_id`; `uses_left` None is any number of people.
    """

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    label: Mapped[str]
    lifts: Mapped[tuple[str, ...]] = mapped_column(default=())
    uses_left: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    organizer: Mapped[Organizer] = relationship()
