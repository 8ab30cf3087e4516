"""Registrations, as they are stored."""

import secrets
import uuid
from collections.abc import MutableMapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    bindparam,
    cast,
    literal,
    or_,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from forum.accounts.models import Organizer
from forum.db import Record, choice
from forum.events.models import Event, Mode, Session
from forum.names import name_order
from forum.offsets import known_zone
from forum.phones import dialed
from forum.sealed import Sealed


class Status(StrEnum):
    """Whether there is a place."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class CareState(StrEnum):
    """What may reach a person: everything, nothing for a while, or nothing for good.

    HELD is someone linked to a remembered person, or of a name like hers, until a human has asked.
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


def new_uid(beside: str) -> str:
    """Return a UID that no calendar knows, of the same domain as that of the event `beside` it.

    Two people's entries in one calendar must not replace or cancel each other, and a calendar
    ignores an invitation to what it was told to cancel (docs/adr/0020).
    """
    return f"{uuid.uuid4()}@{beside.rpartition('@')[2]}"


def _order_of_new(row: DefaultExecutionContext) -> str:
    """Return what a new row is ordered by, also one that is inserted without a record."""
    given = row.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy says none
    return name_order(given["name"])


class Registration(Record):
    """One attendee's place, or wait for a place, at one event. Canceling keeps the row."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    """Its name in personal links, which are signed over it."""
    name: Mapped[str]
    """Her name as she writes it."""
    name_key: Mapped[str]
    """Her name as `names.name_key` compares it. With the address it says who is the same person.

    Where she had two living registrations of one event before names were compared like this, the
    later has "#" and its own id behind it: ask `person_key` and `is_named`."""
    name_order: Mapped[str] = mapped_column(default=_order_of_new)
    """What lists are ordered by, which follows from the name (`names.name_order`)."""
    email: Mapped[str | None] = mapped_column(index=True)
    """Where we write to, in small letters; None for someone who is called."""
    email_taken_at: Mapped[datetime | None]
    """When she took it by a link that went there, in UTC; None: it was only typed."""
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    """How she attends, or wishes to while she has no place."""
    status: Mapped[Status] = mapped_column(choice(Status))
    """Whether she has a place."""
    roles: Mapped[tuple[str, ...]] = mapped_column(default=())
    """What she says she is, as `Role`; empty for "rather not say"."""
    language: Mapped[str] = mapped_column(default="en")
    """The one of her pages and emails: "en" or "es"."""
    zone_name: Mapped[str] = mapped_column("timezone")
    """The zone that she has chosen, by its IANA name, as it was stored: `timezone` reads it."""
    is_discreet: Mapped[bool] = mapped_column(default=True)
    """Emails and calendar say discreet titles."""
    quiet_days: Mapped[tuple[str, ...]] = mapped_column(default=())
    """Days of the week on which nothing is sent of our own accord: "mon" to "sun"."""
    wants_certificate: Mapped[bool] = mapped_column(default=False)
    """She wants a certificate of attendance."""
    is_first_time: Mapped[bool] = mapped_column(default=False)
    """She says that it is her first forum."""
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    """She wants the emails before the event."""
    phone_sealed: Mapped[str | None]
    """Encrypted: her number."""
    phone_code: Mapped[str | None] = mapped_column(index=True)
    """A keyed code of it, so that the desk finds who has a number without opening any."""
    needs_sealed: Mapped[str | None]
    """Encrypted: what would help her to attend."""
    food_sealed: Mapped[str | None]
    """Encrypted: what she can eat."""
    question_sealed: Mapped[str | None]
    """Encrypted: her question to the speakers."""
    note_sealed: Mapped[str | None]
    """Encrypted: anything else she told us."""
    companion_of_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    """The registration of the person he comes with; None for one who came first."""
    pair_rule: Mapped[PairRule | None] = mapped_column(choice(PairRule))
    """What two who come together want of the waitlist; None for one alone."""
    care_state: Mapped[CareState] = mapped_column(choice(CareState), default=CareState.ACTIVE)
    """What may reach her."""
    care_until: Mapped[date | None]
    """The day, on her own clock, on whose morning a pause is over; None without an end."""
    has_let_companion_pause: Mapped[bool] = mapped_column(default=False)
    """She has agreed, on her own page, that whoever is linked to her may pause her emails."""
    uid: Mapped[str]
    """The UID of her own calendar entry, nobody else's: those of her sessions come from it.

    The event's for some who registered before each had her own; they keep it."""
    sequence: Mapped[int] = mapped_column(default=0)
    """What her own changes add to the event's SEQUENCE in her calendar entry."""
    link_version: Mapped[int] = mapped_column(default=1)
    """Raised to end all her personal links at once."""
    feed_version: Mapped[int] = mapped_column(default=1)
    """Raised to end the address of her calendar feed."""
    waits_for: Mapped[Mode | None] = mapped_column(choice(Mode))
    """The mode that she waits for, None for none; she may have a place in another meanwhile."""
    wait_no: Mapped[int | None]
    """Her number in that line, which lower ones precede; None when she does not wait."""
    wants_offers: Mapped[bool] = mapped_column(default=True)
    """False once she left an offer unanswered, until she says that she still waits."""
    short_notice: Mapped[int | None]
    """Up to how many hours before the start she is asked in its last three days; None: never."""
    auto_take_until: Mapped[datetime | None]
    """Until when, in UTC, a free place is taken for her without asking; None: she is asked."""
    source: Mapped[Source] = mapped_column(choice(Source), default=Source.SELF)
    """Who registered her."""
    form_key: Mapped[str | None]
    """The key of the form that brought her, which that form alone knows; None for none."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every change, so that a second editor notices the first."""
    registered_at: Mapped[datetime]
    """In UTC. What was so by then, she has been told."""
    updated_at: Mapped[datetime]
    """When anything about it changed last, in UTC."""
    cancelled_at: Mapped[datetime | None]
    """When she canceled, in UTC; None while she has or waits for a place."""

    phone = Sealed(known_by=dialed)
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

    @hybrid_property
    def timezone(self) -> str:
        """Her clock, on which times are said to her; the event's where the zone data lacks it."""
        return known_zone(self.zone_name, self.event.timezone) if self.event else self.zone_name

    @timezone.inplace.setter
    def _set_timezone(self, name: str) -> None:
        self.zone_name = name

    @timezone.inplace.expression
    @classmethod
    def _stored_timezone(cls) -> ColumnElement[str]:
        return cls.zone_name.expression

    @timezone.inplace.bulk_dml
    @classmethod
    def _store_timezone(cls, mapping: MutableMapping[str, str], value: str) -> None:
        mapping["zone_name"] = value

    @property
    def clocks(self) -> tuple[str, str]:
        """The zones of times said to her; that of her day first: the event's, if she comes."""
        own, theirs = self.timezone, self.event.timezone
        return (theirs, own) if self.mode == Mode.IN_PERSON else (own, theirs)

    @property
    def person_key(self) -> str:
        """What her name is compared by: without what tells a second living one apart."""
        return self.name_key.removesuffix(f"#{self.id}")

    @classmethod
    def is_named(cls, key: str | None) -> ColumnElement[bool]:
        """Return what is true of whoever has this `person_key`; None: the parameter `name_key`."""
        given = bindparam("name_key", type_=Text()) if key is None else literal(key, Text())
        apart = given.concat("#").concat(cast(cls.id, Text()))
        return or_(cls.name_key == given, cls.name_key == apart)

    @validates("name")
    def _order_by(self, _column: str, name: str) -> str:
        self.name_order = name_order(name)
        return name

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
    """Whether she has a place in it, waits for one, or gave it up."""
    wait_no: Mapped[int | None]
    """Her number in the session's line; None when she does not wait."""

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
    """A place held for one who waits, or two for a pair, until it is answered or has ended."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    """To whom it was made: of a pair, who has waited longer, or who has declined it."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    """The one who waits together with her: it is for both or neither. None for one alone."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    """The event at which the place is."""
    mode: Mapped[Mode] = mapped_column(choice(Mode))
    """The way to attend that it offers."""
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    """What has become of it."""
    made_at: Mapped[datetime]
    """In UTC."""
    ends_at: Mapped[datetime]
    """Until when it can be answered, in UTC."""
    answered_at: Mapped[datetime | None]
    """When it stopped being open, in UTC, in whatever way; None while it is."""

    registration: Mapped[Registration] = relationship(foreign_keys=[registration_id])
    partner: Mapped[Registration | None] = relationship(foreign_keys=[partner_id])

    @property
    def size(self) -> int:
        """Return how many places it holds."""
        return 1 if self.partner is None else 2

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
    """A new email address that waits for a word from it. Only the question is mailed there.

    One that is done as it is made puts right what was mistyped: the old address was never hers.
    """

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    """What the link in that mail is signed over."""
    new_email: Mapped[str]
    """The address that is asked; empty when hers is only to be taken away."""
    old_email: Mapped[str | None]
    """The address until now, which is told when it is done; None for none."""
    created_at: Mapped[datetime]
    """In UTC."""
    expires_at: Mapped[datetime]
    """Until when the link confirms it, in UTC."""
    done_at: Mapped[datetime | None]
    """When it was confirmed, in UTC; None while it waits."""

    registration: Mapped[Registration] = relationship()


class InviteLink(Record):
    """A link with which people register where others cannot: early, late, or beyond capacity."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    """What its address is signed over."""
    label: Mapped[str]
    """What the desk calls it."""
    lifts: Mapped[tuple[str, ...]] = mapped_column(default=())
    """The limits that it sets aside, by the names of `Overrides`."""
    uses_left: Mapped[int | None]
    """How many people can still use it; None for any number."""
    used: Mapped[int] = mapped_column(default=0)
    """How many have used it."""
    expires_at: Mapped[datetime | None]
    """Until when it works, in UTC; None: until the event is over."""
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id"))
    created_at: Mapped[datetime]
    """In UTC."""
    revoked_at: Mapped[datetime | None]
    """When the desk ended it, in UTC; None while it works."""

    event: Mapped[Event] = relationship()
    organizer: Mapped[Organizer] = relationship()
