"""How a care state changes: whose rows are locked for it, what is written down, who is told.

Each runs inside its caller's `transaction()`. Mailboxes are locked first, then gates, then people
in ascending id.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, rules
from forum.care.adopting_actions import pause_along, pause_of
from forum.care.history_queries import (
    beneath,
    last_change,
    may_have_missed,
    to_tell_back,
)
from forum.care.models import TaskKind
from forum.care.rules import END, GOODBYE, HERS, NOTE, ONLY_IF_CHANGED, THROUGH
from forum.db import Facts, db, lock_row, read_again
from forum.events.locks import lock_mailboxes
from forum.outbox.actions import post
from forum.outbox.waiting_actions import withdraw
from forum.registration.models import CareState, Registration
from forum.registration.places.gates import lock_gates_of_all
from forum.registration.telling import ask, tell, tell_after_slip, those_reached
from forum.tongues import kept


def lock_mailbox(registration: Registration) -> None:
    """Lock a person's mailbox, and read her anew: whoever had it before may have renamed her.

    Raises Missing when another request deleted her.
    """
    read_again(registration)
    lock_mailboxes(registration.email)
    read_again(registration)


def lock_hers(registration: Registration) -> Sequence[Registration]:
    """Lock and return all registrations of one person as they are now."""
    return _lock_all(queries.same_person(registration))


def lock_one(registration: Registration) -> Sequence[Registration]:
    """Lock this one registration and read it anew."""
    lock_row(registration)
    return [registration]


def lock_hers_and_gates(registration: Registration, *alike: Registration) -> Sequence[Registration]:
    """Lock her mailbox, the gates of all her events, in ascending id, then her registrations.

    So are the gates of others whom the same transaction is about (`alike`). Whoever reads the
    same mailbox is locked with her, in ascending id: one may be held because of the other.
    """
    lock_mailbox(registration)
    events: set[int] = set()
    for each in (registration, *alike):
        hers = queries.same_person(each).with_only_columns(Registration.event_id).order_by(None)
        events.update(db.session.scalars(hers))
    lock_gates_of_all(sorted(events))
    _lock_all(queries.mailbox(registration))
    return lock_hers(registration)


def change(  # noqa: PLR0913 - the parts of one change, by name
    registration: Registration,
    to: CareState,
    facts: Facts | None = None,
    *,
    until: date | None = None,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Set a care state and write down what it was before, never who."""
    facts = {"from": registration.care_state, "to": to, **(facts or {})}
    registration.care_state, registration.care_until = to, until
    registration.version += 1
    registration.updated_at = now
    record(Action.CARE_CHANGED, registration, facts, now=now, organizer=by)


def give_back(
    registration: Registration,
    *,
    now: datetime,
    by: Organizer,
    beside: Sequence[Registration] = (),
) -> None:
    """End a hold or a death: she has back what lies beneath it; a companion's pause is still his.

    Where she was active, a pause of those whom a human knows to be her (`beside`) is hers, too.
    What answers to her own deed, or first says that she is registered, goes out in a pause as well.
    """
    to, until = beneath(registration), registration.care_until
    pause = last_change(registration, to) if to == CareState.PAUSED else {}
    facts: Facts = {name: pause[name] for name in (THROUGH, HERS) if name in pause}
    along = pause_of(beside, now=now) if to == CareState.ACTIVE else None
    change(registration, to, facts, until=until, now=now, by=by)
    if along is not None:
        pause_along(registration, along.until, now=now)
    _tell_back(registration, now=now, by=by)


def let_go(people: Iterable[Registration], to: CareState, *, now: datetime, by: Organizer) -> None:
    """End that these are held, as he has said himself. His word replaces a pause from before.

    What that would have said at its end is said now.
    """
    for each in people:
        if each.care_state == CareState.HELD:
            withdraw(NOTE, [each], kept("The pause was changed."))
            change(each, to, now=now, by=by)
            if to == CareState.ACTIVE:
                _tell_back(each, now=now, by=by)


def give_back_held(
    people: Iterable[Registration],
    *,
    now: datetime,
    by: Organizer,
    beside: Sequence[Registration] = (),
) -> None:
    """End that these are held, of which nobody has said what he wants: each has back what it had.

    `beside` as in `give_back`.
    """
    for each in people:
        if each.care_state == CareState.HELD:
            give_back(each, now=now, by=by, beside=beside)


def silence(
    other: Registration, kind: TaskKind, about: str, *, now: datetime, by: Organizer
) -> None:
    """Send someone nothing, in any event, until a human has asked him or looked who he is."""
    for each in lock_hers(other):
        if each.care_state in queries.LIVELY:
            change(each, CareState.HELD, until=each.care_until, now=now, by=by)
    ask(kind, other, once=f"{about}{other.public_id}:{now.isoformat()}", now=now)


def tell_it_is_over(
    registration: Registration,
    hers: Sequence[Registration],
    until: date | None,
    *,
    now: datetime,
) -> None:
    """Post the one note about this pause.

    About her other events, one is written only where something has changed meanwhile.
    """
    _note(registration, until, {}, now=now)
    for other in hers:
        if other is registration or not queries.has_place(other, now=now):
            continue
        if until is not None or may_have_missed(other):  # what comes is not known yet
            _note(other, until, {ONLY_IF_CHANGED: True}, now=now)


def bring_up_to_date(registration: Registration, *, now: datetime) -> None:
    """Post a note to someone who may have missed a change by a slip of ours."""
    if may_have_missed(registration):
        due_at = _note_due_at(registration, None, now=now)
        occasion = str(registration.version)
        tell_after_slip(registration, occasion, calls=False, due_at=due_at, now=now)


def _note(registration: Registration, until: date | None, facts: Facts, *, now: datetime) -> None:
    """Post it. Whether to call instead is decided when it is due (`emails.decision`)."""
    if registration.email is None:
        return
    due_at = _note_due_at(registration, until, now=now)
    # Each change raises the version: one note for each pause.
    once = f"{NOTE}:{registration.public_id}:{registration.version}"
    post(NOTE, registration, facts, once=once, now=now, due_at=due_at)


def _note_due_at(registration: Registration, until: date | None, *, now: datetime) -> datetime:
    zone, days = registration.timezone, registration.quiet_days
    return rules.note_due_at(until, now=now, zone=zone, days=days)


def _tell_back(registration: Registration, *, now: datetime, by: Organizer) -> None:
    is_reached = bool(those_reached([registration]))
    for email in to_tell_back(registration, is_reached=is_reached, now=now):
        if email == NOTE:
            _note(registration, None, {ONLY_IF_CHANGED: True}, now=now)
        elif email == END:
            tell(END, registration, str(registration.event.sequence), now=now)
        else:
            spoken = by if email == GOODBYE else None
            tell(email, registration, f"care {registration.version}", now=now, by=spoken)


def _lock_all(people: Select[Registration]) -> Sequence[Registration]:
    rows = people.with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()
