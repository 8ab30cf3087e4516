"""The doors to everything that we hold about someone, and to being erased."""

import json
from datetime import datetime
from functools import partial

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.db import transaction
from forum.errors import Refusal
from forum.i18n import _, language_spoken
from forum.privacy import actions
from forum.privacy.consents import invitation_agreement, text_in_force
from forum.privacy.holdings import besides, everything_about
from forum.privacy.models import ConsentPurpose
from forum.registration import queries
from forum.registration.blueprint import ask, bp, press
from forum.registration.models import Registration
from forum.registration.my.data_page import DataPage, EraseForm, day_of
from forum.registration.my.details import actions as details
from forum.registration.my.page import MyPage

FILE_NAME = "my-data.json"


@bp.get("/my/<token>/data")
def my_data(token: str) -> ResponseReturnValue:
    """Show everything that we hold about this registration of hers, in words."""
    registration = queries.by_token(token)
    held = everything_about(registration)
    return render_template(
        "registration/my/data.html",
        token=token,
        held=held,
        day=day_of(registration),
        page=DataPage(held, registration.timezone),
        is_invited=invitation_agreement(registration, now=clock.now()) is not None,
        invitation=text_in_force(ConsentPurpose.NEXT_INVITATION).words,
    )


@bp.post("/my/<token>/next-invitation")
def next_invitation(token: str) -> ResponseReturnValue:
    """Invite her to the next forum, or no more."""
    registration = queries.by_token(token)
    wants = request.form.get("invitation") == "on"
    return press(
        partial(_agree, registration, wants=wants),
        _("We will invite you.") if wants else _("We will not invite you."),
        url_for(".my_data", token=token),
    )


@bp.get("/my/<token>/data.json")
def my_data_file(token: str) -> ResponseReturnValue:
    """Give her the same as a file for programs."""
    held = everything_about(queries.by_token(token))
    content = {"made_at": clock.now().isoformat(), **held._asdict()}
    response = Response(
        json.dumps(content, ensure_ascii=False, indent=2), mimetype="application/json"
    )
    response.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return response


@bp.route("/my/<token>/erase", methods=["GET", "POST"])
def erase(token: str) -> ResponseReturnValue:
    """Say what erasing means; then do it, and say goodbye once, to nobody in particular."""
    registration = queries.by_token(token)
    page = MyPage(registration, now=clock.now())
    form = EraseForm(page, besides(registration))
    if not form.validate_on_submit():
        return ask("my/erase", form, token=token, page=page, day=day_of(registration))
    chosen = form.also.data or []
    titles = [page.named(each.event) for each in besides(registration) if each.public_id in chosen]
    left = [
        page.named(each.event) for each in besides(registration) if each.public_id not in chosen
    ]
    titles.insert(0, page.title)
    try:
        with transaction():
            is_all = actions.erase_with_others(registration, chosen, now=clock.now())
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
        return redirect(url_for(".my", token=token), 303)
    return render_template("registration/my/erased.html", titles=titles, left=left, is_all=is_all)


def _agree(registration: Registration, *, wants: bool, now: datetime) -> None:
    details.lock_registration(registration, by=None)
    if not wants:
        actions.withdraw_invitation(registration, now=now)
    elif invitation_agreement(registration, now=now) is None:
        actions.renew_invitation(registration, now=now, language=language_spoken())
