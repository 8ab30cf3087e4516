"""What emails need to know of an event beyond its own row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.emails.kinds import KINDS, CalendarMethod
from forum.errors import Missing
from forum.events.models import Event, Programme, Room, Session, SessionStatus, Venue
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from forum.reminders.models import Reminder

INVITING = [name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST]
_HOUSE = select(Programme, Venue).outerjoin(Venue, true()).order_by(Programme.id, Venue.id).limit(1)
_MESSAGES = (
    select(Message)
    .where(Message.id.in_(bindparam("numbers", expanding=True)))
    .options(joinedload(Message.registration).lazyload(Registration.event))
)
"""Made once, because it runs for every few mails. The events are few and asked for one by one."""


def was_invited(registration: Registration) -> bool:
    """Tell whether an invitation has been mailed to this person, or is just on its way."""
    mailed = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email.in_(INVITING),
        Message.state.in_((MessageState.SENT, MessageState.SENDING)),
    )
    return db.session.scalar(select(mailed.exists())) or False


def dial_in_rooms(event: Event) -> Sequence[Room]:
    """Return the rooms of an event that one can listen to by phone, in the programme's order."""
    if event.room_id is not None:
        rooms = select(Room).where(Room.id == event.room_id, Room.dial_in.is_not(None))
    else:
        streamed = select(Session.room_id).where(
            Session.event_id == event.id,
            Session.is_streamed,
            Session.status == SessionStatus.SCHEDULED,
        )
        rooms = select(Room).where(Room.id.in_(streamed), Room.dial_in.is_not(None))
    return db.session.scalars(rooms.order_by(Room.position, Room.id)).all()


def live_reminders(event: Event) -> Sequence[Reminder]:
    """Return the reminder rules of an event that are on."""
    return db.session.scalars(
        select(Reminder).where(Reminder.event_id == event.id, Reminder.is_on)
    ).all()


@dataclass(frozen=True)
class House:
    """Who writes: the programme, and where it receives people.

    Made anew for each read, in which it asks only once what all emails about an event say.
    """

    programme: Programme
    venue: Venue | None
    phone_rooms: Callable[[Event], Sequence[Room]] = field(
        default_factory=lambda: cache(dial_in_rooms)
    )
    reminders: Callable[[Event], Sequence[Reminder]] = field(
        default_factory=lambda: cache(live_reminders)
    )


Live = dict[int, tuple[Message, House]]
"""Messages by their ids, each with who writes."""


def house() -> House:
    """Return who writes. Raises Missing while no programme has been loaded."""
    row = db.session.execute(_HOUSE).one_or_none()
    if row is None:
        raise Missing
    return House(*row)


def live(message_ids: list[int]) -> Live:
    """Return messages by id as they are now, with the people they are about and who writes.

    Nothing while no programme has been loaded.
    """
    row = db.session.execute(_HOUSE).one_or_none()
    if row is None:
        return {}
    who = House(*row)
    found = db.session.scalars(_MESSAGES, {"numbers": message_ids})
    return {message.id: (message, who) for message in found}
