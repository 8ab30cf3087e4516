"""Places at an event: the lock, the counting, and whose turn it is. No place is given twice.

Whoever changes places first raises `seq` on the gate's row. That UPDATE is the lock on both
engines (the row's on PostgreSQL, the database's on SQLite), and the number that the waitlist is
ordered by. Gates are taken in ascending id, before sessions, and those in ascending id too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, select, update

from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db
from forum.events.models import Event, Gate, Mode
from forum.events.rules import places
from forum.registration import queries, rules, session_places
from forum.registration.models import Registration, Status
from forum.registration.telling import tell

LOCK = (
    update(Gate)
    .where(Gate.event_id == bindparam("event"), Gate.mode == bindparam("way"))
    .values(seq=Gate.seq + 1)
    .returning(Gate)
    .execution_options(populate_existing=True, synchronize_session=False)
)
"""Made once: it runs first in every registration."""


def take(event_id: int, *modes: Mode) -> dict[Mode, Gate]:
    """Lock the gates of these modes and return them as they are now, by mode.

    A mode that the event is not attended by is left out.
    """
    if len(modes) > 1:
        wanted = select(Gate.mode).where(Gate.event_id == event_id, Gate.mode.in_(modes))
        modes = tuple(db.session.scalars(wanted.order_by(Gate.id)))
    locked = [_lock(event_id, mode) for mode in modes]
    return {gate.mode: gate for gate in locked if gate is not None}


def _lock(event_id: int, mode: Mode) -> Gate | None:
    return db.session.scalar(LOCK, {"event": event_id, "way": mode})


@contextmanager
def words_watched(gates: Sequence[Gate]) -> Iterator[None]:
    """Raise the event's revision if the word for its places is another one afterwards.

    Public pages show the word, never the number, so they change just then.
    """
    before = [places(gate) for gate in gates]
    yield
    if before != [places(gate) for gate in gates]:
        raise_revision(gates[0].event_id)


def raise_revision(event_id: int) -> None:
    """Make the event's public pages anew."""
    db.session.execute(
        update(Event).where(Event.id == event_id).values(revision=Event.revision + 1)
    )


def seat(gate: Gate, registration: Registration, status: Status) -> None:
    """Give someone a place, or a number in the line, at a gate that is ours."""
    registration.mode = gate.mode
    registration.status = status
    if status == Status.CONFIRMED:
        gate.taken += 1
        registration.waits_for = registration.wait_no = None
    else:
        registration.waits_for, registration.wait_no = gate.mode, gate.seq
        gate.seq += 1


def release(gate: Gate, registration: Registration) -> None:
    """Take back the place that someone gives up. The line moves with `promote`."""
    if registration.status == Status.CONFIRMED:
        gate.taken -= 1


def promote(gate: Gate, *, now: datetime) -> list[Registration]:
    """Give the free places to those who have waited longest, and tell each.

    Also before someone new is seated, so that nobody who waits is passed over.
    """
    free = gate.left
    if free == 0:
        return []
    db.session.flush()
    chosen = rules.whom_to_promote(queries.line(gate.event_id, gate.mode), free)
    promoted = queries.fresh(chosen)
    for registration in promoted:
        seat(gate, registration, Status.CONFIRMED)
        registration.updated_at = now
        record(Action.PROMOTED, registration, {"mode": gate.mode}, now=now)
        tell("promoted", registration, str(gate.seq), now=now)
    session_places.fill_for(promoted, now=now)
    return promoted
