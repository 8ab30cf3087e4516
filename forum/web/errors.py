"""What went wrong becomes a page that says so in plain words and shows a way on.

None of these pages touches the database where it may be the database that fails. At the desk the
others keep its menu.
"""

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from forum.errors import Busy, Gone, Missing, Refusal, Renamed

PAGES = {400, 403, 404, 405, 409, 410, 413, 429, 500, 503}
"""The statuses with a page of their own. Others show the page of 400 or 500."""
RETRY_AFTER = 10
"""Seconds after which a visitor whom the database kept waiting may try again."""
LASTING = ("no such table", "no such column", "does not exist", "syntax error")
"""Words of database errors that waiting does not heal."""

log = get_logger()


def install_errors(app: Flask) -> None:
    """Give every error its page."""
    for kind, answer in (
        (Renamed, _moved),
        (Missing, lambda _error: page(404)),
        (Gone, lambda _error: page(410)),
        (Refusal, lambda error: page(409, sentence=error.sentence)),
        (Busy, lambda _error: come_back()),
        (DBAPIError, _database),
        (PoolTimeout, _database),
        (ObjectDeletedError, lambda _error: page(404)),
        (StaleDataError, lambda _error: page(404)),
        (HTTPException, _http),
    ):
        app.register_error_handler(kind, answer)


def _moved(error: Renamed) -> ResponseReturnValue:
    """Lead to the same page under the new name; a form that is sent goes along (RFC 9110 15.4)."""
    given = request.view_args or {}
    if request.endpoint is None or "slug" not in given:
        return page(404)
    path = url_for(request.endpoint, **{**given, "slug": error.slug}).partition("?")[0]
    asked = request.query_string.decode("ascii", "replace")
    there = f"{path}?{asked}" if asked else path
    response = redirect(there, 301 if request.method in {"GET", "HEAD"} else 308)
    response.cache_control.no_cache = True  # the old name may come back: nobody walks in a circle
    return response


def is_at(path: str) -> bool:
    """Tell whether a page stands among the desk's, seen by someone who has signed in.

    The desk says so of itself (`forum_at_desk`), because it is above.
    """
    tell = current_app.extensions.get("forum_at_desk")
    return bool(tell and tell(path))


def page(status: int, *, template: str = "", **facts: object) -> Response:
    """Return the page of a status. `facts` go to its template beside `reference`."""
    shown = status if status in PAGES else 400 if status < 500 else 500  # noqa: PLR2004
    is_at_desk = shown < 500 and is_at(request.path)  # noqa: PLR2004 - the database answers
    html = render_template(
        f"errors/{template or shown}.html",
        reference=g.get("request_id", ""),
        is_at_desk=is_at_desk,
        layout=f"layouts/{'desk_plain' if is_at_desk else 'plain'}.html",
        **facts,
    )
    response = make_response(html, status)
    response.cache_control.no_store = True
    return response


def come_back() -> Response:
    """Return the page that asks to try again: nothing was changed, nothing is lost."""
    response = page(503, seconds=RETRY_AFTER)
    response.retry_after = RETRY_AFTER
    return response


def is_passing(error: Exception) -> bool:
    """Tell whether a database error heals by itself: locked, full, restarting, unreachable."""
    if isinstance(error, PoolTimeout | InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return isinstance(error, DBAPIError) and error.connection_invalidated
    text = str(error.orig).lower()
    return not any(words in text for words in LASTING)


def _database(error: Exception) -> Response:
    if is_passing(error):
        log.error("database.unavailable", exc_info=error)
        return come_back()
    log.error("database.fault", exc_info=error)
    return page(500)


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004
        return make_response(error.get_response())
    response = page(error.code)
    for name, text in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = text
    return response
