"""What may reach a person: silence for a while, silence for good, and a human's answers.

Every action runs inside its caller's `transaction()`, takes `now` (aware), locks gates first
(`registration.places`), then people, and raises a Refusal before it has changed anything.
A person is one name and address: what is said of her holds for all her registrations.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, refusals, rules
from forum.care.models import Suppression, Task, TaskKind
from forum.care.rules import TaskAnswer, state_at
from forum.db import Facts, db, lock_row
from forum.errors import Missing
from forum.i18n import _
from forum.outbox.actions import withdraw
from forum.registration import actions as registering
from forum.registration.models import CareState, Registration, Status
from forum.registration.places import vacating
from forum.registration.places.gates import lock_gates_of_all
from forum.registration.telling import ask, tell

NOTE = "pause_over"
LIVELY = frozenset({CareState.ACTIVE, CareState.PAUSED})
"""States that a person decides on herself."""


def pause(
    registration: Registration,
    until: date | None,
    *,
    now: datetime,
    by: Organizer | None = None,
    through: Registration | None = None,
) -> None:
    """Send a person nothing of our own accord until the morning of a day, or until she says so.

    Her place stays. One note tells when it is over. `until` is a day of her own clock; `through`
    is a linked companion who asks for her, `by` an organizer. Asking for the same again changes
    nothing. Raises DayGone, DayTooFar, NotHerPause, and Missing for one who is not linked.
    """
    _check_linked(registration, through)
    _check_day(until, registration, now=now)
    hers = _lock_hers(registration)
    _check_own_pause(registration)
    if registration.care_state == CareState.PAUSED and registration.care_until == until:
        return
    for each in hers:
        if each.care_state in LIVELY:
            _change(each, CareState.PAUSED, _facts(through), until=until, now=now, by=by)
    withdraw(NOTE, hers, _("The pause was changed."))
    if until is not None:
        _tell_it_is_over(registration, until, now=now, by=by)


def resume(
    registration: Registration,
    *,
    now: datetime,
    by: Organizer | None = None,
    through: Registration | None = None,
) -> None:
    """Write to a paused person again, and tell her once that the pause is over.

    Nothing happens to someone who is not paused. One whose pause has ended by itself is told as
    planned. Raises Missing for a companion (`through`) who is not linked.
    """
    _check_linked(registration, through)
    hers = _lock_hers(registration)
    if registration.care_state != CareState.PAUSED:
        return
    ended_by_itself = state_at(registration, now=now) == CareState.ACTIVE
    for each in hers:
        if each.care_state == CareState.PAUSED:
            _change(each, CareState.ACTIVE, _facts(through), now=now, by=by)
    if not ended_by_itself:
        withdraw(NOTE, hers, _("The pause was changed."))
        _tell_it_is_over(registration, None, now=now, by=by)


def remember(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Let nothing reach someone who has died, on any channel, for good, in every event.

    Her places go to the line without a word to anyone; calendars are sent nothing. Whoever is
    linked to her is held, and a human is asked to ask. That she is remembered outlives her
    registration. A second time changes nothing.
    """
    hers = _lock_hers_and_gates(registration)
    if registration.care_state == CareState.REMEMBERED:
        return
    for each in hers:
        facts: Facts = {}
        if queries.has_place(each, now=now):
            facts = vacating.release_silently(each, now=now)
        _change(each, CareState.REMEMBERED, facts, until=each.care_until, now=now, by=by)
    if registration.email is not None:
        _suppress(registration.name_key, registration.email, now=now)
    for companion in queries.one_of_each(queries.linked(hers)):
        _silence(companion, registration, now=now, by=by)


def undo_remember(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Undo `remember`: she was mistaken for someone else, or the news was wrong.

    Each place comes back as it was; where all are taken, the room counts one more. Companions
    whom nobody has asked yet are written to again. Nothing happens to one who is not remembered.
    """
    hers = _lock_hers_and_gates(registration)
    if registration.care_state != CareState.REMEMBERED:
        return
    lives_in = {each.event_id for each in hers if each.status != Status.CANCELLED}
    for each in hers:
        if each.care_state != CareState.REMEMBERED:
            continue
        before = queries.last_change(each, CareState.REMEMBERED)
        if "had" in before and each.event_id not in lives_in:
            vacating.restore(each, before, now=now, by=by)
        _return(each, before, now=now, by=by)
    if registration.email is not None:
        known = queries.person_hashes(registration.name_key, registration.email)
        db.session.execute(delete(Suppression).where(Suppression.person_hash.in_(known)))
    _release_companions(hers, now=now, by=by)


def settle(task: Task, answer: TaskAnswer | None, *, now: datetime, by: Organizer) -> None:
    """Take an organizer's answer to what the desk's list asked of her.

    A task that is done stays as it is. Raises OtherAnswer for one that does not fit the task, or
    for none, and what `registration.actions.cancel` raises.
    """
    if answer not in rules.ANSWERS[task.kind]:
        raise refusals.OtherAnswer(_("Choose one of the answers to this task."))
    person = task.registration
    hers = _lock_hers_and_gates(person)
    lock_row(task)
    if task.done_at is not None:
        return
    task.done_at, task.done_by = now, by
    record(Action.TASK_DONE, task, {"kind": task.kind, "answer": answer}, now=now, organizer=by)
    match answer:
        case TaskAnswer.WRITE:
            _let_go(hers, CareState.ACTIVE, now=now, by=by)
        case TaskAnswer.QUIET:
            _let_go(hers, CareState.PAUSED, now=now, by=by)
        case TaskAnswer.CANCEL:  # while he is held, so that no email follows what he has just said
            registering.cancel(person, now=now, by=by)
        case TaskAnswer.SAME:
            _undo_for(hers, now=now, by=by)
            _let_go([person], CareState.ACTIVE, now=now, by=by)
        case TaskAnswer.ANOTHER:
            _let_go([person], CareState.ACTIVE, now=now, by=by)


def _lock_hers(registration: Registration) -> Sequence[Registration]:
    """Lock and return all registrations of one person as they are now."""
    rows = queries.same_person(registration).with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()


def _lock_hers_and_gates(registration: Registration) -> Sequence[Registration]:
    """Lock the gates of all her events, in ascending id, then her registrations."""
    events = queries.same_person(registration).with_only_columns(Registration.event_id)
    lock_gates_of_all(db.session.scalars(events.order_by(None)).all())
    return _lock_hers(registration)


def _change(  # noqa: PLR0913 - the parts of one change, by name
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


def _return(registration: Registration, before: Facts, *, now: datetime, by: Organizer) -> None:
    """Give someone back the care state that she had."""
    to = CareState(before.get("from", CareState.ACTIVE))
    _change(registration, to, until=registration.care_until, now=now, by=by)


def _let_go(people: Iterable[Registration], to: CareState, *, now: datetime, by: Organizer) -> None:
    """End that these are held."""
    for each in people:
        if each.care_state == CareState.HELD:
            _change(each, to, now=now, by=by)


def _silence(
    companion: Registration, remembered: Registration, *, now: datetime, by: Organizer
) -> None:
    """Send a companion nothing, in any event, until a human has asked what he wants."""
    for each in _lock_hers(companion):
        if each.care_state in LIVELY:
            _change(each, CareState.HELD, until=each.care_until, now=now, by=by)
    once = f"{_asking_about(remembered)}{companion.public_id}:{now.isoformat()}"
    ask(TaskKind.ASK_COMPANION, companion, once=once, now=now)


def _release_companions(
    remembered: Sequence[Registration], *, now: datetime, by: Organizer
) -> None:
    """Write again to those whom nobody has asked yet, and ask no more, unless for another."""
    about = tuple(_asking_about(each) for each in remembered)
    for companion in queries.one_of_each(queries.linked(remembered)):
        while task := queries.open_task(companion, TaskKind.ASK_COMPANION, about=about):
            db.session.delete(task)
            db.session.flush()
            if queries.open_task(companion, TaskKind.ASK_COMPANION) is None:
                for each in _lock_hers(companion):
                    if each.care_state == CareState.HELD:
                        before = queries.last_change(each, CareState.HELD)
                        _return(each, before, now=now, by=by)


def _undo_for(hers: Sequence[Registration], *, now: datetime, by: Organizer) -> None:
    remembered = [each for each in hers if each.care_state == CareState.REMEMBERED]
    if remembered:
        undo_remember(remembered[0], now=now, by=by)


def _asking_about(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask the companions of someone remembered."""
    return f"ask companion:{remembered.public_id}:"


def _suppress(name_key: str, email: str, *, now: datetime) -> None:
    if not queries.is_remembered(name_key, email):
        newest, *_older = queries.person_hashes(name_key, email)
        db.session.add(Suppression(person_hash=newest, created_at=now))


def _tell_it_is_over(
    registration: Registration, until: date | None, *, now: datetime, by: Organizer | None
) -> None:
    """Post the one note about this pause; nobody is called about it."""
    if registration.email is None:
        return
    due_at = rules.note_due_at(
        until, now=now, zone=registration.timezone, days=registration.quiet_days
    )
    occasion = str(registration.version)  # each change raises it: one note for each pause
    tell(NOTE, registration, occasion, now=now, by=by, due_at=due_at)


def _facts(through: Registration | None) -> Facts:
    return {} if through is None else {"through": "companion"}


def _check_linked(registration: Registration, through: Registration | None) -> None:
    if through is not None and through not in queries.linked([registration]):
        raise Missing


def _check_day(until: date | None, registration: Registration, *, now: datetime) -> None:
    if until is None:
        return
    today = now.astimezone(ZoneInfo(registration.timezone)).date()
    if until <= today:
        raise refusals.DayGone(_("Choose a day after today."), field="until")
    if rules.is_too_long(until, today=today):
        raise refusals.DayTooFar(
            _("Choose a day within two years, or choose no day at all."), field="until"
        )


def _check_own_pause(registration: Registration) -> None:
    if registration.status == Status.CANCELLED:
        raise refusals.NotHerPause(_("This registration is canceled. No emails go out."))
    if registration.care_state == CareState.HELD:
        raise refusals.NotHerPause(
            _("No emails go out at the moment. We ask before we write again.")
        )
    if registration.care_state == CareState.REMEMBERED:
        raise refusals.NotHerPause(_("This registration can no longer be changed."))
