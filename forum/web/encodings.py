"""Content codings: which one a visitor's program takes best, and the bytes in it.

RFC 9110, sections 8.4 and 12.5.3.
"""

import gzip
from functools import lru_cache

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

IDENTITY = "identity"
PREFERRED = ("br", "gzip")
BROTLI_QUALITY = 5
"""Of 11: measured in docs/performance.md, "Brotli quality"."""
GZIP_LEVEL = 6


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """Return "br", "gzip" or "identity" for an `Accept-Encoding` header (RFC 9110, 12.5.3)."""
    offers = parse_accept_header(accepted, Accept)
    best = max(PREFERRED, key=lambda name: offers[name])  # the first of equals
    return best if offers[best] > 0 else IDENTITY


def encoded(body: bytes, encoding: str) -> bytes:
    """Return the body in one of the three codings; the same bytes on every machine and day."""
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
        return compressed
    if encoding == "gzip":
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    return body
