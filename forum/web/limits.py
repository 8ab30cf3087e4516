"""How often one connection, and everybody together, may send the forms that write or mail.

Generous, because a whole clinic shares one address. Counted in Redis when there is one, else in
each process, which also goes on counting while Redis is away.
"""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from forum.config import Settings

REGISTERING = "60 per minute; 600 per hour"
REGISTERING_ALL = "3000 per minute"
INVITING = "10 per minute; 60 per hour"
CHANGING = "60 per minute; 600 per hour"
FINDING = "10 per minute; 60 per hour"
FINDING_ALL = "600 per minute"
PATIENCE = 1.0
"""Seconds that a visitor waits for a Redis that is silent; the next ones do not, for a while."""

limiter = Limiter(get_remote_address, headers_enabled=False)


def install(app: Flask) -> None:
    """Count for this application, unless its limits are off."""
    settings: Settings = app.extensions["forum"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.redis_url or "memory://")
    app.config.setdefault("RATELIMIT_ENABLED", settings.limits)
    app.config.setdefault("RATELIMIT_SWALLOW_ERRORS", True)
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    if settings.redis_url:
        waits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", waits)
    limiter.init_app(app)


def everybody() -> str:
    """Return the one key that all requests count under."""
    return "everybody"
