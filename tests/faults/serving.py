"""A real web server in processes of its own, and people who fill in its forms."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from forum.config import Settings
from tests.markup import parse
from tests.people import XHTML, form_values

HOUSE = Path(__file__).parent.parent.parent
LONGEST = 30.0
"""Seconds that a visitor waits for an answer before the test fails."""
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when the line broke before there was an answer."""

    status: int
    headers: dict[str, str]
    text: str


def environment(settings: Settings) -> dict[str, str]:
    """Return what a process needs in its environment to run with these settings."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("FORUM_")}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, bool):
            value = "on" if value else "off"
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        environ[f"FORUM_{field.name.upper()}"] = text
    return environ


@dataclass
class House:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    number: int

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Return the answer; a broken line is one, too."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            line.request(method, path, body, {n.replace("_", "-"): t for n, t in headers.items()})
            found = line.getresponse()
            named = {name.lower(): text for name, text in found.getheaders()}
            return Answer(found.status, named, found.read().decode())
        except (HTTPException, ConnectionError):
            return Answer(0, {}, "")
        finally:
            line.close()

    def form(self, path: str) -> tuple[str, dict[str, object]]:
        """Open a page with a form; return the cookie it brings and what the form would send."""
        answer = self.ask("GET", path)
        tree = parse(answer.text)
        posting = next(f for f in tree.iter(XHTML + "form") if f.get("method") == "post")
        return answer.headers["set-cookie"].partition(";")[0], form_values(posting)

    def send(self, path: str, form: tuple[str, dict[str, object]], **answers: str) -> Answer:
        """Fill in a form that was opened before, and send it."""
        cookie, values = form
        body = urlencode({**values, **answers}, doseq=True).encode()
        return self.ask("POST", path, body, Cookie=cookie, Content_Type=FORM)

    def worker(self) -> int:
        """Return the process id of one that serves; wait until the dead have been replaced."""
        deadline = time.monotonic() + LONGEST
        while len(self.workers()) < self.number:
            assert time.monotonic() < deadline, "a dead worker was not replaced"
            time.sleep(0.05)
        return self.workers()[0]

    def workers(self) -> list[int]:
        """Return the process ids that serve."""
        folder = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in folder.read_text().split()]


@contextmanager
def serving(settings: Settings, log: IO[bytes] | None = None) -> Iterator[House]:
    """Serve an installation; its events go to `log`."""
    command = [sys.executable, "-m", "forum.server"]
    process = subprocess.Popen(
        command, cwd=HOUSE, env=environment(settings), stderr=log or subprocess.DEVNULL
    )
    house = House(process, settings.port, settings.web_workers)
    try:
        deadline = time.monotonic() + LONGEST
        while house.ask("GET", "/healthz").status != 200:
            assert time.monotonic() < deadline, "the server does not answer"
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
        yield house
    finally:
        process.terminate()
        process.wait(2 * LONGEST)
