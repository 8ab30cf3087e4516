"""The blueprint of everything that attendees do, and the headers of its pages."""

from typing import cast

from flask import Blueprint, Flask, Response
from flask.sansio.blueprints import BlueprintSetupState

from forum.registration import limits

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
