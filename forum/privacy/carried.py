"""What a restore carries over from the database that it replaces, until the new one knows it.

It lies in a file beside the database meanwhile, so that whoever is killed in between loses none
of it: codes of the remembered, the keys of codes, which organizers work here no more or with less
in hand, since when events are over and which are to come, which personal links are dead, who wanted
less of our emails, and that there was a restore at all.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from forum.accounts.models import OrganizerRole
from forum.accounts.rules import Rights
from forum.care.models import HashPurpose
from forum.care.rules import HERS, NOT_ASKED_FOR, THROUGH, Pauses, Quieted, pauses_of
from forum.config import current_settings
from forum.db import Facts
from forum.incoming.models import ReportKind
from forum.registration.models import CareState
from forum.sealed import Unreadable, unseal

FILE = "carried-over"
Rows = tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class WrittenTo:
    """Where someone was written to there; None for nowhere.

    `taken_at` is when she took the address by a link that went there, `strayed_at` until when
    emails had gone to a mistyped one.
    """

    email: str | None
    taken_at: datetime | None
    strayed_at: datetime | None


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
    coming: Rows = ()
    """`key`, `ends_at`: of events that no worker has seen over."""
    silent: Rows = ()
    """`public_id`, `care_state`, `care_until`, `wants_reminders`: from whom something is kept.

    `beneath`, `through` and `hers`: what lies beneath, and by whose word she is paused.
    """
    uninvited: tuple[str, ...] = ()
    """Public ids of people who have taken back that they want to be invited."""
    organizers: Rows = ()
    """`email`, `created_at`, `role`, `has_had_passkey`, and `passkeys`: the names of hers."""
    addresses: Rows = ()
    """`public_id`, `email_sealed`: of people who are written to at another address since;
    `taken_at`, where one has taken it; `strayed_at`, until when emails went to a mistyped one."""
    blocked: Rows = ()
    """`address_hash`, `kind`: of addresses that are written to no more, or less."""
    discreet: tuple[str, ...] = ()
    """Public ids of people who chose neutral words."""
    on_their_own: tuple[str, ...] = ()
    """Public ids of people for whom nobody who comes with them may ask for quiet."""
    revoked: tuple[str, ...] = ()
    """Public ids of invite links that were ended."""
    numbers: Rows = ()
    """`table`, `last`: the highest number that each has given; open pages know rows by it."""

    def __or__(self, other: "Carried") -> "Carried":
        """Return all that one of the two knows."""
        return Carried(
            _once(self.remembered + other.remembered, "person_hash"),
            _once(self.keys + other.keys, "name"),
            tuple(sorted({*self.ended, *other.ended})),
            _once(self.over + other.over, "key"),
            _once(self.links + other.links, "public_id"),
            self.is_restored or other.is_restored,
            _once(self.coming + other.coming, "key"),
            _once(self.silent + other.silent, "public_id"),
            tuple(sorted({*self.uninvited, *other.uninvited})),
            _once(self.organizers + other.organizers, "email"),
            _once(self.addresses + other.addresses, "public_id"),
            _once(self.blocked + other.blocked, "address_hash"),
            tuple(sorted({*self.discreet, *other.discreet})),
            tuple(sorted({*self.on_their_own, *other.on_their_own})),
            tuple(sorted({*self.revoked, *other.revoked})),
            _once(tuple(sorted(self.numbers + other.numbers, key=_last)), "table"),
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
        tuple(said.get("coming", ())),
        tuple(said.get("silent", ())),
        tuple(said.get("uninvited", ())),
        tuple(said.get("organizers", ())),
        tuple(said.get("addresses", ())),
        tuple(said.get("blocked", ())),
        tuple(said.get("discreet", ())),
        tuple(said.get("on_their_own", ())),
        tuple(said.get("revoked", ())),
        tuple(said.get("numbers", ())),
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


def still_coming(carried: Carried, *, now: datetime) -> set[str]:
    """Return the keys of the events that were still to come or going on there."""
    return {str(each["key"]) for each in carried.coming if _instant(each["ends_at"]) > now}


def silences(carried: Carried) -> list[Quieted]:
    """Return of whom something was kept back there."""
    return [
        Quieted(
            str(each["public_id"]),
            CareState(each["care_state"]),
            date.fromisoformat(each["care_until"]) if each["care_until"] else None,
            wants_reminders=each["wants_reminders"] in {"1", "True"},
            pauses=_pauses(each),
        )
        for each in carried.silent
    ]


def _pauses(row: Facts) -> Pauses:
    """Return by whose word someone was paused there, also beneath a hold or a death."""
    until = date.fromisoformat(row["care_until"]) if row["care_until"] else None
    state = row["care_state"]
    if state in NOT_ASKED_FOR:  # an older release did not say; nothing but a pause has a last day
        state = row.get("beneath", CareState.PAUSED if until else CareState.ACTIVE)
    if state != CareState.PAUSED:
        return Pauses()
    return pauses_of(until, {name: row[name] for name in (THROUGH, HERS) if row.get(name)})


def rights(carried: Carried) -> list[Rights]:
    """Return what the organizers could do there."""
    return [
        Rights(
            str(each["email"]),
            _instant(each["created_at"]),
            OrganizerRole(each["role"]),
            frozenset(each["passkeys"].split()),
            has_had_passkey=each.get("has_had_passkey") in {"1", "True"},
        )
        for each in carried.organizers
    ]


def blocked(carried: Carried) -> dict[str, ReportKind]:
    """Return which addresses were blocked there, by their hashes, and for what."""
    return {str(each["address_hash"]): ReportKind(each["kind"]) for each in carried.blocked}


def numbers(carried: Carried) -> dict[str, int]:
    """Return the highest number that each table had given there."""
    return {str(each["table"]): _last(each) for each in carried.numbers}


def address_place(public_id: str) -> str:
    """Return the place that a carried address is bound to."""
    return f"carried:{public_id}:email"


def addresses(carried: Carried) -> dict[str, WrittenTo]:
    """Return where people were written to there, by public id.

    One whose key is gone is left out.
    """
    found = {}
    for each in carried.addresses:
        public_id = str(each["public_id"])
        taken_at, strayed_at = each.get("taken_at"), each.get("strayed_at")
        with suppress(Unreadable):
            email = unseal(
                each["email_sealed"], address_place(public_id), current_settings().data_keys
            )
            found[public_id] = WrittenTo(
                email or None,
                _instant(taken_at) if taken_at else None,
                _instant(strayed_at) if strayed_at else None,
            )
    return found


def _instant(said: str) -> datetime:
    """Return what a database has stored of an instant; without a zone it is in UTC."""
    instant = datetime.fromisoformat(said)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _last(row: Facts) -> int:
    return int(row["last"])


def _once(rows: Rows, key: str) -> Rows:
    return tuple({each[key]: each for each in rows}.values())
