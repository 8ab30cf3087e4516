"""The calendar feed of an event with 1,000 sessions: made, from memory, and a 304; and a person's.

Cold is the first answer of a server that has just started. Budget (issue 4): under a second; from
memory as the event page, which `pages` measures.
"""

import statistics
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

from sqlalchemy import insert, select

from benchmarks.house import SLUG, house, served
from benchmarks.load import Target, rates
from benchmarks.pages import BROTLI, CALENDAR, PAGE, etag, warm
from benchmarks.people import add_people
from benchmarks.report import Row
from forum import clock
from forum.db import db, transaction
from forum.events.models import Event, Session
from forum.links import feed_link
from forum.registration.models import Registration, SessionPlace, Status

SESSIONS = 1_000
HERS = 100
COLD_RUNS = 3


def measure() -> Iterator[Row]:
    """Measure the feeds on both engines."""
    for engine in ("sqlite", "postgresql"):
        with house(engine) as here:
            personal = _fill()
            port = here.settings.port
            cold = []
            for _ in range(COLD_RUNS):
                with served(here):
                    warm(port, PAGE)
                    cold.append(_asked(port, CALENDAR))
                    hers = [_asked(port, personal) for _ in range(COLD_RUNS)]
            with served(here):
                warm(port, CALENDAR)
                tag = {"If-None-Match": etag(port, CALENDAR)}
                kept, unchanged = rates(
                    [Target(port, CALENDAR, BROTLI), Target(port, CALENDAR, BROTLI | tag)]
                )
        seconds = statistics.median(each for each, _octets in cold)
        what = f"Feed of {SESSIONS:,} sessions, {cold[0][1]:,} bytes"
        yield Row(f"{what}, cold ({engine})", f"{seconds:.2f} s", "< 1 s", seconds < 1)
        yield Row(f"From memory, br ({engine})", f"{kept.per_second:,.0f}/s")
        yield Row(f"Its 304 ({engine})", f"{unchanged.per_second:,.0f}/s")
        seconds = statistics.median(each for each, _octets in hers)
        yield Row(f"A person's feed of {HERS} sessions ({engine})", f"{seconds * 1000:.0f} ms")


def _fill() -> str:
    """Add sessions like those that are there, and someone with places; return her feed's path."""
    event = db.session.scalars(select(Event).where(Event.slug == SLUG)).one()
    event_id, uid = event.id, event.uid
    columns = [each for each in Session.__table__.columns if each.key != "id"]
    rows = db.session.execute(select(*columns).where(Session.event_id == event_id)).mappings().all()
    with transaction():
        db.session.execute(
            insert(Session),
            [
                {
                    **rows[number % len(rows)],
                    "key": f"bench{number}",
                    "title": f"{rows[number % len(rows)]['title']} {number}",
                    "uid": f"{uuid.uuid4()}@forum",
                }
                for number in range(SESSIONS - len(rows))
            ],
        )
        db.session.get_one(Event, event_id).revision += 1
    add_people(event_id, uid, 1, now=clock.now())
    with transaction():
        person = db.session.scalars(select(Registration)).first()
        chosen = select(Session.id).where(Session.event_id == event_id).limit(HERS)
        for session_id in db.session.scalars(chosen).all():
            db.session.add(
                SessionPlace(registration=person, session_id=session_id, status=Status.CONFIRMED)
            )
        return urlsplit(feed_link(person)).path  # type: ignore[arg-type]  # just added


def _asked(port: int, path: str) -> tuple[float, int]:
    """Return the seconds and the bytes of an answer."""
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    line.request("GET", path)
    octets = len(line.getresponse().read())
    line.close()
    return time.perf_counter() - started, octets
