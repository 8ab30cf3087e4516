"""Stopping reminders or invitations with one click, taking that back, and being invited again."""

from datetime import datetime
from functools import partial

from flask import render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from forum import clock
from forum.care.rules import Purpose, kept_back
from forum.db import transaction
from forum.emails.kinds import Stop
from forum.errors import Missing
from forum.i18n import _, day_in_words, language_spoken
from forum.privacy import actions as privacy
from forum.privacy.consents import counts_until, invitation_agreement, text_in_force
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration import actions, queries, refusals
from forum.registration.blueprint import bp, press
from forum.registration.models import Registration
from forum.registration.my.details import actions as details
from forum.registration.my.page import MyPage
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask whether to stop what the link names: mail scanners open this, too."""
    registration, stop = _stopped_by(token, for_good=True)
    return _page(token, registration, stop)


@bp.post("/unsubscribe/<token>", endpoint="unsubscribed")
def unsubscribed(token: str) -> ResponseReturnValue:
    """Stop it at one click of a mail program, without cookie or form token (RFC 8058 3.2).

    A link in an older email does so too, after she took a new personal link: whoever has it can
    only make us silent, and taking that back needs her newest.
    """
    registration, stop = _stopped_by(token, for_good=True)
    with transaction():
        if stop == Stop.REMINDERS:
            actions.set_reminders(registration, wants=False, now=clock.now())
        elif kept_back(registration, Purpose.CHANGE, now=clock.now()) is None:
            privacy.withdraw_invitation(registration, now=clock.now())
    return _page(token, registration, stop)


@bp.post("/unsubscribe/<token>/undo", endpoint="unsubscribe_undone")
@limiter.limit(limits.CHANGING)
def unsubscribe_undone(token: str) -> ResponseReturnValue:
    """Send her again what she stopped."""
    registration, stop = _stopped_by(token)
    act = _remind_again if stop == Stop.REMINDERS else _invite_again
    return press(partial(act, registration), (), url_for(".unsubscribe", token=token))


@bp.get("/my/<token>/again")
def again(token: str) -> ResponseReturnValue:
    """Ask whether she wants to be invited again, in the words that she would agree to."""
    registration, now = queries.by_token(token), clock.now()
    agreed = invitation_agreement(registration, now=now)
    return render_template(
        "registration/my/again.html",
        page=MyPage(registration, now=now),
        token=token,
        agreed_on=agreed and day_in_words(agreed.given_at, registration.timezone),
        until=agreed and _until(agreed),
        invitation=text_in_force(ConsentPurpose.NEXT_INVITATION).words,
    )


@bp.post("/my/<token>/again", endpoint="invited_again")
@limiter.limit(limits.CHANGING)
def invited_again(token: str) -> ResponseReturnValue:
    """Keep that she wants to be invited again, from today on."""
    return press(
        partial(_invite_again, queries.by_token(token)),
        _("We will invite you again."),
        url_for(".again", token=token),
    )


@bp.record_once
def trust_one_click(state: BlueprintSetupState) -> None:
    """Take a mail program's POST without a form token."""
    state.app.extensions["csrf"].exempt(unsubscribed)


def _stopped_by(token: str, *, for_good: bool = False) -> tuple[Registration, Stop]:
    """Return whose link it is, and what it stops. Raises Missing."""
    for stop in Stop:
        try:
            return queries.by_token(token, stop, for_good=for_good), stop
        except Missing:
            continue
    raise Missing


def _opens(token: str, stop: Stop) -> bool:
    """Tell whether a link is not older than her newest personal link."""
    try:
        queries.by_token(token, stop)
    except Missing:
        return False
    return True


def _page(token: str, registration: Registration, stop: Stop) -> ResponseReturnValue:
    page = MyPage(registration, now=clock.now())
    return render_template(
        "registration/my/unsubscribe.html",
        token=token,
        is_invitation=stop == Stop.INVITATIONS,
        is_stopped=not _gets(registration, stop),
        may_undo=_opens(token, stop) and (stop == Stop.INVITATIONS or page.may_change),
        page=page,
        invitation=text_in_force(ConsentPurpose.NEXT_INVITATION).words,
    )


def _gets(registration: Registration, stop: Stop) -> bool:
    if stop == Stop.REMINDERS:
        return registration.wants_reminders
    return invitation_agreement(registration, now=clock.now()) is not None


def _until(agreed: Consent) -> str:
    """Return the day until which an agreement counts, on the clock of whoever gave it."""
    return day_in_words(counts_until(agreed), agreed.registration.timezone)


def _remind_again(registration: Registration, *, now: datetime) -> None:
    details.lock_registration(registration, by=None)
    refusals.check_changeable(registration, now=now)
    actions.set_reminders(registration, wants=True, now=now)


def _invite_again(registration: Registration, *, now: datetime) -> None:
    details.lock_registration(registration, by=None)
    privacy.renew_invitation(registration, now=now, language=language_spoken())
