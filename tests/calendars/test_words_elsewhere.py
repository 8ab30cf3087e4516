"""What entries say of whom to call and where to come is new to programs that ask by date alone."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import Mode
from forum.links import feed_link
from forum.planning import agenda_actions
from forum.programme.actions import load
from forum.programme.reading.file import read
from tests.calendars.readers import read_with_icalendar
from tests.notices import plan_of
from tests.programme import changed, event, loaded

FEEDS = ("/lantern.ics", "/events/forum-2027/calendar.ics?titles=full")
EDITS = {
    "whom to call": ('phone: "+1-617-555-0142"', 'phone: "+1-617-555-0144"'),
    "the way in": ("en: There are no steps from", "en: There is a ramp from"),
    "a room's name": ('{en: "Tide Auditorium"', '{en: "Tide Hall"'),
}


@pytest.fixture
def greta(make):
    """Greta, who listens by phone to the forum of the demo programme."""
    loaded()
    return make.registration(event(), mode=Mode.PHONE, is_discreet=False)


def again() -> None:
    db.session.rollback()
    db.session.expire_all()


def entries(program, address: str) -> dict[str, tuple[str, int]]:
    """Return where each entry is, by its title, and its revision."""
    found = read_with_icalendar(program.fetch(address).data)
    return {each.summary: (each.location, each.sequence) for each in found}


@pytest.mark.parametrize("edit", EDITS)
def test_a_program_that_asks_by_date_reads_it(program, make, greta, today, edit):
    ada = make.registration(event(), is_discreet=False)
    addresses = [*FEEDS, feed_link(ada), feed_link(greta)]
    today.shift(timedelta(hours=1))
    before = {each: program.fetch(each) for each in addresses}
    today.shift(timedelta(hours=1))

    with transaction():
        load(read(changed(EDITS[edit]).encode()), now=clock.now())
    again()
    today.shift(timedelta(minutes=1))

    for address, was in before.items():
        fresh = program.fetch(address)
        asked = {"If-Modified-Since": was.headers["Last-Modified"]}
        is_other = fresh.data != was.data
        assert program.fetch(address, **asked).status_code == (200 if is_other else 304), address


def test_a_new_session_that_brings_another_number_raises_the_entry_of_who_calls(
    make, program, greta, today
):
    forum, petra = event(), make.organizer()
    attic = make.room(name="Attic", dial_in="+1-617-555-0177", position=-1)
    before = entries(program, feed_link(greta))[forum.title]
    today.shift(timedelta(hours=1))

    with transaction():
        plan = plan_of(forum.sessions[3], room=attic, speakers=())
        agenda_actions.add_session(forum, plan, by=petra, now=clock.now())
    again()

    where, sequence = entries(program, feed_link(greta))[event().title]
    assert before[0] == "By phone: 617-555-0150"
    assert where == "By phone: 617-555-0177"
    assert sequence == before[1] + 1


def test_an_order_of_rooms_that_names_another_number_first_raises_it_too(program, greta, today):
    aud, north = (line for line in _rooms() if "id: aud" in line or "id: north" in line)
    before = entries(program, feed_link(greta))[event().title]
    today.shift(timedelta(hours=1))

    with transaction():
        load(read(changed((f"{aud}\n{north}", f"{north}\n{aud}")).encode()), now=clock.now())
    again()

    assert entries(program, feed_link(greta))[event().title] == (
        "By phone: 617-555-0151",
        before[1] + 1,
    )


def _rooms() -> list[str]:
    return changed().splitlines()
