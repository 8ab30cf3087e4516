"""What every page needs, whoever made it: two calls wire it to the application."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from forum.config import Settings
from forum.web.assets import Assets
from forum.web.errors import install_errors
from forum.web.file_revisions import FileRevisions
from forum.web.headers import SecurityHeaders
from forum.web.input_guard import install_input_guard
from forum.web.kept_pages import install_kept_pages
from forum.web.logs import configure_logs, install_request_log
from forum.web.meters import Meters, meters_of
from forum.web.page_cache import PageCache
from forum.web.revisions import Revisions


def install(app: Flask) -> None:
    """Give the application its input guard, error pages, request log and `asset()`."""
    configure_logs(app.extensions["forum"].log_level)
    app.extensions["forum_meters"] = Meters()
    app.extensions["forum_assets"] = Assets(app)
    install_request_log(app)
    install_input_guard(app)
    install_errors(app)


def wrap(app: Flask) -> None:
    """Put our WSGI layers around the application: cache, headers, static files, Flask."""
    settings = app.extensions["forum"]
    flask = app.wsgi_app
    if hops := settings.proxy_hops:
        flask = ProxyFix(flask, x_for=hops, x_proto=hops, x_host=0)
    static = app.extensions["forum_assets"].layer(flask)
    pages = meters_of(app).pages
    revisions = revisions_for(settings)
    install_kept_pages(app, revisions)
    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        SecurityHeaders(static, is_secure=settings.is_secure),
        revisions,
        cookie=app.config["SESSION_COOKIE_NAME"],
        count={outcome: pages.labels(outcome).inc for outcome in ("hit", "unchanged", "made")},
    )


def revisions_for(settings: Settings) -> Revisions:
    """Return the kind that fits the database. Opens nothing yet, so that servers may fork."""
    if settings.is_sqlite:
        return FileRevisions(settings.database_file)
    from forum.web.heard_revisions import HeardRevisions  # noqa: PLC0415 - its driver is heavy

    return HeardRevisions(settings.database_url)
