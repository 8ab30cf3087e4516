"""The doors to attending another way. Whoever waits for a place keeps the one she has."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.events.models import Mode
from forum.i18n import _
from forum.incoming.queries import is_reached
from forum.registration import actions, queries
from forum.registration.blueprint import bp, press
from forum.registration.models import Registration, Status
from forum.registration.my.mode_words import IN_LINE, KEPT
from forum.registration.my.page import MyPage
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/my/<token>/mode")
def change_mode(token: str) -> ResponseReturnValue:
    """Ask whether to attend another way; `?to=` has the choice already made."""
    return _page(token, queries.by_token(token), request.args.get("to", "")), 200


@bp.post("/my/<token>/mode", endpoint="mode_changed")
@limiter.limit(limits.CHANGING)
def mode_changed(token: str) -> ResponseReturnValue:
    """Attend another way from now on, or wait for a place there."""
    registration = queries.by_token(token)
    to = request.form.get("to", "")
    if to not in {gate.mode for gate in registration.event.gates}:
        return _page(token, registration, to or "none"), 422
    mode = Mode(to)
    if registration.mode == mode and registration.status == Status.CONFIRMED:
        flash(_("You already take part this way. Nothing was changed."), "info")
        return redirect(url_for(".my", token=token), 303)
    return press(
        partial(actions.change_mode, registration, mode),
        lambda _result: _done(registration, mode),
        url_for(".my", token=token),
    )


def _done(registration: Registration, mode: Mode) -> str:
    """Return what became of it, and that an email follows if one does."""
    said = [_("Changed.")]
    if registration.mode != mode or registration.status == Status.WAITLISTED:
        said = [IN_LINE[mode] % {"number": queries.line_number(registration)}]
        if registration.status == Status.CONFIRMED:
            said.append(str(KEPT[registration.mode]))
    if is_reached(registration):
        said.append(_("An email with the details is on its way."))
    return " ".join(said)


def _page(token: str, registration: Registration, to: str) -> str:
    page = MyPage(registration, now=clock.now())
    return render_template(
        "registration/my/mode.html",
        page=page,
        token=token,
        chosen=next((way for way in page.ways if way.mode == to), None),
        is_unknown=bool(to) and to not in {gate.mode for gate in page.event.gates},
        is_mine=to == registration.mode,
    )
