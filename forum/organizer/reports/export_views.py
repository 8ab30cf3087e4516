"""Taking personal data out of the house: asked, confirmed by passkey, written down."""

from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.organizer import people_queries, programme_queries
from forum.organizer.asking import ask
from forum.organizer.desk import bp
from forum.organizer.reports import exports
from forum.organizer.reports.exports import Format
from forum.organizer.reports.list_forms import FileForm


@bp.route("/events/<slug>/registrations/export", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.needs_passkey
def export_registrations(slug: str) -> ResponseReturnValue:
    """Say what the file holds, then give it."""
    event, form = programme_queries.event(slug), FileForm()
    if not form.validate_on_submit():
        return ask("people/export", form, event=event)
    with transaction():
        by, now = guard.current_organizer(), clock.now()
        record(Action.EXPORTED, event, {"what": "registrations"}, now=now, organizer=by)
    sheet = exports.registrations(people_queries.to_export(event), event.timezone)
    return exports.give(sheet, Format(form.format.data), f"{event.slug}-registrations")
