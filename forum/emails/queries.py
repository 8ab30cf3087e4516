"""What emails need to know of an event beyond its own row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from forum.audit.models import Action, AuditEntry
from forum.calendars.queries import shares, shares_mailbox
from forum.care.call_rules import SESSION_PLACE
from forum.care.queries import same_person
from forum.care.rules import END, NOTE, RIGHT_AGAIN
from forum.db import Facts, db
from forum.emails.kinds import COUNTED, KINDS, NUMBERED, CalendarMethod
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
from forum.events.phone_rules import Listening, by_hour
from forum.events.queries import dial_in_rooms, heard
from forum.incoming.queries import Blocked, block_of, blocked_lately
from forum.notices import queries as notices
from forum.notices.rules import Was
from forum.notices.told_queries import Told
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import WAITING, has_reached, is_untold
from forum.registration.company_queries import known_company
from forum.registration.models import CareState, Offer, Registration, SessionPlace, Status
from forum.registration.places.session_queries import streamed_sessions
from forum.registration.queries import line_number, open_offer, partner_in_line
from forum.reminders.models import Reminder

INVITING = [name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST]
TELL_OF_A_PLACE = [*INVITING, NOTE, "my_link", "reminder"]
"""Emails from which somebody learns that she has a place, and how."""
_GAVE_A_PLACE = and_(
    Message.email == notices.EMAIL, Message.facts["was"].as_string() == Was.WAITING
)
"""A notice that an event goes online is the first invitation of those who waited."""
_CORRECTS = Message.facts[RIGHT_AGAIN].as_boolean().is_(True)
_IS_LOST = is_untold()
_SENDER = (
    select(Programme, Venue).outerjoin(Venue, true()).order_by(Programme.id, Venue.id).limit(1)
)
_LIVING_FIRST = (Status.CONFIRMED, Status.WAITLISTED, Status.CANCELLED)
_MODES = select(Gate.mode).where(Gate.event_id == bindparam("number"))
_REMINDERS = (
    select(Reminder)
    .where(Reminder.event_id == bindparam("number"), Reminder.is_on)
    .options(joinedload(Reminder.session))
    .order_by(Reminder.position, Reminder.id)
)
_MESSAGES = (
    select(Message, shares())
    .outerjoin(Message.registration)
    .where(Message.id.in_(bindparam("numbers", expanding=True)))
    .options(contains_eager(Message.registration).lazyload(Registration.event))
)
"""All made once, because they run for every few mails. The events are asked for one by one."""


_COUNTED = select(
    Message.registration_id, Message.id, Message.email, Message.state, Message.facts
).where(
    Message.email.in_(COUNTED),
    or_(Message.state.in_(WAITING), and_(Message.state == MessageState.SENT, has_reached())),
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

    One that has gone out since has brought the entry as it was by then. So has a note that a
    silence is over. A correction to one who waits has no entry, and is missed all the same.
    """
    is_waiting = Message.email == "waitlist"
    return _is_kept(registration, or_(Message.email.in_(INVITING), and_(is_waiting, _CORRECTS)))


def has_kept_place(registration: Registration) -> bool:
    """Tell whether a place became hers, and no email has reached her that tells of any since."""
    hers = Message.registration_id == registration.id
    kept_at = select(func.max(Message.created_at)).where(
        hers, Message.email == "promoted", _IS_LOST
    )
    told = select(Message.id).where(
        hers,
        Message.email.in_(TELL_OF_A_PLACE),
        Message.state == MessageState.SENT,
        has_reached(),
        Message.sent_at >= kept_at.scalar_subquery(),
    )
    is_kept = db.session.scalar(kept_at) is not None
    return is_kept and not db.session.scalar(select(told.exists()))


def corrects(message: Message, registration: Registration) -> bool:
    """Tell whether it corrects what we had told her; a note also does where a silence kept one."""
    if message.facts.get(RIGHT_AGAIN):
        return True
    is_note = message.email == NOTE and registration.id is not None
    return is_note and _is_kept(registration, _CORRECTS)


def _is_kept(registration: Registration, which: ColumnElement[bool]) -> bool:
    """Tell whether some emails did not reach her since her entry was brought, or a note did.

    One that is on its way brings it as well.
    """
    hers = Message.registration_id == registration.id
    has_brought = or_(Message.has_invitation.is_(True), Message.email == NOTE)
    is_sent = and_(Message.state == MessageState.SENT, has_brought, has_reached())
    brings = and_(Message.state.in_(WAITING), Message.email.in_(INVITING))
    brought = select(func.max(Message.id), func.max(Message.sent_at)).where(
        hers, or_(is_sent, brings)
    )
    number, at = db.session.execute(brought).one()
    kept_back = select(Message.id).where(hers, which, _IS_LOST, Message.id > (number or 0))
    if at is not None:  # a note was posted long before it left
        kept_back = kept_back.where(Message.created_at > at)
    return db.session.scalar(select(kept_back.exists())) or False


class KeptSession(NamedTuple):
    """A session with a place of hers that no email told her, or told her right."""

    session: Session
    is_new: bool


def kept_sessions(registration: Registration, *, now: datetime) -> list[KeptSession]:
    """Return the sessions of hers of which emails did not go out, by time.

    A note that a silence is over has told what was kept until then.
    """
    hers = Message.registration_id == registration.id
    note = select(func.max(Message.sent_at)).where(
        hers, Message.email == NOTE, Message.state == MessageState.SENT, has_reached()
    )
    noted_at = db.session.scalar(note)
    kept = select(Message.facts).where(hers, Message.email == SESSION_PLACE, _IS_LOST)
    if noted_at is not None:
        kept = kept.where(Message.created_at > noted_at)
    is_new: dict[int, bool] = {}
    for facts in db.session.scalars(kept):
        number = facts["session"]
        is_new[number] = is_new.get(number, False) or not facts.get(RIGHT_AGAIN)
    if not is_new:
        return []
    return [
        KeptSession(session, is_new[session.id])
        for session, status in session_places(registration).items()
        if session.id in is_new and status == Status.CONFIRMED and now < session.ends_at
    ]


def was_told_of_the_end(registration: Registration) -> bool:
    """Tell whether the email that her event is canceled has reached this person."""
    told = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email == END,
        Message.state == MessageState.SENT,
        has_reached(),
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
    return next((status for status in _LIVING_FIRST if status in statuses), None)


def statuses_at(event: Event) -> dict[tuple[str, str], Status]:
    """Return the same of everyone who has an address, by the key of her name and the address."""
    rows = db.session.execute(
        select(Registration.id, Registration.name_key, Registration.email, Registration.status)
        .where(Registration.event_id == event.id, Registration.email.is_not(None))
        .order_by(Registration.id)
    )
    found = defaultdict[tuple[str, str], set[Status]](set)
    for number, key, email, status in rows:
        found[key.removesuffix(f"#{number}"), email or ""].add(status)
    return {
        person: next(each for each in _LIVING_FIRST if each in statuses)
        for person, statuses in found.items()
    }


def has_session_place(registration: Registration, session: Session) -> bool:
    """Tell whether this person has a place in a session with limited places."""
    place = select(SessionPlace.id).where(
        SessionPlace.registration_id == registration.id,
        SessionPlace.session_id == session.id,
        SessionPlace.status == Status.CONFIRMED,
    )
    return db.session.scalar(select(place.exists())) or False


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


def company(registration: Registration) -> Sequence[Registration]:
    """Return who is registered with this person, stays so, and is known to her.

    Nobody with who is not stored.
    """
    return [] if registration.id is None else known_company(registration)


Offered = Callable[[Registration], Offer | None]


def kept_for(registration: Registration) -> Offer | None:
    """Return the open offer to this person; to somebody who is not stored there is none."""
    return None if registration.id is None else open_offer(registration)


class CountedEmail(NamedTuple):
    """An email that counts among the few that a person gets: which, and how far it has come."""

    registration_id: int
    message_id: int
    email: str
    state: MessageState
    facts: Facts


def counted(registration: Registration) -> Sequence[CountedEmail]:
    """Return the counted emails that have reached this person, as far as we know, or that wait."""
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
    listening: Callable[[Event], Listening] = field(
        default_factory=lambda: cache(lambda event: by_hour(heard(event)))
    )
    streamed: Callable[[Event], Sequence[Session]] = field(
        default_factory=lambda: cache(streamed_sessions)
    )
    happenings: Callable[[Event], Sequence[notices.Happening]] = field(
        default_factory=lambda: cache(notices.happenings)
    )
    told: Callable[[Event], Told] = field(default_factory=lambda: cache(Told.of))
    rooms: Callable[[], Sequence[Room]] = field(default_factory=lambda: cache(all_rooms))
    reminders: Callable[[Event], Sequence[Reminder]] = field(
        default_factory=lambda: cache(live_reminders)
    )
    blocked: Blocked = block_of
    session_places: Callable[[Registration], Mapping[Session, Status]] = session_places
    line_number: Callable[[Registration], int | None] = line_number
    company: Callable[[Registration], Sequence[Registration]] = company
    open_offer: Offered = kept_for
    partner: Callable[[Registration], Registration | None] = partner_in_line
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
    numbered = [each.registration_id for each, _is_shared in found if each.email in NUMBERED]
    sent = counted_of(numbered) if numbered else {}
    who = Sender(
        *row,
        shares_mailbox=lambda registration: registration.id in sharing,
        counted=lambda registration: sent.get(registration.id, ()),
        blocked=_blocked(people),
    )
    return {message.id: (message, who) for message, _is_shared in found}
