"""Public pages from memory: the event page of 32 sessions in Brotli, its .ics, and their 304s.

Budget (DESIGN.md 9): at least half of what nginx does with the same bytes. Where nginx is not
installed, the peer is one-line Flask under the same server: nginx did 6 times that on the machine
of docs/performance.md, so half of nginx is 3 times one-line Flask.
"""

from collections.abc import Iterator
from http.client import HTTPConnection

from benchmarks.house import SLUG, house, one_line_flask, served
from benchmarks.load import Rate, Target, rates
from benchmarks.report import Row

PAGE = f"/events/{SLUG}/"
CALENDAR = f"{PAGE}calendar.ics"
BROTLI = {"Accept-Encoding": "br"}
LEAST = 3.0
"""Times one-line Flask."""


def measure() -> Iterator[Row]:
    """Measure one-line Flask and our pages in turn, on both engines."""
    for engine in ("sqlite", "postgresql"):
        with one_line_flask() as peer, house(engine) as here, served(here):
            port = here.settings.port
            for path in (PAGE, CALENDAR):
                warm(port, path)
            tag = etag(port, PAGE)
            flask, *ours = rates([
                Target(peer, "/"),
                Target(port, PAGE, BROTLI),
                Target(port, CALENDAR, BROTLI),
                Target(port, PAGE, BROTLI | {"If-None-Match": tag}),
            ])  # fmt: skip
        yield Row(f"One-line Flask beside it ({engine})", f"{flask.per_second:,.0f}/s")
        for what, found in zip(("Event page, br", "Its .ics, br", "Its 304"), ours, strict=True):
            yield _row(f"{what} ({engine})", found, flask.per_second)


def warm(port: int, path: str) -> None:
    """Ask often enough that every worker has the page."""
    for _ in range(20):
        etag(port, path)


def etag(port: int, path: str) -> str:
    """Return the tag of a page in Brotli, over a connection of its own."""
    line = HTTPConnection("127.0.0.1", port)
    line.request("GET", path, headers={"Accept-Encoding": "br"})
    response = line.getresponse()
    response.read()
    line.close()
    return response.headers.get("ETag", "")


def _row(what: str, found: Rate, peer: float) -> Row:
    times = found.per_second / peer
    said = f"{found.per_second:,.0f}/s, p99 {found.p99_ms:.1f} ms, {times:.1f} x"
    return Row(what, said, f">= {LEAST:.0f} x one-line Flask", times >= LEAST)
