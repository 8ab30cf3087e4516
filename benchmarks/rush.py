"""Everybody sends the form at the same moment, on both engines.

200 for 50 places. Budget (DESIGN.md 9): exactly 50 confirmed and the rest on the waitlist, all
answered within 3 s, none waiting longer than 2 s.

500 for 40 places, while every fifth cancels as soon as she is registered: every place taken or
offered at the end, in the order of the line, and every counter right.
"""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import func, select

from benchmarks.house import House, house, served
from benchmarks.report import Row
from benchmarks.visitor import Visitor, open_registration
from forum.db import db
from forum.events.models import Gate, Mode
from forum.links import my_token
from forum.operations.queries import miscounted_gates
from forum.outbox.models import Message
from forum.registration import queries
from forum.registration.models import Registration, Status

PEOPLE, PLACES = 200, 50
FIVE_HUNDRED, FORTY = 500, 40


def measure() -> Iterator[Row]:
    """Rush twice per engine, each time into an empty house."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            yield from _only_coming(here)
        with house(engine) as here:
            yield from _coming_and_going(here)


def _only_coming(here: House) -> Iterator[Row]:
    engine = here.engine
    event_id = open_registration(places=PLACES)
    before = set(db.session.scalars(select(Registration.id)))
    mails = db.session.scalar(select(func.count(Message.id))) or 0
    db.session.rollback()
    with served(here):
        seconds, worst = _rush(here.settings.port, PEOPLE)
    found = _outcome(event_id, before, mails)
    exact = {"confirmed": PLACES, "waitlisted": PEOPLE - PLACES, "taken": PLACES}
    exact["mails"] = PEOPLE
    said = ", ".join(f"{number} {what}" for what, number in found.items())
    yield Row(f"200 for 50 ({engine})", said, "exact", found == exact)
    yield Row(f"All answered ({engine})", f"{seconds:.2f} s", "< 3 s", seconds < 3)
    yield Row(f"Longest wait ({engine})", f"{worst:.2f} s", "< 2 s", worst < 2)


def _coming_and_going(here: House) -> Iterator[Row]:
    engine = here.engine
    event_id = open_registration(places=FORTY)
    with served(here):
        seconds, worst = _rush(here.settings.port, FIVE_HUNDRED, leaving=partial(_leave, here))
    db.session.rollback()
    gate = db.session.scalars(
        select(Gate).where(Gate.event_id == event_id, Gate.mode == Mode.IN_PERSON)
    ).one()
    line = queries.line_people(event_id, Mode.IN_PERSON)
    offers = queries.open_offers(event_id, Mode.IN_PERSON)
    first = sorted(each.registration.wait_no or 0 for each in offers)
    is_exact = (
        gate.taken + gate.held == FORTY
        and len(line) == FIVE_HUNDRED * 4 // 5 - gate.taken
        and first == [each.wait_no for each in line[: gate.held]]
        and miscounted_gates() == []
    )
    said = f"{gate.taken} confirmed, {gate.held} offered, {len(line)} in line"
    yield Row(f"500 for 40, 100 cancel ({engine})", said, "exact", is_exact)
    yield Row(f"All answered ({engine})", f"{seconds:.2f} s", "-", None)
    yield Row(f"Longest request ({engine})", f"{worst:.2f} s", "-", None)


def _leave(here: House, visitor: Visitor, number: int) -> None:
    """Cancel as every fifth does, through her personal link."""
    with here.app.app_context():
        mine = select(Registration).where(Registration.email == f"ada{number}@people.example")
        token = my_token(db.session.scalars(mine).one())
    visitor.cancel(token)


def _rush(
    port: int, people: int, *, leaving: Callable[[Visitor, int], None] | None = None
) -> tuple[float, float]:
    """Open all forms, then send them; return the seconds of the whole and of the slowest.

    Every fifth goes on with `leaving`, whose time counts as a request of its own.
    """
    visitors = [Visitor(port) for _ in range(people)]
    for visitor in visitors:
        visitor.open_form()
    gun = threading.Barrier(people + 1)
    waits: list[float] = []
    troubles: list[Exception] = []

    def run(visitor: Visitor, number: int) -> None:
        gun.wait()
        try:
            waits.append(_seconds(lambda: visitor.send_form(number)))
            if leaving is not None and number % 5 == 0:
                waits.append(_seconds(lambda: leaving(visitor, number)))
        except Exception as trouble:  # noqa: BLE001 - handed to the caller
            troubles.append(trouble)

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


def _seconds(request: Callable[[], object]) -> float:
    started = time.perf_counter()
    request()
    return time.perf_counter() - started


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
