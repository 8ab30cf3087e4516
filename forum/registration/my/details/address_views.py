"""The doors to a new email address: asking on one's page, confirming from the new mailbox."""

from functools import partial

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import ask, bp, closed, press, submit
from forum.registration.models import AddressChange, Registration, Status
from forum.registration.my.details import address_actions, address_queries
from forum.registration.my.details.forms import AddressForm
from forum.registration.my.page import MyPage
from forum.web.asking import Said
from forum.web.forms import UNPROCESSABLE, Form, answer
from forum.web.limits import FINDING, FINDING_ALL, everybody, limiter


@bp.route("/my/<token>/address", methods=["GET", "POST"])
@limiter.limit(FINDING, methods=["POST"])
@limiter.limit(FINDING_ALL, key_func=everybody, methods=["POST"])
def address(token: str) -> ResponseReturnValue:
    """Take a new address, and send a link there. The answer says nothing of who else uses it."""
    registration = queries.by_token(token)
    if registration.status == Status.CANCELLED:
        return closed(token)
    form = AddressForm()
    return submit(
        form,
        lambda **when: address_actions.ask(
            registration, answer(form.email), for_others=bool(form.for_others.data), **when
        ),
        _asked,
        url_for(".details", token=token),
    ) or _page(token, registration, form)


@bp.post("/my/<token>/address/remove", endpoint="address_removed")
def address_removed(token: str) -> ResponseReturnValue:
    """Write to her no more; we call instead."""
    registration = queries.by_token(token)
    return press(
        partial(address_actions.remove, registration),
        _("We send you no more emails. If something changes, we call you."),
        url_for(".details", token=token),
        back=url_for(".address", token=token),
    )


@bp.route("/my/address/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """Ask whether this mailbox is hers, then write there from now on, and open her page."""
    change, form = address_queries.by_token(token), Form()
    confirmed = submit(
        form,
        partial(address_actions.confirm, change),
        _("Your new email address is confirmed. We write there from now on."),
        lambda _result: url_for(".my", token=links.my_token(change.registration)),
    )
    if confirmed is not None:
        return confirmed
    html = render_template(
        "registration/my/details/confirm_address.html",
        change=change,
        is_open=address_actions.is_open(change, now=clock.now()),
        trouble=next(iter(form.form_errors), ""),
    )
    return html, UNPROCESSABLE if form.errors else 200


def _asked(change: AddressChange | None) -> Said:
    if change is None:
        return [(_("We write to this address already. Nothing was changed."), "info")]
    return _(
        "We have sent a link to the new address. Please open it within 48 hours, and press the"
        " button there."
    )


def _page(token: str, registration: Registration, form: AddressForm) -> ResponseReturnValue:
    others = [MyPage(each, now=clock.now()) for each in address_queries.others_of(registration)]
    return ask(
        "my/details/address",
        form,
        token=token,
        email=registration.email,
        has_phone=bool(registration.phone),
        others=others,
    )
