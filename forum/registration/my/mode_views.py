"""The doors to attending another way. Whoever waits for a place keeps the one she has."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.care.rules import ASKED
from forum.emails.decision import why_none
from forum.emails.kinds import WAITLIST
from forum.events.models import Mode
from forum.i18n import _
from forum.registration import actions, queries
from forum.registration.blueprint import bp, press
from forum.registration.models import Registration, Status
from forum.registration.my.mode_words import KEPT
from forum.registration.my.page import MyPage
from forum.registration.my.waiting.offer_page import in_line
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
    if not MyPage(registration, now=clock.now()).may_change:
        return _page(token, registration, ""), 409
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
    """Return what became of it, and whether an email follows."""
    page = MyPage(registration, now=clock.now())
    said = [_("Changed.")]
    if registration.mode != mode or registration.status == Status.WAITLISTED:
        said = [in_line(registration, queries.line_number(registration))]
        if registration.status == Status.CONFIRMED:
            said.append(str(KEPT[registration.mode]))
    if registration.status == Status.CONFIRMED and registration.mode == mode and page.company:
        names = ", ".join(each.name for each in page.company)
        said.append(_("Nothing changes for %(names)s.", names=names))
    if page.can_choose_sessions and page.is_confirmed and not page.session_places:
        said.append(_("Please choose your small sessions again: “My sessions” below."))
    email = "mode_changed" if registration.mode == mode else WAITLIST
    if page.is_over:
        said.append(_("This event is over, so no email follows."))
    elif not why_none(email, registration, facts={ASKED: True}, now=page.now):
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
