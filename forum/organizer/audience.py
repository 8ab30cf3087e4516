"""Whom an email to everyone registered would reach, and who is kept from it and why."""

from dataclasses import dataclass

from sqlalchemy import func, select

from forum.db import db
from forum.events.models import Event
from forum.registration.models import CareState, Registration, Status


@dataclass(frozen=True)
class Audience:
    """How many would be written to, have no address, or are kept from mail by their care state."""

    written_to: int
    to_phone: int
    quiet: int


def of(event: Event) -> Audience:
    """Count who is registered for, or waits for, an event. Remembered people count nowhere."""
    has_address = Registration.email.is_not(None)
    rows = db.session.execute(
        select(Registration.care_state, has_address, func.count())
        .where(
            Registration.event_id == event.id,
            Registration.status != Status.CANCELLED,
            Registration.care_state != CareState.REMEMBERED,
        )
        .group_by(Registration.care_state, has_address)
    ).all()
    active = CareState.ACTIVE
    return Audience(
        written_to=sum(number for state, has, number in rows if state == active and has),
        to_phone=sum(number for state, has, number in rows if state == active and not has),
        quiet=sum(number for state, _has, number in rows if state != active),
    )
