"""The doors to a new email address: asking on one's page, confirming from the new mailbox."""

from flask import flash, redirect, render_template, url_for
from flask import request as web_request
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.db import transaction
from forum.errors import Refusal
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import bp
from forum.registration.fields import answer
from forum.registration.models import Registration
from forum.registration.my.details import address_actions, address_queries
from forum.registration.my.details.forms import AddressForm
from forum.registration.my.page import MyPage
from forum.web.limits import FINDING, FINDING_ALL, everybody, limiter

UNPROCESSABLE = 422


@bp.route("/my/<token>/address", methods=["GET", "POST"])
@limiter.limit(FINDING, methods=["POST"])
@limiter.limit(FINDING_ALL, key_func=everybody, methods=["POST"])
def address(token: str) -> ResponseReturnValue:
    """Take a new address, and send a link there. The answer says nothing of who else uses it."""
    registration = queries.by_token(token)
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with transaction():
                asked = address_actions.ask(
                    registration,
                    answer(form.email),
                    for_others=bool(form.for_others.data),
                    now=clock.now(),
                )
        except Refusal as refusal:
            form.email.errors = [refusal.sentence]
        else:
            return _asked(token, is_new=asked is not None)
    return _page(token, registration, form)


@bp.post("/my/<token>/address/remove", endpoint="address_removed")
def address_removed(token: str) -> ResponseReturnValue:
    """Write to her no more; we call instead."""
    registration = queries.by_token(token)
    try:
        with transaction():
            address_actions.remove(registration, now=clock.now())
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
        return redirect(url_for(".address", token=token), 303)
    flash(_("We no longer write to you. If something changes, we call you."), "good")
    return redirect(url_for(".details", token=token), 303)


@bp.route("/my/address/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """Ask whether this mailbox is hers, then write there from now on, and open her page."""
    change, now = address_queries.by_token(token), clock.now()
    trouble = ""
    if web_request.method == "POST":
        try:
            with transaction():
                address_actions.confirm(change, now=now)
        except Refusal as refusal:
            trouble = refusal.sentence
        else:
            flash(_("Your new email address is confirmed. We write there from now on."), "good")
            return redirect(url_for(".my", token=links.my_token(change.registration)), 303)
    html = render_template(
        "registration/my/details/confirm_address.html",
        change=change,
        is_open=address_actions.is_open(change, now=now),
        trouble=trouble,
    )
    return html, UNPROCESSABLE if trouble else 200


def _asked(token: str, *, is_new: bool) -> ResponseReturnValue:
    if not is_new:
        flash(_("We write to this address already. Nothing was changed."), "info")
        return redirect(url_for(".details", token=token), 303)
    flash(
        _("We have sent a link to the new address. Please open it within 48 hours."),
        "good",
    )
    return redirect(url_for(".details", token=token), 303)


def _page(token: str, registration: Registration, form: AddressForm) -> ResponseReturnValue:
    others = [MyPage(each, now=clock.now()) for each in address_queries.others_of(registration)]
    html = render_template(
        "registration/my/details/address.html",
        token=token,
        form=form,
        email=registration.email,
        has_phone=bool(registration.phone),
        others=others,
    )
    return html, UNPROCESSABLE if form.errors else 200
