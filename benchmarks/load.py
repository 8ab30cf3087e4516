"""Ask one address again and again, over kept connections, and count the answers.

`wrk` where it is installed; else a generator of our own in other processes, which is slower than
the server and so measures itself: the report says which it was.
"""

import multiprocessing
import re
import shutil
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass, field

CONNECTIONS = 16
SECONDS = 3
RUNS = 3
WRK = shutil.which("wrk")
GENERATOR = "wrk, 1 thread" if WRK else "own generator, 2 processes"


@dataclass(frozen=True)
class Rate:
    """Answers per second, and the 99th percentile of the time to an answer, in milliseconds."""

    per_second: float
    p99_ms: float


@dataclass(frozen=True)
class Target:
    """What to ask for: a path on a port, with headers."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)


def rates(targets: list[Target]) -> list[Rate]:
    """Return each target's median of `RUNS` runs; runs take turns, so that all meet the same day.

    Raises on any error.
    """
    measure = _wrk if WRK else _own
    rounds = [[measure(each) for each in targets] for _ in range(RUNS)]
    return [
        Rate(
            statistics.median(run.per_second for run in runs),
            statistics.median(run.p99_ms for run in runs),
        )
        for runs in zip(*rounds, strict=True)
    ]


def _wrk(target: Target) -> Rate:
    command = [WRK or "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    for name, text in target.headers.items():
        command += ["-H", f"{name}: {text}"]
    url = f"http://127.0.0.1:{target.port}{target.path}"
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    number, unit = _found(r"99%\s+([\d.]+)(us|ms|s)", said)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    return Rate(float(_found(r"Requests/sec:\s+([\d.]+)", said)[0]), float(number) * scale)


def _found(pattern: str, said: str) -> tuple[str, ...]:
    match = re.search(pattern, said)
    if match is None:
        raise RuntimeError(said)
    return match.groups()


def _own(target: Target) -> Rate:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        shares = pool.map(_ask_on, [target] * 2)
    times = sorted(ms for share in shares for ms in share)
    return Rate(len(times) / SECONDS, times[int(len(times) * 0.99)])


def _ask_on(target: Target) -> list[float]:
    """Ask over eight connections in turn; return each answer's time in milliseconds."""
    lines = "".join(f"{name}: {text}\r\n" for name, text in target.headers.items())
    request = f"GET {target.path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()
    sockets = [
        socket.create_connection(("127.0.0.1", target.port)) for _ in range(CONNECTIONS // 2)
    ]
    times, ends = [], time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        started = time.perf_counter()
        for line in sockets:
            line.sendall(request)
        for line in sockets:
            _read_answer(line)
            times.append((time.perf_counter() - started) * 1000)
    for line in sockets:
        line.close()
    return times


def _read_answer(line: socket.socket) -> None:
    got = b""
    while b"\r\n\r\n" not in got:
        got += line.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0:
        missing -= len(line.recv(65536))
