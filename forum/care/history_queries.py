"""What was written down of care states. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.care.queries import LIVELY
from forum.care.rules import Purpose, kept_back
from forum.db import Facts, db
from forum.registration.models import CareState, Registration

THROUGH = "through"
"""The fact of a pause that a companion has asked for."""


def last_change(registration: Registration, to: CareState) -> Facts:
    """Return what was written down when someone last came into a care state, from another."""
    return next((facts for facts in _changes(registration) if _comes_into(facts, to)), {})


def remembered_with(registration: Registration, at: datetime) -> Facts:
    """Return what was written down of how she stood, if she was remembered at an instant."""
    facts = db.session.scalars(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CARE_CHANGED,
            AuditEntry.at <= at,
        )
        .order_by(AuditEntry.id.desc())
    ).first()
    return facts if facts and facts.get("to") == CareState.REMEMBERED else {}


def is_through_companion(registration: Registration) -> bool:
    """Tell whether someone is paused because a companion asked for it."""
    return THROUGH in last_change(registration, CareState.PAUSED)


def is_paused_so(registration: Registration, until: date | None, *, by_herself: bool) -> bool:
    """Tell whether someone is paused until this very day: by her own word, or by anybody's."""
    if registration.care_state not in LIVELY:  # a pause does not touch it
        return True
    if (registration.care_state, registration.care_until) != (CareState.PAUSED, until):
        return False
    return not (by_herself and is_through_companion(registration))


def was_quiet_since(registration: Registration, since: datetime, *, now: datetime) -> bool:
    """Tell whether something has kept our emails from a person at any time since an instant."""
    if kept_back(registration, Purpose.AUTOMATIC, now=now) is not None:
        return True
    changed = select(AuditEntry.id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration.id,
        AuditEntry.action == Action.CARE_CHANGED,
        AuditEntry.at >= since,
    )
    return db.session.scalar(select(changed.exists())) or False


def _changes(registration: Registration) -> Sequence[Facts]:
    """Return what was written down of someone's care states, the newest first."""
    return db.session.scalars(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CARE_CHANGED,
        )
        .order_by(AuditEntry.id.desc())
    ).all()


def _comes_into(facts: Facts, to: CareState) -> bool:
    return facts.get("to") == to and (to == CareState.PAUSED or facts.get("from") != to)
