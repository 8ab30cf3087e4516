"""Reading what people told us: asked for, behind a passkey's yes, and kept."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.organizer import people_queries
from forum.organizer.desk import bp


@bp.post("/looks")
@guard.needs(OrganizerRole.COORDINATOR)
def look() -> ResponseReturnValue:
    """Open what some people told us to whoever presses the button, and keep who looked at whom."""
    if not guard.may_read():
        return guard.ask_passkey()
    by, now = guard.current_organizer(), clock.now()
    with transaction():
        for person in people_queries.whose(request.form.getlist("people")):
            record(Action.LOOKED_AT, person, now=now, organizer=by)
    return redirect(guard.safe_path(request.form.get("next", "")), 303)
