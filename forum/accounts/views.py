"""Signing in and out."""

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from forum import clock
from forum.accounts import actions, challenges, guard, keeping, passkey_actions, queries
from forum.accounts.forms import SignInForm
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Gone, Refusal
from forum.i18n import _
from forum.web import errors
from forum.web.forms import answer

OPENINGS = {
    "sign_in",
    "link_sent",
    "open_link",
    "ask_passkey",
    "sign_in_by_passkey",
}
"""The only views under /organize that a stranger may open."""
DESK = {"accounts", "organizer"}
"""The blueprints whose pages are the desk's."""
NEXT = "next"

bp = Blueprint("accounts", __name__, url_prefix="/organize")
guard.close(bp, openings=OPENINGS)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for an address and send a link there, if an organizer has it."""
    if NEXT in request.args or NEXT not in cookie:  # the mailed link says no language
        cookie[NEXT] = guard.safe_path(request.args.get(NEXT, ""))
    if guard.is_here():
        return redirect(_where_to())
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                client = request.remote_addr or ""
                actions.send_link(answer(form.email), client=client, now=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
            status = 429
        else:
            return redirect(url_for(".link_sent"), 303)
    elif form.errors:
        status = 422
    return render_template("accounts/sign_in.html", form=form), status


@bp.route("/sign-in/sent")
def link_sent() -> ResponseReturnValue:
    """Say what comes next, the same to everyone."""
    return render_template("accounts/link_sent.html")


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """Show a button; only pressing it signs in, because mail scanners open links."""
    try:
        if request.method != "POST":
            link = queries.open_link(token, now=clock.now())
            return render_template("accounts/open_link.html", organizer=link.organizer)
        with transaction():
            sign_in, value = actions.sign_in_by_link(token, now=clock.now())
            is_first = queries.is_first_sign_in(sign_in)
    except Gone:
        return make_response(render_template("accounts/used_link.html"), 410)
    onward = _where_to()
    guard.let_in(sign_in, value)
    if is_first and not queries.passkeys(sign_in.organizer):
        lang = parse_qs(urlsplit(onward).query).get("lang")
        return redirect(url_for("organizer.new_passkey", next=onward, lang=lang), 303)
    return redirect(onward, 303)


@bp.post("/sign-in/passkey/question")
def ask_passkey() -> ResponseReturnValue:
    """Give the browser what it asks a device."""
    return challenges.put(passkey_actions.ask())


@bp.post("/sign-in/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    """Sign in whoever owns the passkey that answered."""
    try:
        with transaction():
            passkey = challenges.answered(request.form.get("credential", ""), now=clock.now())
            sign_in, value = actions.sign_in_by_passkey(passkey, now=clock.now())
    except passkey_actions.NoAnswer:
        abort(400)
    except (Refusal, Gone) as error:
        flash(error.sentence if isinstance(error, Refusal) else _no_entry(), "rose")
        return redirect(url_for(".sign_in"), 303)
    onward = _where_to()
    guard.let_in(sign_in, value)
    return redirect(onward, 303)


@bp.post("/sign-out")
@guard.needs(OrganizerRole.VIEWER)
def sign_out() -> ResponseReturnValue:
    """End this sign-in, here and on the server."""
    with transaction():
        actions.end(guard.current_sign_in(), by=guard.current_organizer(), now=clock.now())
    guard.show_out()
    flash(_("You are signed out."), "good")
    return redirect(url_for(".sign_in"), 303)


@bp.route("/confirm", methods=["GET", "POST"])
@guard.needs(OrganizerRole.VIEWER)
def confirm() -> ResponseReturnValue:
    """Ask for the passkey again before personal data leaves the house."""
    onward = guard.safe_path(request.args.get(NEXT, ""))
    kept = guard.kept_of_form() if guard.AGAIN in request.form else None
    if request.method == "POST":
        try:
            with transaction():
                credential = request.form.get("credential", "")
                organizer, now = guard.current_organizer(), clock.now()
                challenges.answered(credential, now=now, organizer=organizer)
                sign_in = guard.current_sign_in()
                token = actions.confirm(sign_in, now=now)
        except passkey_actions.NoAnswer:
            abort(400)
        except Refusal as refusal:
            flash(refusal.sentence, "rose")
            if kept is not None:
                return guard.confirmation(onward, kept), 403
            return redirect(url_for(".confirm", next=onward), 303)
        guard.renew(sign_in, token)
        # 307 sends the form that was on its way again, as it was (RFC 9110 15.4.8)
        return redirect(onward, 303 if kept is None else 307)
    return guard.confirmation(onward, None)


@bp.get("/kept")
@guard.needs(OrganizerRole.COORDINATOR)
def kept() -> ResponseReturnValue:
    """Show what was typed where no page can show it in its form: it goes on when she says so.

    It may name a person, so a mailed link alone does not open it.
    """
    found = keeping.kept_for(guard.current_organizer())
    if found is None:
        return redirect(guard.safe_path(""), 303)
    typed = [text for name, text in found.fields if text and name not in keeping.OURS]
    return render_template("accounts/kept.html", kept=found, typed=typed)


@bp.post("/language")
@guard.needs(OrganizerRole.VIEWER)
def choose_language() -> ResponseReturnValue:
    """Keep the language in which whoever is here reads the desk, and show the page in it."""
    with transaction():
        actions.choose_language(request.form.get("lang", ""), by=guard.current_organizer())
    onward = urlsplit(request.form.get(NEXT, ""))
    asked = [pair for pair in parse_qsl(onward.query) if pair[0] != "lang"]
    here = onward._replace(query=urlencode(asked)).geturl()
    guard.speak_as(guard.current_organizer())
    return redirect(guard.safe_path(here), 303)


@bp.get("/stay")
@guard.needs(OrganizerRole.VIEWER)
def stay() -> ResponseReturnValue:
    """Count as a page that was opened, for one who types for long."""
    return "", 204


@bp.app_errorhandler(CSRFError)
def form_too_old(_error: CSRFError) -> ResponseReturnValue:
    """Say how to send the form again; what was typed by an attendee comes back in it."""
    if request.blueprint in DESK and not guard.is_here() and guard.organizer_before():
        return guard.to_sign_in()
    is_hers = request.blueprint == "registration" and keeping.is_from_here()
    is_kept = is_hers and keeping.opens() and keeping.keep(None)
    back = request.full_path.rstrip("?") if keeping.opens() else guard.came_from()
    return errors.page(400, template="expired", back=back, is_kept=is_kept)


@bp.post("/confirm/question")
@guard.needs(OrganizerRole.VIEWER)
def ask_to_confirm() -> ResponseReturnValue:
    """Give the browser what it asks a device of this organizer."""
    return challenges.put(passkey_actions.ask(queries.passkeys(guard.current_organizer())))


def _where_to() -> str:
    """Return the page that was wanted before signing in."""
    return guard.safe_path(cookie.pop(NEXT, ""))


def _no_entry() -> str:
    return _("This account can no longer sign in. Ask the program owner.")
