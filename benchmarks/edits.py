"""Whether an edit shows at once on every process, and what editing costs the readers.

Budget (DESIGN.md 9): no stale answer right after the edit. PostgreSQL's notice takes a moment to
travel to the other process; how long is shown.
"""

import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

from flask import Flask
from sqlalchemy import update

from benchmarks.house import SLUG, house, served
from benchmarks.load import Target, rates
from benchmarks.pages import BROTLI, PAGE, warm
from benchmarks.report import Row
from forum.db import db, transaction
from forum.events.models import Event

EDITS = 40
CONNECTIONS = 8
LONGEST_STALE_MS = {"sqlite": 0.0, "postgresql": 10.0}
EDIT_EVERY = 0.5


def measure() -> Iterator[Row]:
    """Edit 40 times and look over 8 connections each time; then read while it is edited."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here, served(here):
            port = here.settings.port
            warm(port, PAGE)
            stale, longest = _look_after_edits(port)
            budget = LONGEST_STALE_MS[engine]
            yield Row(
                f"Stale answers right after {EDITS} edits ({engine})",
                f"{stale} of {EDITS * CONNECTIONS}, the last {longest:.1f} ms after the edit",
                f"<= {budget:.0f} ms",
                longest <= budget,
            )
            with _editing(here.app):
                (found,) = rates([Target(port, PAGE, BROTLI)])
            yield Row(f"Event page, edited twice a second ({engine})", f"{found.per_second:,.0f}/s")


def _look_after_edits(port: int) -> tuple[int, float]:
    """Return how many answers were stale, and how long after its edit the last one was, in ms."""
    lines = [HTTPConnection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    stale, longest = 0, 0.0
    for number in range(EDITS):
        title = f"Edited for the {number}th time"
        edit(title)
        edited = time.perf_counter()
        for line in lines:
            asked = time.perf_counter()
            line.request("GET", PAGE)
            if title not in line.getresponse().read().decode():
                stale += 1
                longest = max(longest, (asked - edited) * 1000)
    for line in lines:
        line.close()
    return stale, longest


def edit(title: str) -> None:
    """Change what the public page shows."""
    with transaction():
        db.session.execute(
            update(Event).where(Event.slug == SLUG).values(title=title, revision=Event.revision + 1)
        )


class _editing:  # noqa: N801 - read as a verb
    """Edits twice a second while its block runs."""

    def __init__(self, app: Flask) -> None:
        self._app, self._is_over = app, threading.Event()
        self._thread = threading.Thread(target=self._edit)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _edit(self) -> None:
        number = 0
        with self._app.app_context():
            while not self._is_over.wait(EDIT_EVERY):
                number += 1
                edit(f"Edited meanwhile {number}")
