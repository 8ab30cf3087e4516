"""Registration end to end: the page with the form, the POST with its cookie, the thank-you page.

Budget (DESIGN.md 9): at least 100 a second in 3 requests, at most 15 ms CPU each, mail queued.
"""

import threading
import time
from collections.abc import Iterator

import psutil

from benchmarks.house import house, served
from benchmarks.report import Row
from benchmarks.visitor import Visitor, open_registration

PEOPLE = 400
AT_ONCE = 8


def measure() -> Iterator[Row]:
    """Let 400 people register over 8 connections, on both engines."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            open_registration(places=None)
            with served(here) as server:
                _register(here.settings.port, range(20), 2)
                before = cpu_seconds(server)
                started = time.perf_counter()
                _register(here.settings.port, range(1000, 1000 + PEOPLE), AT_ONCE)
                seconds = time.perf_counter() - started
                cpu = (cpu_seconds(server) - before) / PEOPLE * 1000
        rate = PEOPLE / seconds
        yield Row(f"Registrations ({engine})", f"{rate:.0f}/s", ">= 100/s", rate >= 100)
        yield Row(f"CPU of one, 3 requests ({engine})", f"{cpu:.1f} ms", "<= 15 ms", cpu <= 15)


def cpu_seconds(server: psutil.Process) -> float:
    """Return the processor time that a server and its workers have used, in seconds."""
    family = [server, *server.children(recursive=True)]
    return sum(sum(each.cpu_times()[:2]) for each in family)


def _register(port: int, numbers: range, at_once: int) -> None:
    """Let the people of these numbers register, so many at once. Raises what any of them met."""
    waiting = iter(numbers)
    turn = threading.Lock()
    troubles: list[Exception] = []

    def next_number() -> int | None:
        with turn:
            return next(waiting, None)

    def people() -> None:
        try:
            while (number := next_number()) is not None:
                visitor = Visitor(port)
                visitor.open_form()
                visitor.read_thanks(visitor.send_form(number))
                visitor.leave()
        except Exception as trouble:  # noqa: BLE001 - handed to the caller
            troubles.append(trouble)

    threads = [threading.Thread(target=people) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
