"""The door to an answer on her page: whether times are said in the zone of her device, too."""

from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from forum.i18n import _, may_be_asked
from forum.registration import queries
from forum.registration.blueprint import bp, press
from forum.registration.my.details import actions
from forum.registration.my.details.zone_page import keep_zone
from forum.web import limits
from forum.web.limits import limiter


@bp.post("/my/<token>/zone")
@limiter.limit(limits.CHANGING)
def set_zone(token: str) -> ResponseReturnValue:
    """Say times in the zone of her device from now on, or never ask about it again here."""
    registration = queries.by_token(token)
    zone, here = request.form.get("zone", ""), url_for(".my", token=token)
    if request.form.get("answer") != "yes" or not may_be_asked(zone):
        keep_zone(registration)
        return redirect(here, 303)
    return press(
        partial(actions.change, registration, {"timezone": zone}, version=registration.version),
        _("We say times in your time zone, too. You can change it under “My details”."),
        here,
    )
