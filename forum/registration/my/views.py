"""The doors to one attendee's registration. Opening a page changes nothing; a button does."""

from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.calendars.links import for_registration
from forum.events import queries as events
from forum.i18n import _
from forum.incoming import actions as incoming
from forum.incoming.queries import is_reached
from forum.registration import actions, queries
from forum.registration.blueprint import bp, press
from forum.registration.my.join_policy import joinable
from forum.registration.my.page import MyPage
from forum.registration.my.titles_page import remember
from forum.registration.my.today_page import today
from forum.web import limits
from forum.web.limits import limiter


@bp.get("/my/<token>/")
def my(token: str) -> ResponseReturnValue:
    """Show how it stands, and what can be changed."""
    page = MyPage(queries.by_token(token), now=clock.now())
    html = render_template(
        "registration/my/my.html",
        page=page,
        token=token,
        links=for_registration(page.registration, events.programme(), page.venue),
        today=today(page, full_titles=False),
    )
    return joinable(html, [each.room for each in page.streams])


@bp.post("/my/<token>/titles", endpoint="titles_shown")
@limiter.limit(limits.CHANGING)
def titles_shown(token: str) -> ResponseReturnValue:
    """Say full titles from now on behind this link, on this device, or neutral ones again."""
    remember(queries.by_token(token), is_full=request.form.get("titles") == "full")
    return redirect(url_for(".my", token=token), 303)


@bp.get("/my/<token>/cancel")
def cancel(token: str) -> ResponseReturnValue:
    """Ask whether to give up the place."""
    page = MyPage(queries.by_token(token), now=clock.now())
    return render_template("registration/my/cancel.html", page=page, token=token)


@bp.post("/my/<token>/cancel", endpoint="cancelled")
@limiter.limit(limits.CHANGING)
def cancelled(token: str) -> ResponseReturnValue:
    """Give up the place."""
    registration = queries.by_token(token)
    done = _("Done. An email with the details is on its way.")
    return press(
        partial(actions.cancel, registration),
        lambda _result: done if is_reached(registration) else _("Done."),
        url_for(".my", token=token),
    )


@bp.post("/my/<token>/coming", endpoint="coming")
@limiter.limit(limits.CHANGING)
def coming(token: str) -> ResponseReturnValue:
    """Take her word that she comes, although her calendar says no."""
    registration = queries.by_token(token)
    return press(
        partial(incoming.come_anyway, registration),
        _("Thank you. Your place stays yours."),
        url_for(".my", token=token),
    )


@bp.get("/my/<token>/reminders", endpoint="reminders")
def my_reminders(token: str) -> ResponseReturnValue:
    """Ask whether to stop reminders, or to send them again."""
    page = MyPage(queries.by_token(token), now=clock.now())
    return render_template("registration/my/reminders.html", page=page, token=token)


@bp.post("/my/<token>/reminders", endpoint="reminders_set")
@limiter.limit(limits.CHANGING)
def reminders_set(token: str) -> ResponseReturnValue:
    """Stop reminders, or send them again."""
    registration = queries.by_token(token)
    wants = request.form.get("reminders") == "on"
    return press(
        partial(actions.set_reminders, registration, wants=wants),
        _("You will get reminders again.") if wants else _("You will get no more reminders."),
        url_for(".my", token=token),
    )
