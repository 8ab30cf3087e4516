"""What may reach a person: silence for a while, silence for good, and a human's answers.

Every action runs inside its caller's `transaction()`, takes `now` (aware), locks gates first
(`registration.places`), then people, and raises a Refusal before it has changed anything.
A person is one name and address: what is said of her holds for all her registrations.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, refusals, rules
from forum.care.hash_actions import lasting_hash
from forum.care.models import HashPurpose, Suppression, Task, TaskKind
from forum.care.rules import END, NOTE, ONLY_IF_CHANGED, TaskAnswer, state_at
from forum.db import Facts, db, lock_row
from forum.errors import Missing
from forum.events.models import EventStatus
from forum.i18n import _
from forum.names import doubt_key, name_key
from forum.outbox.actions import withdraw
from forum.registration import actions as registering
from forum.registration.models import CareState, Registration, Status
from forum.registration.places import vacating
from forum.registration.places.gates import lock_gates_of_all
from forum.registration.telling import ask, tell, those_reached

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
    is a linked companion who asks for her, `by` an organizer. What he asks for touches this one
    registration: anyone can name anybody as companion. Asking for the same again changes nothing.
    Raises DayGone, DayTooFar, NotHerPause, NotAgreed, and Missing for one who is not linked.
    """
    _check_linked(registration, through)
    _check_day(until, registration, now=now)
    hers = _lock_hers(registration) if through is None else _lock_one(registration)
    _check_agreed(registration, through)
    _check_own_pause(registration)
    if registration.care_state == CareState.PAUSED and registration.care_until == until:
        return
    for each in hers:
        if each.care_state in LIVELY:
            _change(each, CareState.PAUSED, _facts(through), until=until, now=now, by=by)
    withdraw(NOTE, hers, _("The pause was changed."))
    if until is not None:
        _tell_it_is_over(registration, hers, until, now=now, by=by)


def resume(
    registration: Registration,
    *,
    now: datetime,
    by: Organizer | None = None,
    through: Registration | None = None,
) -> None:
    """Write to a paused person again, and tell her once that the pause is over.

    Nothing happens to someone who is not paused. One whose pause has ended by itself is told as
    planned. A companion (`through`) ends it for this one registration. Raises NotAgreed, and
    Missing for one who is not linked.
    """
    _check_linked(registration, through)
    hers = _lock_hers(registration) if through is None else _lock_one(registration)
    _check_agreed(registration, through)
    if registration.care_state != CareState.PAUSED:
        return
    ended_by_itself = state_at(registration, now=now) == CareState.ACTIVE
    for each in hers:
        if each.care_state == CareState.PAUSED:
            _change(each, CareState.ACTIVE, _facts(through), now=now, by=by)
    if not ended_by_itself:
        withdraw(NOTE, hers, _("The pause was changed."))
        _tell_it_is_over(registration, hers, None, now=now, by=by)


def let_companion_pause(registration: Registration, *, lets: bool, now: datetime) -> None:
    """Keep whether whoever is linked to her may pause her emails for this event.

    Only her own page asks for it. Nothing happens to someone remembered.
    """
    _lock_one(registration)
    if registration.care_state == CareState.REMEMBERED:
        return
    registration.has_let_companion_pause = lets
    registration.updated_at = now


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
        _suppress(registration.name, registration.email, now=now)
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
    _forget(registration)
    _release_companions(hers, now=now, by=by)


def settle(task: Task, answer: TaskAnswer | None, *, now: datetime, by: Organizer) -> None:
    """Take an organizer's answer to what the desk's list asked of her.

    A task that is done stays as it is. Raises OtherAnswer for one that does not fit the task, or
    for none, and what `registration.actions.cancel` raises.
    """
    if answer not in rules.ANSWERS[task.kind]:
        raise refusals.OtherAnswer(_("Choose one of the answers to this task."))
    person = task.registration
    alike = queries.remembered_like(person) if answer == TaskAnswer.SAME else []
    hers = _lock_hers_and_gates(person, *alike)
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
            _undo_for(person, now=now, by=by)
            _settle_checks(person, now=now, by=by)
            if queries.open_task(person, TaskKind.ASK_COMPANION) is None:
                _let_go(hers, CareState.ACTIVE, now=now, by=by)
        case TaskAnswer.ANOTHER:
            _let_go([person], CareState.ACTIVE, now=now, by=by)


def _lock_hers(registration: Registration) -> Sequence[Registration]:
    """Lock and return all registrations of one person as they are now."""
    rows = queries.same_person(registration).with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()


def _lock_one(registration: Registration) -> Sequence[Registration]:
    """Lock this one registration and read it anew."""
    lock_row(registration)
    return [registration]


def _lock_hers_and_gates(
    registration: Registration, *alike: Registration
) -> Sequence[Registration]:
    """Lock the gates of all her events, in ascending id, then her registrations.

    So are the gates of others whom the same transaction is about (`alike`).
    """
    events: set[int] = set()
    for each in (registration, *alike):
        hers = queries.same_person(each).with_only_columns(Registration.event_id).order_by(None)
        events.update(db.session.scalars(hers))
    lock_gates_of_all(sorted(events))
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
    _tell_back(registration, now=now, by=by)


def _let_go(people: Iterable[Registration], to: CareState, *, now: datetime, by: Organizer) -> None:
    """End that these are held."""
    for each in people:
        if each.care_state == CareState.HELD:
            _change(each, to, now=now, by=by)
            _tell_back(each, now=now, by=by)


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


def _undo_for(person: Registration, *, now: datetime, by: Organizer) -> None:
    """Take back all that says that she has died, also what alone is left after a purge."""
    for each in queries.remembered_like(person):
        undo_remember(each, now=now, by=by)
    _forget(person)


def _settle_checks(person: Registration, *, now: datetime, by: Organizer) -> None:
    """Ask no more, of any registration of hers, whether she is someone remembered."""
    while asked := queries.open_task(person, TaskKind.CHECK_PERSON):
        lock_row(asked)
        asked.done_at, asked.done_by = now, by
        db.session.flush()


def _asking_about(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask the companions of someone remembered."""
    return f"ask companion:{remembered.public_id}:"


def _suppress(name: str, email: str, *, now: datetime) -> None:
    """Keep that she is remembered, whatever becomes of her registrations. Twice is once."""
    known = queries.person_hashes(name, email)
    if db.session.scalar(select(Suppression.id).where(Suppression.person_hash.in_(known))):
        return
    person_hash, doubt_hash = (
        lasting_hash(HashPurpose.PERSON, queries.said_of(key, email), now=now)
        for key in (name_key(name), doubt_key(name))
    )
    db.session.add(Suppression(person_hash=person_hash, doubt_hash=doubt_hash, created_at=now))


def _forget(registration: Registration) -> None:
    """Take back that she is remembered, under whatever writing of her name it is kept."""
    if registration.email is None:
        return
    known = queries.suppressions(registration.name, registration.email)
    numbers = db.session.scalars(known.with_only_columns(Suppression.id)).all()
    db.session.execute(delete(Suppression).where(Suppression.id.in_(numbers)))


def _tell_it_is_over(
    registration: Registration,
    hers: Sequence[Registration],
    until: date | None,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Post the one note about this pause; nobody is called about it.

    About her other events, one is written only where something has changed meanwhile.
    """
    _note(registration, until, {}, now=now, by=by)
    for other in hers:
        if other is not registration and queries.has_place(other, now=now):
            _note(other, until, {ONLY_IF_CHANGED: True}, now=now, by=by)


def _note(
    registration: Registration,
    until: date | None,
    facts: Facts,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    if registration.email is None:
        return
    due_at = rules.note_due_at(
        until, now=now, zone=registration.timezone, days=registration.quiet_days
    )
    occasion = str(registration.version)  # each change raises it: one note for each pause
    tell(NOTE, registration, occasion, facts=facts, now=now, by=by, due_at=due_at)


def _tell_back(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Bring up to date whom a hold kept our emails from: what was never said is said first.

    Of an event that is off, only that is said; whoever no email reaches is called about it once.
    A pause from before that has ended meanwhile had its note in the hold: it is over now.
    """
    state = state_at(registration, now=now)
    if state != CareState.ACTIVE or not queries.has_place(registration, now=now):
        return
    event = registration.event
    is_off = event.status == EventStatus.CANCELLED
    if is_off and not those_reached([registration]):
        tell(END, registration, str(event.sequence), now=now)
    elif is_off or queries.was_welcomed(registration):
        _note(registration, None, {ONLY_IF_CHANGED: True}, now=now, by=by)
    else:
        email = "confirmation" if registration.status == Status.CONFIRMED else "waitlist"
        tell(email, registration, f"care {registration.version}", now=now, by=by)


def _facts(through: Registration | None) -> Facts:
    return {} if through is None else {"through": "companion"}


def _check_linked(registration: Registration, through: Registration | None) -> None:
    if through is not None and through not in queries.linked([registration]):
        raise Missing


def _check_agreed(registration: Registration, through: Registration | None) -> None:
    if through is not None and not registration.has_let_companion_pause:
        raise refusals.NotAgreed(
            _("This person has not agreed to it yet. They can do so on their own page.")
        )


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
