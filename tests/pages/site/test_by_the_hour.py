"""Time alone changes what pages say: those that are kept say it, too, hour by hour."""

from datetime import timedelta

import pytest

from forum import clock
from forum.events.models import Mode
from tests.registering import ADA, path

pytestmark = pytest.mark.sqlite_is_enough

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=20)


@pytest.fixture
def event(make):
    """Return a forum of six hours in which everything begins and ends: rooms, circles, calls."""
    event = make.event(
        starts_at=clock.now().replace(minute=0, second=0, microsecond=0) + 22 * HOUR,
        hours=6,
        day_phone="+1-617-555-0199",
        day_hours="08:00-10:00",
    )
    for number, hours in enumerate((0, 2, 4)):
        starts_at = event.starts_at + hours * HOUR
        room = make.room(dial_in=f"+1-617-555-011{number}")
        make.session(event, room=room, starts_at=starts_at)
        title = f"Circle {number}"
        make.session(
            event,
            capacity=9,
            title=title,
            quiet_title=title,
            is_streamed=False,
            starts_at=starts_at + HOUR,
        )
    event.gates[0].closes_at = event.starts_at + 3.5 * HOUR
    make.webcast(starts_at=event.starts_at + 30 * HOUR)
    return event


@pytest.fixture
def look(new_visitor):
    """Return what somebody reads who has never been here: as it is kept, and as it is made now."""

    def both(address, number):
        return [new_visitor().get(f"{address}{query}").text for query in ("", f"?n={number}")]

    return both


@pytest.mark.parametrize(
    "which",
    ["", "events/", "{slug}/", "{slug}/register", "{slug}/sessions/{first}/", *Mode],
)
def test_what_is_kept_says_at_every_hour_what_is_made_then(visitor, look, event, today, which):
    first = event.sessions[0].key
    address = f"/events/{which.format(slug=event.slug, first=first)}"
    if which in {"", "events/"}:
        address = f"/{which}"
    if which in {*Mode}:
        address = visitor.submit(path(event), **{**ADA, "mode": which})
    said = []
    for number in range(35 * 3):
        kept, anew = look(address, number)
        assert kept == anew, f"at {clock.now()}"
        said.append(anew)
        today.shift(STEP)
    assert len({*said}) > 2
