"""What was done, newest first."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from forum.audit.models import Action, AuditEntry
from forum.db import Record, db


def entries(
    *,
    action: Action | None = None,
    by: int | None = None,
    span: tuple[datetime, datetime] | None = None,
) -> Select[AuditEntry]:
    """Return deeds with who did them, newest first, to be paged by the desk.

    All, or of one kind, by one organizer, from an instant on until before another.
    """
    query = (
        select(AuditEntry)
        .options(joinedload(AuditEntry.organizer))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if by is not None:
        query = query.where(AuditEntry.organizer_id == by)
    if span is not None:
        query = query.where(AuditEntry.at >= span[0], AuditEntry.at < span[1])
    return query


def deeds_since(subject: Record, actions: Collection[Action], since: datetime) -> list[AuditEntry]:
    """Return such deeds to one record from an instant on, newest first."""
    return [each for each in history_of(subject) if each.action in actions and each.at >= since]


def history_of(subject: Record) -> list[AuditEntry]:
    """Return what was done to one record, newest first."""
    return list(
        db.session.scalars(
            entries().where(
                AuditEntry.subject_kind == subject.__tablename__,
                AuditEntry.subject_id == subject.id,
            )
        )
    )
