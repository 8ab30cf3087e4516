"""My devices and my sign-ins."""

from datetime import datetime
from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import actions, challenges, guard, passkey_actions, queries, rules
from forum.accounts.forms import NewPasskeyForm
from forum.accounts.models import Organizer, OrganizerRole
from forum.db import transaction
from forum.errors import Missing
from forum.i18n import _
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp
from forum.web.forms import answer


@bp.get("/me/")
@guard.needs(OrganizerRole.VIEWER)
def me() -> ResponseReturnValue:
    """Show my passkeys and where I am signed in."""
    organizer = guard.current_organizer()
    return render_template(
        "organizer/me/show.html",
        organizer=organizer,
        passkeys=queries.passkeys(organizer),
        sign_ins=queries.open_sign_ins(organizer, now=clock.now()),
        this=guard.current_sign_in(),
    )


@bp.route("/me/passkeys/new", methods=["GET", "POST"])
@guard.needs(OrganizerRole.VIEWER)
def new_passkey() -> ResponseReturnValue:
    """Offer to add a passkey, and add it."""
    if _must_confirm():
        return guard.ask_passkey()
    onward = guard.safe_path(request.args.get("next", url_for(".me")))
    form = NewPasskeyForm()
    if guard.AGAIN in request.form:  # a yes came in between: what answered is no new passkey
        return ask("me/new_passkey", form, onward=onward)
    return submit(form, partial(_add_passkey, form), _added, onward) or ask(
        "me/new_passkey", form, onward=onward
    )


@bp.post("/me/passkeys/question")
@guard.needs(OrganizerRole.VIEWER)
def ask_new_passkey() -> ResponseReturnValue:
    """Give the browser what it asks a device for a new passkey."""
    if _must_confirm():
        abort(403)
    organizer = guard.current_organizer()
    return challenges.put(passkey_actions.ask_for_new(organizer, queries.passkeys(organizer)))


@bp.route("/me/passkeys/<number:passkey_id>/remove", methods=["GET", "POST"])
@guard.needs(OrganizerRole.VIEWER)
@guard.needs_passkey
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Ask, then forget a passkey; one that is there must say yes first."""
    organizer = guard.current_organizer()
    passkey = queries.passkey(organizer, passkey_id)
    if request.method == "POST":
        return press(
            lambda **how: actions.remove_passkey(queries.passkey(organizer, passkey_id), **how),
            _("The passkey is removed."),
            url_for(".me"),
        )
    is_last = len(queries.passkeys(organizer)) == 1
    return render_template("organizer/me/remove_passkey.html", passkey=passkey, is_last=is_last)


@bp.post("/me/sign-ins/<number:sign_in_id>/end")
@guard.needs(OrganizerRole.VIEWER)
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End one of my sign-ins, such as one on a shared computer."""
    return press(partial(_end, sign_in_id), _("That sign-in has ended."), url_for(".me"))


@bp.post("/me/sign-out-everywhere")
@guard.needs(OrganizerRole.VIEWER)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all my sign-ins, this one too."""
    organizer = guard.current_organizer()
    with transaction():
        actions.end_all(organizer, by=organizer, now=clock.now())
    guard.show_out()
    flash(_("You are signed out everywhere."), "good")
    return redirect(url_for("accounts.sign_in"), 303)


def _add_passkey(form: NewPasskeyForm, *, by: Organizer, now: datetime) -> str:
    """Keep it. Its device has just said yes, as for any other question: return the new token."""
    key = passkey_actions.verify_new(answer(form.credential), challenges.redeem(now=now))
    is_confirmed = guard.is_confirmed()
    actions.add_passkey(by, key, answer(form.name), is_confirmed=is_confirmed, now=now)
    return actions.confirm(guard.current_sign_in(), now=now)


def _added(token: str) -> str:
    guard.renew(guard.current_sign_in(), token)
    return _("The passkey is added. Next time you can sign in with it.")


def _end(sign_in_id: int, *, by: Organizer, now: datetime) -> None:
    mine = {each.id: each for each in queries.open_sign_ins(by, now=now)}
    if sign_in_id not in mine:
        raise Missing
    actions.end(mine[sign_in_id], by=by, now=now)


def _must_confirm() -> bool:
    """Tell whether adding a passkey needs a yes from one that she has, or another's word."""
    organizer = guard.current_organizer()
    has_one = bool(queries.passkeys(organizer))
    if not rules.may_add_passkey(organizer, has_one=has_one, now=clock.now()):
        return True
    return has_one and not guard.is_confirmed()
