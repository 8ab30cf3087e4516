"""Installations that tests share: one for each engine and settings in each test process.

A test is lent one that is as good as new. Its database and its folder are emptied, and what its
application remembers is forgotten: the configuration, pages kept, counters, limits, turns. A test
may do with it what it likes, such as add an address or listen to the database: an application
whose shape has changed is thrown away.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Config, Flask
from sqlalchemy import Engine

from forum import create_app, web
from forum.config import Settings
from forum.db import db
from forum.operations import surroundings
from forum.web import limits
from forum.web.logs import configure_logs
from forum.web.meters import Meters


class Lender:
    """What both engines have in common: they lend installations, and get them back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._installations: dict[object, Installation] = {}
        self._at_the_end = ExitStack()

    @contextmanager
    def lent(self, **overrides) -> Iterator["Installation"]:
        """Lend the installation with these settings, as good as new."""
        key = tuple(sorted(overrides.items()))
        if key not in self._installations:
            folder = self.folder / f"installation-{len(self._installations)}"
            folder.mkdir()
            settings = self._at_the_end.enter_context(self.fresh(folder, **overrides))
            self._installations[key] = Installation(settings)
        installation = self._installations[key]
        try:
            yield installation
        finally:
            installation.leave()
            self.empty(installation.settings)

    def close(self) -> None:
        """Leave every installation."""
        self._at_the_end.close()


class Installation:
    """Settings, and the application that runs with them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._app: Flask | None = None
        self._kept: dict[str, Mapping] = {}
        self._shape: object = None

    def app(self) -> Flask:
        """Return the application as it is right after `create_app`."""
        if self._app is None:
            self._app = create_app(self.settings, TESTING=True)
            self._kept = {name: {**getattr(self._app, name)} for name in ("config", "extensions")}
            self._shape = shape(self._app)
        else:
            self._renew(self._app)
        return self._app

    def _renew(self, app: Flask) -> None:
        """Let the application forget what it has been told and what it has done.

        What is one for the whole process, limits and logs, is set as this application's again.
        """
        app._got_first_request = False
        for name, kept in self._kept.items():
            getattr(app, name).clear()
            getattr(app, name).update(kept)
        app.extensions["forum_meters"] = Meters()
        app.extensions["forum_turns"]._last_was_in_vain = False
        limits.limiter._storage_dead = False
        limits.limiter.init_app(app)
        surroundings.forget()
        configure_logs(self.settings.log_level)
        del app.wsgi_app
        web.wrap(app)

    def leave(self) -> None:
        """Close the database, and throw an application away that is not what it was."""
        if self._app is None:
            return
        with self._app.app_context():
            db.session.remove()
            db.engine.dispose()
        if shape(self._app) != self._shape:
            self._app = None


def shape(app: Flask) -> object:
    """Return what an application is made of: addresses, hooks, templates' names, listeners."""
    with app.app_context():
        listeners = {name: [*getattr(db.engine.dispatch, name)] for name in EVENTS}
    parts = {name: part for name, part in vars(app).items() if name not in RENEWED | LATE}
    names = {name: getattr(app.jinja_env, name) for name in ("globals", "filters", "tests")}
    return _inside([parts, app.url_map._rules_by_endpoint, names, listeners])


RENEWED = {"config", "extensions", "wsgi_app", "_got_first_request"}
LATE = {"jinja_env", "jinja_loader", "logger", "name"}
"""Parts that are made when they are first asked for."""
EVENTS = [name for name in dir(Engine.dispatch) if not name.startswith("_")]


def _inside(thing: Any) -> object:
    """Return what containers hold, in any order; of anything else, which one it is.

    Nothing is said of what is empty: looking something up may leave an empty list behind.
    """
    if isinstance(thing, Mapping) and not isinstance(thing, Config):
        found = ((key, _inside(value)) for key, value in thing.items())
        return {key: value for key, value in found if value}
    if isinstance(thing, list | tuple | set | frozenset):
        return sorted(map(repr, map(_inside, thing)))
    return id(thing)
