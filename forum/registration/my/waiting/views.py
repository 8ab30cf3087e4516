"""The doors for those who wait: their number, short notice, and leaving the line."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import ask, bp, press, submit
from forum.registration.models import Status
from forum.registration.my.page import MyPage
from forum.registration.my.waiting.forms import WaitingForm
from forum.registration.places import waiting
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/my/<token>/waiting", endpoint="waiting")
def my_waiting(token: str) -> ResponseReturnValue:
    """Show her number and how she waits."""
    page = MyPage(queries.by_token(token), now=clock.now())
    if not page.waits:
        flash(_("You are not on the waitlist. You do not need to do anything."), "info")
        return redirect(url_for(".my", token=token), 303)
    return _page(token, page, WaitingForm(page.registration, now=page.now))


@bp.post("/my/<token>/waiting", endpoint="waiting_set")
@limiter.limit(limits.CHANGING)
def waiting_set(token: str) -> ResponseReturnValue:
    """Wait in this way from now on."""
    page = MyPage(queries.by_token(token), now=clock.now())
    if not page.waits:
        return redirect(url_for(".waiting", token=token), 303)
    form = WaitingForm(page.registration, now=page.now)
    return submit(
        form,
        lambda **when: waiting.set_waiting(
            page.registration,
            short_notice=form.hours,
            auto_take_until=form.auto_take_until,
            **when,
        ),
        _("Saved."),
        url_for(".my", token=token),
    ) or _page(token, page, form)


@bp.post("/my/<token>/waiting/again", endpoint="waiting_again")
@limiter.limit(limits.CHANGING)
def waiting_again(token: str) -> ResponseReturnValue:
    """Say that she still waits, after an offer that was not answered."""
    registration = queries.by_token(token)
    return press(
        partial(waiting.wait_again, registration),
        _("Thank you. We will write to you when it is your turn."),
        url_for(".my", token=token),
    )


@bp.get("/my/<token>/waiting/leave")
def leave_line(token: str) -> ResponseReturnValue:
    """Ask whether to stop waiting. Who has no other place gives up her registration by it."""
    page = MyPage(queries.by_token(token), now=clock.now())
    if not page.waits:
        return redirect(url_for(".waiting", token=token), 303)
    if page.registration.status == Status.WAITLISTED:
        return redirect(url_for(".cancel", token=token), 303)
    return render_template("registration/my/waiting/leave_line.html", page=page, token=token)


@bp.post("/my/<token>/waiting/leave", endpoint="line_left")
@limiter.limit(limits.CHANGING)
def line_left(token: str) -> ResponseReturnValue:
    """Stop waiting, and keep the place that she has."""
    registration = queries.by_token(token)
    return press(
        partial(waiting.leave_line, registration),
        _("You left the waitlist. Your place stays booked."),
        url_for(".my", token=token),
    )


def _page(token: str, page: MyPage, form: WaitingForm) -> ResponseReturnValue:
    return ask("my/waiting/waiting", form, page=page, token=token)
