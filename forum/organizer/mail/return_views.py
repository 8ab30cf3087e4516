"""An address from which emails come back: writing to it again when it is right after all."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Missing
from forum.i18n import _
from forum.incoming import actions, queries, words
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp

bp.add_app_template_filter(words.said_by, "came_back")


@bp.route("/events/<slug>/registrations/<public_id>/write-again", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def write_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then write to someone's address again."""
    event = programme_queries.event(slug)
    person = people_queries.person(event, public_id)
    block = queries.block_of(person.email)
    if person.email is None:
        raise Missing
    if request.method == "POST":
        with transaction():
            is_done = actions.lift(person.email, now=clock.now(), by=guard.current_organizer())
        said = _("Emails go out again, to the same address.")
        flash(said if is_done else _("Emails to this address go out already."), "good")
        return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
    if block is None:
        flash(_("Emails to this address go out already."), "good")
        return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
    return render_template(
        "organizer/people/write_again.html", event=event, person=person, why=words.KINDS[block]
    )
