"""Which revision of each event's public pages is current: asked at every request, so cheap.

An edit shows at once in every process because no timer is involved. SQLite tells a connection
that others have committed (`file_revisions`); PostgreSQL notifies those who LISTEN
(`heard_revisions`).
"""

from collections.abc import Mapping
from typing import Any, Protocol

Known = Mapping[str, int]
"""The revision of each event by its slug. The same object as long as nothing has changed."""

QUERY = "SELECT slug, revision FROM event"


class Revisions(Protocol):
    """Knows the current revisions of this process's database."""

    def current(self) -> Known | None:
        """Return what was committed before this call, or None when it cannot be known."""


def unless_same(known: Known | None, rows: Any) -> Known:  # noqa: ANN401 - two drivers' cursors
    """Return the rows as a mapping; the mapping already known, if it says the same."""
    fresh = dict(rows)
    return fresh if known is None or known != fresh else known
