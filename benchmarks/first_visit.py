"""Bytes of a first visit to the event page, with an empty browser cache: bodies, in Brotli.

Budget (DESIGN.md 9): at most 100 KB with fonts, 40 KB without.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from benchmarks.house import SLUG, house
from benchmarks.report import Row

PAGE = f"/events/{SLUG}/"
IN_PAGE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IN_STYLE = re.compile(r'url\("?([^")]+\.woff2)"?\)')
IN_SCRIPT = re.compile(r'(?:from|import)\s*\(?"(\./[^"]+|/static/[^"]+)"')


def measure() -> Iterator[Row]:
    """Follow what the page, its styles and its scripts name; count every font as loaded."""
    with house() as here:
        client = here.app.test_client()

        def fetch(address: str) -> tuple[int, str]:
            with client.get(address, headers={"Accept-Encoding": "br"}) as packed:
                size = len(packed.data)
            with client.get(address) as plain:
                is_font = address.endswith(".woff2")
                return size, "" if is_font else plain.get_data(as_text=True)

        sizes = {PAGE: (page := fetch(PAGE))[0]}
        waiting = IN_PAGE.findall(page[1])
        while waiting:
            address = waiting.pop().partition("#")[0]
            if address not in sizes:
                sizes[address], content = fetch(address)
                named = IN_STYLE.findall(content) + IN_SCRIPT.findall(content)
                waiting += [urljoin(address, each) for each in named]
        fonts = sum(size for address, size in sizes.items() if address.endswith(".woff2"))
        total = sum(sizes.values())
        yield _row("Event page itself", sizes[PAGE])
        yield _row(f"Without fonts, {len(sizes)} requests", total - fonts, 40)
        yield _row("With all fonts", total, 100)


def _row(what: str, size: int, budget: int | None = None) -> Row:
    found = f"{size / 1024:.1f} KB"
    if budget is None:
        return Row(what, found)
    return Row(what, found, f"<= {budget} KB", size <= budget * 1024)
