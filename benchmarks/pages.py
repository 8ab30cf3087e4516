"""Public pages from memory: the event page of 32 sessions in Brotli, its .ics, and their 304s.

Budget (DESIGN.md 9): at least half of what nginx does with the same bytes. Where nginx is not
installed, the peer is one-line Flask under the same server: nginx did 6 times that on the machine
of docs/performance.md, so half of nginx is 3 times one-line Flask.
"""

from collections.abc import Iterator
from http.client import HTTPConnection

from benchmarks.house import SLUG, house, one_line_flask, served
from benchmarks.load import rate
from benchmarks.report import Row

PAGE = f"/events/{SLUG}/"
LEAST = 3.0
"""Times one-line Flask."""


def measure() -> Iterator[Row]:
    """Measure one-line Flask and our pages in the same run."""
    with one_line_flask() as port:
        peer = rate(port, "/").per_second
    yield Row("One-line Flask", f"{peer:,.0f}/s")
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here, served(here):
            port = here.settings.port
            for what, path in (("Event page, br", PAGE), ("Its .ics, br", f"{PAGE}calendar.ics")):
                warm(port, path)
                found = rate(port, path, Accept_Encoding="br")
                yield _row(f"{what} ({engine})", found.per_second, found.p99_ms, peer)
            tag = etag(port, PAGE)
            found = rate(port, PAGE, Accept_Encoding="br", If_None_Match=tag)
            yield _row(f"Its 304 ({engine})", found.per_second, found.p99_ms, peer)


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


def _row(what: str, per_second: float, p99_ms: float, peer: float) -> Row:
    found = f"{per_second:,.0f}/s, p99 {p99_ms:.1f} ms, {per_second / peer:.1f} x"
    return Row(what, found, f">= {LEAST:.0f} x one-line Flask", per_second >= LEAST * peer)
