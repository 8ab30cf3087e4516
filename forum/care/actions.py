"""What may reach a person: silence for a while, silence for good, and a human's answers.

Every action runs inside its caller's `transaction()`, takes `now` (aware), locks gates first
(`registration.places`), then people, and raises a Refusal before it has changed anything.
A person is one name and address: what is said of her holds for all her registrations.
"""

from datetime import date, datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries, refusals, rules
from forum.care.asking_actions import (
    QUESTIONS,
    ask_about_held,
    settle_questions,
    to_ask_again,
)
from forum.care.history_queries import (
    is_paused_so,
    is_through_companion,
    left_at,
    own_pause,
)
from forum.care.models import Task, TaskKind
from forum.care.remembering_actions import remember, undo_for, undo_remember
from forum.care.rules import HERS, NO_END, NOTE, THROUGH, TaskAnswer, state_at
from forum.care.state_actions import (
    bring_up_to_date,
    change,
    give_back_held,
    let_go,
    lock_hers,
    lock_hers_and_gates,
    lock_mailbox,
    lock_one,
    silence,
    tell_it_is_over,
)
from forum.db import Facts, db, lock_row
from forum.errors import Missing
from forum.i18n import _
from forum.outbox.waiting_actions import withdraw
from forum.registration import actions as registering
from forum.registration.models import CareState, Registration
from forum.registration.places import undoing
from forum.tongues import kept

__all__ = [
    "cancel_held",
    "end_hold",
    "give_place_back",
    "let_companion_pause",
    "pause",
    "remember",
    "resume",
    "settle",
    "undo_remember",
]


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
    registration: anyone can name anybody as companion. It never cuts short what she asked for.
    Asking for the same again changes nothing; her own word counts everywhere, though a companion
    has said the same before.
    Raises DayGone, DayTooFar, NotHerPause, NotAgreed, and Missing for one who is not linked.
    """
    _check_linked(registration, through)
    refusals.check_day(until, registration, now=now)
    lock_mailbox(registration)
    hers = lock_hers(registration) if through is None else lock_one(registration)
    refusals.check_agreed(registration, through)
    refusals.check_own_pause(registration)
    if all(is_paused_so(each, until, by_herself=through is None) for each in hers):
        return
    facts = _facts(through)
    own = own_pause(registration, now=now) if through is not None else None
    if own is not None and not own.outlasts(until):
        facts |= {HERS: own.until.isoformat() if own.until else NO_END}
    elif own is not None:
        if not is_through_companion(registration):
            return
        until, facts = own.until, {}  # his longer one is over, and hers goes on
    for each in hers:
        if each.care_state in queries.LIVELY:
            change(each, CareState.PAUSED, facts, until=until, now=now, by=by)
    withdraw(NOTE, hers, kept("The pause was changed."))
    if until is not None:
        tell_it_is_over(registration, hers, until, now=now)


def resume(
    registration: Registration,
    *,
    now: datetime,
    by: Organizer | None = None,
    through: Registration | None = None,
) -> None:
    """Write to a paused person again, and tell her once that the pause is over.

    Nothing happens to someone who is active. One whose pause has ended by itself is told as
    planned. A companion (`through`) ends it for this one registration. Raises NotAgreed,
    NotWrittenTo for one who is held or remembered, and Missing for one who is not linked.
    """
    _check_linked(registration, through)
    hers = lock_hers(registration) if through is None else lock_one(registration)
    refusals.check_agreed(registration, through)
    if registration.care_state == CareState.ACTIVE:
        return
    refusals.check_may_end(registration, CareState.PAUSED, is_desk=by is not None)
    ended_by_itself = state_at(registration, now=now) == CareState.ACTIVE
    for each in hers:
        if each.care_state == CareState.PAUSED:
            change(each, CareState.ACTIVE, _facts(through), now=now, by=by)
    if not ended_by_itself:
        withdraw(NOTE, hers, kept("The pause was changed."))
        tell_it_is_over(registration, hers, None, now=now)


def let_companion_pause(registration: Registration, *, lets: bool, now: datetime) -> None:
    """Keep whether whoever is linked to her may pause her emails for this event.

    Only her own page asks for it. Raises NotWrittenTo for someone remembered.
    """
    lock_one(registration)
    refusals.check_not_gone(registration)
    registration.has_let_companion_pause = lets
    registration.updated_at = now


def settle(task: Task, answer: TaskAnswer | None, *, now: datetime, by: Organizer) -> None:
    """Take an organizer's answer to what the desk's list asked of her.

    A task that is done stays as it is: AnsweredBefore. Raises OtherAnswer for one that does not
    fit the task, or for none, NotWrittenTo where she is remembered by now, and what
    `registration.actions.cancel` raises.
    """
    if answer not in rules.ANSWERS[task.kind]:
        raise refusals.OtherAnswer(_("Choose one of the answers to this task."))
    person = task.registration
    alike = queries.remembered_like(person) if answer == TaskAnswer.SAME else []
    hers = lock_hers_and_gates(person, *alike)
    lock_row(task)
    refusals.check_unanswered(task)
    if task.kind in QUESTIONS:  # what was to be asked still is, should the death be undone
        refusals.check_lives(person)
    task.done_at, task.done_by = now, by
    record(Action.TASK_DONE, task, {"kind": task.kind, "answer": answer}, now=now, organizer=by)
    match answer:
        case TaskAnswer.WRITE | TaskAnswer.QUIET:  # he lives, and is asked once, about whomever
            settle_questions(person, QUESTIONS, answer, now=now, by=by)
            to = CareState.ACTIVE if answer == TaskAnswer.WRITE else CareState.PAUSED
            let_go(hers, to, now=now, by=by)
        case TaskAnswer.CANCEL:  # he has said what he wants: he is asked no more
            registering.cancel(person, now=now, by=by)
            settle_questions(person, QUESTIONS, answer, now=now, by=by)
            give_back_held(hers, now=now, by=by)
        case TaskAnswer.DIED:
            remember(person, now=now, by=by)
        case TaskAnswer.SAME:
            undo_for(person, now=now, by=by)
            settle_questions(person, [TaskKind.CHECK_PERSON], now=now, by=by)
            if queries.open_task(person, TaskKind.ASK_COMPANION) is None:
                beside = queries.written_as(person, *alike)
                give_back_held(hers, now=now, by=by, beside=beside)
        case TaskAnswer.ANOTHER:  # nobody has spoken with her
            give_back_held(queries.asked_no_more(person, hers), now=now, by=by)
    ask_about_held(db.session.scalars(queries.mailbox(person)).unique(), now=now)


def end_hold(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Write again to someone who is held: an organizer knows what he wants.

    It holds in every event, and nothing more is asked about him. Nothing happens to someone who
    is written to already. Raises NotWrittenTo for one who is paused by now, or remembered.
    """
    hers = lock_hers(registration)
    if state_at(registration, now=now) == CareState.ACTIVE:
        return
    refusals.check_may_end(registration, CareState.HELD, is_desk=True)
    settle_questions(registration, QUESTIONS, TaskAnswer.WRITE, now=now, by=by)
    let_go(hers, CareState.ACTIVE, now=now, by=by)


def cancel_held(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Give up the place of someone who is held, as he has asked, and hold him no longer.

    Where it is not known yet who he is, he stays held. For others it is `actions.cancel` of a
    registration. Raises what that raises.
    """
    hers = lock_hers_and_gates(registration)
    is_in_doubt = queries.open_task(registration, TaskKind.CHECK_PERSON) is not None
    ends = registration.care_state == CareState.HELD and not is_in_doubt
    registering.cancel(registration, now=now, by=by)
    if ends:
        settle_questions(registration, QUESTIONS, TaskAnswer.CANCEL, now=now, by=by)
        give_back_held(hers, now=now, by=by)


def give_place_back(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Give someone the place back that was canceled by slip, and all that canceling has ended.

    Whoever was held is held and asked about again, for the same reason; not where it was because
    of a death that has been undone since. What notices told meanwhile is told, where it is news
    to her. Raises what `undoing.give_back` does.
    """
    hers = lock_hers_and_gates(registration)
    was_held = left_at(registration, registration.cancelled_at) == CareState.HELD
    asked = queries.answered_at(hers, QUESTIONS, registration.cancelled_at)
    undoing.give_back(registration, now=now, by=by)
    if was_held:
        unknown = [(TaskKind.ASK_COMPANION, "again:")]
        for kind, reason in to_ask_again(asked) if asked else unknown:
            silence(registration, kind, reason, now=now, by=by)
    bring_up_to_date(registration, now=now)


def _facts(through: Registration | None) -> Facts:
    return {} if through is None else {THROUGH: "companion"}


def _check_linked(registration: Registration, through: Registration | None) -> None:
    if through is not None and through not in queries.linked([registration]):
        raise Missing
