"""What only a human can do: calls to make and questions to ask, the oldest first."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import actions, queries, words
from forum.care.rules import ANSWERS, TaskAnswer
from forum.i18n import _
from forum.incoming import queries as incoming
from forum.incoming import words as returns
from forum.incoming.actions import RETURNED
from forum.organizer.asking import press
from forum.organizer.desk import bp, opened


@bp.get("/tasks")
@guard.needs(OrganizerRole.COORDINATOR)
def tasks() -> ResponseReturnValue:
    """List what waits for someone."""
    asked = queries.open_tasks(now=clock.now())
    people = [each.task.registration for each in asked if each.task.about == RETURNED]
    return render_template(
        "organizer/tasks/list.html",
        asked=asked,
        blocks=incoming.blocks(person.email for person in people if person.email),
        last=incoming.last_returned(people),
        returns=returns,
        opened=opened(each.task.registration for each in asked),
        answers=ANSWERS,
        care=words,
    )


@bp.post("/tasks/<number:task_id>")
@guard.needs(OrganizerRole.COORDINATOR)
def settle(task_id: int) -> ResponseReturnValue:
    """Take the answer to one task."""
    task = queries.task(task_id)
    said = request.form.get("answer")
    answer = next((each for each in TaskAnswer if each == said), None)
    return press(partial(actions.settle, task, answer), _("Done. Thank you."), url_for(".tasks"))
