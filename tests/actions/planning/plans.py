"""What organizers plan, and how it is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from forum import clock
from forum.audit.models import AuditEntry
from forum.db import db, transaction
from forum.events.models import SessionKind
from forum.planning import whole_actions
from forum.planning.plans import EventPlan, SessionPlan

WEEK = timedelta(weeks=1)
NINE = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
TEN = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)


def event_plan(event, **changes):
    plan = EventPlan(
        title=event.title,
        quiet_title=event.quiet_title,
        description=event.description,
        in_spanish=event.in_spanish,
        language=event.language,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        takes_registrations=event.takes_registrations,
        registration_opens_at=event.registration_opens_at,
        calendar_mail=event.calendar_mail,
        room=event.room,
    )
    return replace(plan, **changes)


def session_plan(session=None, **changes):
    values = {
        "title": "Bones",
        "quiet_title": "Session 1",
        "description": "",
        "in_spanish": None,
        "kind": SessionKind.TALK,
        "language": "en",
        "starts_at": NINE,
        "ends_at": TEN,
        "room": None,
        "track": None,
        "speakers": (),
        "capacity": None,
        "is_streamed": True,
        "is_recorded": False,
        "has_captions": False,
        "has_asl": False,
        "has_spanish": False,
    }
    if session is not None:
        values |= {name: getattr(session, name) for name in values if name != "speakers"}
        values["speakers"] = tuple(session.speakers)
    return SessionPlan(**{**values, **changes})


def does(act, *given, by, **named):
    with transaction():
        return act(*given, by=by, now=clock.now(), **named)


def standing(record):
    db.session.expire_all()
    return record.sequence, record.version


def postponed(event, by, later=2 * WEEK, **given):
    with transaction():
        starts, ends = event.starts_at + later, event.ends_at + later
        whole_actions.postpone(
            event, starts, ends, **{"version": event.version, **given}, by=by, now=clock.now()
        )


def last_facts(action):
    entries = db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)
    return entries.all()[-1].facts
