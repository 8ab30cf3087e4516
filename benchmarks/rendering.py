"""Processor time of a page that is made, not kept: one process, no network.

Budget (DESIGN.md 9): at most 8 ms for the event page of 32 sessions. Each request stands alone, and
asks for another address, so that neither a page nor a record is left from the one before.
"""

import statistics
import time
from collections.abc import Iterator
from contextvars import Context

from benchmarks.house import SLUG, house
from benchmarks.report import Row
from benchmarks.visitor import open_registration

PAGES = {
    "Event page": (f"/events/{SLUG}/", 8.0),
    "Its .ics": (f"/events/{SLUG}/calendar.ics", 8.0),
    "First page": ("/", 8.0),
    "All events": ("/events/", 8.0),
    "Form to register": (f"/events/{SLUG}/register", 8.0),
}
TIMES = 60


def measure() -> Iterator[Row]:
    """Make each page 60 times as for a visitor whom the cache passes by."""
    with house() as here:
        open_registration(places=None)
        client = here.app.test_client()
        client.set_cookie(here.app.config["SESSION_COOKIE_NAME"], "x")
        for what, (path, budget) in PAGES.items():
            times = []
            for number in range(TIMES):
                started = time.process_time()
                response = Context().run(client.get, f"{path}?n={number}")
                times.append((time.process_time() - started) * 1000)
            if response.status_code != 200:
                raise RuntimeError(f"{response.status_code} for {path}")
            ms = statistics.median(times)
            size = f"{len(response.data) / 1024:.0f} KB"
            yield Row(f"{what}, {size}", f"{ms:.1f} ms CPU", f"<= {budget:.0f} ms", ms <= budget)
