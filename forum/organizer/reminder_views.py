"""What an event's reminders will do: who gets which, when, and who does not."""

from flask import render_template
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.reminders.preview import preview
from forum.reminders.queries import of_event


@bp.get("/events/<slug>/reminders")
@guard.needs(OrganizerRole.COORDINATOR)
def reminders(slug: str) -> ResponseReturnValue:
    """Show the rules of an event, and what they will send as things stand."""
    event = programme_queries.event(slug)
    return render_template(
        "organizer/events/reminders.html",
        event=event,
        rules=of_event(event),
        ahead=list(preview(event, now=clock.now())),
    )
