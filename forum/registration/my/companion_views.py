"""The doors to coming together: who comes along, adding someone, and the companion's own yes."""

from datetime import datetime
from functools import partial

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.i18n import _, language_spoken
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration import actions, queries
from forum.registration.blueprint import ask, bp, press, submit
from forum.registration.models import Registration
from forum.registration.my.companion_forms import CompanionForm
from forum.registration.my.details import actions as details
from forum.registration.my.page import MyPage
from forum.registration.register.form_keys import is_too_soon, new_stamp, read_stamp
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/my/<token>/companions/")
def companions(token: str) -> ResponseReturnValue:
    """Show who comes along, and let her add someone."""
    page = MyPage(queries.by_token(token), now=clock.now())
    form = CompanionForm(page.event)
    form.stamp.data = new_stamp()
    return _page(token, page, form)


@bp.post("/my/<token>/companions/", endpoint="companion_added")
@limiter.limit(limits.INVITING)
@limiter.limit(limits.REGISTERING_ALL, key_func=limits.everybody)
def companion_added(token: str) -> ResponseReturnValue:
    """Add someone. The answer is the same whether that person was registered before or not."""
    page = MyPage(queries.by_token(token), now=clock.now())
    form = CompanionForm(page.event)
    if form.website.data:
        return render_template("registration/refused.html"), 422
    stamp = read_stamp(form.stamp.data or "", now=page.now.timestamp())
    if stamp is None:
        form.stamp.data = new_stamp()
    if form.validate() and (stamp is None or is_too_soon(stamp)):
        form.say(_("We could not save this. Please press the button again."))
        return _page(token, page, form)
    return submit(
        form,
        lambda **when: actions.add_companion(
            page.registration, form.companion(), form.rule(), **when
        ),
        _("Done. An email of their own tells that person how it stands."),
        url_for(".companions", token=token),
    ) or _page(token, page, form)


@bp.post("/my/<token>/agree", endpoint="agreed")
@limiter.limit(limits.CHANGING)
def agreed(token: str) -> ResponseReturnValue:
    """Keep the yes of someone whom another person registered."""
    return press(
        partial(_agree, queries.by_token(token)),
        _("Thank you. Your registration stays as it is."),
        url_for(".my", token=token),
    )


def _agree(registration: Registration, *, now: datetime) -> None:
    details.lock_changeable(registration, by=None)
    language = language_spoken()
    privacy.record(registration, ConsentPurpose.REGISTRATION, now=now, language=language)


def _page(token: str, page: MyPage, form: CompanionForm) -> ResponseReturnValue:
    return ask("my/companions", form, page=page, token=token)
