"""Places at an event: the lock and the counting. No place is given twice.

Whoever changes places first raises `seq` on the gate's row. That UPDATE is the lock on both
engines (the row's on PostgreSQL, the database's on SQLite), and the number that the waitlist is
ordered by. Gates come first in the order of all locks (`events.locks`), in ascending id.

Someone new needs only the gates she comes through. Everything else locks all of its event's:
whoever gets a place may leave one elsewhere, and that line moves as well.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import Facts, before_commit, db
from forum.events.locks import raise_revision
from forum.events.models import Event, Gate, Mode
from forum.events.rules import places_left
from forum.registration.models import Registration, Status
from forum.registration.places import session_places

LOCK = (
    update(Gate)
    .where(Gate.event_id == bindparam("event"), Gate.mode == bindparam("way"))
    .values(seq=Gate.seq + 1)
    .returning(Gate)
    .execution_options(populate_existing=True, synchronize_session=False)
)
"""Made once: it runs first in every registration."""


def lock_gates(event_id: int, *modes: Mode) -> dict[Mode, Gate]:
    """Lock the gates of these modes and return them as they are now, by mode.

    A mode that the event is not attended by is left out.
    """
    if len(modes) > 1:
        wanted = select(Gate.mode).where(Gate.event_id == event_id, Gate.mode.in_(modes))
        modes = tuple(db.session.scalars(wanted.order_by(Gate.id)))
    locked = [_lock_gate(event_id, mode) for mode in modes]
    return {gate.mode: gate for gate in locked if gate is not None}


def lock_all_gates(event_id: int) -> dict[Mode, Gate]:
    """Lock every gate of an event and return them as they are now, by mode."""
    return lock_gates(event_id, *Mode)


def lock_gates_of_all(event_ids: Collection[int]) -> None:
    """Lock every gate of several events, in ascending id over all of them."""
    gates = select(Gate.event_id, Gate.mode).where(Gate.event_id.in_(event_ids))
    for event_id, mode in db.session.execute(gates.order_by(Gate.id)).all():
        _lock_gate(event_id, mode)


def _lock_gate(event_id: int, mode: Mode) -> Gate | None:
    return db.session.scalar(LOCK, {"event": event_id, "way": mode})


@contextmanager
def words_watched(gates: Collection[Gate]) -> Iterator[None]:
    """Raise the event's revision if the word for its places is another one afterwards.

    Public pages show the word, never the number, so they change just then.
    """
    before = [places_left(gate) for gate in gates]
    yield
    if before != [places_left(gate) for gate in gates]:
        before_commit(raise_revision, next(iter(gates)).event_id)


def touch(registration: Registration, *, now: datetime, in_calendar: bool) -> None:
    """Raise what tells editors that it changed, and calendars too (RFC 5546 2.1.4).

    Her details change without the gates; neither change may lose the other's number.
    """
    sequence, version = _lock_numbers(registration)
    registration.sequence, registration.version = sequence + in_calendar, version + 1
    registration.updated_at = now


def touch_beside(numbers: Collection[int], *, left: str | None = None, now: datetime) -> None:
    """Let calendars of who shares a mailbox with any of these at an event be read anew.

    Their entries begin with a first name as long as two read them. `left` is an address that one
    has left already; else it is called before these go. A row that is being changed elsewhere is
    of another time anyway.
    """
    if found := _lock_beside(numbers, left):
        db.session.execute(
            update(Registration)
            .where(Registration.id.in_(found))
            .values(updated_at=now)
            .execution_options(synchronize_session="fetch")
        )


def _lock_beside(numbers: Collection[int], left: str | None) -> list[int]:
    leaving, other = aliased(Registration), aliased(Registration)
    beside = (
        select(other.id)
        .join(leaving, leaving.event_id == other.event_id)
        .where(
            leaving.id.in_(numbers),
            other.id.not_in(numbers),
            other.email == (left or leaving.email),
        )
        .with_for_update(of=other, skip_locked=True)
    )
    return sorted({*db.session.scalars(beside)})


def _lock_numbers(registration: Registration) -> tuple[int, int]:
    """Lock a registration and return its SEQUENCE and version as they are now."""
    numbers = select(Registration.sequence, Registration.version)
    locked = numbers.where(Registration.id == registration.id).with_for_update(key_share=True)
    sequence, version = db.session.execute(locked).one()
    return sequence, version


def make_room(gate: Gate, size: int, *, now: datetime, by: Organizer | None) -> None:
    """Let the room count as many places more as are needed; no one is passed over."""
    free = gate.left
    if gate.capacity is None or free is None or free >= size:
        return
    was = gate.capacity
    gate.capacity += size - free
    facts = {"event": gate.event_id, "mode": gate.mode, "from": was, "to": gate.capacity}
    record(Action.CAPACITY_CHANGED, gate, facts, organizer=by, now=now)


def gates_of(event: Event) -> dict[Mode, Gate]:
    """Return the gates of an event by mode. The caller has locked them all."""
    return {gate.mode: gate for gate in event.gates}


def give_place(gate: Gate, registration: Registration) -> None:
    """Give someone a place. She no longer waits for one there.

    The caller has locked the gate.
    """
    gate.taken += 1
    registration.mode, registration.status = gate.mode, Status.CONFIRMED
    if registration.waits_for == gate.mode:
        clear_wait(registration)


def line_up(gate: Gate, registration: Registration) -> None:
    """Give someone the last number in the line; a place that she has stays hers.

    The caller has locked the gate.
    """
    registration.waits_for, registration.wait_no = gate.mode, gate.seq
    gate.seq += 1
    if registration.status != Status.CONFIRMED:
        registration.mode, registration.status = gate.mode, Status.WAITLISTED


def clear_wait(registration: Registration) -> None:
    """Take her number from someone, and how she wished to wait."""
    registration.waits_for = registration.wait_no = None
    registration.wants_offers = True
    registration.short_notice = registration.auto_take_until = None


def waiting_of(registration: Registration) -> Facts:
    """Return for what someone waits, with which number and how, for `wait_as_before`."""
    until = registration.auto_take_until
    return {
        "waits_for": registration.waits_for,
        "wait_no": registration.wait_no,
        "waits_how": {
            "wants_offers": registration.wants_offers,
            "short_notice": registration.short_notice,
            "auto_take_until": until and until.isoformat(),
        },
    }


def wait_as_before(registration: Registration, was: Facts) -> None:
    """Let someone wait as she did. An older release kept her number alone."""
    registration.waits_for, registration.wait_no = Mode(was["waits_for"]), was["wait_no"]
    how = was.get("waits_how", {})
    registration.wants_offers = how.get("wants_offers", True)
    registration.short_notice = how.get("short_notice")
    until = how.get("auto_take_until")
    registration.auto_take_until = until and datetime.fromisoformat(until)


def release(registration: Registration) -> Gate | None:
    """Take back someone's place, if she has one, and return the gate where it is free now."""
    if registration.status != Status.CONFIRMED:
        return None
    gate = gates_of(registration.event)[registration.mode]
    gate.taken -= 1
    return gate


def move_in(gate: Gate, registration: Registration, *, now: datetime) -> Gate | None:
    """Give a place to someone who is registered, in exchange for the one she has elsewhere.

    The caller has locked the event's gates. Her sessions follow: in the room she gets her turn in
    them, outside she gives them up. Returns the gate where a place is free now, if one is.
    """
    had_place = registration.status == Status.CONFIRMED
    freed = release(registration)
    give_place(gate, registration)
    touch(registration, now=now, in_calendar=had_place)
    if gate.mode == Mode.IN_PERSON:
        session_places.fill_for([registration], now=now)
    elif registration.waits_for != Mode.IN_PERSON:
        session_places.give_up_all(registration, now=now)
    return freed
