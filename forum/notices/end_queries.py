"""Whether those who count on an event have been told that it is called off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from forum.audit.models import Action, AuditEntry
from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import Facts, db
from forum.events.models import Event, EventStatus
from forum.notices.models import Notice, Occasion
from forum.registration.models import Registration, Status


def untold_ends(*, now: datetime) -> Sequence[Event]:
    """Return what is called off and not over, and whose people count on it: nobody told them.

    So it is where a programme file has called an event off.
    """
    return db.session.scalars(
        select(Event).where(*_untold(now)).order_by(Event.starts_at, Event.id)
    ).all()


def has_untold_end(event: Event, *, now: datetime) -> bool:
    """Tell whether this event is one of them."""
    found = select(Event.id).where(*_untold(now), Event.id == event.id)
    return db.session.scalar(found) is not None


def words_of_end(event: Event) -> Facts:
    """Return the desk's own sentence about an event that is called off, by language; {} for none.

    Of several, the last that was said.
    """
    if event.status != EventStatus.CANCELLED:
        return {}
    said = (
        select(Notice.words)
        .where(Notice.event_id == event.id, Notice.occasion == Occasion.CANCELLED)
        .order_by(Notice.id.desc())
    )
    return next((words for words in db.session.scalars(said) if words), {})


def _untold(now: datetime) -> list[ColumnElement[bool]]:
    notice = exists().where(Notice.event_id == Event.id, Notice.occasion == Occasion.CANCELLED)
    deed = exists().where(
        AuditEntry.action == Action.EVENT_CANCELLED,
        AuditEntry.subject_kind == Event.__tablename__,
        AuditEntry.subject_id == Event.id,
    )
    living = exists().where(
        Registration.event_id == Event.id,
        Registration.status != Status.CANCELLED,
        reached_for(Purpose.EXPORT),
    )
    is_off = Event.status == EventStatus.CANCELLED
    return [is_off, Event.ends_at > now, ~notice, ~deed, living]
