"""Two workers, and someone who answers at the last moment: one turn each, and no place twice."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.operations.queries import miscounted_gates
from forum.outbox.models import Message
from forum.registration.models import Offer, OfferState, Registration, Status
from forum.registration.places import waiting
from forum.registration.refusals import OfferOver
from tests.rush import NOW, at_once

LAST = timedelta(seconds=1)


@pytest.fixture
def ending(make):
    """One place, offered to Ada for a second more; Boris is next."""
    event = make.event(capacity=1)
    ada, _boris = (make.registration(event, status=Status.WAITLISTED) for _ in range(2))
    return make.offer(ada, ends_at=NOW + LAST)


def emails() -> list[str]:
    return sorted(message.email for message in db.session.query(Message))


def test_two_workers_at_once_offer_a_place_once(app, ending):
    event_id = ending.event_id

    faults = at_once(app, *[lambda: waiting.move_lines(event_id, now=NOW + LAST)] * 4)

    assert faults == []
    assert emails() == ["offer", "offer_lapsed"]
    assert miscounted_gates() == []


def test_who_accepts_as_her_offer_ends_has_the_place_or_the_next_one_its_offer(app, ending):
    number, event_id = ending.id, ending.event_id

    faults = at_once(
        app,
        lambda: waiting.accept(db.session.get_one(Offer, number), now=NOW),
        lambda: waiting.move_lines(event_id, now=NOW + LAST),
    )

    is_hers = db.session.get_one(Offer, number).state == OfferState.ACCEPTED
    assert [type(each) for each in faults] == ([] if is_hers else [OfferOver])
    assert emails() == (["confirmation"] if is_hers else ["offer", "offer_lapsed"])
    confirmed = db.session.query(Registration).filter_by(status=Status.CONFIRMED).count()
    assert confirmed == is_hers
    assert miscounted_gates() == []
