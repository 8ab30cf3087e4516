"""The first room: what needs someone today."""

from flask import render_template
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.organizer import queries
from forum.organizer.desk import bp


@bp.get("/")
@guard.needs(OrganizerRole.VIEWER)
def dashboard() -> ResponseReturnValue:
    """Show what needs someone, the coming events, and whether mail goes out."""
    return render_template("organizer/dashboard.html", today=queries.today(now=clock.now()))
