"""Whatever a program sends, it gets a plain page; nothing is changed and nothing breaks."""

import io
import json
import logging
import socket
import threading
from urllib.parse import unquote_to_bytes

import pytest
from flask import abort, request
from sqlalchemy import select, text
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from werkzeug.serving import make_server

from forum.db import db, transaction
from forum.errors import Busy, Gone, Missing, Refusal
from forum.events.models import Programme
from forum.web.input_guard import LARGEST_BODY, takes_files
from forum.web.logs import json_lines

HEADINGS = {
    400: "We could not read that",
    404: "We could not find this page",
    405: "This page does not work that way",
    413: "That was too much to send",
    500: "Something went wrong on our side",
    503: "We are away for a moment",
}
NOT_TEXT = ["%00", "a%00b", "%ff", "%c3%28", "%ed%a0%80", "%f4%90%80%80", "%c0%af"]
"""NUL, broken UTF-8, a lone surrogate, beyond Unicode, an overlong slash."""


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"limits": False}


@pytest.fixture
def form(app):
    """Return a form that keeps what it is sent; it needs no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    kept: list[dict[str, str]] = []

    def take() -> str:
        kept.append(request.form.to_dict())
        return "kept"

    app.add_url_rule("/form", view_func=take, methods=["GET", "POST"])
    return kept


def test_text_that_is_not_text_is_refused_in_path_and_query(app, visitor):
    for bad in NOT_TEXT:
        path = unquote_to_bytes(f"/events/{bad}/").decode("latin-1")  # as servers hand it on
        page = visitor.get("/", status=400, environ_overrides={"PATH_INFO": path})
        assert page.heading == HEADINGS[400]
        assert visitor.get(f"/events/?topic={bad}", status=400).heading == HEADINGS[400]
        assert visitor.get(f"/?{bad}=1", status=400).heading == HEADINGS[400]


@pytest.mark.parametrize("bad", NOT_TEXT)
def test_text_that_is_not_text_is_refused_in_a_form(app, visitor, form, bad):
    for body in (f"name={bad}", f"{bad}=name"):
        sent = visitor.client.post(
            "/form", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert sent.status_code == 400
        assert HEADINGS[400] in sent.text
    assert form == []


def test_nul_is_refused_in_a_form_with_files(app, visitor, form):
    for values in (
        {"name": "a\0b"},
        {"a\0b": "name"},
        {"file": (io.BytesIO(b"x"), "a\0b.txt")},
    ):
        sent = visitor.client.post("/form", data=values, content_type="multipart/form-data")
        assert sent.status_code == 400
    assert form == []


def test_every_language_and_sign_is_text(app, visitor, form):
    name = "Zoë Łukasz 李 😀 \ufffd"

    visitor.client.post("/form", data={"name": name})
    visitor.client.post("/form", data={"name": name}, content_type="multipart/form-data")

    assert form == [{"name": name}] * 2
    assert visitor.get("/%F0%9F%98%80", status=404).heading == HEADINGS[404]


def test_a_body_that_is_too_large_is_refused(app, visitor, form):
    fits, too_large = "x" * (LARGEST_BODY - 5), "x" * LARGEST_BODY

    assert visitor.client.post("/form", data={"name": fits}).status_code == 200
    assert visitor.post("/form", {"name": too_large}, status=413).heading == HEADINGS[413]
    assert [len(kept["name"]) for kept in form] == [len(fits)]


def test_a_form_with_too_many_parts_is_refused(app, visitor, form):
    values = {f"field{number}": "x" for number in range(201)}

    sent = visitor.client.post("/form", data=values, content_type="multipart/form-data")

    assert (sent.status_code, form) == (413, [])


def test_a_view_that_takes_files_takes_larger_bodies(app, visitor):
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/upload")
    @takes_files(LARGEST_BODY * 3 // 2)
    def upload() -> str:
        return str(len(request.files["file"].read()))

    def send(size: int):
        values = {"file": (io.BytesIO(b"x" * size), "programme.yaml")}
        return visitor.client.post("/upload", data=values)

    assert send(LARGEST_BODY * 5 // 4).text == str(LARGEST_BODY * 5 // 4)
    assert send(LARGEST_BODY * 3 // 2).status_code == 413


@pytest.mark.real_time
def test_a_body_of_unknown_length_is_refused_when_it_grows_too_large(app, form):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with socket.create_connection(("127.0.0.1", server.server_port), 10) as line:
        line.sendall(
            b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        piece = b"x" * 65536
        try:
            for _ in range(8):
                line.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            line.sendall(b"0\r\n\r\n")
        except ConnectionError:  # refused before it was all sent
            pass
        status = line.makefile("rb").readline().split()[1]
    server.shutdown()
    thread.join()
    server.server_close()

    assert status == b"413"
    assert form == []


def test_a_form_without_its_token_says_how_to_send_it_again(app, visitor):
    app.add_url_rule("/form", view_func=lambda: "kept", methods=["GET", "POST"])

    page = visitor.post("/form", {"name": "Ada"}, status=400)

    assert page.heading == "Please send the form once more"
    assert page.links()["Open the form again"] == "/form"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 418, 429, 500, 501, 503])
def test_every_status_has_a_page_that_needs_no_database(app, visitor, monkeypatch, status):
    app.testing = False
    app.add_url_rule("/no", view_func=lambda: abort(status))
    monkeypatch.setattr(db.session, "execute", lambda *_: pytest.fail("asked the database"))
    monkeypatch.setattr(db.session, "scalars", lambda *_: pytest.fail("asked the database"))

    page = visitor.get("/no", status=status)

    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.heading


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Missing(), 404),
        (Gone(), 410),
        (Refusal("This session is full."), 409),
        (Busy(), 503),
        (ZeroDivisionError("Ada"), 500),
        (OperationalError("SELECT 1", {}, Exception("database is locked")), 503),
        (OperationalError("SELECT 1", {}, Exception("database or disk is full")), 503),
        (OperationalError("SELECT 1", {}, Exception("connection refused")), 503),
        (InterfaceError("SELECT 1", {}, Exception("the connection is closed")), 503),
        (OperationalError("SELECT 1", {}, Exception("no such table: event")), 500),
        (ProgrammingError("SELECT 1", {}, Exception("syntax error")), 500),
    ],
)
def test_what_a_view_raises_becomes_a_page(app, visitor, error, status):
    def fail() -> str:
        raise error

    app.testing = False
    app.add_url_rule("/fails", view_func=fail)

    page = visitor.get("/fails", status=status)

    assert page.heading == HEADINGS.get(status, page.heading)
    assert page.response.headers.get("Retry-After") == ("10" if status == 503 else None)
    assert ("This session is full." in page.text) == (status == 409)


def test_a_refusal_after_a_write_takes_the_write_back(app, visitor, make):
    make.programme(name="Before")

    def write_and_refuse() -> str:
        with transaction():
            db.session.execute(text("UPDATE programme SET name = 'After'"))
            raise Refusal("No.")

    app.add_url_rule("/refuses", view_func=write_and_refuse)

    visitor.get("/refuses", status=409)

    assert db.session.scalar(select(Programme.name)) == "Before"


def test_a_database_that_is_gone_is_a_503_and_heals_by_itself(app, visitor, settings, tmp_path):
    app.testing = False
    app.add_url_rule("/asks", view_func=lambda: str(db.session.scalar(text("SELECT 1"))))
    hide = tmp_path / "away"
    if not settings.is_sqlite:
        db.engine.dispose()
        url = db.engine.url
        db.engines[None].pool._dialect = db.engine.dialect
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(db.engine.dialect, "connect", lambda *_, **__: _unreachable(url.database))
            visitor.get("/asks", status=503)
    else:
        db.engine.dispose()
        settings.database_file.rename(hide)
        settings.database_file.mkdir()
        visitor.get("/asks", status=503)
        settings.database_file.rmdir()
        hide.rename(settings.database_file)

    assert visitor.client.get("/asks").text == "1"


def _unreachable(database: str):
    import psycopg

    return psycopg.connect(host="127.0.0.1", port=1, dbname=database, connect_timeout=2)


def test_the_log_names_the_route_and_nothing_personal(app, visitor):
    def fail(token: str) -> str:
        raise ValueError(f"cannot read {token} of {request.args}")

    app.testing = False
    app.add_url_rule("/my/<token>/secret", view_func=fail)
    written = io.StringIO()
    handler = json_lines(written)
    logging.getLogger().addHandler(handler)
    try:
        visitor.get("/my/canary-token/secret?name=canary-query", status=500)
        logging.getLogger("a.library").warning("library speaks")
    finally:
        logging.getLogger().removeHandler(handler)

    fault, asked, library = map(json.loads, written.getvalue().splitlines())
    assert "canary" not in written.getvalue()
    assert (fault["event"], fault["fault"]) == ("fault", "ValueError")
    assert fault["lines"][-1].endswith(" fail")
    assert fault["request_id"] == asked["request_id"]
    assert {name: asked[name] for name in ("event", "route", "method", "status")} == {
        "event": "request",
        "route": "/my/<token>/secret",
        "method": "GET",
        "status": 500,
    }
    assert library["event"] == "library speaks"
