"""The doors to quiet time: no emails until a day or a word, for oneself or someone close.

Whoever comes with a person may do it for that person, too, once that person has agreed on a page
of their own, and sees nothing else of theirs.
"""

from datetime import datetime
from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.care import actions as care
from forum.errors import Missing
from forum.i18n import _
from forum.registration import queries, refusals
from forum.registration.blueprint import OwnAct, ask, bp, press, submit
from forum.registration.company_queries import known_company
from forum.registration.models import Registration
from forum.registration.my.page import MyPage
from forum.registration.my.pause_forms import PauseForm
from forum.web import limits
from forum.web.asking import Result
from forum.web.limits import limiter


@bp.get("/my/<token>/pause")
def pause(token: str) -> ResponseReturnValue:
    """Show whether emails go out, and offer quiet or its end."""
    mine = queries.by_token(token)
    return _page(token, mine, mine, PauseForm(mine, now=clock.now()))


@bp.post("/my/<token>/pause", endpoint="paused")
@limiter.limit(limits.CHANGING)
def paused(token: str) -> ResponseReturnValue:
    """Send no emails for a while."""
    mine = queries.by_token(token)
    return _pause(token, mine, mine)


@bp.post("/my/<token>/pause/end", endpoint="pause_ended")
@limiter.limit(limits.CHANGING)
def pause_ended(token: str) -> ResponseReturnValue:
    """Send emails again."""
    mine = queries.by_token(token)
    return _resume(token, mine, mine)


@bp.post("/my/<token>/pause/companion", endpoint="companion_pause_allowed")
@limiter.limit(limits.CHANGING)
def companion_pause_allowed(token: str) -> ResponseReturnValue:
    """Let whoever is linked to her ask for quiet in her name, or no longer."""
    mine = queries.by_token(token)
    lets = request.form.get("lets") == "yes"
    return press(
        _while_open(mine, partial(care.let_companion_pause, mine, lets=lets)),
        _("Done. They can pause emails to you.")
        if lets
        else _("Done. Only you can pause emails to you."),
        url_for(".pause", token=token),
    )


@bp.get("/my/<token>/companions/<public_id>/pause")
def pause_companion(token: str, public_id: str) -> ResponseReturnValue:
    """Offer quiet for someone who comes along."""
    mine = queries.by_token(token)
    other = _companion(mine, public_id)
    return _page(token, mine, other, PauseForm(other, now=clock.now()))


@bp.post("/my/<token>/companions/<public_id>/pause", endpoint="companion_paused")
@limiter.limit(limits.CHANGING)
def companion_paused(token: str, public_id: str) -> ResponseReturnValue:
    """Send someone who comes along no emails for a while."""
    mine = queries.by_token(token)
    return _pause(token, mine, _companion(mine, public_id))


@bp.post("/my/<token>/companions/<public_id>/pause/end", endpoint="companion_pause_ended")
@limiter.limit(limits.CHANGING)
def companion_pause_ended(token: str, public_id: str) -> ResponseReturnValue:
    """Send someone who comes along emails again."""
    mine = queries.by_token(token)
    return _resume(token, mine, _companion(mine, public_id))


def _while_open(whose: Registration, act: OwnAct[Result]) -> OwnAct[Result]:
    """Return the same, which raises TooLateToChange where no page offers it any more."""

    def checked(*, now: datetime) -> Result:
        refusals.check_changeable(whose, now=now)
        return act(now=now)

    return checked


def _companion(mine: Registration, public_id: str) -> Registration:
    """Return who comes along by this id. Raises Missing for anyone else."""
    for each in known_company(mine):
        if each.public_id == public_id:
            return each
    raise Missing


def _pause(token: str, mine: Registration, whose: Registration) -> ResponseReturnValue:
    form = PauseForm(whose, now=clock.now())
    through = None if whose is mine else mine
    return submit(
        form,
        _while_open(whose, lambda **when: care.pause(whose, form.until, through=through, **when)),
        _("Done. No emails go out for now. Nothing else changes."),
        url_for(".my", token=token),
    ) or _page(token, mine, whose, form)


def _resume(token: str, mine: Registration, whose: Registration) -> ResponseReturnValue:
    through = None if whose is mine else mine
    return press(
        _while_open(whose, partial(care.resume, whose, through=through)),
        _("Done. Emails go out again."),
        url_for(".my", token=token),
    )


def _page(
    token: str, mine: Registration, whose: Registration, form: PauseForm
) -> ResponseReturnValue:
    return ask(
        "my/pause",
        form,
        page=MyPage(mine, now=clock.now()),
        theirs=MyPage(whose, now=clock.now()),
        is_mine=whose is mine,
        token=token,
        hints=form.hints(),
    )
