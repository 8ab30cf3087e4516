"""Planning 100,000 and 1,000,000 reminders: rows per second, and how much the planner grows.

Budget (DESIGN.md 9): at least 50,000 rows a second, set-based, flat memory.
"""

import multiprocessing
import resource
import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, select

from benchmarks.house import SLUG, House, house
from benchmarks.people import add_people
from benchmarks.report import Row
from forum import clock, create_app
from forum.config import Settings
from forum.db import db, transaction
from forum.delivery.worker import PLAN_AT_MOST
from forum.events.models import Event
from forum.outbox.models import Message
from forum.reminders.actions import plan_group
from forum.reminders.models import Reminder
from forum.reminders.queries import due_groups

SIZES = (100_000, 1_000_000)
LEAST = 50_000
MOST_GROWTH = 20
BEFORE_START = timedelta(days=6)
"""When planning happens: after the reminder a week before has become due, in every zone."""


def measure() -> Iterator[Row]:
    """Plan in a process of its own, in transactions of the worker's size, on both engines."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            event = db.session.scalars(select(Event).where(Event.slug == SLUG)).one()
            event_id, uid = event.id, event.uid
            now = clock.now()
            with transaction():
                db.session.execute(delete(Reminder))
                db.session.add(Reminder(event_id=event_id, lead="P7D", armed_at=now))
            there = 0
            for people in SIZES:
                add_people(event_id, uid, people - there, now=now)
                there = people
                with transaction():
                    db.session.execute(delete(Message))
                yield from _measure_one(here, people)


def _measure_one(here: House, people: int) -> Iterator[Row]:
    with multiprocessing.get_context("spawn").Pool(1) as planner:
        number, seconds, peak, grown = planner.apply(_plan, (here.settings,))
    rate = number / seconds
    yield Row(
        f"{people:,} reminders planned ({here.engine})",
        f"{number:,} rows in {seconds:.2f} s, {rate:,.0f}/s",
        f">= {LEAST:,}/s",
        rate >= LEAST and number == people,
    )
    yield Row(
        f"The planner's memory for {people:,} ({here.engine})",
        f"{peak:.0f} MB at most, grew by {grown:.0f} MB",
        f"grows by <= {MOST_GROWTH} MB",
        grown <= MOST_GROWTH,
    )


def _plan(settings: Settings) -> tuple[int, float, float, float]:
    """Return how many were planned, in how many seconds, the MB at the peak, and by how much."""
    app = create_app(settings)
    with app.app_context():
        starts_at = db.session.scalars(select(Event.starts_at).where(Event.slug == SLUG)).one()
        db.session.rollback()
        before, started = _peak_mb(), time.perf_counter()
        number, now = 0, starts_at - BEFORE_START
        for group in due_groups(now=now):
            after: int | None = 0
            while after is not None:
                with transaction():
                    planned = plan_group(group, now=now, after=after, at_most=PLAN_AT_MOST)
                number, after = number + planned.number, planned.goes_on_after
        return number, time.perf_counter() - started, _peak_mb(), _peak_mb() - before


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
