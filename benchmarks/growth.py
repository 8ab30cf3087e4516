"""Whether requests stay as fast from 1,000 to 100,000 registrations: processor time, no network.

Budget (DESIGN.md 9): each at most 20 % slower.
"""

import statistics
import time
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.house import SLUG, house
from benchmarks.people import add_people
from benchmarks.report import Row
from benchmarks.visitor import open_registration
from forum import clock
from forum.db import db
from forum.events.models import Event
from forum.links import my_token
from forum.registration.models import Registration

SIZES = (1_000, 100_000)
TIMES = 100
MOST_SLOWER = 1.2


def measure() -> Iterator[Row]:
    """Measure each request on a small and on a large installation."""
    with house() as here:
        here.app.config["WTF_CSRF_ENABLED"] = False
        event_id = open_registration(places=None)
        uid = db.session.scalars(select(Event.uid).where(Event.id == event_id)).one()
        client = here.app.test_client()
        client.set_cookie(here.app.config["SESSION_COOKIE_NAME"], "x")
        found: dict[str, list[float]] = {}
        have = 0
        for size in SIZES:
            add_people(event_id, uid, size - have, now=clock.now())
            have = size
            for what, request in _requests(client).items():
                found.setdefault(what, []).append(_median_ms(request))
        for what, (small, large) in found.items():
            yield Row(
                what,
                f"{small:.1f} -> {large:.1f} ms CPU, {large / small:.2f} x",
                f"<= {MOST_SLOWER} x",
                large <= small * MOST_SLOWER,
            )


def _requests(client: FlaskClient) -> dict[str, Callable[[int], int]]:
    """Return requests by name; each takes a number and returns its status."""
    person = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
    address = f"/my/{my_token(person)}/" if person else "/"
    form = f"/events/{SLUG}/register"
    serial = person.id if person else 0

    def register(number: int) -> int:
        page = client.get(form).get_data(as_text=True)
        mark = page.partition('name="mark"')[2].partition('value="')[2].partition('"')[0]
        values = {"mark": mark, "name": f"Late {serial}-{number}", "mode": "webcast"}
        values |= {"email": f"late{serial}-{number}@people.example", "timezone": "UTC"}
        return client.post(form, data=values).status_code

    return {
        "Event page": lambda _number: client.get(f"/events/{SLUG}/").status_code,
        "My registration": lambda _number: client.get(address).status_code,
        "Registering, page and POST": register,
    }


def _median_ms(request: Callable[[int], int]) -> float:
    times = []
    for number in range(TIMES):
        started = time.process_time()
        status = request(number)
        times.append((time.process_time() - started) * 1000)
        if status not in {200, 303}:
            raise RuntimeError(f"{status}")
    return statistics.median(times)
