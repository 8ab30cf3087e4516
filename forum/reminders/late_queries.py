"""Which reminders could not leave while they were useful. Nothing here changes anything."""

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from forum.db import db
from forum.events.models import Event
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from forum.reminders.queries import EMAIL

TOO_LATE = (
    "It could not be sent while it was still useful.",
    "It was late at night there, and the email would not help the next morning.",
)
"""Why the outbox did not send a reminder that was late (`emails.decision`)."""


def late(event: Event) -> dict[tuple[int, str], list[Registration]]:
    """Return who was not sent a reminder because it could not leave while it was useful.

    By the instant that it was planned for, as a number, and the time zone; people by name.
    """
    rows = db.session.execute(
        select(Message.facts, Registration)
        .join(Message.registration)
        .where(
            Registration.event_id == event.id,
            Message.email == EMAIL,
            Message.state == MessageState.DROPPED,
            Message.reason.in_(TOO_LATE),
        )
        .options(lazyload(Registration.event))
        .order_by(Registration.name_order, Registration.id)
    )
    start = int(event.starts_at.timestamp())
    found: dict[tuple[int, str], list[Registration]] = {}
    for kept, person in rows:
        if kept.get("starts_at") == start and "due" in kept:
            found.setdefault((kept["due"], person.timezone), []).append(person)
    return found
