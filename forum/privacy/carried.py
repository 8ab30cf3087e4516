"""What a restore carries over from the database that it replaces, until the new one knows it.

It lies in a file beside the database meanwhile, so that whoever is killed in between loses none
of it: codes of the remembered, the keys of codes, which organizers work here no more, since when
events are over, which personal links are dead, and that there was a restore at all.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from forum.care.models import HashPurpose
from forum.config import current_settings
from forum.db import Facts

FILE = "carried-over"
Rows = tuple[Facts, ...]


@dataclass(frozen=True)
class Carried:
    """Rows by column; only text and None, as in the file."""

    remembered: Rows = ()
    """`person_hash`, `doubt_hash`, `created_at`."""
    keys: Rows = ()
    """`name`, `purpose`, `key_sealed`, `created_at`."""
    ended: tuple[str, ...] = ()
    """Addresses of organizers."""
    over: Rows = ()
    """`key`, `kept_from`: of events that a worker has seen over."""
    links: Rows = ()
    """`public_id`, `link_version`, `feed_version`: of people who took new links."""
    is_restored: bool = False
    """The database is one of before: people and their calendars know more than it does."""

    def __or__(self, other: "Carried") -> "Carried":
        """Return all that one of the two knows."""
        return Carried(
            _once(self.remembered + other.remembered, "person_hash"),
            _once(self.keys + other.keys, "name"),
            tuple(sorted({*self.ended, *other.ended})),
            _once(self.over + other.over, "key"),
            _once(self.links + other.links, "public_id"),
            self.is_restored or other.is_restored,
        )


def file(folder: Path) -> Path:
    """Return where the file is in an instance folder, whether it exists or not."""
    return folder / FILE


def waiting(folder: Path | None = None) -> Carried:
    """Return what the database that is there now may not know yet."""
    path = file(folder or current_settings().instance)
    if not path.exists():
        return Carried()
    said = json.loads(path.read_text(encoding="utf-8"))
    return Carried(
        tuple(said["remembered"]),
        tuple(said["keys"]),
        tuple(said["ended"]),
        tuple(said.get("over", ())),
        tuple(said.get("links", ())),
        said.get("is_restored", True),  # an older release set nothing aside for anything else
    )


def remembered_rows(carried: Carried) -> list[Facts]:
    """Return rows for the table of the remembered."""
    return [
        {
            "person_hash": each["person_hash"],
            "doubt_hash": each.get("doubt_hash"),
            "created_at": _instant(each["created_at"]),
        }
        for each in carried.remembered
    ]


def key_rows(carried: Carried) -> list[Facts]:
    """Return rows for the table of the keys of codes."""
    return [
        {
            "name": each["name"],
            "purpose": HashPurpose(each["purpose"]),
            "key_sealed": each["key_sealed"],
            "created_at": _instant(each["created_at"]),
        }
        for each in carried.keys
    ]


def over_since(carried: Carried) -> dict[str, datetime]:
    """Return since when events count as over, by their key."""
    return {str(each["key"]): _instant(each["kept_from"]) for each in carried.over}


def _instant(said: str) -> datetime:
    """Return what a database has stored of an instant; without a zone it is in UTC."""
    instant = datetime.fromisoformat(said)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _once(rows: Rows, key: str) -> Rows:
    return tuple({each[key]: each for each in rows}.values())
