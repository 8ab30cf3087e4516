"""Writing down who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from forum.accounts.models import Organizer
from forum.audit.models import Action, AuditEntry
from forum.db import Record, db

INSERT = insert(AuditEntry)
"""Made once: it runs for every registration."""


def record(
    action: Action,
    subject: Record,
    facts: dict[str, Any] | None = None,
    *,
    now: datetime,
    organizer: Organizer | None = None,
) -> None:
    """Write one deed beside the change it tells of, in the same transaction.

    `subject` is the record that was changed; a new one is given its id here. `facts` are ids,
    numbers and words of ours, never a person's name, address or answer. `organizer` is None for
    what an attendee or a command did.
    """
    if subject.id is None:
        db.session.add(subject)
        db.session.flush()
    entry = {
        "at": now,
        "action": action,
        "organizer_id": organizer.id if organizer else None,
        "subject_kind": subject.__tablename__,
        "subject_id": subject.id,
        "facts": facts or {},
    }
    db.session.connection().execute(INSERT, entry)
