"""Collecting what changed and telling it once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events import agenda_actions as agenda
from forum.events.models import Session
from forum.events.plans import SessionPlan
from forum.notices import actions, queries
from forum.notices.models import Notice, Occasion
from forum.notices.refusals import NothingToTell
from forum.notices.rules import Kind
from forum.outbox.models import Message

HALF = timedelta(minutes=30)


def plan_of(session: Session, **facts) -> SessionPlan:
    names = SessionPlan.__dataclass_fields__
    stands = {name: getattr(session, name) for name in names if name != "speakers"}
    return SessionPlan(**{**stands, "speakers": tuple(session.speakers), **facts})


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def change(petra):
    """Return a way to change a session, as at the desk."""

    def change(session: Session, **facts) -> None:
        with transaction():
            plan = plan_of(session, **facts)
            agenda.change_session(session, plan, version=session.version, by=petra, now=clock.now())

    return change


@pytest.fixture
def send(petra):
    def send(event, **facts) -> Notice:
        with transaction():
            given = {"words": {}, "version": event.version, "by": petra, "now": clock.now()}
            return actions.send(event, Occasion.CHANGES, **{**given, **facts})

    return send


def waits(event) -> queries.Pending:
    db.session.expire_all()
    return queries.pending(event, now=clock.now())


def test_a_moved_session_waits_to_be_told_and_is_told_once(make, event, change, send):
    ada = make.registration(event)
    session = make.session(event, room=make.room())

    change(session, starts_at=session.starts_at + HALF, ends_at=session.ends_at + HALF)

    [pending] = waits(event).changes
    assert (pending.session, pending.kinds) == (session, {Kind.MOVED})
    notice = send(event)
    assert notice.changes == {
        "sessions": {str(session.id): notice.changes["sessions"][str(session.id)]}
    }
    [message] = db.session.scalars(select(Message)).all()
    assert (message.email, message.registration_id, message.facts) == (
        "notice",
        ada.id,
        {"notice": notice.id},
    )
    assert waits(event).changes == ()
    with pytest.raises(NothingToTell):
        send(event)
