"""What only a human can do: calls to make and questions to ask, the oldest first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import actions, call_actions, call_queries, loss_queries, queries, words
from forum.care.call_rules import RETURNED
from forum.care.history_queries import is_paused
from forum.care.models import Task, TaskKind
from forum.care.rules import ANSWERS, GONE, TaskAnswer
from forum.db import transaction
from forum.errors import Missing
from forum.events.phone_rules import by_hour
from forum.events.queries import heard
from forum.i18n import _
from forum.incoming import queries as incoming
from forum.incoming import words as returns
from forum.notices.told_queries import is_correction
from forum.organizer import programme_queries
from forum.organizer.asking import press
from forum.organizer.desk import bp, opened
from forum.organizer.mail.withheld_page import ASKED_FIRST, let_go_by, withheld
from forum.organizer.people import call_news_queries, call_words, phone_words
from forum.organizer.people.call_words import AsItIs
from forum.registration.models import Registration
from forum.registration.places.offers import would_pass_on
from forum.registration.queries import line_numbers
from forum.registration.rules import may_change
from forum.web.forms import number

LONGEST_NOTE = 500
WORK = frozenset({"tried", "take", "leave", "note"})
"""What can be done with any card besides answering it."""
MOST_SHOWN = 50


@bp.get("/tasks")
@guard.needs(OrganizerRole.COORDINATOR)
def tasks() -> ResponseReturnValue:
    """List what waits for someone, one card for each person; of one event if it is chosen."""
    now = clock.now()
    everything = call_queries.cards(now=now)
    events = {person.event for card in everything for person in card.people}
    event = next((each for each in events if each.slug == request.args.get("event")), None)
    whom = request.args.get("person")
    found = [
        card
        for card in call_queries.of_event(everything, event)
        if whom is None or any(each.public_id == whom for each in card.people)
    ]
    shown = found if request.args.get("all") else found[:MOST_SHOWN]
    lately = call_queries.done_lately(now=now)
    people = [person for card in shown for person in card.people]
    things = _as_it_is(shown, now)
    noted = call_queries.noted([*people, *(each.registration for each in lately)])
    partners = loss_queries.partners(people)
    returned = [each.task.registration for card in shown for each in card.items if _returned(each)]
    return render_template(
        "organizer/tasks/list.html",
        cards=shown,
        rest=len(found) - len(shown),
        total=len(everything),
        events=sorted(events, key=lambda each: (each.starts_at, each.id)),
        event=event,
        lately=lately,
        noted=noted,
        notes=call_queries.notes,
        is_one=whom is not None,
        things=things,
        say=call_words,
        partners=partners,
        gone=GONE,
        cards_of={person.id: card.task.id for card in shown for person in card.people},
        may_change=partial(may_change, now=now),
        lost=loss_queries.lost_by(
            card.task.registration for card in shown if card.task.kind != TaskKind.CALL
        ),
        me=guard.current_organizer(),
        longest_note=LONGEST_NOTE,
        blocks=incoming.blocks(person.email for person in people if person.email),
        last=incoming.last_returned(returned),
        returns=returns,
        opened=opened(
            {
                *people,
                *(each for found in partners.values() for each in found),
                *(each.registration for found in noted.values() for each in found),
            }
        ),
        answers_to=partial(_answers_to, now=now),
        care=words,
    )


@bp.post("/tasks/<number:task_id>")
@guard.needs(OrganizerRole.COORDINATOR)
def settle(task_id: int) -> ResponseReturnValue:
    """Take the answer to one card; whatever is typed as a note is kept with it."""
    task, form = queries.task(task_id), request.form
    if _is_of_another(task):
        return redirect(_list(), 303)
    said, note = form.get("answer", ""), form.get("note", "")[:LONGEST_NOTE]
    if task.kind == TaskKind.CALL or said in WORK:
        return _work_on_card(task, said, note)
    answer = next((each for each in TaskAnswer if each == said), None)
    if note.strip():  # kept whatever becomes of the answer
        with transaction():
            by, now = guard.current_organizer(), clock.now()
            call_actions.note(task, shown={task.id}, note=note, now=now, by=by)
    if answer in ANSWERS[task.kind] and not form.get("sure") and task.done_at is None:
        if answer == TaskAnswer.CANCEL:
            return redirect(url_for(".ask_to_cancel", task_id=task_id), 303)
        if answer in ASKED_FIRST and task.registration.email:
            return redirect(url_for(".ask_to_answer", task_id=task_id, answer=answer), 303)
    done = _pause_said(task.registration) if answer == TaskAnswer.QUIET else _("Done. Thank you.")
    return press(partial(actions.settle, task, answer), done, _list())


@bp.get("/tasks/<number:task_id>/answer")
@guard.needs(OrganizerRole.COORDINATOR)
def ask_to_answer(task_id: int) -> ResponseReturnValue:
    """Show what would go out at once, before a hold is ended by an answer."""
    task, now = queries.task(task_id), clock.now()
    offered = [each for each in ANSWERS[task.kind] if each in ASKED_FIRST]
    answer = next((each for each in offered if each == request.args.get("answer")), None)
    if not offered or (answer is None and "answer" in request.args):
        raise Missing
    answer, person = answer or offered[0], task.registration
    return render_template(
        "organizer/tasks/answer.html",
        task=task,
        person=person,
        answer=answer,
        title=words.answer_name(answer, person),
        lost=loss_queries.lost_by([person])[person.id],
        withheld=withheld(let_go_by(person, answer), answer, now=now),
    )


@bp.get("/tasks/<number:task_id>/cancel")
@guard.needs(OrganizerRole.COORDINATOR)
def ask_to_cancel(task_id: int) -> ResponseReturnValue:
    """Ask before the place of someone who has lost somebody is given up."""
    task = queries.task(task_id)
    if TaskAnswer.CANCEL not in ANSWERS[task.kind]:
        raise Missing
    person, now = task.registration, clock.now()
    others = queries.elsewhere(person)
    return render_template(
        "organizer/tasks/cancel.html",
        task=task,
        person=person,
        event=person.event,
        lost=loss_queries.lost_by([person])[person.id],
        others=others,
        quiet=[each for each in others if is_paused(each, now=now)],
        goes_on=phone_words.goes_on(is_wanted=would_pass_on(person, now=now)),
    )


@bp.post("/tasks/<number:task_id>/undo")
@guard.needs(OrganizerRole.COORDINATOR)
def undo_call(task_id: int) -> ResponseReturnValue:
    """Take back that a call is done."""
    task = queries.task(task_id)
    if _is_of_another(task):
        return redirect(_list(), 303)
    return press(
        partial(call_actions.reopen, task),
        _("It is on the list again."),
        _list(),
        refused="warning",
    )


def _is_of_another(task: Task) -> bool:
    """Tell whether the card that was pressed showed somebody else, and say so."""
    is_hers = request.form.get("person") == task.registration.public_id
    if not is_hers:
        flash(_("That card was about somebody else. Nothing was changed, no note kept."), "rose")
    return not is_hers


def _pause_said(person: Registration) -> str:
    """Return that someone wants quiet, and how that is taken back."""
    if person.email:
        return _(
            "Emails to %(name)s are paused until they say so. “Emails again” on their page"
            " ends it.",
            name=person.name,
        )
    return _(
        "%(name)s wants no calls until they say so. “End the pause” on their page ends it.",
        name=person.name,
    )


def _answers_to(task: Task, *, now: datetime) -> list[TaskAnswer]:
    """Return what can be answered to a question now; no place is given up that is gone."""
    can_cancel = may_change(task.registration, now=now)
    return [each for each in ANSWERS[task.kind] if can_cancel or each != TaskAnswer.CANCEL]


def _work_on_card(task: Task, said: str, note: str) -> ResponseReturnValue:
    shown = _numbers(request.form.get("shown", "")) | {task.id}
    seen = number(request.form.get("owner"))
    is_call = task.kind == TaskKind.CALL
    taken = _("Somebody else has taken or left this call meanwhile.")
    steps: dict[str, tuple[Callable[..., bool | None], str, str]] = {
        "done": (
            partial(call_actions.done, task, shown=shown, note=note),
            _("Done. Thank you."),
            _("Somebody else had said that it is done."),
        ),
        "tried": (
            partial(call_actions.tried, task, shown=shown, note=note),
            _("Kept: nobody was reached."),
            _("Somebody else had said that it is done."),
        ),
        "take": (
            partial(call_actions.assign, task, is_mine=True, seen=seen, shown=shown, note=note),
            _("You make this call."),
            taken,
        ),
        "leave": (
            partial(call_actions.assign, task, is_mine=False, seen=seen, shown=shown, note=note),
            _("Anybody may make this call."),
            taken,
        ),
        "note": (
            partial(call_actions.note, task, shown=shown, note=note),
            _("The note is kept."),
            "",
        ),
    }
    step = steps.get(said)
    if step is None or (said == "done" and not is_call):
        flash(_("Choose one of the answers to this task."), "rose")
        return redirect(_list(), 303)
    act, done, late = step
    with transaction():
        is_so = act(by=guard.current_organizer(), now=clock.now())
    flash(late if is_so is False else done, "warning" if is_so is False else "good")
    return redirect(_list(), 303)


def _numbers(said: str) -> frozenset[int]:
    """Return the numbers of the tasks that a card showed."""
    return frozenset(number(each) for each in said.split())


def _list() -> str:
    """Return the list as it was narrowed."""
    return url_for(".tasks", event=request.args.get("event"), all=request.args.get("all"))


def _as_it_is(cards: Sequence[call_queries.CallCard], now: datetime) -> AsItIs:
    """Return how things are now; of an event, its numbers are read once."""
    people = [person for card in cards for person in card.people]
    news = call_news_queries.news(cards, now=now)
    return AsItIs(
        now=now,
        rooms=programme_queries.rooms() if news else [],
        hours={each.id: by_hour(heard(each)).hours for each in {one.event for one in people}},
        numbers=line_numbers(people),
        news=news,
        back=frozenset().union(*(card.back for card in cards)),
        misled={
            item.task.registration_id
            for card in cards
            for item in card.items
            if is_correction(item.task)
        },
    )


def _returned(item: call_queries.OpenTask) -> bool:
    return item.task.about == RETURNED
