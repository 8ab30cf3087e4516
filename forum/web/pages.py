"""One public page as it is kept: in each content coding, ready to be sent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from werkzeug.http import parse_date, parse_etags

from forum.web.encodings import BROTLI_QUALITY, GZIP_LEVEL, IDENTITY, encoded
from forum.web.revisions import Known

Headers = list[tuple[str, str]]
SET_HERE = {"cache-control", "content-length", "etag", "vary"}
ABOUT_CONTENT = {"content-encoding", "content-length", "content-type"}
TAGS = {"br": f"-br{BROTLI_QUALITY}", "gzip": f"-gz{GZIP_LEVEL}", IDENTITY: ""}
OVERHEAD = 2048
"""Bytes that a page's headers and our own bookkeeping take, about."""


class Variant(NamedTuple):
    """A page in one content coding: what a 200 and what a 304 sends."""

    etag: str
    headers: Headers
    bare_headers: Headers
    chunks: list[bytes]


class Page:
    """A kept page: what the view answered, and for how long that is true.

    `known` are the revisions that were current before the view ran.
    """

    def __init__(
        self,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        *,
        event: str | None,
        until: datetime | None,
        known: Known,
    ) -> None:
        """Take over a response's headers and body."""
        self.event = event
        self.until = until
        self.known = known
        self.size = OVERHEAD + 2 * len(body)  # both compressed forms together stay below the plain
        self.variants: dict[str, Variant] = {}
        self._headers = [(name, text) for name, text in headers if name.lower() not in SET_HERE]
        self._body = body
        self._digest = blake2b(body, digest_size=12).hexdigest()
        dates = [text for name, text in headers if name.lower() == "last-modified"]
        self._modified_at = parse_date(dates[0]) if dates else None

    def encode(self, encoding: str) -> Variant:
        """Make, keep and return the page in a coding that it does not have yet."""
        body = encoded(self._body, encoding)
        etag = f'"{self._digest}{TAGS[encoding]}"'
        headers = [
            *self._headers,
            ("Cache-Control", "public, max-age=0, must-revalidate"),
            ("Vary", "Accept-Encoding"),
            ("ETag", etag),
            ("Content-Length", str(len(body))),
        ]
        if encoding != IDENTITY:
            headers.append(("Content-Encoding", encoding))
        bare = [(name, text) for name, text in headers if name.lower() not in ABOUT_CONTENT]
        variant = self.variants[encoding] = Variant(etag, headers, bare, [body])
        return variant

    def is_unchanged(self, variant: Variant, tags: str | None, since: str | None) -> bool:
        """Tell whether the visitor has this very variant (RFC 9110, 13.2.2: tags come first)."""
        if tags is not None:
            return tags == variant.etag or parse_etags(tags).contains_weak(variant.etag[1:-1])
        if since is None or self._modified_at is None:
            return False
        asked = parse_date(since)
        return asked is not None and self._modified_at <= asked
