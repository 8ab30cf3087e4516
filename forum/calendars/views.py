"""The doors of calendar programs: six files, each revalidated without being written."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.datastructures import Headers
from werkzeug.http import is_resource_modified

from forum import clock
from forum.calendars import feeds, queries
from forum.events import queries as events
from forum.links import read_token
from forum.web.page_cache import cacheable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

OLD_NAME = "calendar"
"""What every feed's address ended in once; it still opens."""

bp = Blueprint("calendars", __name__)


class CalendarResponse(Response):
    """A calendar file. Its 304 repeats both validators: some programs know only the date."""

    default_mimetype = "text/calendar"

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers with the Last-Modified that werkzeug leaves out of a 304."""
        headers = super().get_wsgi_headers(environ)
        if "Last-Modified" in self.headers:
            headers["Last-Modified"] = self.headers["Last-Modified"]
        return headers


@bp.get("/<name>.ics")
def upcoming(name: str) -> Response:
    """Offer everything to come, to subscribe to, by whatever name."""
    file = feeds.upcoming(is_full=_asks_for_full_titles(), now=clock.now())
    return _public(file, event=None, asked_as=name)


@bp.get("/events/<slug>/<name>.ics")
def event(slug: str, name: str) -> Response:
    """Offer an event's sessions, to subscribe to, by whatever name."""
    file = feeds.event(events.published(slug), is_full=_asks_for_full_titles(), now=clock.now())
    return _public(file, event=slug, asked_as=name)


@bp.get("/events/<slug>/sessions/<key>/calendar.ics")
def session(slug: str, key: str) -> Response:
    """Offer one session, to keep."""
    session = events.session_of(events.published(slug), key)
    file = feeds.session(session, is_full=_asks_for_full_titles())
    return _public(file, event=slug, disposition="attachment")


@bp.get("/events/<slug>/date/calendar.ics")
def date(slug: str) -> Response:
    """Offer an event's own entry, to keep."""
    file = feeds.date(events.published(slug), is_full=_asks_for_full_titles())
    return _public(file, event=slug, disposition="attachment")


@bp.get("/my/<token>/date/calendar.ics")
def personal_date(token: str) -> Response:
    """Offer one person's own entry, to keep, to whoever has the address of her feed."""
    registration = queries.registration(*read_token("feed", token))
    return _personal(feeds.personal_date(registration, now=clock.now()), disposition="attachment")


@bp.get("/my/<token>/<name>.ics")
def personal(token: str, name: str) -> Response:  # noqa: ARG001 - any name, so that it may change
    """Offer one person's entries to whoever has the address of her feed."""
    registration = queries.registration(*read_token("feed", token))
    return _personal(feeds.personal(registration, now=clock.now()), disposition="inline")


def _personal(file: feeds.File, *, disposition: str) -> CalendarResponse:
    """Return a file that is one person's."""
    response = _answer(file, disposition=disposition)
    response.cache_control.private = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _asks_for_full_titles() -> bool:
    return request.args.get("titles") == "full"


def _public(
    file: feeds.File,
    *,
    event: str | None,
    asked_as: str = OLD_NAME,
    disposition: str = "inline",
) -> CalendarResponse:
    """Return a file that is the same for everybody; one without a date yet is kept briefly.

    It is kept by its present name and by the one that all had before, or anybody could fill our
    memory with names.
    """
    response = _answer(file, disposition=disposition)
    if f"{asked_as}.ics" not in {file.name, f"{OLD_NAME}.ics"}:
        return response
    until = file.until if response.last_modified else file.settled_at
    cacheable(response, event=event, until=until)
    return response


def _answer(file: feeds.File, *, disposition: str) -> CalendarResponse:
    """Return the file, or 304 before it is written (RFC 9110 13.2.2: tags before dates).

    A date of this very second is not given: the next change might bear it as well.
    """
    response = CalendarResponse()
    response.set_etag(file.version)
    response.cache_control.no_cache = True
    if clock.now() >= file.settled_at:
        response.last_modified = file.modified_at.replace(microsecond=0)
    if is_resource_modified(
        request.environ, etag=file.version, last_modified=response.last_modified
    ):
        response.data = file.write()
        response.headers["Content-Disposition"] = f'{disposition}; filename="{file.name}"'
    else:
        response.status_code = 304
    return response
