"""Input that no person types and no database takes is refused before any view sees it."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Request, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

LARGEST_BODY = 256 * 1024
"""Bytes that a request may send, unless its view `takes_files`."""
MOST_FIELDS = 200

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(largest: int) -> Callable[[View], View]:
    """Say that a view takes bodies of up to `largest` bytes. Goes below `@bp.route`."""

    def say(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return say


class GuardedRequest(Request):
    """A request whose form is text. Reading a form that is not raises BadRequest."""

    def _load_form_data(self) -> None:
        if self.mimetype == "application/x-www-form-urlencoded":
            body = self.get_data(cache=True)
            if self.content_length is None and len(body) == self.max_content_length:
                raise RequestEntityTooLarge  # sent in chunks, of which Werkzeug drops the rest
            _refuse_unless_text(unquote_to_bytes(body))
        super()._load_form_data()
        for name, text in self.form.items(multi=True):
            _refuse_nul(name + text)
        for name, file in self.files.items(multi=True):
            _refuse_nul(name + (file.filename or ""))


def install_input_guard(app: Flask) -> None:
    """Refuse with 413 a body that is too large, with 400 text that is not text.

    Redirects of the router stay on this host, whatever the request calls it.

    Comes before whatever reads forms, such as the CSRF check.
    """
    app.request_class = GuardedRequest
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FIELDS,
    )

    @app.before_request
    def _() -> None:
        _refuse_unless_text(request.environ["PATH_INFO"].encode("latin-1"))
        _refuse_unless_text(unquote_to_bytes(request.environ.get("QUERY_STRING", "")))
        view = app.view_functions.get(request.endpoint or "")
        if largest := getattr(view, "largest_body", None):
            request.max_content_length = largest

    @app.before_request
    def _() -> ResponseReturnValue | None:
        missed = request.routing_exception
        if isinstance(missed, RequestRedirect):  # to the same page with a slash at its end
            return redirect(_without_host(missed.new_url), missed.code)
        return None


def _without_host(address: str) -> str:
    """Return the path and query of an address: who we are is not for a Host header to say."""
    parts = urlsplit(address)
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def _refuse_unless_text(given: bytes) -> None:
    """Raise BadRequest for broken UTF-8, which lone surrogates are too (RFC 3629, 3), or NUL."""
    try:
        _refuse_nul(given.decode())
    except UnicodeDecodeError as error:
        raise BadRequest from error


def _refuse_nul(text: str) -> None:
    """Raise BadRequest for NUL, which PostgreSQL does not store."""
    if "\0" in text:
        raise BadRequest
