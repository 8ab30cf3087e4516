"""Forum: publishes events, takes registrations, and keeps the dates right in people's calendars."""

import os

os.environ.setdefault("PYTHONTZPATH", "")

import zoneinfo
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

import forum.audit.models
import forum.outbox.models
import forum.reminders.models
from forum import db as database
from forum import cli, i18n, web
from forum.config import Settings

zoneinfo.reset_tzpath(())  # the pinned zone data, never this machine's older one

MONTH_IN_SECONDS = 30 * 24 * 3600


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the application.

    `settings` come from the environment when not given; `overrides` go into Flask's own
    configuration. Raises ConfigError when the settings do not allow a start.
    """
    settings = settings or Settings.from_environ()
    app = Flask(__name__, instance_path=str(settings.instance))
    app.config.from_mapping(_flask_config(settings))
    app.config.from_mapping(overrides)
    app.extensions["forum"] = settings
    settings.instance.mkdir(parents=True, exist_ok=True)

    database.connect(app, settings)
    Migrate(app, database.db, render_as_batch=True)
    web.install(app)  # before the CSRF check, which reads forms
    CSRFProtect(app)
    i18n.start(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _open_doors(app)
    cli.register(app)
    web.wrap(app)
    return app


def _flask_config(settings: Settings) -> Mapping[str, Any]:
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SESSION_COOKIE_NAME": "__Host-s" if settings.is_secure else "s",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": MONTH_IN_SECONDS,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "en",
    }


def _open_doors(app: Flask) -> None:
    """Register every blueprint and command."""
    from importlib import import_module, util  # noqa: PLC0415

    for name in ("events.views", "registration.views", "calendars.views", "organizer", "accounts.views", "operations.views"):
        try:
            found = util.find_spec(f"forum.{name}")
        except ModuleNotFoundError:
            continue
        if found is None:
            continue
        module = import_module(f"forum.{name}")
        if found and hasattr(module, "bp"):
            app.register_blueprint(module.bp)
