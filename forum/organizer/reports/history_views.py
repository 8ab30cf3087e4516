"""Who did what, for all to see who work here."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit import queries
from forum.audit.models import Action
from forum.db import db
from forum.organizer.desk import bp, page_number
from forum.organizer.reports.history_queries import rooms

PER_PAGE = 50


@bp.get("/history/")
@guard.needs(OrganizerRole.COORDINATOR)
def history() -> ResponseReturnValue:
    """List all deeds, newest first."""
    asked = request.args.get("action", "")
    chosen = Action(asked) if asked in list(Action) else None
    pages = db.paginate(
        queries.entries(action=chosen), page=page_number(), per_page=PER_PAGE, error_out=False
    )
    return render_template(
        "organizer/history/list.html",
        pages=pages,
        actions=list(Action),
        chosen=chosen,
        rooms=rooms(pages.items),
        path=lambda number: url_for(".history", action=chosen or None, page=number),
    )
