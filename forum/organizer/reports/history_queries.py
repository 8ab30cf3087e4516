"""What the history is about: names and pages, found for a page of entries at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from forum.accounts.models import Organizer, Passkey, SignIn
from forum.audit.models import AuditEntry
from forum.care.models import Task
from forum.db import db
from forum.events.models import Event, Gate, Programme, Room, Session, Speaker, Track, Venue
from forum.i18n import language_spoken
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.registration.models import InviteLink, Registration
from forum.reminders.models import Reminder
from forum.tongues import Both, spoken

Subject = tuple[str, int]
"""The kind and the number of what an entry is about."""
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Named:
    """Something that the history is about: its name, and its page at the desk."""

    name: str
    endpoint: str | None = None
    values: Mapping[str, Any] | None = None
    timezone: str | None = None
    event_id: int | None = None
    """Of what belongs to an event, and is named by it."""


_EVENT = (Event.timezone, Event.slug)
_TITLED = (Event.title, Event.in_spanish, *_EVENT)
_PERSON = (Registration.name, *_EVENT, Registration.public_id)
KINDS: Mapping[str, tuple[str | None, Rows]] = {
    "registration": ("person", select(Registration.id, *_PERSON).join(Registration.event)),
    "event": ("event", select(Event.id, *_TITLED)),
    "session": (
        "edit_session",
        select(
            Session.id,
            Session.title,
            Session.in_spanish,
            *_EVENT,
            Session.id.label("session_id"),
        ).join(Session.event),
    ),
    "gate": (
        "edit_places",
        select(Gate.id, *_TITLED, Gate.mode, Gate.event_id).join(Gate.event),
    ),
    "invite_link": (
        "invites",
        select(InviteLink.id, InviteLink.label.label("name"), *_EVENT).join(InviteLink.event),
    ),
    "message": (
        "person",
        select(
            Message.id,
            func.coalesce(Registration.name, Organizer.name).label("name"),
            *_EVENT,
            Registration.public_id,
        )
        .outerjoin(Message.registration)
        .outerjoin(Registration.event)
        .outerjoin(Message.organizer),
    ),
    "task": ("person", select(Task.id, *_PERSON).join(Task.registration).join(Registration.event)),
    "reminder": (
        "reminders",
        select(Reminder.id, *_TITLED, Reminder.event_id).join(Reminder.event),
    ),
    "notice": (
        "changes",
        select(Notice.id, *_TITLED).join(Notice.event),
    ),
    "room": (
        "edit_room",
        select(Room.id, Room.name, Room.in_spanish, Room.id.label("room_id")),
    ),
    "programme": (None, select(Programme.id, Programme.quiet_name.label("name"))),
    "venue": (None, select(Venue.id, Venue.name, Venue.in_spanish)),
    "track": (None, select(Track.id, Track.name, Track.in_spanish)),
    "speaker": (None, select(Speaker.id, Speaker.name)),
    "organizer": (None, select(Organizer.id, Organizer.name)),
    "sign_in": (None, select(SignIn.id, Organizer.name).join(SignIn.organizer)),
    "passkey": (None, select(Passkey.id, Organizer.name).join(Passkey.organizer)),
}
"""For each kind its page's endpoint, and a query of its number, its name and that address."""
SAID = ("id", "name", "title", "in_spanish", "timezone", "event_id")
NAMED = {
    "room_id": "room",
    "track_id": "track",
    "speakers": "speaker",
    "session_id": "session",
    "event": "event",
    "session": "session",
    "sessions": "session",
    "companion": "registration",
    "also_online": "session",
    "canceled": "session",
}
"""Facts that hold numbers, and of what."""


def known(entries: Iterable[AuditEntry]) -> dict[Subject, Named]:
    """Return what the entries are about and what their facts name; what is gone is left out.

    One query for each kind, however many entries.
    """
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        numbers[entry.subject_kind].add(entry.subject_id)
        parts = entry.facts.get("parts", ())
        for each in parts:
            numbers[each["kind"]].add(each["id"])
        for facts in (entry.facts, *parts):
            for named in (facts, facts.get("was", {}), facts.get("now", {})):
                _note(numbers, named)
    found = {}
    for kind in numbers.keys() & KINDS.keys():
        endpoint, query = KINDS[kind]
        if not numbers[kind]:
            continue
        number = query.selected_columns[0]
        for row in db.session.execute(query.where(number.in_(numbers[kind]))).mappings():
            values = {key: value for key, value in row.items() if key not in SAID}
            page = None if None in values.values() else endpoint
            found[kind, row["id"]] = Named(
                _name(row), page, values, row.get("timezone"), row.get("event_id")
            )
    return found


def _note(numbers: defaultdict[str, set[int]], facts: Mapping[str, Any]) -> None:
    for fact, kind in NAMED.items():
        numbers[kind] |= set(numbers_in(facts.get(fact)))


def numbers_in(value: object) -> list[int]:
    """Return the numbers of rows that a fact holds: one, several, or each beside its status."""
    several = value if isinstance(value, list) else [value]
    alone = (each[0] if isinstance(each, list) and each else each for each in several)
    return [each for each in alone if type(each) is int]


def _name(row: RowMapping) -> str:
    """Return what something is called, in the organizer's language where it is in both."""
    column = "title" if "title" in row else "name"
    spanish = (row.get("in_spanish") or {}).get(column)
    name: str = row[column]
    return spoken(Both(name, spanish), language_spoken()) if spanish else name
