"""Pages that differ between visitors in a few signed values only, kept without these.

A page with a form is the same for everybody but for its form token and its stamp. It is made for
one visitor and kept with gaps, which are filled with the next visitor's own values.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from flask import Flask, current_app, request

from forum import clock
from forum.web.revisions import Known, Revisions

MOST = 64
"""How many pages one process keeps; strangers who invent addresses cannot fill its memory."""


class _Kept(NamedTuple):
    """A page in pieces: every second one is the name of the value that belongs there."""

    pieces: list[str]
    until: datetime | None


class KeptPages:
    """Pages by address, while no event's revision changes."""

    def __init__(self, revisions: Revisions) -> None:
        """Keep nothing yet."""
        self._revisions = revisions
        self._known: Known | None = None
        self._pages: dict[str, _Kept] = {}

    def __len__(self) -> int:
        """Return how many pages are kept."""
        return len(self._pages)

    def page(self, own: Mapping[str, str], make: Callable[[], tuple[str, datetime | None]]) -> str:
        """Return the page at the address that is asked for, kept or made.

        `make` returns it, and when time alone changes it. Beside its address and `own`, which
        are signed texts by name, it must depend on public records only.
        """
        known = self._revisions.current()
        if known is None or known is not self._known:
            self._pages, self._known = {}, known
        pages, address = self._pages, request.full_path
        kept = pages.get(address)
        if kept is not None and (kept.until is None or clock.now() < kept.until):
            return _filled(kept.pieces, own)
        html, until = make()
        if len(pages) >= MOST:
            pages.clear()
        pages[address] = _Kept(_cut(html, own), until)
        return html


def install_kept_pages(app: Flask, revisions: Revisions) -> None:
    """Give the application its kept pages."""
    app.extensions["forum_kept_pages"] = KeptPages(revisions)


def kept_pages() -> KeptPages:
    """Return the application's kept pages."""
    pages: KeptPages = current_app.extensions["forum_kept_pages"]
    return pages


def _cut(html: str, own: Mapping[str, str]) -> list[str]:
    if not own:
        return [html]
    names = {text: name for name, text in own.items()}
    pieces = re.split(f"({'|'.join(map(re.escape, names))})", html)
    pieces[1::2] = [names[text] for text in pieces[1::2]]
    return pieces


def _filled(pieces: list[str], own: Mapping[str, str]) -> str:
    filled = pieces.copy()
    filled[1::2] = [own[name] for name in pieces[1::2]]
    return "".join(filled)
