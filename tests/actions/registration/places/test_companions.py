"""Two who come together: offered places together or either, added later, each in an own way."""

import pytest
from sqlalchemy import select

from forum.db import db, transaction
from forum.events.models import Mode
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration import actions, queries, refusals
from forum.registration.models import (
    CareState,
    PairRule,
    Registration,
    Status,
)
from forum.registration.places import offers, waiting
from forum.registration.places.offer_rules import WhyNot
from forum.registration.requests import Companion, Request
from tests.actions.registration.places.line import WAITS, cancel, counted, free_place, line, pair
from tests.rush import NOW
from tests.stored import told


def test_a_pair_is_passed_over_only_while_places_do_not_suffice(make):
    event = make.event(capacity=2)
    others = [make.registration(event) for _ in range(2)]
    ada, boris = pair(make, event)
    cora = make.registration(event, name="Cora", **WAITS)
    gate = event.gates[0]

    cancel(others[0])
    assert queries.open_offer(cora).size == 1
    assert offers.why_nobody(gate, now=NOW)[0] == (ada, WhyNot.FULL)
    with transaction():
        (offer,) = actions.set_capacity(gate, 4, now=NOW)

    assert (offer.registration, offer.partner, offer.size) == (ada, boris, 2)
    assert told()[-2:] == [("offer", "Ada"), ("offer", "Boris")]
    with transaction():
        waiting.accept(queries.open_offer(boris), now=NOW)
    assert ada.status == boris.status == Status.CONFIRMED
    assert counted(event) == (3, 1)


def test_one_of_a_pair_cancels_and_the_other_has_the_offer_alone(make):
    event = make.event(capacity=0)
    ada, boris = pair(make, event)
    with transaction():
        (offer,) = actions.set_capacity(event.gates[0], 2, now=NOW)

    cancel(ada)

    assert (offer.registration, offer.partner) == (boris, None)
    assert counted(event) == (0, 1)


def test_either_of_two_may_take_the_place_of_the_one_it_was_offered_to(make, event, seated):
    first, other = pair(make, event, PairRule.EITHER)
    offer = free_place(seated)

    with transaction():
        waiting.accept(offer, taker=other, now=NOW)

    assert (other.status, first.status, line(event)) == (
        Status.CONFIRMED,
        Status.WAITLISTED,
        ["Ada"],
    )


def test_a_stranger_cannot_take_the_place_of_someone_else(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    stranger = make.registration(event, name="Cora", **WAITS)
    offer = free_place(seated)

    with pytest.raises(refusals.NotOneOfThem), transaction():
        waiting.accept(offer, taker=stranger, now=NOW)


def test_what_one_of_a_pair_says_of_waiting_holds_for_both(make, event, seated):
    ada, boris = pair(make, event)

    with transaction():
        waiting.set_waiting(ada, short_notice=12, auto_take_until=None, now=NOW)

    assert (ada.short_notice, boris.short_notice) == (12, 12)


def test_a_companion_attends_in_a_way_of_his_own(make):
    event = make.event(capacity=1)
    asked = Request(
        name="Ada",
        email="ada@people.example",
        mode=Mode.IN_PERSON,
        timezone="America/New_York",
        companion=Companion(name="Boris", mode=Mode.WEBCAST),
    )

    with transaction():
        outcome = actions.register(event, asked, now=NOW)

    assert (outcome.status, outcome.mode) == (Status.CONFIRMED, Mode.IN_PERSON)
    assert (outcome.companion.status, outcome.companion.mode) == (Status.CONFIRMED, Mode.WEBCAST)


def test_a_companion_is_added_later_and_only_one(make):
    event = make.event()
    ada = make.registration(event, name="Ada")

    with transaction():
        outcome = actions.add_companion(ada, Companion(name="Boris"), PairRule.TOGETHER, now=NOW)
    with pytest.raises(refusals.HasCompanion), transaction():
        actions.add_companion(ada, Companion(name="Cora"), PairRule.EITHER, now=NOW)

    assert (outcome.registration.companion_of, ada.pair_rule) == (ada, PairRule.TOGETHER)
    assert told() == [("confirmation", "Boris")]


def test_adding_someone_known_changes_nothing_of_his(make):
    event = make.event()
    ada = make.registration(event, name="Ada")
    boris = make.registration(event, name="Boris", email="boris@people.example")

    with transaction():
        outcome = actions.add_companion(
            ada, Companion(name="Boris", email="boris@people.example"), PairRule.EITHER, now=NOW
        )

    assert (outcome.registration, outcome.status) == (None, Status.CONFIRMED)
    assert (boris.companion_of, db.session.query(Registration).count()) == (None, 2)


def test_until_he_says_yes_she_can_name_another_who_comes_for_himself(make):
    ada = make.registration(make.event(), name="Ada")
    named = [Companion(name=each, email=f"{each}@people.example") for each in ("boris", "carl")]

    with transaction():
        for each in named:
            actions.add_companion(ada, each, PairRule.EITHER, now=NOW)
    boris, carl = db.session.scalars(
        select(Registration).where(Registration.id != ada.id).order_by(Registration.id)
    )
    with transaction():
        privacy.record(boris, ConsentPurpose.REGISTRATION, now=NOW, language="en")
    with pytest.raises(refusals.HasCompanion), transaction():
        actions.add_companion(ada, Companion(name="Cora"), PairRule.EITHER, now=NOW)

    assert (boris.companion_of, carl.companion_of) == (ada, None)


def test_of_two_who_are_offered_places_together_the_one_who_stays_is_told_that_it_is_for_one(make):
    event = make.event(capacity=2)
    ada, boris = pair(make, event)
    with transaction():
        waiting.move_lines(event.id, now=NOW)

    cancel(ada)

    offer = queries.open_offer(boris)
    assert (offer.size, offer.registration, offer.partner) == (1, boris, None)
    assert told().count(("offer", "Boris")) == 2


@pytest.mark.parametrize("who", ["host", "guest"])
def test_who_canceled_and_comes_back_alone_is_linked_again(make, who):
    event = make.event()
    host = make.registration(event, name="Ada", email="ada@people.example")
    guest = make.registration(event, name="Boris", email="boris@people.example", companion_of=host)
    leaves, stays = (host, guest) if who == "host" else (guest, host)
    cancel(leaves)

    back = _comes_back(event, leaves)

    assert queries.companions(stays) == [back]
    assert (leaves.status, back.pair_rule) == (Status.CANCELLED, None)


def test_who_comes_back_is_not_put_beside_somebody_who_has_come_along_meanwhile(make):
    event = make.event()
    host = make.registration(event, name="Ada", email="ada@people.example")
    guest = make.registration(event, name="Boris", email="boris@people.example", companion_of=host)
    cancel(guest)
    cora = make.registration(event, name="Cora", companion_of=host)

    back = _comes_back(event, guest)

    assert queries.companions(host) == [cora]
    assert queries.companions(back) == []


def test_nobody_is_linked_again_to_someone_on_hold(make):
    event = make.event()
    host = make.registration(event, name="Ada", email="ada@people.example")
    guest = make.registration(event, name="Boris", email="boris@people.example", companion_of=host)
    cancel(guest)
    host.care_state = CareState.HELD
    db.session.commit()

    assert queries.companions(_comes_back(event, guest)) == []


def _comes_back(event, who: Registration) -> Registration:
    asked = Request(
        name=who.name, email=who.email, mode=Mode.IN_PERSON, timezone="America/New_York"
    )
    with transaction():
        back = actions.register(event, asked, now=NOW).registration
    assert back is not None
    assert back.id != who.id
    return back
