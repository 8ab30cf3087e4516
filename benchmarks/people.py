"""Many registrations at once, straight into the database, for what is measured on many."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from forum.db import db, transaction
from forum.events.models import Gate, Mode
from forum.names import name_key
from forum.registration.models import Registration, Status, new_public_id

AT_ONCE = 5_000
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


def add_people(event_id: int, uid: str, number: int, *, now: datetime) -> None:
    """Add so many confirmed webcast registrations, spread over four time zones."""
    first = (db.session.scalar(select(func.max(Registration.id))) or 0) + 1
    for start in range(first, first + number, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, first + number))
        with transaction():
            db.session.execute(insert(Registration), [_row(event_id, uid, n, now) for n in numbers])
            gate = update(Gate).where(Gate.event_id == event_id, Gate.mode == Mode.WEBCAST)
            db.session.execute(
                gate.values(taken=Gate.taken + len(numbers), seq=Gate.seq + len(numbers))
            )


def _row(event_id: int, uid: str, number: int, now: datetime) -> dict[str, object]:
    name = f"Sample Person {number}"
    return {
        "event_id": event_id,
        "public_id": new_public_id(),
        "name": name,
        "name_key": name_key(name),
        "email": f"person{number}@people.example",
        "mode": Mode.WEBCAST,
        "status": Status.CONFIRMED,
        "timezone": ZONES[number % len(ZONES)],
        "uid": uid,
        "registered_at": now - timedelta(days=30),
        "updated_at": now - timedelta(days=30),
    }
