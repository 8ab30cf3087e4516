"""Sessions that people choose, and their places in them. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.events.models import Event, Session, SessionStatus
from forum.fingerprint import fingerprint
from forum.registration.models import Registration, SessionPlace, Status

LIMITED_SESSIONS = (
    select(Session)
    .join(Session.event)
    .where(
        Session.event_id == bindparam("event_id"),
        Session.capacity.is_not(None),
        Session.status == SessionStatus.SCHEDULED,
        Session.ends_at > Event.starts_at,
        Session.ends_at > bindparam("now"),
    )
    .order_by(Session.starts_at, Session.position)
)
"""Made once, as what runs for every registration: building costs more than running."""
GAVE_UP = "gave_up_sessions"
"""The fact of an email: the sessions that she gave back by taking part, or waiting, another way."""


def places_in_sessions(registration: Registration) -> Sequence[SessionPlace]:
    """Return her places and waits in sessions with limited places, in the order of the day."""
    return db.session.scalars(
        select(SessionPlace)
        .join(SessionPlace.session)
        .where(
            SessionPlace.registration_id == registration.id,
            SessionPlace.status != Status.CANCELLED,
        )
        .options(joinedload(SessionPlace.session).joinedload(Session.room))
        .order_by(Session.starts_at, Session.position)
    ).all()


def sessions_fingerprint(registration: Registration) -> str:
    """Return what is another one once she has chosen other sessions."""
    return fingerprint(sorted(each.session_id for each in places_in_sessions(registration)))


def sessions_waiting(registration: Registration) -> int:
    """Return in how many of her sessions she waits for a place."""
    counted = select(func.count()).where(
        SessionPlace.registration_id == registration.id, SessionPlace.status == Status.WAITLISTED
    )
    return db.session.scalar(counted) or 0


def limited_sessions(event: Event, *, now: datetime) -> list[Session]:
    """Return an event's sessions with limited places that are not over, in the order of the day.

    What was held before the rest was put off is none that anybody chooses.
    """
    return list(db.session.scalars(LIMITED_SESSIONS, {"event_id": event.id, "now": now}))


def streamed_sessions(event: Event) -> list[Session]:
    """Return what can be watched of an event, in the order of the day, each with its room."""
    return list(
        db.session.scalars(
            select(Session)
            .where(
                Session.event_id == event.id,
                Session.is_streamed,
                Session.status == SessionStatus.SCHEDULED,
            )
            .options(joinedload(Session.room))
            .order_by(Session.starts_at, Session.position)
        )
    )
