"""Everything that we hold about one person, for her to see and to take along (GDPR, 15 and 20).

Values are plain: text, numbers, truth, ISO 8601 instants in UTC, and lists of them. Their names
are those of the columns, without what marks a column as encrypted.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from forum.audit.models import OF_WHOLE_EVENTS, Action, AuditEntry
from forum.audit.queries import deeds_since, history_of
from forum.care.models import Task
from forum.care.queries import reached_for, same_person
from forum.care.rules import GONE, Purpose
from forum.db import Record, db
from forum.events.models import Event, Session
from forum.incoming.queries import replies_of, reports_of
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import of_registration
from forum.privacy.consents import agreements, words_agreed_to
from forum.registration.company_queries import may_know
from forum.registration.models import (
    AddressChange,
    CareState,
    Offer,
    Registration,
    SessionPlace,
    Status,
)
from forum.tongues import say

Value = str | int | bool | list[str] | None
Row = dict[str, Value]

OURS = {
    "registration": {"id", "event_id", "companion_of_id"},
    "session_place": {"id", "registration_id", "session_id"},
    "offer": {"id", "registration_id", "partner_id", "event_id"},
    "address_change": {"id", "registration_id", "public_id"},
    "consent": {"id", "registration_id"},
    "message": {"id", "registration_id", "organizer_id", "facts", "dedupe_key", "lease_owner"},
    "task": {"id", "registration_id", "dedupe_key", "done_by_id", "owner_id"},
    "delivery_report": {"id", "message_id", "address_hash", "once"},
    "calendar_reply": {"id", "registration_id", "once"},
}
"""Row numbers and working keys, which say nothing of a person; what they lead to is in words."""
QUIET = {**dict.fromkeys(GONE, "quiet"), CareState.HELD: "quiet until we have spoken"}
"""What is not said by a page: that someone has died."""


class Holdings(NamedTuple):
    """What we hold about one registration, table by table; `companions` are names only.

    `others` are her other registrations, as far as they may be named: what they are for, no more.
    """

    registration: Row
    others: list[Row]
    companions: list[str]
    sessions: list[Row]
    offers: list[Row]
    consents: list[Row]
    emails: list[Row]
    returned: list[Row]
    calendar_replies: list[Row]
    address_changes: list[Row]
    tasks: list[Row]
    history: list[Row]


def besides(registration: Registration) -> Sequence[Registration]:
    """Return her other registrations that the link of this one may name, canceled ones too.

    Her name at her address, as everywhere: whoever shares the mailbox is somebody else. The link of
    a canceled one names none: it must not tell that she has registered again.
    """
    if registration.status == Status.CANCELLED:
        return []
    others = same_person(registration).where(
        Registration.id != registration.id, reached_for(Purpose.CHANGE)
    )
    return db.session.scalars(others).unique().all()


def everything_about(registration: Registration) -> Holdings:
    """Return all that is stored of a registration, in the order in which it came to be."""
    mine = registration
    return Holdings(
        registration={
            "event": _title(mine, mine.event),
            **_columns(mine),
            "care_state": QUIET.get(mine.care_state, mine.care_state.value),
        },
        others=[
            {"event": _title(mine, each.event), "status": each.status.value}
            for each in besides(mine)
        ],
        companions=[each.name for each in _linked(mine)],
        sessions=[
            {"session": _title(mine, place.session), **_columns(place)} for place in _places(mine)
        ],
        offers=[_columns(each) for each in _offers(mine)],
        consents=[
            {"words": str(words_agreed_to(each)), **_columns(each)} for each in agreements(mine)
        ],
        emails=[_email(each) for each in reversed(of_registration(mine.id))],
        returned=[
            {"email": each.message.email if each.message else None, **_columns(each)}
            for each in reversed(reports_of(mine))
        ],
        calendar_replies=[_columns(each) for each in replies_of(mine)],
        address_changes=[_columns(each) for each in _address_changes(mine)],
        tasks=[_task(each) for each in _tasks(mine)],
        history=[_deed(each) for each in _deeds(mine)],
    )


def _columns(record: Record) -> Row:
    """Return what a row holds, opened where it is encrypted."""
    table = record.__tablename__
    names = {each.columns[0].name: each.key for each in type(record).__mapper__.column_attrs}
    return {
        column.removesuffix("_sealed"): _plain(getattr(record, name.removesuffix("_sealed")))
        for column, name in names.items()
        if column not in OURS[table]
    }


def _email(message: Message) -> Row:
    """Return an email without our reason not to send it, which may name a care state."""
    row = _columns(message)
    return {**row, "reason": None} if message.state == MessageState.DROPPED else row


def _task(task: Task) -> Row:
    """Return a task; of what was noted when and what, not which organizer noted it."""
    lines = [line.partition(": ") for line in task.notes.splitlines()]
    notes = [f"{begin.partition(' ')[0]} {said}" for begin, _colon, said in lines]
    return {**_columns(task), "notes": notes}


def _plain(value: object) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [str(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _address_changes(mine: Registration) -> Sequence[AddressChange]:
    return db.session.scalars(
        select(AddressChange)
        .where(AddressChange.registration_id == mine.id)
        .order_by(AddressChange.id)
    ).all()


def _tasks(mine: Registration) -> Sequence[Task]:
    return db.session.scalars(
        select(Task).where(Task.registration_id == mine.id).order_by(Task.id)
    ).all()


def _linked(mine: Registration) -> Sequence[Registration]:
    linked: ColumnElement[bool] = Registration.companion_of_id == mine.id
    if mine.companion_of_id is not None:
        linked = or_(linked, Registration.id == mine.companion_of_id)
    found = db.session.scalars(select(Registration).where(linked).order_by(Registration.id))
    return [each for each in found if may_know(mine, each)]


def _places(mine: Registration) -> Sequence[SessionPlace]:
    return db.session.scalars(
        select(SessionPlace)
        .where(SessionPlace.registration_id == mine.id)
        .options(joinedload(SessionPlace.session))
        .order_by(SessionPlace.id)
    ).all()


def _title(mine: Registration, what: Event | Session) -> str:
    return say(what, "quiet_title" if mine.is_discreet else "title", mine.language)


def _offers(mine: Registration) -> Sequence[Offer]:
    hers = or_(Offer.registration_id == mine.id, Offer.partner_id == mine.id)
    return db.session.scalars(select(Offer).where(hers).order_by(Offer.id)).all()


def _deeds(mine: Registration) -> list[AuditEntry]:
    """Return what was done to her, and to her whole event: a list taken out, another day.

    That she has named someone, once she may know of them: else it would tell who was known before.
    """
    to_all = deeds_since(mine.event, (Action.EXPORTED, *OF_WHOLE_EVENTS), mine.registered_at)
    known = {each.id for each in _linked(mine)}
    to_her = [
        each
        for each in history_of(mine)
        if each.action != Action.COMPANION_ADDED or each.facts.get("companion") in known
    ]
    return sorted([*to_her, *to_all], key=lambda each: (each.at, each.id))


def _deed(entry: AuditEntry) -> Row:
    by_organizer = entry.organizer_id is not None
    return {
        "at": _plain(entry.at),
        "what": entry.action.value,
        "by": "organizer" if by_organizer else "person or program",
        "details": _facts(entry),
    }


def _facts(entry: AuditEntry) -> list[str]:
    """Return the facts of a deed, but for those of a care state, which `QUIET` says gently.

    What was done to a whole event has facts about others.
    """
    if entry.action == Action.CARE_CHANGED or entry.action in OF_WHOLE_EVENTS:
        return []
    return [f"{name}: {value}" for name, value in sorted(entry.facts.items())]
