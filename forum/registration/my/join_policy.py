"""Which hosts a page's Join button may lead to: browsers apply form-action to redirects."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Response, make_response

from forum.events.models import Room
from forum.web.headers import POLICY


def joinable(html: str, rooms: Iterable[Room | None]) -> Response:
    """Return a page whose forms may lead to the streams of these rooms (CSP 3, 6.4.1)."""
    response = make_response(html)
    hosts = sorted({_host(room.stream_url) for room in rooms if room and room.stream_url})
    if hosts:
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {' '.join(hosts)}")
        response.headers["Content-Security-Policy"] = policy
    return response


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
