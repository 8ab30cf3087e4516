"""Workers in processes of their own, and an outbox full of mail for them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import psutil

from forum import clock
from forum.config import Settings
from forum.db import db
from forum.outbox.models import Message
from tests.faults.serving import HOUSE, environment

COMMAND = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
LONGEST = 180.0
"""Seconds that a process may take to start, or to end."""


def mailing_to(settings: Settings, port: int, **more: object) -> Settings:
    """Return the settings of an installation whose mail server is at a port of this machine."""
    return replace(
        settings,
        mail_server="127.0.0.1",
        mail_port=port,
        mail_default_sender="events@lantern.example",
        **more,
    )


@dataclass
class Working:
    """A worker's process with its office and its couriers."""

    settings: Settings
    more: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=lambda: COMMAND)

    def start(self) -> None:
        environ = environment(self.settings) | self.more
        self.process = psutil.Popen(self.command, cwd=HOUSE, env=environ, stderr=subprocess.DEVNULL)

    @property
    def office(self) -> psutil.Process | None:
        """Return the process that forks couriers, once it is there."""
        return next(iter(self.process.children()), None)

    @property
    def couriers(self) -> list[psutil.Process]:
        """Return the processes that talk to the mail server."""
        office = self.office
        return office.children() if office else []

    def kill(self) -> None:
        """Kill the worker itself, and nothing else; its others are `left`."""
        self.left = self.process.children(recursive=True)
        self.process.kill()
        self.process.wait(LONGEST)

    def stop(self) -> int:
        """Tell it to stop; return with which code it did."""
        self.process.terminate()
        code: int = self.process.wait(LONGEST)
        return code


@contextmanager
def working(settings: Settings, **more: str) -> Iterator[Working]:
    """Run a worker until the block ends."""
    worker = Working(settings, more)
    worker.start()
    try:
        yield worker
    finally:
        with suppress(psutil.NoSuchProcess):
            worker.stop()


def fill(outbox_of, number: int, email: str = "my_link") -> None:
    """Put so many mails to one person into the outbox, due now."""
    now = clock.now()
    db.session.execute(
        db.insert(Message),
        [
            {
                "email": email,
                "registration_id": outbox_of.id,
                "dedupe_key": f"{email}:{outbox_of.id}:{each}",
                "due_at": now,
                "created_at": now,
            }
            for each in range(number)
        ],
    )
    db.session.commit()


def eventually(is_so: Callable[[], object], seconds: float = LONGEST) -> bool:
    """Wait until something is so; a read sees what was so when it began."""
    deadline = time.monotonic() + seconds
    while not (found := bool(is_so())) and time.monotonic() < deadline:
        time.sleep(0.02)
        db.session.rollback()
    return found
