"""An address from which emails come back: writing to it again when it is right after all."""

from functools import partial

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.errors import Missing
from forum.i18n import _
from forum.incoming import actions, queries, words
from forum.organizer import people_queries
from forum.organizer.asking import press
from forum.organizer.desk import bp, page_of

bp.add_app_template_filter(words.said_by, "came_back")


@bp.route("/events/<slug>/registrations/<public_id>/write-again", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def write_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then write to someone's address again."""
    person = people_queries.person(slug, public_id)
    if person.email is None:
        raise Missing
    back = page_of(person)
    if request.method == "POST":
        return press(partial(actions.lift, person.email), _said, back)
    block = queries.block_of(person.email)
    if block is None:
        flash(_said(False), "good")
        return redirect(back, 303)
    return render_template(
        "organizer/people/write_again.html",
        event=person.event,
        person=person,
        why=words.KINDS[block],
    )


def _said(is_done: bool) -> str:  # noqa: FBT001 - what lifting a block returns
    if is_done:
        return _("Emails go out again, to the same address.")
    return _("Emails to this address go out already.")
