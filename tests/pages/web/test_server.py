"""The real server, with two processes, as it runs in production."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import update

from forum.db import db, transaction
from forum.events.models import Event
from forum.web.input_guard import LARGEST_BODY

pytestmark = [pytest.mark.real_time, pytest.mark.sqlite_is_enough]
ROOT = Path(__file__).parents[3]
LONGEST = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return line.getsockname()[1]


@pytest.fixture
def overrides():
    return {"port": free_port()}


@pytest.fixture
def server(app, settings):
    """Serve this installation from other processes; give the main one."""
    environ = {
        "PATH": os.environ["PATH"],
        "FORUM_SECRET_KEYS": settings.secret_keys[0],
        "FORUM_DATA_KEYS": settings.data_keys[0],
        "FORUM_INSTANCE_PATH": settings.instance_path,
        "FORUM_DATABASE_URL": settings.database_url,
        "FORUM_PORT": str(settings.port),
        "FORUM_WEB_WORKERS": "2",
    }
    command = [sys.executable, "-m", "forum.server"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + LONGEST
    while True:
        try:
            if ask(settings.port, "/healthz")[0] == 200:
                break
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
    yield process
    process.terminate()
    process.wait(LONGEST)


def ask(port: int, path: str, line: HTTPConnection | None = None, **headers: str):
    """Return the status and the words of one answer, over this connection or one of its own."""
    own = line or HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    own.request("GET", path, headers=headers)
    response = own.getresponse()
    body = response.read().decode()
    if line is None:
        own.close()
    return response.status, body


@pytest.mark.both_engines
def test_an_edit_shows_on_every_process(make, server, settings):
    event = make.event(slug="forum-2027")
    lines = [HTTPConnection("127.0.0.1", settings.port, timeout=LONGEST) for _ in range(8)]
    for line in lines:
        ask(settings.port, "/events/forum-2027/", line)

    for title in ("Edited once", "Edited twice"):
        with transaction():
            change = update(Event).where(Event.id == event.id)
            db.session.execute(change.values(title=title, revision=Event.revision + 1))
        if not settings.is_sqlite:
            time.sleep(0.5)  # PostgreSQL's notice travels; SQLite needs none
        for line in lines:
            assert title in ask(settings.port, "/events/forum-2027/", line)[1]
    for line in lines:
        line.close()


def test_the_numbers_of_all_processes_are_added_up(make, server, settings):
    for _ in range(30):
        ask(settings.port, "/healthz")

    numbers = ask(settings.port, "/metrics")[1].splitlines()

    count = 'forum_request_seconds_count{method="GET",route="/healthz",status="200"} '
    (line,) = [line for line in numbers if line.startswith(count)]
    assert float(line.removeprefix(count)) >= 31


def test_a_body_sent_in_pieces_is_refused_when_it_grows_too_large(make, server, settings):
    with socket.create_connection(("127.0.0.1", settings.port), LONGEST) as line:
        line.sendall(
            b"POST /find HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        piece = b"x" * 65536
        for _ in range(LARGEST_BODY // len(piece) + 1):
            line.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        line.sendall(b"0\r\n\r\n")
        status = line.makefile("rb").readline().split()[1]

    assert status == b"413"


def test_a_head_request_says_how_long_the_page_is_and_the_line_stays_usable(make, server, settings):
    make.event(slug="forum-2027")
    line = HTTPConnection("127.0.0.1", settings.port, timeout=LONGEST)
    lengths = []
    for method in ("HEAD", "GET", "HEAD", "GET"):
        line.request(method, "/events/forum-2027/")
        response = line.getresponse()
        response.read()
        lengths.append((response.status, response.headers["Content-Length"]))
    line.close()

    assert len(set(lengths)) == 1
    assert lengths[0][0] == 200


def test_it_ends_well_when_asked_to(make, server, settings):
    server.send_signal(signal.SIGTERM)

    assert server.wait(LONGEST) == 0
