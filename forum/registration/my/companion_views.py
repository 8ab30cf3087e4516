"""The doors to coming together: who comes along, adding someone, and the companion's own yes."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from forum import clock
from forum.db import transaction
from forum.errors import Refusal
from forum.i18n import _, language_spoken
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration import actions, queries
from forum.registration.blueprint import act, bp, go_back
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
    return _page(token, page, form), 200


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
    if not form.validate():
        return _page(token, page, form), 422
    if stamp is None or is_too_soon(stamp):
        form.refuse(_("That was too quick for us to take. Please press the button again."), None)
        return _page(token, page, form), 422
    try:
        with transaction():
            actions.add_companion(page.registration, form.companion(), form.rule(), now=page.now)
    except Refusal as refusal:
        form.refuse(refusal.sentence, refusal.field)
        return _page(token, page, form), 422
    flash(_("Done. An email of their own tells that person how it stands."), "good")
    return go_back(token, "companions")


@bp.post("/my/<token>/agree", endpoint="agreed")
@limiter.limit(limits.CHANGING)
def agreed(token: str) -> ResponseReturnValue:
    """Keep the yes of someone whom another person registered."""
    registration = queries.by_token(token)

    def agree() -> None:
        details.lock_registration(registration, by=None)
        privacy.record(
            registration,
            ConsentPurpose.REGISTRATION,
            now=clock.now(),
            language=language_spoken(),
        )

    return act(
        token,
        agree,
        lambda: _("Thank you. Your registration stays as it is."),
    )


def _page(token: str, page: MyPage, form: CompanionForm) -> str:
    return render_template("registration/my/companions.html", page=page, token=token, form=form)
