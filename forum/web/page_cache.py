"""Public pages, kept whole and served before Flask wakes up.

A page is kept under its path and those query fields that may change it. It is served while the
revision of its event is the one that was current *before* the page was made, and until the
moment at which time alone would change it. So an edit shows at once, in every process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import Response, request

from forum import clock
from forum.i18n import may_be_asked
from forum.web.bodies import whole
from forum.web.encodings import best_encoding
from forum.web.pages import Page
from forum.web.revisions import Known, Revisions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIELDS = frozenset({"topic", "track", "mode", "tz", "lang", "titles"})
"""The query fields that public pages answer to. Any other makes a request pass by the cache."""
LONGEST_QUERY = 200
ROOM = 16 * 1024 * 1024
"""Bytes of pages that one process keeps; the least recently asked for make room."""
TAG = "forum.cacheable"
"""Where in the WSGI environment a view leaves word that its response may be kept."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType]


@dataclass(frozen=True)
class CacheTag:
    """A view's word: valid for this event's revision (None: the whole site's), until then."""

    event: str | None
    until: datetime | None


def cacheable(response: Response, *, event: str | None, until: datetime | None = None) -> Response:
    """Let a public page be kept and served to everybody.

    `event` is the slug of the event that the page shows, or None if it shows several or none.
    `until` is the next instant at which time alone changes the page: registration opens or
    closes, the event is over. The page must depend on its path, the FIELDS and the database only.
    """
    response.cache_control.no_cache = True  # for visitors whom the cache passes by
    request.environ[TAG] = CacheTag(event, until)
    return response


class PageCache:
    """A WSGI layer that answers GET and HEAD for public pages from memory."""

    def __init__(
        self,
        application: "WSGIApplication",
        revisions: Revisions,
        *,
        cookie: str,
        count: Mapping[str, Callable[[], None]],
        room: int = ROOM,
    ) -> None:
        """Wrap `application`.

        Requests that bring our `cookie` pass by. `count` has a function to call for each "hit",
        "unchanged" (304) and "made" page.
        """
        self._application = application
        self._revisions = revisions
        self._cookie = f" {cookie}="
        self._count_hit, self._count_unchanged, self._count_made = (
            count[outcome] for outcome in ("hit", "unchanged", "made")
        )
        self._room = room
        self._size = 0
        self._pages: OrderedDict[tuple[str, str], Page] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer from memory, or let the application answer and keep what it allows."""
        key = self._key(environ)
        known = None if key is None else self._revisions.current()
        if key is None or known is None:
            return self._application(environ, start_response)
        page = self._pages.get(key)
        if page is None or not self._is_current(page, known):
            return self._make(key, known, environ, start_response)
        with suppress(KeyError):  # another thread has just let it go
            self._pages.move_to_end(key)
        return self._serve(page, environ, start_response)

    def _key(self, environ: "WSGIEnvironment") -> tuple[str, str] | None:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        cookie = environ.get("HTTP_COOKIE")
        if cookie is not None and self._cookie in f" {cookie}":
            return None
        query = environ.get("QUERY_STRING", "")
        if query:
            query = _normal(query)
            if query is None:
                return None
        return environ["PATH_INFO"], query

    @staticmethod
    def _is_current(page: Page, known: Known) -> bool:
        if page.known is not known:
            if page.event is None or page.known.get(page.event) != known.get(page.event):
                return False
            page.known = known
        return page.until is None or clock.now() < page.until

    def _make(
        self,
        key: tuple[str, str],
        known: Known,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Let the application answer; keep the page if its view allows."""
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        asked = {**environ, "REQUEST_METHOD": "GET"}
        kept: list[tuple[str, str]] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
        ) -> object:
            if TAG in asked and _is_keepable(status, headers):
                kept.extend(headers)
                return None
            return start_response(status, headers, exc_info)

        chunks = self._application(asked, start)  # type: ignore[arg-type]  # write() is unused
        if not kept:
            return [whole(chunks)[:0]] if is_head else chunks
        body = whole(chunks)
        tag: CacheTag = asked[TAG]
        page = Page(kept, body, event=tag.event, until=tag.until, known=known)
        self._count_made()
        if tag.event is None or tag.event in known:
            self._keep(key, page)
        return self._serve(page, environ, start_response)

    def _serve(
        self, page: Page, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = page.variants.get(encoding) or page.encode(encoding)
        if page.is_unchanged(
            variant, environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
        ):
            self._count_unchanged()
            start_response("304 NOT MODIFIED", [*variant.bare_headers])
            return []
        self._count_hit()
        start_response("200 OK", [*variant.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [*variant.chunks]

    def _keep(self, key: tuple[str, str], page: Page) -> None:
        with self._lock:
            former = self._pages.pop(key, None)
            self._size += page.size - (former.size if former else 0)
            self._pages[key] = page
            while self._size > self._room:
                _key, oldest = self._pages.popitem(last=False)
                self._size -= oldest.size


@lru_cache(maxsize=1024)
def _normal(query: str) -> str | None:
    """Return the query with its fields in order, or None if some field is not one of ours.

    Nor is a zone that is no place, or one beside another: nobody shall invent addresses to keep.
    Another field that comes twice keeps its order: views read the first.
    """
    if len(query) > LONGEST_QUERY:
        return None
    fields = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    if not dict(fields).keys() <= FIELDS:
        return None
    zones = [text for name, text in fields if name == "tz"]
    if len(zones) > 1 or not all(map(may_be_asked, zones)):
        return None
    return urlencode(sorted(fields, key=itemgetter(0)), encoding="latin-1")


def _is_keepable(status: str, headers: list[tuple[str, str]]) -> bool:
    """Tell whether a response is whole and the same for everybody without a cookie of ours."""
    if not status.startswith("200"):
        return False
    varies = {text.lower() for name, text in headers if name.lower() == "vary"}
    names = {name.lower() for name, _text in headers}
    return varies <= {"accept-encoding", "cookie"} and not names & {
        "set-cookie",
        "content-encoding",
    }
