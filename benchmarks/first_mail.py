"""How soon the first mail of a reminder is at the mail server after its rule falls due.

The whole way, with a real worker: the rule, the planner, the outbox, smtp-sink (where it is not
installed, the 10 ms relay). For people who registered long ago, for a rule that was armed seconds
before, and for a person who registered a second before.

Budget (DESIGN.md 9): 2 s.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from benchmarks.house import SLUG, house
from benchmarks.mails import arrivals, wait_for_workers
from benchmarks.memory import start_worker
from benchmarks.people import add_people
from benchmarks.relay import relay
from benchmarks.report import Row
from benchmarks.sink import PROGRAM, sink
from forum import clock
from forum.db import after_commit, db, transaction
from forum.events.models import Event, Gate, Mode
from forum.outbox import runner
from forum.registration import actions
from forum.registration.models import Registration
from forum.registration.requests import Request
from forum.reminders.models import Reminder

BUDGET = 2.0
LEAD = timedelta(minutes=90)
AHEAD, SHORT = timedelta(seconds=15), timedelta(seconds=5)
"""How long before it falls due a rule is armed."""
ZONES = ("America/New_York", "Europe/Paris", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu")
WAKING_HOURS = range(9, 18)
"""In quiet hours a reminder would not go, so the event is where people are awake now."""


def measure() -> Iterator[Row]:
    """Let reminders fall due on both engines."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here, sink() if PROGRAM else relay() as (port, told):
            worker = start_worker(
                here,
                FORUM_MAIL_SERVER="127.0.0.1",
                FORUM_MAIL_PORT=port,
                FORUM_MAIL_DEFAULT_SENDER="us@house.example",
            )
            try:
                wait_for_workers(1)
                for what, waited in _cases(told):
                    found = f"{waited:.2f} s"
                    yield Row(f"{what} ({engine})", found, "<= 2 s", waited <= BUDGET)
            finally:
                worker.terminate()
                worker.wait(30)


def _cases(told: Connection) -> Iterator[tuple[str, float]]:
    event = db.session.scalars(select(Event).where(Event.slug == SLUG)).one()
    event_id = event.id
    add_people(event_id, event.uid, 1, now=clock.now())
    due_at = _arm(event_id, AHEAD)
    yield "First mail of a rule known before", arrivals(told, 1)[0] - due_at.timestamp()
    due_at = _arm(event_id, SHORT)
    yield "Of a rule armed 5 s before", arrivals(told, 1)[0] - due_at.timestamp()
    _register(event_id, "Boris Earlier")
    arrivals(told, 1)
    due_at = _arm(event_id, SHORT)
    time.sleep(max(0.0, due_at.timestamp() - 1 - time.time()))
    _register(event_id, "Cora Latecomer")
    *_her_confirmation_and_two_others, hers = arrivals(told, 4)
    yield "To a person registered 1 s before", hers - due_at.timestamp()


def _arm(event_id: int, ahead: timedelta) -> datetime:
    """Move the event so that a new rule, its only one, falls due soon; return when."""
    now = clock.now()
    due_at = (now + ahead).replace(microsecond=0)
    zone = next(each for each in ZONES if now.astimezone(ZoneInfo(each)).hour in WAKING_HOURS)
    with transaction():
        event = db.session.get_one(Event, event_id)
        event.starts_at, event.ends_at = due_at + LEAD, due_at + 2 * LEAD
        event.timezone, event.registration_opens_at = zone, None
        db.session.execute(update(Gate).values(closes_at=None))
        db.session.execute(update(Registration).values(timezone=zone))
        db.session.execute(delete(Reminder))
        db.session.add(Reminder(event_id=event_id, lead="PT90M", armed_at=now))
        after_commit(runner.replan)
    return due_at


def _register(event_id: int, name: str) -> None:
    with transaction():
        event = db.session.get_one(Event, event_id)
        asked = Request(
            name=name,
            email=f"{name.partition(' ')[0].lower()}@people.example",
            mode=Mode.WEBCAST,
            timezone=event.timezone,
        )
        actions.register(event, asked, now=clock.now())
