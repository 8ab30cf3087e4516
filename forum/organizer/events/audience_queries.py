"""Whom an email to everyone registered would reach, and who is kept from it and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.events.models import Event
from forum.registration.models import Registration, Status


@dataclass(frozen=True)
class Audience:
    """How many would be written to, have no address, or are kept from mail for now.

    `quiet` counts those of the last whom someone may still call.
    """

    written_to: int
    to_phone: int
    quiet: int


def of(event: Event, *, now: datetime) -> Audience:
    """Count who is registered for, or waits for, an event, each as she stands now."""
    about = (
        Registration.care_state,
        Registration.care_until,
        Registration.timezone,
        Registration.email.is_not(None).label("has_address"),
    )
    rows = db.session.execute(
        select(*about, func.count().label("number"))
        .where(Registration.event_id == event.id, Registration.status != Status.CANCELLED)
        .group_by(*about)
    )
    counted: Counter[str] = Counter()
    for row in rows:
        if kept_back(row, Purpose.EXPORT, now=now):
            continue
        if kept_back(row, Purpose.AUTOMATIC, now=now):
            counted["quiet"] += row.number
        else:
            counted["written_to" if row.has_address else "to_phone"] += row.number
    return Audience(
        written_to=counted["written_to"],
        to_phone=counted["to_phone"],
        quiet=counted["quiet"],
    )
