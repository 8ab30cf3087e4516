"""Where at the desk the subjects of the history are, found for a page of entries at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from forum.audit.models import AuditEntry
from forum.care.models import Task
from forum.db import db
from forum.events.models import Event, Gate, Session
from forum.outbox.models import Message
from forum.registration.models import InviteLink, Registration

AddressQuery = Select[*tuple[Any, ...]]
Subject = tuple[str, int]
"""The kind and the number of what an entry is about."""


class DeskPage(NamedTuple):
    """A page of the desk: the name of its endpoint, and what its address says."""

    endpoint: str
    values: Mapping[str, object]


_PERSON: AddressQuery = select(Registration.id, Event.slug, Registration.public_id)
ROOMS: Mapping[str, tuple[str, AddressQuery]] = {
    "registration": ("person", _PERSON.join(Registration.event)),
    "event": ("event", select(Event.id, Event.slug)),
    "session": (
        "edit_session",
        select(Session.id, Event.slug, Session.id.label("session_id")).join(Session.event),
    ),
    "gate": ("edit_places", select(Gate.id, Event.slug, Gate.mode).join(Gate.event)),
    "invite_link": ("invites", select(InviteLink.id, Event.slug).join(InviteLink.event)),
    "message": (
        "person",
        select(Message.id, Event.slug, Registration.public_id)
        .join(Message.registration)
        .join(Registration.event),
    ),
    "task": (
        "person",
        select(Task.id, Event.slug, Registration.public_id)
        .join(Task.registration)
        .join(Registration.event),
    ),
}
"""For each kind of subject its endpoint, and a query of its number and what the address says."""


def rooms(entries: Iterable[AuditEntry]) -> dict[Subject, DeskPage]:
    """Return where each subject is; what is gone, or has no page, is left out.

    One query for each kind of subject, however many entries.
    """
    numbers = defaultdict(set)
    for entry in entries:
        numbers[entry.subject_kind].add(entry.subject_id)
    found = {}
    for kind in numbers.keys() & ROOMS.keys():
        endpoint, query = ROOMS[kind]
        number = query.selected_columns[0]
        for row in db.session.execute(query.where(number.in_(numbers[kind]))).mappings():
            values = {key: value for key, value in row.items() if key != "id"}
            found[kind, row["id"]] = DeskPage(endpoint, values)
    return found
