"""A file that moves an event keeps its word to those who are offered a place."""

from datetime import timedelta

from forum.db import db, transaction
from forum.events.models import Gate, Mode
from forum.registration.models import Offer, Status
from tests.lines import move_all_lines
from tests.make import Make
from tests.programme import LATER, changed, event, loaded
from tests.stored import look_again

EARLIER = (
    ("date: 2027-04-24\n", "date: 2027-03-20\n"),
    ("closes_in_person: 2027-04-21T17:00", "closes_in_person: 2027-03-17T17:00"),
)


def offered_shortly_before():
    """Let Ada be offered the last place until shortly before the event, as it stands."""
    loaded()
    ada = Make().registration(event(), name="Ada", status=Status.WAITLISTED)
    late = event().starts_at - timedelta(days=30)
    Make().offer(ada, made_at=late, ends_at=late + timedelta(days=2))


def test_an_offer_follows_an_event_that_a_file_moves_earlier(app):
    offered_shortly_before()

    loaded(changed(*EARLIER), now=LATER)

    look_again()
    [offer] = db.session.query(Offer)
    assert offer.ends_at <= event().starts_at


def test_a_place_held_is_given_on_before_the_event_that_a_file_has_moved_earlier(app):
    """The last place was held for Ada until after the doors close: Boris was never asked."""
    offered_shortly_before()
    loaded(changed(*EARLIER), now=LATER)
    look_again()
    with transaction():
        move_all_lines(now=event().starts_at)
    look_again()
    gate = db.session.query(Gate).filter_by(event_id=event().id, mode=Mode.IN_PERSON).one()
    assert gate.held == 0
