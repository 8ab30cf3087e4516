"""The doors to one attendee's registration. Opening a page changes nothing; a button does."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from forum import clock
from forum.calendars.links import for_registration
from forum.db import transaction
from forum.errors import Refusal
from forum.events import queries as events
from forum.events import words
from forum.events.models import Mode, Room
from forum.i18n import _
from forum.registration import actions, queries, rules
from forum.registration.doors import bp
from forum.registration.forms import SessionsForm
from forum.registration.models import Registration
from forum.registration.my_page import MyPage
from forum.registration.register_page import session_hints
from forum.web.headers import POLICY


@bp.get("/my/<token>/")
def my(token: str) -> ResponseReturnValue:
    """Show everything about a registration."""
    page = MyPage(queries.by_token(token), now=clock.now())
    html = render_template(
        "registration/my.html",
        page=page,
        token=token,
        links=for_registration(page.registration),
    )
    return _joinable(html, [each.room for each in page.streams])


@bp.get("/my/<token>/mode")
def change_mode(token: str) -> ResponseReturnValue:
    """Ask whether to attend another way; `?to=` has the choice already made."""
    return _mode_page(token, queries.by_token(token), request.args.get("to", ""))


@bp.post("/my/<token>/mode", endpoint="mode_changed")
def mode_changed(token: str) -> ResponseReturnValue:
    """Attend another way from now on."""
    registration = queries.by_token(token)
    to = request.form.get("to", "")
    if to not in set(Mode):
        return _mode_page(token, registration, "")
    mode = Mode(to)
    return _act(
        token,
        lambda: actions.change_mode(registration, mode, now=clock.now()),
        _done(registration, _("Changed.")),
    )


@bp.get("/my/<token>/cancel")
def cancel(token: str) -> ResponseReturnValue:
    """Ask whether to give up the place."""
    page = MyPage(queries.by_token(token), now=clock.now())
    return render_template("registration/cancel.html", page=page, token=token)


@bp.post("/my/<token>/cancel", endpoint="cancelled")
def cancelled(token: str) -> ResponseReturnValue:
    """Give up the place."""
    registration = queries.by_token(token)
    return _act(
        token,
        lambda: actions.cancel(registration, now=clock.now()),
        _done(registration, _("Done.")),
    )


@bp.get("/my/<token>/sessions/")
def sessions(token: str) -> ResponseReturnValue:
    """Let her choose among sessions with limited places."""
    page = MyPage(queries.by_token(token), now=clock.now())
    form = SessionsForm(page.sessions, page.event.timezone)
    form.sessions.data = [place.session_id for place in page.places]
    return _sessions_page(page, form, token, 200)


@bp.post("/my/<token>/sessions/", endpoint="sessions_chosen")
def sessions_chosen(token: str) -> ResponseReturnValue:
    """Make these her sessions."""
    registration = queries.by_token(token)
    page = MyPage(registration, now=clock.now())
    form = SessionsForm(page.sessions, page.event.timezone)
    wanted = tuple(form.sessions.data or ())
    try:
        with transaction():
            actions.choose_sessions(registration, wanted, now=clock.now())
    except Refusal as refusal:
        form.sessions.errors = [refusal.sentence]
        return _sessions_page(page, form, token, 422)
    flash(_("Your sessions are kept."), "good")
    return redirect(url_for(".my", token=token), 303)


@bp.get("/my/<token>/sessions/<key>/")
def session(token: str, key: str) -> ResponseReturnValue:
    """Show one session to her: too early, joining, or afterwards, at one address."""
    page = MyPage(queries.by_token(token), now=clock.now())
    item = events.session_of(page.event, key)
    html = render_template(
        "registration/session.html",
        page=page,
        token=token,
        item=item,
        stream=page.stream(item),
        place=next((each for each in page.places if each.session_id == item.id), None),
    )
    return _joinable(html, [item.room])


@bp.post("/my/<token>/sessions/<key>/join")
def join(token: str, key: str) -> ResponseReturnValue:
    """Lead to the stream of the session's room, from 15 minutes before until the end."""
    registration = queries.by_token(token)
    item = events.session_of(registration.event, key)
    is_open = rules.may_join(registration, item, now=clock.now())
    if not is_open or item.room is None or item.room.stream_url is None:
        return redirect(url_for(".session", token=token, key=key), 303)
    return redirect(item.room.stream_url, 303)


@bp.post("/my/<token>/reminders")
def reminders(token: str) -> ResponseReturnValue:
    """Stop reminders, or send them again."""
    registration = queries.by_token(token)
    wants = request.form.get("reminders") == "on"
    return _act(
        token,
        lambda: actions.set_reminders(registration, wants=wants, now=clock.now()),
        _("You will get reminders again.") if wants else _("You will get no more reminders."),
    )


@bp.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask whether to stop reminders: mail scanners open this, too."""
    queries.by_token(token, "unsubscribe")
    return render_template("registration/unsubscribe.html", is_done=False)


@bp.post("/unsubscribe/<token>", endpoint="unsubscribed")
def unsubscribed(token: str) -> ResponseReturnValue:
    """Stop reminders at one click of a mail program, without cookie or form token (RFC 8058)."""
    registration = queries.by_token(token, "unsubscribe")
    with transaction():
        actions.set_reminders(registration, wants=False, now=clock.now())
    return render_template("registration/unsubscribe.html", is_done=True)


@bp.record_once
def trust_one_click(state: BlueprintSetupState) -> None:
    """Take a mail program's POST without a form token."""
    state.app.extensions["csrf"].exempt(unsubscribed)


def _act(token: str, action: Callable[[], None], done: str) -> ResponseReturnValue:
    """Do something to a registration and go back to its page, saying how it went."""
    try:
        with transaction():
            action()
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
    else:
        flash(done, "good")
    return redirect(url_for(".my", token=token), 303)


def _done(registration: Registration, done: str) -> str:
    """Return what was done, and that an email follows if one does."""
    return f"{done} {_('An email with the details is on its way.')}" if registration.email else done


def _mode_page(token: str, registration: Registration, to: str) -> ResponseReturnValue:
    page = MyPage(registration, now=clock.now())
    chosen = next((each for each in page.other_modes if each[0] == to), None)
    return render_template(
        "registration/mode.html",
        page=page,
        token=token,
        chosen=chosen,
        chosen_how=words.MODES[chosen[0]] if chosen else "",
    )


def _sessions_page(
    page: MyPage, form: SessionsForm, token: str, status: int
) -> ResponseReturnValue:
    hints = session_hints(page.sessions)
    html = render_template(
        "registration/sessions.html", page=page, form=form, token=token, hints=hints
    )
    return make_response(html, status)


def _joinable(html: str, rooms: list[Room | None]) -> Response:
    """Let a page's Join button lead to the streams: browsers apply form-action to redirects."""
    response = make_response(html)
    hosts = sorted({_host(room.stream_url) for room in rooms if room and room.stream_url})
    if hosts:
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {' '.join(hosts)}")
        response.headers["Content-Security-Policy"] = policy
    return response


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
