"""What waits to be deleted, because it would take very many people at once: for owners."""

from flask import url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.i18n import _
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.reports.purge_forms import PurgeForm
from forum.privacy import purge_actions, purge_queries


@bp.route("/purge", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
def purge() -> ResponseReturnValue:
    """Say whom the next purge would take, event by event, and take a yes to it."""
    form = PurgeForm()
    return submit(
        form,
        lambda **how: purge_actions.allow(form.people.data, **how),
        _("Understood. What was kept long enough is deleted within the hour."),
        url_for(".dashboard"),
    ) or ask("purge/ask", form, large=purge_queries.large_purge(now=clock.now()))
