"""What only a human can do: calls to make and questions to ask, the oldest first."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import actions, call_actions, call_queries, loss_queries, queries, words
from forum.care.call_rules import RETURNED
from forum.care.models import Task, TaskKind
from forum.care.rules import ANSWERS, TaskAnswer
from forum.db import transaction
from forum.errors import Missing
from forum.i18n import _
from forum.incoming import queries as incoming
from forum.incoming import words as returns
from forum.organizer.asking import press
from forum.organizer.desk import bp, opened
from forum.organizer.people.call_words import to_say
from forum.registration.queries import line_numbers
from forum.web.forms import number

LONGEST_NOTE = 500
MOST_SHOWN = 50


@bp.get("/tasks")
@guard.needs(OrganizerRole.COORDINATOR)
def tasks() -> ResponseReturnValue:
    """List what waits for someone, one card for each person; of one event if it is chosen."""
    now = clock.now()
    everything = call_queries.cards(now=now)
    events = {person.event for card in everything for person in card.people}
    event = next((each for each in events if each.slug == request.args.get("event")), None)
    found = call_queries.of_event(everything, event)
    shown = found if request.args.get("all") else found[:MOST_SHOWN]
    lately = call_queries.done_lately(now=now)
    people = [person for card in shown for person in card.people]
    returned = [each.task.registration for card in shown for each in card.items if _returned(each)]
    return render_template(
        "organizer/tasks/list.html",
        cards=shown,
        rest=len(found) - len(shown),
        total=len(everything),
        events=sorted(events, key=lambda each: (each.starts_at, each.id)),
        event=event,
        lately=lately,
        numbers=line_numbers(people),
        lost=loss_queries.lost_by(
            card.task.registration for card in shown if card.task.kind != TaskKind.CALL
        ),
        to_say=to_say,
        me=guard.current_organizer(),
        longest_note=LONGEST_NOTE,
        blocks=incoming.blocks(person.email for person in people if person.email),
        last=incoming.last_returned(returned),
        returns=returns,
        opened=opened(people),
        answers=ANSWERS,
        care=words,
    )


@bp.post("/tasks/<number:task_id>")
@guard.needs(OrganizerRole.COORDINATOR)
def settle(task_id: int) -> ResponseReturnValue:
    """Take the answer to one card; whatever is typed as a note is kept with it."""
    task = queries.task(task_id)
    if task.kind == TaskKind.CALL:
        return _work_on_call(task)
    said = request.form.get("answer")
    if said == TaskAnswer.CANCEL and not request.form.get("sure"):
        return redirect(url_for(".ask_to_cancel", task_id=task_id), 303)
    answer = next((each for each in TaskAnswer if each == said), None)
    return press(partial(actions.settle, task, answer), _("Done. Thank you."), _list())


@bp.get("/tasks/<number:task_id>/cancel")
@guard.needs(OrganizerRole.COORDINATOR)
def ask_to_cancel(task_id: int) -> ResponseReturnValue:
    """Ask before the place of someone who has lost somebody is given up."""
    task = queries.task(task_id)
    if TaskAnswer.CANCEL not in ANSWERS[task.kind]:
        raise Missing
    person = task.registration
    return render_template(
        "organizer/tasks/cancel.html",
        task=task,
        person=person,
        event=person.event,
        lost=loss_queries.lost_by([person])[person.id],
        others=loss_queries.elsewhere(person),
    )


@bp.post("/tasks/<number:task_id>/undo")
@guard.needs(OrganizerRole.COORDINATOR)
def undo_call(task_id: int) -> ResponseReturnValue:
    """Take back that a call is done."""
    task = queries.task(task_id)
    with transaction():
        is_open = call_actions.reopen(task, by=guard.current_organizer(), now=clock.now())
    if is_open:
        flash(_("It is on the list again."), "good")
    return redirect(_list(), 303)


def _work_on_call(task: Task) -> ResponseReturnValue:
    form = request.form
    note, seen = form.get("note", "")[:LONGEST_NOTE], number(form.get("owner"))
    steps: dict[str, tuple[Callable[..., bool | None], str, str]] = {
        "done": (
            partial(call_actions.done, task, up_to=number(form.get("up_to")), note=note),
            _("Done. Thank you."),
            _("Somebody else had said that it is done."),
        ),
        "tried": (
            partial(call_actions.tried, task, note=note),
            _("Kept: nobody was reached."),
            _("Somebody else had said that it is done."),
        ),
        "take": (
            partial(call_actions.assign, task, is_mine=True, seen=seen, note=note),
            _("You make this call."),
            _("Somebody else has taken or left this call meanwhile."),
        ),
        "leave": (
            partial(call_actions.assign, task, is_mine=False, seen=seen, note=note),
            _("Anybody may make this call."),
            _("Somebody else has taken or left this call meanwhile."),
        ),
        "note": (partial(call_actions.note, task, note), _("The note is kept."), ""),
    }
    step = steps.get(form.get("answer", ""))
    if step is None:
        flash(_("Choose one of the answers to this task."), "rose")
        return redirect(_list(), 303)
    act, done, late = step
    with transaction():
        is_so = act(by=guard.current_organizer(), now=clock.now())
    flash(late if is_so is False else done, "warning" if is_so is False else "good")
    return redirect(_list(), 303)


def _list() -> str:
    """Return the list as it was narrowed."""
    return url_for(".tasks", event=request.args.get("event"), all=request.args.get("all"))


def _returned(item: call_queries.OpenTask) -> bool:
    return item.task.about == RETURNED
