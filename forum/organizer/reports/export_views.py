"""Taking personal data out of the house: asked, confirmed by passkey, written down."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.organizer.reports import exports


@bp.route("/events/<slug>/registrations/export", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.needs_passkey
def export_registrations(slug: str) -> ResponseReturnValue:
    """Say what the file holds, then give it."""
    event = programme_queries.event(slug)
    if request.method != "POST":
        return render_template("organizer/people/export.html", event=event)
    with transaction():
        by, now = guard.current_organizer(), clock.now()
        record(Action.EXPORTED, event, {"what": "registrations"}, now=now, organizer=by)
    lines = exports.registrations(people_queries.to_export(event), event.timezone)
    return Response(
        stream_with_context(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{event.slug}-registrations.csv"'},
    )
