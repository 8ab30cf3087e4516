"""What the history is about: names and pages, found for a page of entries at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from forum.accounts.models import Organizer, Passkey, SignIn
from forum.audit.models import AuditEntry
from forum.care.models import Task
from forum.db import db
from forum.events.models import Event, Gate, Room, Session
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.registration.models import InviteLink, Registration
from forum.reminders.models import Reminder

Subject = tuple[str, int]
"""The kind and the number of what an entry is about."""
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Named:
    """Something that the history is about: its name, its event, and its page at the desk."""

    name: str
    event: str | None = None
    endpoint: str | None = None
    values: Mapping[str, Any] | None = None
    timezone: str | None = None


_EVENT = (Event.title.label("event"), Event.timezone, Event.slug)
_PERSON = (Registration.name.label("name"), *_EVENT, Registration.public_id)
KINDS: Mapping[str, tuple[str | None, Rows]] = {
    "registration": ("person", select(Registration.id, *_PERSON).join(Registration.event)),
    "event": ("event", select(Event.id, Event.title.label("name"), Event.timezone, Event.slug)),
    "session": (
        "edit_session",
        select(
            Session.id,
            Session.title.label("name"),
            *_EVENT,
            Session.id.label("session_id"),
        ).join(Session.event),
    ),
    "gate": (
        "edit_places",
        select(Gate.id, Event.title.label("name"), Event.timezone, Event.slug, Gate.mode).join(
            Gate.event
        ),
    ),
    "invite_link": (
        "invites",
        select(InviteLink.id, InviteLink.label.label("name"), *_EVENT).join(InviteLink.event),
    ),
    "message": (
        "person",
        select(Message.id, *_PERSON).join(Message.registration).join(Registration.event),
    ),
    "task": ("person", select(Task.id, *_PERSON).join(Task.registration).join(Registration.event)),
    "reminder": (
        "reminders",
        select(Reminder.id, Event.title.label("name"), Event.timezone, Event.slug).join(
            Reminder.event
        ),
    ),
    "notice": (
        "changes",
        select(Notice.id, Event.title.label("name"), Event.timezone, Event.slug).join(Notice.event),
    ),
    "room": ("rooms", select(Room.id, Room.name.label("name"))),
    "organizer": (None, select(Organizer.id, Organizer.name.label("name"))),
    "sign_in": (None, select(SignIn.id, Organizer.name.label("name")).join(SignIn.organizer)),
    "passkey": (None, select(Passkey.id, Organizer.name.label("name")).join(Passkey.organizer)),
}
"""For each kind its page's endpoint, and a query of its number, its name and that address."""
SAID = ("id", "name", "event", "timezone")
NAMED = {
    "room_id": "room",
    "session": "session",
    "sessions": "session",
    "companion": "registration",
}
"""Facts that hold numbers, and of what."""


def known(entries: Iterable[AuditEntry]) -> dict[Subject, Named]:
    """Return what the entries are about and what their facts name; what is gone is left out.

    One query for each kind, however many entries.
    """
    numbers = defaultdict(set)
    for entry in entries:
        numbers[entry.subject_kind].add(entry.subject_id)
        for facts in (entry.facts, entry.facts.get("was", {}), entry.facts.get("now", {})):
            for fact, kind in NAMED.items():
                value = facts.get(fact)
                several = value if isinstance(value, list) else [value]
                numbers[kind] |= {each for each in several if type(each) is int}
    found = {}
    for kind in numbers.keys() & KINDS.keys():
        endpoint, query = KINDS[kind]
        if not numbers[kind]:
            continue
        number = query.selected_columns[0]
        for row in db.session.execute(query.where(number.in_(numbers[kind]))).mappings():
            values = {key: value for key, value in row.items() if key not in SAID}
            found[kind, row["id"]] = Named(
                row["name"], row.get("event"), endpoint, values, row.get("timezone")
            )
    return found
