"""The record of who did what, as it is stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organizer
from forum.db import Facts, Record, choice


class Action(StrEnum):
    """What was done. The facts beside it are ids and words of ours, never personal values."""

    REGISTERED = "registered"
    REGISTERED_BY_PHONE = "registered by phone"
    MODE_CHANGED = "mode changed"
    CANCELLED = "cancelled"
    GIVEN_BACK = "place given back"
    PROMOTED = "promoted"
    OFFERED = "place offered"
    OFFER_ACCEPTED = "offer accepted"
    OFFER_DECLINED = "offer declined"
    OFFER_LAPSED = "offer lapsed"
    WAITING_CHANGED = "waiting changed"
    SESSIONS_CHOSEN = "sessions chosen"
    COMPANION_ADDED = "companion added"
    ANSWERS_CHANGED = "answers changed"
    ADDRESS_ASKED = "address asked about"
    ADDRESS_CHANGED = "address changed"
    LINK_RENEWED = "link renewed"
    FEED_RENEWED = "feed renewed"
    CONSENT_CHANGED = "consent changed"
    ERASED = "erased"
    CARE_CHANGED = "care state changed"
    TASK_DONE = "task done"
    TASK_TRIED = "task tried"
    TASK_REOPENED = "task reopened"
    INVITE_LINK_MADE = "invite link made"
    INVITE_LINK_REVOKED = "invite link revoked"
    PROGRAMME_LOADED = "programme loaded"
    EVENT_PUBLISHED = "event published"
    EVENT_UNPUBLISHED = "event unpublished"
    EVENT_CANCELLED = "event cancelled"
    EVENT_CHANGED = "event changed"
    EVENT_WENT_ONLINE = "event went online"
    EVENT_POSTPONED = "event postponed"
    PROMISE_KEPT = "promise kept"
    PROMISE_MOVED = "promise moved"
    PROMISE_REOPENED = "promise reopened"
    WALLS_KEPT = "walls kept"
    PURGE_ALLOWED = "purge allowed"
    NOTICE_SENT = "notice sent"
    ROOM_CHANGED = "room changed"
    REMINDER_ADDED = "reminder added"
    REMINDER_CHANGED = "reminder changed"
    REMINDER_REMOVED = "reminder removed"
    INVITATIONS_SENT = "invitations sent"
    ADDRESS_BLOCKED = "address blocked"
    ADDRESS_UNBLOCKED = "address unblocked"
    CALENDAR_REPLIED = "calendar replied"
    SESSION_ADDED = "session added"
    SESSION_CHANGED = "session changed"
    SESSION_CANCELLED = "session cancelled"
    SESSION_RESTORED = "session restored"
    CAPACITY_CHANGED = "capacity changed"
    MESSAGE_RETRIED = "message tried again"
    MAIL_STOPPED = "mail stopped"
    MAIL_RESUMED = "mail resumed"
    EXPORTED = "exported"
    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_ALLOWED = "passkey allowed"
    LOOKED_AT = "looked at"
    ORGANIZER_ADDED = "organizer added"
    ORGANIZER_CHANGED = "organizer changed"


OF_WHOLE_EVENTS = frozenset(
    {Action.EVENT_WENT_ONLINE, Action.EVENT_POSTPONED, Action.EVENT_CANCELLED}
)
"""Deeds to an event that are at once deeds to everyone who is registered for it."""


class AuditEntry(Record):
    """One deed. Written in the same transaction as what it tells of; never changed."""

    at: Mapped[datetime]
    """In UTC."""
    action: Mapped[Action] = mapped_column(choice(Action))
    """What was done."""
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"))
    """Who did it; None for a person herself, or our program."""
    subject_kind: Mapped[str]
    """What it was done to, by the name of its table."""
    subject_id: Mapped[int]
    """The number of that row, which may be gone by now."""
    facts: Mapped[Facts] = mapped_column(default=dict)
    """What it was about: words and numbers of ours, never anything personal."""

    organizer: Mapped[Organizer | None] = relationship()

    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)
