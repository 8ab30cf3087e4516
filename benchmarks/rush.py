"""200 people send the form at the same moment for 50 places, on both engines.

Budget (DESIGN.md 9): exactly 50 confirmed and the rest on the waitlist, all answered within 3 s,
none waiting longer than 2 s.
"""

import threading
import time
from collections.abc import Iterator

from sqlalchemy import func, select

from benchmarks.house import house, served
from benchmarks.report import Row
from benchmarks.visitor import Visitor, open_registration
from forum.db import db
from forum.events.models import Gate, Mode
from forum.outbox.models import Message
from forum.registration.models import Registration, Status

PEOPLE, PLACES = 200, 50


def measure() -> Iterator[Row]:
    """Rush once per engine."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            event_id = open_registration(places=PLACES)
            before = set(db.session.scalars(select(Registration.id)))
            mails = db.session.scalar(select(func.count(Message.id))) or 0
            db.session.rollback()
            with served(here):
                seconds, worst = _rush(here.settings.port)
            found = _outcome(event_id, before, mails)
        exact = {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES, "taken": PLACES}
        exact["mails"] = PEOPLE
        said = ", ".join(f"{number} {what}" for what, number in found.items())
        yield Row(f"200 for 50 ({engine})", said, "exact", found == exact)
        yield Row(f"All answered ({engine})", f"{seconds:.2f} s", "< 3 s", seconds < 3)
        yield Row(f"Longest wait ({engine})", f"{worst:.2f} s", "< 2 s", worst < 2)


def _rush(port: int) -> tuple[float, float]:
    """Open 200 forms, then send all; return the seconds of the whole and of the slowest."""
    visitors = [Visitor(port) for _ in range(PEOPLE)]
    for visitor in visitors:
        visitor.open_form()
    gun = threading.Barrier(PEOPLE + 1)
    waits: list[float] = []
    troubles: list[Exception] = []

    def run(visitor: Visitor, number: int) -> None:
        gun.wait()
        started = time.perf_counter()
        try:
            visitor.send_form(number)
        except Exception as trouble:  # noqa: BLE001 - handed to the caller
            troubles.append(trouble)
        waits.append(time.perf_counter() - started)

    runners = [
        threading.Thread(target=run, args=(visitor, number))
        for number, visitor in enumerate(visitors)
    ]
    for runner in runners:
        runner.start()
    gun.wait()
    started = time.perf_counter()
    for runner in runners:
        runner.join()
    if troubles:
        raise troubles[0]
    return time.perf_counter() - started, max(waits)


def _outcome(event_id: int, before: set[int], mails: int) -> dict[str, int]:
    """Return what the database says that the rush came to."""
    rows = db.session.execute(
        select(Registration.status, func.count())
        .where(Registration.event_id == event_id, Registration.id.not_in(before))
        .group_by(Registration.status)
    )
    counted = dict(rows.all())
    taken = select(Gate.taken).where(Gate.event_id == event_id, Gate.mode == Mode.IN_PERSON)
    return {
        "confirmed": counted.get(Status.CONFIRMED, 0),
        "waitlisted": counted.get(Status.WAITLISTED, 0),
        "taken": db.session.scalar(taken) or 0,
        "mails": (db.session.scalar(select(func.count(Message.id))) or 0) - mails,
    }
