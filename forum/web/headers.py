"""Security headers, on every response, below every other layer so that none can escape them.

Nothing on our pages is inline, so the policy needs no nonce and whole pages can be cached.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # other sites learn nothing; our own CSRF check needs it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
}
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}  # RFC 6797, 6.1


class SecurityHeaders:
    """A WSGI layer that adds our security headers, but lets a view's own, if any, stand."""

    def __init__(self, application: "WSGIApplication", *, is_secure: bool) -> None:
        """Wrap `application`; `is_secure` says that visitors reach us by https."""
        self._application = application
        headers = ALWAYS | (ONLY_HTTPS if is_secure else {})
        self._headers = [(name, name.lower(), value) for name, value in headers.items()]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does, with the headers added."""

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType] | None = None,
        ) -> object:
            present = {name.lower() for name, _value in headers}
            added = [(name, value) for name, low, value in self._headers if low not in present]
            return start_response(status, headers + added, exc_info)

        return self._application(environ, start)  # type: ignore[arg-type]  # write() is unused
