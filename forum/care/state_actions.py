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
from forum.care.history_queries import THROUGH, is_through_companion
from forum.care.models import TaskKind
from forum.care.rules import END, GOODBYE, NOTE, ONLY_IF_CHANGED, state_at
from forum.db import Facts, db, lock_row, read_again
from forum.events.locks import lock_mailboxes
from forum.events.models import EventStatus
from forum.i18n import _
from forum.outbox.actions import post, withdraw
from forum.registration.models import CareState, Registration, Status
from forum.registration.places.gates import lock_gates_of_all
from forum.registration.telling import ask, tell, those_reached


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


def give_back(registration: Registration, before: Facts, *, now: datetime, by: Organizer) -> None:
    """Give someone back the care state that she had; a companion's pause is still his."""
    to = CareState(before.get("from", CareState.ACTIVE))
    is_through = to == CareState.PAUSED and is_through_companion(registration)
    facts: Facts = {THROUGH: "companion"} if is_through else {}
    change(registration, to, facts, until=registration.care_until, now=now, by=by)
    _tell_back(registration, now=now, by=by)


def let_go(people: Iterable[Registration], to: CareState, *, now: datetime, by: Organizer) -> None:
    """End that these are held. What a pause from before would have said at its end is said now."""
    for each in people:
        if each.care_state == CareState.HELD:
            withdraw(NOTE, [each], _("The pause was changed."))
            change(each, to, now=now, by=by)
            _tell_back(each, now=now, by=by)


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
        if other is not registration and queries.has_place(other, now=now):
            _note(other, until, {ONLY_IF_CHANGED: True}, now=now)


def _note(registration: Registration, until: date | None, facts: Facts, *, now: datetime) -> None:
    """Post it. Whether to call instead is decided when it is due (`emails.decision`)."""
    if registration.email is None:
        return
    due_at = rules.note_due_at(
        until, now=now, zone=registration.timezone, days=registration.quiet_days
    )
    # Each change raises the version: one note for each pause.
    once = f"{NOTE}:{registration.public_id}:{registration.version}"
    post(NOTE, registration, facts, once=once, now=now, due_at=due_at)


def _tell_back(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Bring up to date whom a hold kept our emails from: what was never said is said first.

    Of an event that is off, only that is said; whoever no email reaches is called about it once.
    A pause from before that has ended meanwhile had its note in the hold: it is over now.
    """
    state = state_at(registration, now=now)
    if state == CareState.ACTIVE and queries.waits_for_goodbye(registration, now=now):
        tell(GOODBYE, registration, f"care {registration.version}", now=now, by=by)
    if state != CareState.ACTIVE or not queries.has_place(registration, now=now):
        return
    event = registration.event
    is_off = event.status == EventStatus.CANCELLED
    if is_off and not those_reached([registration]):
        tell(END, registration, str(event.sequence), now=now)
    elif is_off or queries.was_welcomed(registration):
        _note(registration, None, {ONLY_IF_CHANGED: True}, now=now)
    else:
        email = "confirmation" if registration.status == Status.CONFIRMED else "waitlist"
        tell(email, registration, f"care {registration.version}", now=now, by=by)


def _lock_all(people: Select[Registration]) -> Sequence[Registration]:
    rows = people.with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()
