"""Memory of the web server with two workers and of the outbox worker, after some use.

Budget (DESIGN.md 9): at most 250 MB together. Counted as PSS: memory that processes share is
divided among them. RSS, which counts it for each, is shown beside.
"""

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

from benchmarks.house import ROOT, House, house, served
from benchmarks.pages import PAGE, warm
from benchmarks.report import Row
from benchmarks.visitor import Visitor, open_registration

BUDGET = 250
MB = 1024 * 1024


def measure() -> Iterator[Row]:
    """Serve, work, let people read and register, then look."""
    with house() as here:
        open_registration(places=None)
        with served(here) as server:
            worker = start_worker(here)
            try:
                _use(here.settings.port)
                time.sleep(4)  # the worker sends what was queued
                rows = {"Outbox worker while it sends, 8 couriers": _of_all(worker)}
                time.sleep(8)  # couriers end that have nothing to do
                rows |= {"Outbox worker": _of_all(worker), "Web, main and two": _of_all(server)}
            finally:
                worker.terminate()
                worker.wait(30)
    for what, (pss, rss) in rows.items():
        yield Row(what, f"{pss:.0f} MB PSS, {rss:.0f} MB RSS")
    total = rows["Outbox worker"][0] + rows["Web, main and two"][0]
    yield Row("Together", f"{total:.0f} MB PSS", f"<= {BUDGET} MB", total <= BUDGET)


def start_worker(here: House, **settings: object) -> psutil.Popen:
    """Start an outbox worker of an installation."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return psutil.Popen(command, env=here.environ(**settings), cwd=ROOT, stdout=subprocess.DEVNULL)


def _use(port: int) -> None:
    for path in ("/", "/events/", PAGE, f"{PAGE}calendar.ics"):
        warm(port, path)
    for number in range(50):
        visitor = Visitor(port)
        visitor.open_form()
        visitor.read_thanks(visitor.send_form(number))
        visitor.leave()


def _of_all(process: psutil.Process) -> tuple[float, float]:
    """Return the PSS and RSS of a process and all that it has started, in MB."""
    every = [process, *process.children(recursive=True)]
    found = [each.memory_full_info() for each in every]
    return sum(each.pss for each in found) / MB, sum(each.rss for each in found) / MB
