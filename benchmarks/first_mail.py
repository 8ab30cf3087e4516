"""How soon the first mail of a reminder is at the mail server after its rule falls due.

The whole way, with a real worker: the rule, the planner, the outbox, smtp-sink (where it is not
installed, the 10 ms relay). Once for people who registered long ago, once for a rule that was
armed seconds before, once for a person who registered a second before.

Budget (DESIGN.md 9): 2 s.
"""

from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.connection import Connection

from benchmarks.house import House, house
from benchmarks.mails import wait_for_workers
from benchmarks.memory import start_worker
from benchmarks.people import add_people
from benchmarks.relay import relay
from benchmarks.report import Row
from benchmarks.sink import PROGRAM, sink
from forum import clock

BUDGET = 2.0
AHEAD = timedelta(seconds=20)
"""How long before it falls due a rule is there; the worker has looked at it by then."""
SHORT = timedelta(seconds=6)
LONGEST = 90.0
QUIET_FREE = "Pacific/Kiritimati", "Asia/Tokyo", "Europe/Paris", "America/New_York"


def measure() -> Iterator[Row]:
    """Let reminders fall due on both engines."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here, sink() if PROGRAM else relay() as (port, told):
            for what, waited in _cases(here, port, told):
                found = f"{waited:.2f} s"
                yield Row(f"{what} ({engine})", found, f"<= {BUDGET:.0f} s", waited <= BUDGET)


def _cases(here: House, port: int, told: Connection) -> Iterator[tuple[str, float]]:
    zone = _awake()
    worker = start_worker(
        here,
        FORUM_MAIL_SERVER="127.0.0.1",
        FORUM_MAIL_PORT=port,
        FORUM_MAIL_DEFAULT_SENDER="us@house.example",
    )
    try:
        wait_for_workers(1)
        event_id, uid = _event(zone)
        add_people(event_id, uid, 1, now=clock.now(), zones=(zone,))
        yield "A rule known before", _waited(_arm(event_id, AHEAD), told)
        yield "A rule armed seconds before", _waited(_arm(event_id, SHORT), told)
        due_at = _arm(event_id, SHORT, is_known=False)
        yield "A person registered a second before", _waited(due_at, told)
    finally:
        worker.terminate()
        worker.wait(30)
