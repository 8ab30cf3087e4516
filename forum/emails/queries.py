"""What emails need to know of an event beyond its own row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Exists, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from forum.audit.models import Action, AuditEntry
from forum.care.queries import reached_for, same_person
from forum.care.rules import Purpose
from forum.db import Facts, db
from forum.emails.kinds import COUNTED, KINDS, CalendarMethod
from forum.errors import Missing
from forum.events.models import (
    CalendarMail,
    Event,
    Gate,
    Mode,
    Programme,
    Room,
    Session,
    SessionStatus,
    Venue,
)
from forum.events.queries import dial_in_rooms
from forum.incoming.queries import Blocked, block_of, blocked_lately
from forum.notices import queries as notices
from forum.notices.rules import Was
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Registration, SessionPlace, Status
from forum.registration.queries import line_number
from forum.reminders.models import Reminder

INVITING = [name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST]
_GAVE_A_PLACE = and_(
    Message.email == notices.EMAIL, Message.facts["was"].as_string() == Was.WAITING
)
"""A notice that an event goes online is the first invitation of those who waited."""
_SENDER = (
    select(Programme, Venue).outerjoin(Venue, true()).order_by(Programme.id, Venue.id).limit(1)
)
_OTHER = aliased(Registration, flat=True)


def _shares() -> Exists:
    """Return whether another living person of her event reads the same mailbox."""
    other = select(_OTHER.id).where(
        _OTHER.event_id == Registration.event_id,
        _OTHER.email == Registration.email,
        _OTHER.name_key != Registration.name_key,
        _OTHER.status != Status.CANCELLED,
        reached_for(Purpose.ASKED, _OTHER),
    )
    return other.correlate(Registration).exists()


_SHARES = select(_shares()).where(Registration.id == bindparam("number"))
_MODES = select(Gate.mode).where(Gate.event_id == bindparam("number"))
_REMINDERS = (
    select(Reminder)
    .where(Reminder.event_id == bindparam("number"), Reminder.is_on)
    .options(joinedload(Reminder.session))
    .order_by(Reminder.position, Reminder.id)
)
_MESSAGES = (
    select(Message, _shares())
    .outerjoin(Message.registration)
    .where(Message.id.in_(bindparam("numbers", expanding=True)))
    .options(contains_eager(Message.registration).lazyload(Registration.event))
)
"""All made once, because they run for every few mails. The events are asked for one by one."""


_COUNTED = select(
    Message.registration_id, Message.id, Message.email, Message.state, Message.facts
).where(
    Message.email.in_(COUNTED),
    Message.state.in_((MessageState.SENT, MessageState.SENDING, MessageState.QUEUED)),
)
_COUNTED_OF = _COUNTED.where(Message.registration_id.in_(bindparam("numbers", expanding=True)))
_COUNTED_IN = _COUNTED.join(Message.registration).where(Registration.event_id == bindparam("event"))


def was_invited(registration: Registration) -> bool:
    """Tell whether an invitation has been mailed to this person, or is just on its way.

    One on its way is an invitation if the event's emails invite.
    """
    is_invited: ColumnElement[bool] = Message.has_invitation.is_(True)
    if registration.event.calendar_mail == CalendarMail.REQUEST:
        invites = or_(Message.email.in_(INVITING), _GAVE_A_PLACE)
        is_on_its_way = and_(Message.state == MessageState.SENDING, invites)
        is_invited = or_(is_invited, is_on_its_way)
    mailed = select(Message.id).where(Message.registration_id == registration.id, is_invited)
    return db.session.scalar(select(mailed.exists())) or False


def is_entry_behind(registration: Registration) -> bool:
    """Tell whether an email that would have kept her calendar's entry right did not go out.

    One that has gone out since has brought the entry as it was by then.
    """
    brought = (
        select(func.max(Message.id))
        .where(
            Message.registration_id == registration.id,
            Message.has_invitation.is_(True),
            Message.state == MessageState.SENT,
        )
        .scalar_subquery()
    )
    kept_back = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email.in_(INVITING),
        Message.state == MessageState.DROPPED,
        Message.id > func.coalesce(brought, 0),
    )
    return db.session.scalar(select(kept_back.exists())) or False


def was_told_of_the_end(registration: Registration) -> bool:
    """Tell whether the email that her event is canceled has left for this person."""
    told = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email == "event_cancelled",
        Message.state == MessageState.SENT,
    )
    return db.session.scalar(select(told.exists())) or False


def was_quiet_time(registration: Registration) -> bool:
    """Tell whether the silence that has ended was a pause, and no hold or slip of ours."""
    changes = select(AuditEntry.facts).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration.id,
        AuditEntry.action == Action.CARE_CHANGED,
    )
    last = db.session.scalars(changes.order_by(AuditEntry.id.desc()).limit(1)).first()
    return last is None or CareState.PAUSED in {last.get("from"), last.get("to")}


def status_at(event: Event, registration: Registration) -> Status | None:
    """Return how the same person stands at another event, the living first; None: not at all."""
    hers = same_person(registration).where(Registration.event_id == event.id).order_by(None)
    statuses = set(db.session.scalars(hers.with_only_columns(Registration.status)))
    order = (Status.CONFIRMED, Status.WAITLISTED, Status.CANCELLED)
    return next((status for status in order if status in statuses), None)


def has_session_place(registration: Registration, session: Session) -> bool:
    """Tell whether this person has a place in a session with limited places."""
    place = select(SessionPlace.id).where(
        SessionPlace.registration_id == registration.id,
        SessionPlace.session_id == session.id,
        SessionPlace.status == Status.CONFIRMED,
    )
    return db.session.scalar(select(place.exists())) or False


def shares_mailbox(registration: Registration) -> bool:
    """Tell whether another living person of her event reads the same mailbox."""
    return db.session.scalar(_SHARES, {"number": registration.id}) or False


def modes(event: Event) -> frozenset[Mode]:
    """Return the ways in which an event can be attended."""
    return frozenset(db.session.scalars(_MODES, {"number": event.id}))


def all_rooms() -> Sequence[Room]:
    """Return every room, whose names may be told."""
    return db.session.scalars(select(Room)).all()


def live_reminders(event: Event) -> Sequence[Reminder]:
    """Return the reminder rules of an event that are on."""
    return db.session.scalars(_REMINDERS, {"number": event.id}).all()


def session_places(registration: Registration) -> Mapping[Session, Status]:
    """Return the sessions with limited places that she has a place in, or waits for, by time."""
    hers = (
        select(SessionPlace)
        .join(SessionPlace.session)
        .where(
            SessionPlace.registration_id == registration.id,
            SessionPlace.status != Status.CANCELLED,
            Session.status == SessionStatus.SCHEDULED,
        )
        .options(contains_eager(SessionPlace.session))
        .order_by(Session.starts_at, Session.position, Session.id)
    )
    return {place.session: place.status for place in db.session.scalars(hers)}


class CountedEmail(NamedTuple):
    """An email that counts among the few that a person gets: which, and how far it has come."""

    registration_id: int
    message_id: int
    email: str
    state: MessageState
    facts: Facts


def counted(registration: Registration) -> Sequence[CountedEmail]:
    """Return the counted emails that this person has been sent, or that wait."""
    return counted_of([registration.id]).get(registration.id, ())


def counted_of(registration_ids: Iterable[int | None]) -> Mapping[int, Sequence[CountedEmail]]:
    """Return the same for several people by their number; for others, none."""
    return _by_person(db.session.execute(_COUNTED_OF, {"numbers": list(registration_ids)}))


def counted_in(event: Event) -> Mapping[int, Sequence[CountedEmail]]:
    """Return the same for everyone of an event."""
    return _by_person(db.session.execute(_COUNTED_IN, {"event": event.id}))


def _by_person(rows: Iterable[Any]) -> dict[int, list[CountedEmail]]:
    found = defaultdict[int, list[CountedEmail]](list)
    for row in rows:
        found[row.registration_id].append(CountedEmail._make(row))
    return found


@dataclass(frozen=True)
class Sender:
    """Who writes: the programme, and where it receives people.

    Made anew for each read, in which it asks only once what all emails about an event say.
    """

    programme: Programme
    venue: Venue | None
    shares_mailbox: Callable[[Registration], bool] = shares_mailbox
    modes: Callable[[Event], frozenset[Mode]] = field(default_factory=lambda: cache(modes))
    phone_rooms: Callable[[Event], Sequence[Room]] = field(
        default_factory=lambda: cache(dial_in_rooms)
    )
    happenings: Callable[[Event], Sequence[notices.Happening]] = field(
        default_factory=lambda: cache(notices.happenings)
    )
    rooms: Callable[[], Sequence[Room]] = field(default_factory=lambda: cache(all_rooms))
    reminders: Callable[[Event], Sequence[Reminder]] = field(
        default_factory=lambda: cache(live_reminders)
    )
    blocked: Blocked = block_of
    session_places: Callable[[Registration], Mapping[Session, Status]] = session_places
    line_number: Callable[[Registration], int | None] = line_number
    counted: Callable[[Registration], Sequence[CountedEmail]] = counted


Live = dict[int, tuple[Message, Sender]]
"""Messages by their ids, each with who writes."""


def _blocked(people: list[Registration]) -> Blocked:
    """Return what tells whether people's addresses are blocked, or any other, one by one."""
    hers = {person.email for person in people if person.email}
    known = blocked_lately(lambda: hers)
    return lambda address: known(address) if address in hers else block_of(address)


def sender() -> Sender:
    """Return who writes. Raises Missing while no programme has been loaded."""
    row = db.session.execute(_SENDER).one_or_none()
    if row is None:
        raise Missing
    return Sender(*row)


def live(message_ids: list[int]) -> Live:
    """Return messages by id as they are now, with the people they are about and who writes.

    Nothing while no programme has been loaded.
    """
    row = db.session.execute(_SENDER).one_or_none()
    if row is None:
        return {}
    found = db.session.execute(_MESSAGES, {"numbers": message_ids}).all()
    sharing = {message.registration_id for message, is_shared in found if is_shared}
    people = [message.registration for message, _ in found if message.registration]
    reminded = [message.registration_id for message, _is_shared in found if _is_reminder(message)]
    sent = counted_of(reminded) if reminded else {}
    who = Sender(
        *row,
        shares_mailbox=lambda registration: registration.id in sharing,
        counted=lambda registration: sent.get(registration.id, ()),
        blocked=_blocked(people),
    )
    return {message.id: (message, who) for message, _is_shared in found}


def _is_reminder(message: Message) -> bool:
    kind = KINDS.get(message.email)
    return kind is not None and kind.is_reminder
