"""Nobody is asked at once for what she has just declined, and who waits with her is told."""

from datetime import timedelta

import pytest

from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration import actions, queries
from forum.registration.models import OfferState, PairRule, Status
from forum.registration.places import offers, waiting
from forum.registration.places.offer_rules import WhyNot
from tests.actions.registration.places.line import WAITS, cancel, free_place, line, pair
from tests.lines import let_offers_be_heard, move_all_lines
from tests.rush import NOW
from tests.stored import look_again, told

A_DAY = timedelta(days=1)


def decline(offer, *, who=None, stay=True):
    with transaction():
        waiting.decline(offer, stay=stay, who=who, now=NOW)


def move(now):
    with transaction():
        move_all_lines(now=now)


@pytest.fixture
def two(make):
    """Return two who wait together, and are offered the two places there are."""
    event = make.event(capacity=2)
    seated = [make.registration(event, name=name) for name in ("Cora", "Dora")]
    both = pair(make, event, PairRule.TOGETHER)
    for each in seated:
        cancel(each)
    return both


def test_who_declines_and_waits_on_alone_is_asked_again_only_a_day_later(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    offer = free_place(seated)

    decline(offer)
    move(NOW + A_DAY - timedelta(seconds=1))

    assert (queries.open_offer(boris), line(event)) == (None, ["Boris"])
    assert offers.why_nobody(event.gates[0], now=NOW) == [(boris, WhyNot.DECLINED)]
    assert offers.would_be_offered(event.gates[0], 1, now=NOW) == []
    assert [each for each in told() if each[1] == "Boris"] == [("offer", "Boris")]

    move(NOW + A_DAY)

    assert queries.open_offer(boris).made_at == NOW + A_DAY


WATCHES = {"mode": Mode.WEBCAST, "waits_for": Mode.IN_PERSON}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("stays", [False, True])
def test_who_left_the_line_and_asks_for_a_place_anew_is_not_passed_over(make, stays):
    """He watches meanwhile, so that he keeps his registration; Dora comes after him."""
    event = make.event(capacity=2)
    seated, other = (make.registration(event, name=each) for each in ("Seated", "Other"))
    boris = make.registration(event, name="Boris", **WATCHES)
    decline(free_place(seated), stay=stays)
    make.registration(event, name="Cora")
    with transaction():
        if stays:
            waiting.leave_line(boris, now=NOW + HOUR)
        actions.change_mode(boris, Mode.IN_PERSON, now=NOW + 2 * HOUR)
    look_again()
    make.registration(event, name="Dora", **WAITS)

    cancel(other, NOW + 3 * HOUR)

    (offer,) = queries.open_offers(event.id, Mode.IN_PERSON)
    assert offer.registration.name == "Boris"


def test_who_stays_in_the_line_and_says_how_she_waits_has_not_asked_anew(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    decline(free_place(seated))

    with transaction():
        waiting.set_waiting(boris, short_notice=24, auto_take_until=None, now=NOW + HOUR)
        waiting.wait_again(boris, now=NOW + HOUR)

    assert queries.open_offer(boris) is None


def test_who_asks_for_a_place_without_being_asked_has_it_also_within_that_day(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    decline(free_place(seated))

    with transaction():
        day = NOW + timedelta(days=9)
        waiting.set_waiting(boris, short_notice=None, auto_take_until=day, now=NOW)

    assert boris.status == Status.CONFIRMED


def test_the_other_of_a_pair_is_told_that_it_was_declined(two):
    ada, boris = two
    offer = queries.open_offer(ada)

    decline(offer, who=boris)

    assert (offer.state, offer.registration, offer.partner) == (OfferState.DECLINED, boris, ada)
    assert told()[-1] == ("offer_lapsed", "Ada")
    assert [queries.open_offer(each) for each in two] == [None, None]


def test_once_the_one_who_declined_leaves_the_other_is_offered_a_place_at_once(two):
    ada, boris = two
    decline(queries.open_offer(ada), who=boris)

    cancel(boris)

    assert queries.open_offer(ada).size == 1


def test_who_keeps_the_offer_alone_is_told_that_the_other_waits_no_more(two):
    ada, boris = two
    offer = queries.open_offer(ada)

    decline(offer, who=ada, stay=False)

    message = db.session.query(Message).filter_by(email="offer").order_by(Message.id.desc()).first()
    assert (message.registration, message.facts) == (boris, {"offer": offer.id, "alone": True})


@pytest.mark.parametrize("others", [0, 1])
def test_it_is_known_whether_an_unanswered_place_went_to_the_next(make, event, seated, others):
    make.registration(event, name="Boris", **WAITS)
    for number in range(others):
        make.registration(event, name=f"Cora {number}", **WAITS)
    offer = free_place(seated)
    let_offers_be_heard()

    move(offer.ends_at)

    assert (offer.state, queries.went_on(offer)) == (OfferState.LAPSED, bool(others))


def test_an_offer_that_is_open_went_to_nobody_else(make, event):
    boris = make.registration(event, name="Boris", **WAITS)
    assert not queries.went_on(make.offer(boris, mode=Mode.IN_PERSON))
