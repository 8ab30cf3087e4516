"""What we count: requests by route template, and pages served from memory.

Each process counts for itself. Under our server the processes write their numbers to one folder,
PROMETHEUS_MULTIPROC_DIR, so that whichever is asked can add them up.
"""

import os

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram, values

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
PROCESSES_SHARE = "PROMETHEUS_MULTIPROC_DIR"


class Meters:
    """Our counters."""

    def __init__(self) -> None:
        """Start at zero."""
        if PROCESSES_SHARE in os.environ:
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "forum_request_seconds",
            "Time that the application took, by route template",
            ["route", "method", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.pages = Counter(
            "forum_pages",
            "Public pages: hit = from memory, unchanged = a 304 from memory, made = by the view",
            ["outcome"],
            registry=self.registry,
        )


def meters_of(app: Flask) -> Meters:
    """Return the application's meters."""
    meters: Meters = app.extensions["forum_meters"]
    return meters
