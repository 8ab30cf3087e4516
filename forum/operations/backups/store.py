"""Where a database lives, as a backup sees it: something to copy, and something to replace."""

import json
import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

from forum.care.rules import HERS, THROUGH, beneath, last_into
from forum.config import Settings
from forum.db import Facts
from forum.operations.backups.archive import Manifest
from forum.operations.backups.container import Incoming
from forum.privacy.carried import Carried, Rows, address_place
from forum.registration.models import CareState
from forum.sealed import seal

SEALED = "_sealed"
"""How the name of every column ends whose values are encrypted under a data key."""
OVER = ("key", "kept_from")
COMING = ("key", "ends_at")
LINKS = ("public_id", "link_version", "feed_version")
SILENT = ("public_id", "care_state", "care_until", "wants_reminders")
ORGANIZERS = ("email", "created_at", "role", "has_had_passkey")
BLOCKED = ("address_hash", "kind")
"""Columns of what is carried over."""
UNINVITED = """
    id IN (SELECT registration_id FROM consent WHERE purpose = 'next invitation')
    AND id NOT IN (SELECT registration_id FROM consent
                   WHERE purpose = 'next invitation' AND withdrawn_at IS NULL)
"""
DISCREET = """
    is_discreet AND id IN (SELECT subject_id FROM audit_entry WHERE subject_kind = 'registration'
                           AND CAST(facts AS TEXT) LIKE '%is_discreet%')
"""
ON_HER_OWN = """
    NOT has_let_companion_pause
    AND (companion_of_id IS NOT NULL OR id IN (SELECT companion_of_id FROM registration))
"""
CARE = """
    action = 'care state changed' AND subject_kind = 'registration'
    AND subject_id IN (SELECT id FROM registration WHERE care_state <> 'active')
"""
READDRESSED = """
    id IN (SELECT subject_id FROM audit_entry
           WHERE subject_kind = 'registration' AND action = 'address changed')
"""


@dataclass(frozen=True)
class Copy:
    """A database at one instant."""

    source: Incoming
    schema: str
    counts: Mapping[str, int]
    """Rows by table."""
    versions: Mapping[str, str]


class Store(ABC):
    """The database of an installation, of either engine."""

    engine: str

    def __init__(self, settings: Settings) -> None:
        """Touch nothing yet."""
        self.settings = settings

    @abstractmethod
    def copied(self, work: Path) -> AbstractContextManager[Copy]:
        """Give a copy, consistent at one instant. What it writes meanwhile goes into `work`.

        Raises Refused, when it begins or when it ends; the copy counts for nothing then.
        """

    @abstractmethod
    def check(self, database: Path, manifest: Manifest) -> None:
        """Check that a copy can be put in place. Raises Refused."""

    @abstractmethod
    def sealed_under(self, database: Path) -> Counter[str]:
        """Return how many values of a copy each data key encrypts, by the key's short name."""

    @abstractmethod
    def counts(self) -> dict[str, int] | None:
        """Return the rows by table of what is there, none for nothing; None: it is unreadable."""

    @abstractmethod
    def rows(self, table: str, which: str = "TRUE") -> list[Facts]:
        """Return rows of the database that is there, by column; none where it has no such table.

        None where the database cannot be read, either. `which` is a condition, in our own words.
        """

    @abstractmethod
    def numbers(self) -> dict[str, int]:
        """Return the highest number that each table has given in the database that is there."""

    def tombstones(self) -> set[str]:
        """Return whom the database that is there knows as erased, as hashes."""
        return {each["public_id_hash"] for each in self.rows("tombstone")}

    def carried(self) -> Carried:
        """Return what the database that is there knows for good."""
        ended = [each["email"] for each in self.rows("organizer") if not each["is_active"]]
        over = self.rows("event", "kept_from IS NOT NULL")
        coming = self.rows("event", "kept_from IS NULL")
        renewed = self.rows("registration", "link_version > 1 OR feed_version > 1")
        readdressed, strayed = self.rows("registration", READDRESSED), self._strayed()
        return Carried(
            tuple(_as_text(each) for each in self.rows("suppression")),
            tuple(_as_text(each) for each in self.rows("hash_key")),
            tuple(sorted(ended)),
            tuple({name: str(each[name]) for name in OVER} for each in over),
            tuple({name: str(each[name]) for name in LINKS} for each in renewed),
            coming=tuple({name: str(each[name]) for name in COMING} for each in coming),
            silent=self._silent(),
            uninvited=self._names("registration", UNINVITED),
            organizers=self._organizers(),
            addresses=tuple(self._address(each, strayed.get(each["id"])) for each in readdressed),
            blocked=tuple(
                {name: str(each[name]) for name in BLOCKED} for each in self.rows("address_block")
            ),
            discreet=self._names("registration", DISCREET),
            on_their_own=self._names("registration", ON_HER_OWN),
            revoked=self._names("invite_link", "revoked_at IS NOT NULL"),
            numbers=tuple(
                {"table": table, "last": str(last)} for table, last in self.numbers().items()
            ),
        )

    def _names(self, table: str, which: str) -> tuple[str, ...]:
        return tuple(sorted(each["public_id"] for each in self.rows(table, which)))

    def _strayed(self) -> dict[int, str]:
        """Return until when emails to people went to a mistyped address, by the row's number."""
        found: dict[int, str] = {}
        for each in self.rows("message", "strayed_at IS NOT NULL"):
            number, at = each["registration_id"], str(each["strayed_at"])
            found[number] = max(at, found.get(number, at))
        return found

    def _silent(self) -> Rows:
        """Return from whom something is kept, with what lies beneath a hold or a death."""
        changes: dict[int, list[Facts]] = {}
        written = sorted(self.rows("audit_entry", CARE), key=itemgetter("id"), reverse=True)
        for each in written:
            facts = each["facts"]
            known = json.loads(facts) if isinstance(facts, str) else facts
            changes.setdefault(each["subject_id"], []).append(known)
        found = []
        for each in self.rows("registration", "care_state <> 'active' OR NOT wants_reminders"):
            hers = changes.get(each["id"], [])
            pause = last_into(hers, CareState.PAUSED)
            whose = {name: pause.get(name) for name in (THROUGH, HERS)}
            row = {name: each[name] for name in SILENT}
            found.append(_as_text({**row, "beneath": beneath(hers), **whose}))
        return tuple(found)

    def _address(self, row: Facts, strayed_at: str | None) -> Facts:
        """Return where someone is written to who has changed it, sealed: the file is no place."""
        public_id = row["public_id"]
        sealed = seal(row["email"] or "", address_place(public_id), self.settings.data_keys)
        since = _as_text({"taken_at": row.get("email_taken_at"), "strayed_at": strayed_at})
        return {"public_id": public_id, "email_sealed": sealed, **since}

    def _organizers(self) -> Rows:
        """Return who works here, each with the names of her passkeys."""
        passkeys: dict[int, list[str]] = {}
        for each in self.rows("passkey"):
            passkeys.setdefault(each["organizer_id"], []).append(each["credential_id"])
        return tuple(
            {
                **{name: str(each.get(name)) for name in ORGANIZERS},
                "passkeys": " ".join(sorted(passkeys.get(each["id"], ()))),
            }
            for each in self.rows("organizer")
        )

    @abstractmethod
    def require_unused(self) -> None:
        """Raise Refused if another process of ours has the database open."""

    @abstractmethod
    def keep_files(self, folder: Path) -> None:
        """Keep an unreadable database as it is. Raises Refused where that cannot be."""

    @abstractmethod
    def staged(self, database: Path) -> Settings | None:
        """Return how to reach the copy before it is put in place; None where it cannot be."""

    @abstractmethod
    def put(self, database: Path) -> None:
        """Put a copy in place of what is there, whole or not at all. Raises Refused."""

    @abstractmethod
    def forget(self) -> None:
        """Let what was erased after `put` leave no trace in the database's files."""

    def settings_at(self, database_url: str) -> Settings:
        """Return the settings of this installation with another database."""
        return replace(self.settings, database_url=database_url)


def _as_text(row: Facts) -> Facts:
    return {name: None if value is None else str(value) for name, value in row.items()}


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, down to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
