"""The blueprint of all that attendees do, the headers of its pages; ask, do, say for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar, cast

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import keeping
from forum.events.contact import dialled
from forum.i18n import _
from forum.web import asking, limits
from forum.web.asking import Asked, Done, Result, To
from forum.web.forms import Form

Returned_co = TypeVar("Returned_co", covariant=True)

bp = Blueprint("registration", __name__)
bp.add_app_template_filter(dialled)


@bp.record_once
def count_requests(state: BlueprintSetupState) -> None:
    """Let the limits count for the application that opens these doors."""
    limits.install(cast("Flask", state.app))


@bp.before_request
def bring_back() -> None:
    """Show what was typed into a form of the page that could not be taken before."""
    keeping.bring_back(None)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Let no cache, no search engine and no other site learn of a personal page."""
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


class OwnAct(Protocol[Returned_co]):
    """What is done, such as an action that still lacks when."""

    def __call__(self, *, now: datetime) -> Returned_co:
        """Do it, inside a transaction. Raises the refusals of the action."""


def ask(template: str, form: Form, **facts: object) -> ResponseReturnValue:
    """Show a page with a form, and what is wrong with it."""
    return render_template(f"registration/{template}.html", form=form, **facts), form.status


def submit(
    form: Asked,
    act: OwnAct[Result],
    done: Done[Result],
    to: To[Result],
    *,
    saved: Callable[[], Asked] | None = None,
) -> ResponseReturnValue | None:
    """Do what a valid form asks for, say so on the page `to`; None when the form is to be shown.

    `act` reads the form's answers when it is called: checking them may have put them in order.
    `saved` makes the form as things stand: give it where the page can show both versions.
    """
    return asking.submit(form, lambda: act(now=clock.now()), done, to, saved=saved)


def press(
    act: OwnAct[Result],
    done: Done[Result],
    to: To[Result],
    *,
    back: str = "",
) -> ResponseReturnValue:
    """Do what a button asks for, and say on the page `to` how it went; a refusal on `back`."""
    back = back or str(to)
    return asking.press(lambda: act(now=clock.now()), done, to, refused="warning", back=back)


def closed(token: str) -> ResponseReturnValue:
    """Lead who has canceled to the page that says so; what a form asked for is not done."""
    if request.method == "POST":
        flash(
            _("This registration can no longer be changed. Please call us if you need help."),
            "warning",
        )
    return redirect(url_for("registration.details", token=token), 303)
