"""What calendar files stand on: the editions of a change, read without the records behind them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Exists, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.errors import Missing
from forum.events.models import Event, Session
from forum.registration.models import Registration, SessionPlace, Status

_OTHER = aliased(Registration, flat=True)
_AT_HER_MAILBOX = (
    _OTHER.event_id == Registration.event_id,
    _OTHER.email == Registration.email,
    _OTHER.name_key != Registration.name_key,
)
_LIVING = (_OTHER.status != Status.CANCELLED, reached_for(Purpose.ASKED, _OTHER))


class Edition(NamedTuple):
    """What changes when an event or session changes."""

    uid: str
    sequence: int
    version: int
    updated_at: datetime
    ends_at: datetime
    timezone: str
    status: str


def event_editions() -> Sequence[Edition]:
    """Return the editions of all events, drafts too: publishing one is a change as well."""
    editions = select(
        Event.uid,
        Event.sequence,
        Event.revision,
        Event.updated_at,
        Event.ends_at,
        Event.timezone,
        Event.status,
    ).order_by(Event.starts_at, Event.id)
    return [Edition(*row) for row in db.session.execute(editions)]


def session_editions(event: Event) -> Sequence[Edition]:
    """Return the editions of an event's sessions, in their order."""
    editions = (
        select(
            Session.uid,
            Session.sequence,
            Session.version,
            Session.updated_at,
            Session.ends_at,
            Session.status,
        )
        .where(Session.event_id == event.id)
        .order_by(Session.starts_at, Session.position, Session.id)
    )
    return [
        Edition(uid, sequence, version, updated_at, ends_at, event.timezone, status)
        for uid, sequence, version, updated_at, ends_at, status in db.session.execute(editions)
    ]


def events_of(uids: Collection[str]) -> Sequence[Event]:
    """Return the events with these UIDs, in order."""
    chosen = select(Event).where(Event.uid.in_(uids)).options(selectinload(Event.gates))
    return db.session.scalars(chosen.order_by(Event.starts_at, Event.id)).all()


def registration(public_id: str, feed_version: int) -> Registration:
    """Return whose feed it is. Raises Missing for nobody's and for a revoked one.

    The feed of a canceled registration follows the same person's place, once she has come back.
    """
    found = db.session.scalar(
        select(Registration).where(
            Registration.public_id == public_id, Registration.feed_version == feed_version
        )
    )
    if found is None:
        raise Missing
    if found.status != Status.CANCELLED or found.email is None:
        return found
    back = select(Registration).where(
        Registration.event_id == found.event_id,
        Registration.email == found.email,
        Registration.is_named(found.person_key),
        Registration.status == Status.CONFIRMED,
    )
    return db.session.scalar(back) or found


def sessions_of(registration: Registration) -> Sequence[Session]:
    """Return the sessions in which this person has a place, in order."""
    return db.session.scalars(
        select(Session)
        .join(SessionPlace, SessionPlace.session_id == Session.id)
        .where(
            SessionPlace.registration_id == registration.id,
            SessionPlace.status == Status.CONFIRMED,
        )
        .options(joinedload(Session.room), joinedload(Session.event))
        .order_by(Session.starts_at, Session.position, Session.id)
    ).all()


def shares() -> Exists:
    """Return whether another living person of her event reads the same mailbox."""
    there = select(_OTHER.id).where(*_AT_HER_MAILBOX, *_LIVING)
    return there.correlate(Registration).exists()


_SHARES = select(shares()).where(Registration.id == bindparam("number"))
_CHANGED = select(func.max(_OTHER.updated_at)).where(
    *_AT_HER_MAILBOX, Registration.id == bindparam("number")
)


def shares_mailbox(registration: Registration) -> bool:
    """Tell whether another living person of her event reads the same mailbox."""
    return db.session.scalar(_SHARES, {"number": registration.id}) or False


def mailbox_changed_at(registration: Registration) -> datetime | None:
    """Return the last change of whoever reads the same mailbox, or did; None for nobody."""
    changed: datetime | None = db.session.scalar(_CHANGED, {"number": registration.id})
    return changed
