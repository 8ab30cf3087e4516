"""Nothing typed is lost: a form that could not be taken comes back, filled in, in its browser.

The cookie holds the key, the database what was typed, encrypted, for an hour. Nothing of it is
sent by itself: the form is shown, and whoever typed it sends it.
"""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass

from flask import g, request
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's
from flask.globals import request_ctx
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict

from forum import clock
from forum.accounts import kept_actions, queries
from forum.accounts.models import Organizer
from forum.accounts.throttle import TooOften
from forum.config import current_settings
from forum.db import db, transaction
from forum.errors import Busy
from forum.sealed import Unreadable

KEY = "kept"
"""Where the cookie keeps the key."""
KEY_BYTES = 32
LARGEST = 64 * 1024
"""Characters of a form that is kept; what a person types is far below."""
ANEW = frozenset({"csrf_token", "credential", "again"})
"""What each sending of a form makes anew."""
OURS = frozenset({"version", "seen", "mark", "step", "website"})
"""Fields of a form that nobody types into."""

FILLED_IN = "filled_in"
"""Stands with fields that we filled in from what we know: nobody has typed them."""


@dataclass(frozen=True)
class TypedForm:
    """A form that was kept: where it was sent to, and its fields."""

    path: str
    fields: list[tuple[str, str]]


def sent_fields() -> list[tuple[str, str]]:
    """Return what a form has sent, but for what each sending makes anew."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in ANEW]


def opens() -> bool:
    """Tell whether the address that a form was sent to shows it when it is opened."""
    adapter = request_ctx.url_adapter
    return adapter is not None and "GET" in adapter.allowed_methods()


def keep(organizer: Organizer | None) -> bool:
    """Keep the form that was sent for this browser, and for `organizer` alone if one is given.

    False where nothing was typed, or nothing can be kept now: then it is as it was without us.
    """
    return keep_for(request.full_path.rstrip("?"), sent_fields(), organizer)


def keep_for(path: str, fields: list[tuple[str, str]], organizer: Organizer | None) -> bool:
    """Keep these fields for the form at a path; otherwise as `keep`."""
    is_typed = any(text and name not in OURS for name, text in fields)
    if not is_typed or sum(len(name) + len(text) for name, text in fields) > LARGEST:
        return False
    key, before = secrets.token_urlsafe(KEY_BYTES), cookie.get(KEY)
    try:
        with transaction():
            if before:
                kept_actions.forget_form(before)
            kept_actions.keep_form(
                path,
                fields,
                key=key,
                organizer=organizer,
                client=request.remote_addr or "",
                now=clock.now(),
            )
    except (TooOften, Busy, DBAPIError):
        db.session.rollback()
        return False
    cookie[KEY] = key
    return True


def kept_for(organizer: Organizer | None) -> TypedForm | None:
    """Return what is kept in this browser, if it is for `organizer`; None: for no organizer."""
    key = cookie.get(KEY)
    row = queries.kept_form(key, now=clock.now()) if key else None
    if row is None or row.organizer_id != (organizer.id if organizer else None):
        return None
    with suppress(Unreadable):
        path, *fields = json.loads(row.content)
        return TypedForm(path, [(name, text) for name, text in fields])
    return None


def bring_back(organizer: Organizer | None) -> None:
    """Let the forms of the page that is opened show what was kept of them.

    Once such a form is sent, nothing is kept of it any more.
    """
    if KEY not in cookie:
        return
    kept = kept_for(organizer)
    if kept is None or kept.path.partition("?")[0] != request.path:
        return
    if request.method in {"GET", "HEAD"}:
        g.kept_form = MultiDict(kept.fields)
    elif request.form.get("step") not in {"look", "check"}:
        forget()


def forget() -> None:
    """Keep nothing any more of what this browser had sent."""
    with transaction():
        kept_actions.forget_form(cookie.pop(KEY))


def is_from_here() -> bool:
    """Tell whether a page of ours sent this form, as far as a browser says (W3C Fetch Metadata).

    Nothing is kept of what another site has a browser send.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "") == current_settings().base_url.rstrip("/")
