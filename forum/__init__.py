"""Forum: publishes events, takes registrations, and keeps the dates right in people's calendars."""

import os
import zoneinfo
from collections.abc import Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

if "PYTHONTZPATH" not in os.environ:  # an operator's own word counts
    zoneinfo.reset_tzpath(())  # the pinned zone data, before anything below looks up a zone

from forum import cli, i18n, organizer, registration, web
from forum import db as database
from forum.accounts import views as accounts
from forum.calendars import views as calendars
from forum.config import Settings
from forum.incoming import views as incoming
from forum.operations import views as operations
from forum.organizer import desk
from forum.registration import blueprint as attendees
from forum.site import views as site

OURS_ALONE = 0o077
"""Whatever we or a library of ours write, other users of the machine cannot read: the database
and its log, tasks, mail, tombstones, from their first byte."""
MONTH_IN_SECONDS = 30 * 24 * 3600


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """Build the application.

    `settings` come from the environment when not given; `overrides` go into Flask's own
    configuration. Raises ConfigError when the settings do not allow a start.
    """
    settings = settings or Settings.from_environ()
    app = Flask(__name__, instance_path=str(settings.instance))
    app.config.from_mapping(_flask_config(settings))
    app.config.from_mapping(overrides)
    app.extensions["forum"] = settings
    app.extensions["forum_factory"] = create_app
    os.umask(OURS_ALONE)
    settings.make_folders()

    database.connect(app, settings)
    Migrate(app, database.db, render_as_batch=True)
    web.install(app)  # before the CSRF check, which reads forms
    CSRFProtect(app)
    i18n.start(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _open_doors(app)
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
    _import_views(organizer, registration)
    for door in (site, attendees, calendars, accounts, desk, operations, incoming):
        app.register_blueprint(door.bp)
    cli.register(app)


def _import_views(*packages: ModuleType) -> None:
    """Import all views of these packages, so that their one blueprint knows each of their pages."""
    for package in packages:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("views"):
                import_module(module.name)
