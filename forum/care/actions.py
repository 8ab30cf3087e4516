"""What may reach a person: silence for a while, silence for good, and a human's answers.

Every action runs inside its caller's `transaction()`, takes `now` (aware), locks gates first
(`registration.places`), then people, and raises a Refusal before it has changed anything.
A person is one name and address: what is said of her holds for all her registrations.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, refusals, rules
from forum.care.asking_actions import QUESTIONS, ask_about_held, settle_questions
from forum.care.models import Task, TaskKind
from forum.care.rules import END, NOTE, ONLY_IF_CHANGED, TaskAnswer, state_at
from forum.care.suppression_actions import forget, suppress
from forum.db import Facts, db, lock_row
from forum.errors import Missing
from forum.events.models import EventStatus
from forum.i18n import _
from forum.outbox.actions import withdraw
from forum.registration import actions as registering
from forum.registration.models import CareState, Registration, Status
from forum.registration.places import vacating
from forum.registration.places.gates import lock_gates_of_all
from forum.registration.telling import ask, tell, those_reached


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
    registration: anyone can name anybody as companion. Asking for the same again changes nothing;
    her own word counts everywhere, though a companion has said the same before.
    Raises DayGone, DayTooFar, NotHerPause, NotAgreed, and Missing for one who is not linked.
    """
    _check_linked(registration, through)
    refusals.check_day(until, registration, now=now)
    hers = _lock_hers(registration) if through is None else _lock_one(registration)
    refusals.check_agreed(registration, through)
    refusals.check_own_pause(registration)
    if all(queries.is_paused_so(each, until, by_herself=through is None) for each in hers):
        return
    for each in hers:
        if each.care_state in queries.LIVELY:
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
    refusals.check_agreed(registration, through)
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
    linked to her is held, and a human is asked to ask; so is whoever is registered under another
    writing of her name. That she is remembered outlives her registration. A second time changes
    nothing.
    """
    hers = _lock_hers_and_gates(registration)
    if registration.care_state == CareState.REMEMBERED:
        return
    for each in hers:
        facts: Facts = {}
        if queries.has_place(each, now=now):
            facts = vacating.release_silently(each, now=now)
        _change(each, CareState.REMEMBERED, facts, until=each.care_until, now=now, by=by)
    suppress(registration, now=now)
    settle_questions(registration, [TaskKind.CHECK_PERSON], now=now, by=by)
    for companion in queries.one_of_each(queries.linked(hers)):
        asked = _asking_about(registration)
        _silence(companion, TaskKind.ASK_COMPANION, asked, now=now, by=by)
    for other in queries.in_doubt(registration):
        asked = _checking_against(registration)
        _silence(other, TaskKind.CHECK_PERSON, asked, now=now, by=by)


def undo_remember(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Undo `remember`: she was mistaken for someone else, or the news was wrong.

    Each place comes back as it was; where all are taken, the room counts one more. Companions
    whom nobody has asked yet are written to again. Nothing happens to one who is not remembered.
    """
    hers = _undo(registration, now=now, by=by)
    ask_about_held(hers, now=now)


def _undo(registration: Registration, *, now: datetime, by: Organizer) -> Sequence[Registration]:
    """Undo `remember`, and return all her registrations."""
    hers = _lock_hers_and_gates(registration)
    if registration.care_state != CareState.REMEMBERED:
        return hers
    lives_in = {each.event_id for each in hers if each.status != Status.CANCELLED}
    for each in hers:
        if each.care_state != CareState.REMEMBERED:
            continue
        before = queries.last_change(each, CareState.REMEMBERED)
        if "had" in before and each.event_id not in lives_in:
            vacating.restore(each, before, now=now, by=by)
        _return(each, before, now=now, by=by)
    forget(registration)
    _release_companions(hers, now=now, by=by)
    _release_in_doubt(registration, hers, now=now, by=by)
    return hers


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
            settle_questions(person, [TaskKind.CHECK_PERSON], now=now, by=by)
            if queries.open_task(person, TaskKind.ASK_COMPANION) is None:
                _let_go(hers, CareState.ACTIVE, now=now, by=by)
        case TaskAnswer.ANOTHER:
            _let_go(queries.asked_no_more(person, hers), CareState.ACTIVE, now=now, by=by)
    ask_about_held(db.session.scalars(queries.mailbox(person)).unique(), now=now)


def end_hold(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Write again to someone who is held: an organizer knows what he wants.

    It holds in every event, and nothing more is asked about him. Nothing happens to someone who
    is not held.
    """
    hers = _lock_hers(registration)
    if registration.care_state != CareState.HELD:
        return
    settle_questions(registration, QUESTIONS, TaskAnswer.WRITE, now=now, by=by)
    _let_go(hers, CareState.ACTIVE, now=now, by=by)


def _lock_hers(registration: Registration) -> Sequence[Registration]:
    """Lock and return all registrations of one person as they are now."""
    return _lock_all(queries.same_person(registration))


def _lock_all(people: Select[Registration]) -> Sequence[Registration]:
    rows = people.with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()


def _lock_one(registration: Registration) -> Sequence[Registration]:
    """Lock this one registration and read it anew."""
    lock_row(registration)
    return [registration]


def _lock_hers_and_gates(
    registration: Registration, *alike: Registration
) -> Sequence[Registration]:
    """Lock the gates of all her events, in ascending id, then her registrations.

    So are the gates of others whom the same transaction is about (`alike`). Whoever reads the
    same mailbox is locked with her, in ascending id: one may be held because of the other.
    """
    events: set[int] = set()
    for each in (registration, *alike):
        hers = queries.same_person(each).with_only_columns(Registration.event_id).order_by(None)
        events.update(db.session.scalars(hers))
    lock_gates_of_all(sorted(events))
    _lock_all(queries.mailbox(registration))
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
    other: Registration, kind: TaskKind, about: str, *, now: datetime, by: Organizer
) -> None:
    """Send someone nothing, in any event, until a human has asked him or looked who he is."""
    for each in _lock_hers(other):
        if each.care_state in queries.LIVELY:
            _change(each, CareState.HELD, until=each.care_until, now=now, by=by)
    ask(kind, other, once=f"{about}{other.public_id}:{now.isoformat()}", now=now)


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


def _release_in_doubt(
    remembered: Registration, hers: Sequence[Registration], *, now: datetime, by: Organizer
) -> None:
    """Write again to whoever was held as another writing of her, unless more is asked."""
    about = tuple(_checking_against(each) for each in hers)
    for other in queries.one_of_each(queries.alike(remembered)):
        while task := queries.open_task(other, TaskKind.CHECK_PERSON, about=about):
            db.session.delete(task)
            db.session.flush()
            if any(queries.open_task(other, kind) for kind in QUESTIONS):
                continue
            for each in _lock_hers(other):
                if each.care_state == CareState.HELD:
                    before = queries.last_change(each, CareState.HELD)
                    _return(each, before, now=now, by=by)


def _undo_for(person: Registration, *, now: datetime, by: Organizer) -> None:
    """Take back all that says that she has died, also what alone is left after a purge."""
    for each in queries.remembered_like(person):
        _undo(each, now=now, by=by)
    forget(person)


def _checking_against(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask about other writings of her name."""
    return f"check person:like {remembered.public_id}:"


def _asking_about(remembered: Registration) -> str:
    """Return how the keys of the tasks begin that ask the companions of someone remembered."""
    return f"ask companion:{remembered.public_id}:"


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
