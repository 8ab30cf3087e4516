"""What emails need to know of an event beyond its own row."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import contains_eager

from forum.db import db
from forum.emails.kinds import KINDS, CalendarMethod
from forum.errors import Missing
from forum.events.models import Event, Programme, Room, Session, SessionStatus, Venue
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration


class House(NamedTuple):
    """Who writes: the programme, and where it receives people."""

    programme: Programme
    venue: Venue | None


Live = dict[int, tuple[Message, House]]
"""Messages by their ids, each with who writes."""
_HOUSE = select(Programme, Venue).outerjoin(Venue, true()).order_by(Programme.id, Venue.id).limit(1)
_LIVE = (
    select(Message, Registration, Programme, Venue)
    .outerjoin(Message.registration)
    .outerjoin(Registration.event)
    .join(Programme, true())
    .outerjoin(Venue, true())
    .options(contains_eager(Message.registration).contains_eager(Registration.event))
    .where(Message.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Programme.id.desc(), Venue.id.desc())
)
"""Made once, because it runs for every mail."""


def house() -> House:
    """Return who writes. Raises Missing while no programme has been loaded."""
    row = db.session.execute(_HOUSE).one_or_none()
    if row is None:
        raise Missing
    return House(*row)


def live(message_ids: list[int]) -> Live:
    """Return messages by id, all that they are about, and who writes, in one read."""
    rows = db.session.execute(_LIVE, {"numbers": message_ids})
    return {row.Message.id: (row.Message, House(row.Programme, row.Venue)) for row in rows}


def was_invited(registration: Registration) -> bool:
    """Tell whether an invitation has been mailed to this person, or is just on its way."""
    inviting = [name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST]
    mailed = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email.in_(inviting),
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
