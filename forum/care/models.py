"""What waits for a human, and who is never written to again, as it is stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Organizer
from forum.db import Record, choice
from forum.registration.models import Registration
from forum.sealed import Sealed


class TaskKind(StrEnum):
    """What a human is asked to do."""

    CALL = "call"
    """Tell someone by phone what others get by email; `about` names that email."""
    ASK_COMPANION = "ask companion"
    """Ask someone linked to a remembered person what he wants."""
    CHECK_PERSON = "check person"
    """Someone is registered at the address of a remembered person, with her name or one like it."""


class Task(Record):
    """Something that only a human can do for a person."""

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind))
    """What is to be done."""
    about: Mapped[str] = mapped_column(default="")
    """Of a call: the email that she would have got; empty otherwise."""
    was: Mapped[str | None]
    """Of a call about a notice: how she stood before its step moved her, too (`rules.Was` of
    notices); None where it did not."""
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    """Names the occasion: asking for the same again changes nothing."""
    created_at: Mapped[datetime]
    """In UTC."""
    done_at: Mapped[datetime | None]
    """When an organizer did it, in UTC; None while it waits."""
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"))

    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"))
    """Who has said that they call her; None for whoever comes to it."""
    tried: Mapped[int] = mapped_column(default=0)
    """How often somebody has tried to reach her in vain."""
    tried_at: Mapped[datetime | None]
    """When somebody did last, in UTC; None for never."""
    notes_sealed: Mapped[str | None]
    """Encrypted: what was said and found out while calling, a line each; lines are only added."""

    notes = Sealed()

    registration: Mapped[Registration] = relationship()
    done_by: Mapped[Organizer | None] = relationship(foreign_keys=[done_by_id])
    owner: Mapped[Organizer | None] = relationship(foreign_keys=[owner_id])

    def sealed_place(self, column: str) -> str:
        """Return the place that a sealed note is bound to. The task is kept already."""
        return f"task:{self.id}:{column}"

    __table_args__ = (
        Index(
            "ix_task_open",
            "created_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )


class Suppression(Record):
    """Who is remembered, as keyed hashes of name and address: they outlive the registration."""

    person_hash: Mapped[str] = mapped_column(unique=True)
    """A keyed code of name and address."""
    doubt_hash: Mapped[str | None] = mapped_column(index=True)
    """Keyed codes, a space between them: each of something that other ways to write the name have
    in common, and the address. None for one kept before there were such codes."""
    created_at: Mapped[datetime]
    """In UTC."""


class HashPurpose(StrEnum):
    """What is known again by a keyed hash alone."""

    PERSON = "person"
    """Name and address of someone who is remembered."""
    ADDRESS = "address"
    """An address from which emails come back."""


class HashKey(Record):
    """A key of such hashes. It stays: a hash cannot be made again under another key.

    It is kept encrypted like an answer, so that data keys come and go and it is still the same.
    """

    purpose: Mapped[HashPurpose] = mapped_column(choice(HashPurpose))
    """Whose hashes it makes."""
    name: Mapped[str] = mapped_column(unique=True)
    """What it is known by, which does not tell it."""
    key_sealed: Mapped[str | None]
    """Encrypted: the key itself, in hex digits."""
    created_at: Mapped[datetime]
    """In UTC."""

    key = Sealed()

    def sealed_place(self, column: str) -> str:
        """Return the place that the key is bound to."""
        return f"hash_key:{self.name}:{column}"
