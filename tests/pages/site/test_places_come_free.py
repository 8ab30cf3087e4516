"""However places come free or are taken: pages that were kept say it at once, and only then."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.care import remembering_actions
from forum.events.models import Mode
from forum.privacy import actions as privacy
from forum.privacy import housekeeping
from forum.registration import actions
from forum.registration.places import vacating
from tests.actions.care.caring import do
from tests.registering import path
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

YEAR = timedelta(days=365)
ROOMY = 200
"""So many that one more or less is no other word."""


def canceled(ada, petra, _today):
    do(actions.cancel, ada)


def given_back(ada, petra, _today):
    do(care.give_place_back, ada, by=petra)


def chose_no_session(ada, petra, _today):
    do(actions.choose_sessions, ada, ())


def changed_to_the_webcast(ada, petra, _today):
    do(actions.change_mode, ada, Mode.WEBCAST)


def erased(ada, petra, _today):
    do(privacy.erase, ada)


def remembered(ada, petra, _today):
    do(remembering_actions.remember, ada, by=petra)


def released_silently(ada, petra, _today):
    do(vacating.release_silently, ada)


def over(_ada, _petra, today):
    today.shift(YEAR)
    housekeeping.purge(now=clock.now())  # it is seen over
    today.shift(5 * YEAR)


def purged(ada, petra, _today):
    housekeeping.purge(now=clock.now())


def paused(ada, petra, _today):
    do(care.pause, ada, None)


def pause_ended(ada, petra, _today):
    do(care.resume, ada)


def room_made_larger(ada, petra, _today):
    do(actions.set_capacity, fresh(ada).event.gates[0], 300, by=petra)


BOTH = {"room", "session"}
WAYS = {
    canceled: BOTH,
    given_back: BOTH,
    changed_to_the_webcast: BOTH,
    chose_no_session: {"session"},
    erased: BOTH,
    paused: set(),
    pause_ended: set(),
    purged: {"session"},
    released_silently: BOTH,
    remembered: BOTH,
    room_made_larger: {"room"},
}
"""Where there is another word for the places afterwards, if there was one place."""
BEFORE = {given_back: canceled, pause_ended: paused, purged: over}
"""What has happened before."""


@pytest.fixture
def happen(make, today):
    """Return how one of the ways is gone."""
    petra = make.organizer()
    return lambda way, ada: way(fresh(ada), petra, today)


@pytest.fixture
def read(new_visitor):
    """Return a way to read the pages of an event that say its places: as kept, or made anew."""

    def pages(event, anew=""):
        addresses = [
            path(event),
            f"/events/{event.slug}/",
            *(f"/events/{event.slug}/sessions/{each.key}/" for each in fresh(event).sessions),
        ]
        return [new_visitor().get(f"{each}{anew}").text for each in addresses]

    return pages


@pytest.mark.parametrize("scarce", ["nothing", "room", "session"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_kept_pages_say_whether_there_is_a_place(make, read, happen, way, scarce):
    sizes = {"room": ROOMY, "session": ROOMY, scarce: 1}
    event = make.event(capacity=sizes["room"])
    circle = make.session(event, capacity=sizes["session"])
    ada = make.registration(event)
    do(actions.choose_sessions, ada, (circle.id,))
    if way in BEFORE:
        happen(BEFORE[way], ada)
    before, revision = read(event), fresh(event).revision

    happen(way, ada)

    is_another_word = scarce in WAYS[way]
    assert read(event) == read(event, "?anew=1")
    assert (read(event) != before) is is_another_word
    assert fresh(event).revision == revision + is_another_word
