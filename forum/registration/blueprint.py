"""The blueprint of all that attendees do, the headers of its pages, and how a button acts."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask, Response, flash, redirect, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from forum.db import transaction
from forum.errors import Refusal
from forum.web import limits

bp = Blueprint("registration", __name__)


@bp.record_once
def count_requests(state: BlueprintSetupState) -> None:
    """Let the limits count for the application that opens these doors."""
    limits.install(cast("Flask", state.app))


@bp.after_request
def keep_private(response: Response) -> Response:
    """Let no cache, no search engine and no other site learn of a personal page."""
    response.cache_control.no_store = True
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def act(
    token: str, action: Callable[[], object], done: Callable[[], str], *, back: str = "my"
) -> ResponseReturnValue:
    """Do something to a registration, and go on to one of its pages, saying how it went.

    `done` is asked for its words afterwards; `back` is the page's endpoint.
    """
    try:
        with transaction():
            action()
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
    else:
        flash(done(), "good")
    return go_back(token, back)


def go_back(token: str, back: str = "my") -> ResponseReturnValue:
    """Go on to one of the pages of a registration."""
    return redirect(url_for(f"registration.{back}", token=token), 303)
