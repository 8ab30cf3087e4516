"""Postfix's smtp-sink, a mail server that takes everything at once and keeps nothing.

Where it is not installed (Debian: apt-get install postfix), measurements say so and go without.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from benchmarks.house import free_port

PROGRAM = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
MISSING = "smtp-sink is not here; on Debian: apt-get install postfix"
_COUNTED = re.compile(rb"mesg=(\d+)\r")


@contextmanager
def sink() -> Iterator[tuple[int, Connection]]:
    """Run smtp-sink; give its port and the pipe on which comes when each mail came in."""
    ours, theirs = Pipe()
    port = free_port()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [PROGRAM or "", *as_nobody, "-c", f"127.0.0.1:{port}", "128"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
    listener = threading.Thread(target=_listen, args=(process, theirs), daemon=True)
    listener.start()
    time.sleep(0.5)
    try:
        yield port, ours
    finally:
        process.terminate()
        process.wait(10)
        listener.join()


def _listen(process: subprocess.Popen[bytes], told: Connection) -> None:
    """Tell of each mail that the sink has counted, as it counts it."""
    known, left = 0, b""
    while process.stdout and (chunk := process.stdout.read(65_536)):
        now = time.time()
        counts = _COUNTED.findall(left + chunk)
        left = (left + chunk)[-40:]
        for _ in range(int(counts[-1]) - known if counts else 0):
            told.send(now)
        known = max(known, int(counts[-1])) if counts else known
