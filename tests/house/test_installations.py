"""Tests share installations: whatever one does with its own, the next finds one as good as new."""

import numbers
import sys
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import event as sql
from sqlalchemy import inspect, text

from forum.db import db
from forum.delivery.transport import Post
from forum.outbox.runner import wake
from forum.web.limits import limiter
from tests.desk import OrganizerAtDesk
from tests.make import Make
from tests.people import Visitor

LIBRARIES = {"flask_limiter", "flask_login", "flask_mail", "flask_wtf", "huey", "limits"}
"""Those of which an application has objects that remember something between two requests."""
GROWING = ("forum.web.heard_revisions",)
"""Modules that only count up."""


@pytest.fixture
def lend(engine):
    """Return a way to be lent an installation that only these tests use."""
    return lambda: engine.lent(sender_threads=3)


def be_busy(app) -> None:
    """Do what leaves something behind in each corner."""
    make = Make()
    address = f"/events/{make.event().slug}/register"
    visitor = Visitor(app)
    visitor.get("/")
    visitor.get("/nowhere", status=404)
    visitor.submit(address, name="Ada", email="ada@people.example", mode="in_person")
    OrganizerAtDesk(app, make.organizer()).get("/organize/")
    Post(app, app.extensions["forum"])
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["forum_turns"]._last_was_in_vain = True
    wake()


def remembered(app) -> dict[str, object]:
    """Return what an application, its libraries and our modules remember, by where it is."""
    modules = {name: module for name, module in sys.modules.items() if name.startswith("forum")}
    kept = {
        f"{name}.{part}": value
        for name, module in modules.items()
        for part, value in vars(module).items()
        if name not in GROWING and not part.startswith("__") and not isinstance(value, type)
    }
    env = {part: value for part, value in vars(app.jinja_env).items() if part != "cache"}
    return dict(_values({**vars(app), "limiter": limiter, "jinja": env, "modules": kept}))


def _values(thing: object, name: str = "", seen: frozenset[int] = frozenset()) -> Iterator:
    """Yield each plain value inside, however deep, and where it is."""
    if id(thing) in seen:
        return
    seen |= {id(thing)}
    if isinstance(thing, str | bytes | numbers.Number | None):
        yield name, thing
    elif isinstance(thing, Mapping):
        for key, value in list(thing.items()):
            yield from _values(value, f"{name}[{key}]", seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for number, value in enumerate(thing):
            yield from _values(value, f"{name}[{number}]", seen)
    elif type(thing).__module__.partition(".")[0] in {"forum", *LIBRARIES}:
        slots = [slot for kind in type(thing).__mro__ for slot in getattr(kind, "__slots__", ())]
        parts = {slot: getattr(thing, slot, None) for slot in slots}
        for part, value in {**parts, **getattr(thing, "__dict__", {})}.items():
            yield from _values(value, f"{name}.{part}", seen)


def test_whoever_comes_next_finds_nothing_that_is_remembered(lend):
    with lend() as installation:
        new = installation.app()
        with new.app_context():
            at_first = remembered(new)
            be_busy(new)
            assert remembered(new) != at_first
    with lend() as installation:
        again = installation.app()
        with again.app_context():
            found = remembered(again)

    assert again is new
    assert {at: value for at, value in found.items() if at_first.get(at) != value} == {}
    assert at_first.keys() == found.keys()


def test_whoever_comes_next_finds_nobody_and_no_mail(lend):
    with lend() as installation:
        app = installation.app()
        with app.app_context():
            be_busy(app)
            (app.extensions["forum"].instance / "mail").mkdir()
    with lend() as installation, installation.app().app_context():
        folder = installation.settings.instance
        left = {path.name for path in folder.iterdir()} - {"static"}
        full = [
            table.name
            for table in db.metadata.sorted_tables
            if db.session.execute(db.select(db.func.count()).select_from(table)).scalar()
        ]

        assert (full, left - {"forum.db", "forum.db-shm", "forum.db-wal"}) == ([], set())
        assert (Make().event().id, Make().organizer().id) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda app: app.add_url_rule("/new", view_func=lambda: "new"),
        lambda app: app.before_request(lambda: None),
        lambda app: app.add_template_filter(str.upper, "loud"),
        lambda app: app.register_error_handler(418, str),
        lambda app: sql.listen(db.engine, "before_cursor_execute", lambda *_: None),
    ],
    ids=["address", "hook", "filter", "error", "listener"],
)
def test_an_application_whose_shape_a_test_changed_is_thrown_away(lend, change):
    with lend() as installation:
        changed = installation.app()
        Visitor(changed).get("/nowhere", status=404)
        with changed.app_context():
            changed._got_first_request = False
            change(changed)
    with lend() as installation:
        assert installation.app() is not changed


def test_a_database_whose_tables_a_test_changed_is_made_anew(lend):
    with lend() as installation, installation.app().app_context():
        db.session.execute(text("ALTER TABLE event ADD COLUMN odd INTEGER"))
        db.session.commit()
    with lend() as installation, installation.app().app_context():
        columns = {column["name"] for column in inspect(db.engine).get_columns("event")}
        assert columns == set(db.metadata.tables["event"].columns.keys())
