"""The doors to an offer: taking the place, or leaving it to the next. Opening it answers none."""

from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.care.rules import ASKED
from forum.db import transaction
from forum.emails.decision import why_none
from forum.emails.kinds import CONFIRMATION
from forum.errors import Refusal
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import bp, press
from forum.registration.models import Offer, OfferState, Registration
from forum.registration.my.page import MyPage
from forum.registration.my.waiting import offer_actions
from forum.registration.my.waiting.offer_page import OpenOffer, last_offer, open_offer
from forum.registration.places import waiting
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/my/<token>/offer")
def offer(token: str) -> ResponseReturnValue:
    """Show what is offered, with the button that takes it, or what became of it."""
    return _page(token, queries.by_token(token))


@bp.post("/my/<token>/offer", endpoint="offer_accepted")
@limiter.limit(limits.CHANGING)
def offer_accepted(token: str) -> ResponseReturnValue:
    """Take the place. Pressed twice, it is hers once, and the second time says so."""
    registration = queries.by_token(token)
    found = open_offer(registration, now=clock.now())
    if found is None:
        return _answered(token, registration)
    taker = _taker(found)
    if found.takers and taker is None:
        return _page(token, registration, problem=_("Choose who takes the place")), 422
    try:
        with transaction():
            offer_actions.accept(found.offer, registration, taker, now=clock.now())
    except Refusal as refusal:
        if _is_taken(registration):
            return _answered(token, registration)
        flash(refusal.sentence, "warning")
        return redirect(url_for(".offer", token=token), 303)
    said = _("The place is booked. An email with the details is on its way.")
    is_silent = why_none(CONFIRMATION, registration, facts={ASKED: True}, now=clock.now())
    flash(_("The place is booked.") if is_silent else said, "good")
    return redirect(url_for(".my", token=token), 303)


@bp.get("/my/<token>/offer/decline")
def decline_offer(token: str) -> ResponseReturnValue:
    """Ask what becomes of her wait if she does not take the place."""
    registration = queries.by_token(token)
    page = MyPage(registration, now=clock.now())
    if page.offered is None:
        return redirect(url_for(".offer", token=token), 303)
    return render_template("registration/my/waiting/decline.html", page=page, token=token)


@bp.post("/my/<token>/offer/decline", endpoint="offer_declined")
@limiter.limit(limits.CHANGING)
def offer_declined(token: str) -> ResponseReturnValue:
    """Leave the place to the next; `stay` keeps her at the end of the line."""
    registration = queries.by_token(token)
    found = open_offer(registration, now=clock.now())
    stay = request.form.get("stay", "")
    if found is None:
        return redirect(url_for(".offer", token=token), 303)
    if stay not in {"yes", "no"}:
        return redirect(url_for(".decline_offer", token=token), 303)
    return press(
        partial(_decline, found.offer, registration, stay=stay == "yes"),
        partial(_declined, stay=stay == "yes"),
        url_for(".my", token=token),
    )


def _decline(offer: Offer, registration: Registration, *, stay: bool, now: datetime) -> bool:
    """Decline; return whether the place goes to the next one in line at once."""
    waiting.decline(offer, stay=stay, now=now, who=registration)
    return queries.is_offered_at(offer.event_id, offer.mode, now)


def _declined(goes_on: bool, *, stay: bool) -> str:  # noqa: FBT001 - what the action returns
    if goes_on:
        return _("Thank you. The place goes to the next person.")
    if stay:
        return _("Thank you. You stay on the waitlist. For one day, we offer you no other place.")
    return _("Thank you for letting us know.")


def _taker(found: OpenOffer) -> Registration | None:
    """Return who of a pair was chosen, if anybody was."""
    chosen = request.form.get("taker", "")
    return next((each for each in found.takers if each.public_id == chosen), None)


def _is_taken(registration: Registration) -> bool:
    """Tell whether the last offer was taken, by her or by whom of the pair she chose."""
    chosen = request.form.get("taker", "")
    pair = [each for each in queries.companions(registration) if each.public_id == chosen]
    now = clock.now()
    past = [last_offer(each, now=now) for each in (registration, *pair)]
    return any(each.state == OfferState.ACCEPTED for each in past if each)


def _answered(token: str, registration: Registration) -> ResponseReturnValue:
    """Go where someone belongs who answers what was answered before."""
    if _is_taken(registration):
        flash(_("This place is booked already. You do not need to do anything."), "good")
        return redirect(url_for(".my", token=token), 303)
    return redirect(url_for(".offer", token=token), 303)


def _page(token: str, registration: Registration, *, problem: str = "") -> str:
    now = clock.now()
    return render_template(
        "registration/my/waiting/offer.html",
        page=MyPage(registration, now=now),
        token=token,
        problem=problem,
        last=last_offer(registration, now=now),
    )
