"""Care as it is decided at the desk and by attendees, and what came of it."""

from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction


def do(action, *given, **named):
    with transaction():
        action(*given, now=named.pop("now", clock.now()), **named)


def changes(person):
    entries = select(AuditEntry).where(
        AuditEntry.action == Action.CARE_CHANGED, AuditEntry.subject_id == person.id
    )
    return [entry.facts for entry in db.session.scalars(entries.order_by(AuditEntry.id))]
