"""Changing sessions and sending notices, as at the desk."""

from datetime import timedelta

from forum import clock
from forum.accounts.models import Organizer
from forum.db import db, transaction
from forum.events.models import Event, Room, Session
from forum.events.rules import stream_fingerprint
from forum.notices import actions, queries
from forum.notices.models import Notice, Occasion
from forum.notices.queries import Pending
from forum.planning import agenda_actions as agenda
from forum.planning import room_actions
from forum.planning.plans import SessionPlan

HALF = timedelta(minutes=30)


class Desk:
    """An organizer at work."""

    def __init__(self, organizer: Organizer) -> None:
        self.organizer = organizer

    def change(self, session: Session, **facts) -> Session:
        """Make a session something else."""
        with transaction():
            plan = plan_of(session, **facts)
            agenda.change_session(session, plan, version=session.version, **self._who)
        return session

    def move(self, session: Session, by: timedelta = HALF) -> Session:
        """Let a session begin and end later."""
        db.session.rollback()
        return self.change(session, starts_at=session.starts_at + by, ends_at=session.ends_at + by)

    def cancel(self, session: Session) -> Session:
        """Take a session off the agenda."""
        with transaction():
            agenda.cancel_session(session, version=session.version, **self._who)
        return session

    def restream(self, room: Room, **facts) -> None:
        """Give a room another stream."""
        with transaction():
            stands = {"stream_url": room.stream_url, "dial_in": room.dial_in}
            wanted = {**stands, "seen": stream_fingerprint(room), **facts}
            room_actions.change_room(room, **wanted, **self._who)

    def send(self, event: Event, occasion: Occasion = Occasion.CHANGES, **facts) -> Notice:
        """Tell what waits to be told."""
        with transaction():
            given = {"words": {}, "version": event.version, **facts}
            return actions.send(event, occasion, **given, **self._who)

    @property
    def _who(self) -> dict[str, object]:
        return {"by": self.organizer, "now": clock.now()}


def plan_of(session: Session, **facts) -> SessionPlan:
    names = SessionPlan.__dataclass_fields__
    stands = {name: getattr(session, name) for name in names if name not in {"speakers", "people"}}
    return SessionPlan(**{**stands, "speakers": tuple(session.speakers), **facts})


def waits(event: Event) -> Pending:
    """Return what waits to be told, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    found = queries.pending(event, now=clock.now())
    quick = queries.untold(event, now=clock.now())
    assert quick.changes == found.changes, "without the people it is the same"
    return found
