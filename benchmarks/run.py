"""`make bench` measures everything, `make bench ONLY=pages` one part. Takes some minutes.

Loads go to this machine only and end by themselves. Numbers are medians of repeated runs; what
counts are the ratios to what was measured beside them in the same run.
"""

import importlib
import os
import sys
import time

from benchmarks.load import GENERATOR
from benchmarks.report import Row, table

PARTS = (
    "pages",
    "edits",
    "rendering",
    "registering",
    "rush",
    "reminders",
    "mails",
    "first_mail",
    "feed",
    "memory",
    "first_visit",
    "growth",
)


def main(asked: list[str]) -> int:
    """Measure the parts asked for, or all. Returns 1 if a budget was missed."""
    unknown = set(asked) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}.")
        return 2
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} before; {GENERATOR}\n")
    found: list[Row] = []
    for name in asked or PARTS:
        started = time.perf_counter()
        rows = list(importlib.import_module(f"benchmarks.{name}").measure())
        print(f"## {name} ({time.perf_counter() - started:.0f} s)\n\n{table(rows)}\n", flush=True)
        found += rows
    return int(any(row.keeps is False for row in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
