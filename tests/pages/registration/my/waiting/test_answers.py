"""What is said of an answer to an offer is so: to her, and to the one who waits with her."""

from datetime import UTC, datetime

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import Mode
from forum.privacy.consents import has_agreed
from forum.privacy.models import ConsentPurpose
from forum.registration import queries
from forum.registration.models import OfferState, PairRule, Status
from tests.lines import let_offers_be_heard, move_all_lines
from tests.my import my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough

UNTIL = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
WAITS = {"status": Status.WAITLISTED}
REST = "You stay on the waitlist. For one day, we offer you no other place."
WENT_ON = "so the place went to the next person."


@pytest.fixture
def event(make):
    return make.event(capacity=2)


@pytest.fixture
def cleo(make, event):
    cleo = make.registration(event, **WAITS)
    make.offer(cleo, ends_at=UNTIL)
    return cleo


@pytest.fixture
def pair(make, event):
    facts = {"pair_rule": PairRule.TOGETHER, **WAITS}
    eva = make.registration(event, name="Eva Sampleton", **facts)
    finn = make.registration(event, name="Finn Sampleton", companion_of=eva, **facts)
    return eva, finn


@pytest.fixture
def offered(make, pair):
    make.offer(pair[0], partner=pair[1], ends_at=UNTIL)
    return pair


def decline(visitor, person, stay="yes"):
    return visitor.get(visitor.submit(my(person, "offer/decline"), stay=stay))


@pytest.mark.both_engines
def test_who_declines_and_waits_on_alone_is_not_offered_the_same_again_at_once(visitor, cleo):
    asked = visitor.get(my(cleo, "offer/decline")).text
    assert "If you stay on the waitlist, we offer you no other place for one day." in asked

    page = decline(visitor, cleo)

    assert f"Thank you. {REST}" in page.text
    assert "next person" not in page.text
    assert "free for you" not in page.text
    assert emails() == []


def test_who_declines_and_leaves_alone_sends_the_place_to_nobody(visitor, cleo):
    page = decline(visitor, cleo, stay="no")

    assert "Thank you for letting us know." in page.text
    assert "next person" not in page.text


def test_where_somebody_waits_the_place_goes_to_the_next_person(visitor, make, event, cleo):
    event.gates[0].capacity = 1
    make.registration(event, **WAITS)

    assert "Thank you. The place goes to the next person." in decline(visitor, cleo).text


def test_the_other_of_a_pair_never_reads_that_he_declined(visitor, offered):
    eva, finn = offered

    decline(visitor, eva)

    look_again()
    assert visitor.get(my(eva, "offer")).heading == "You declined this place"
    page = visitor.get(my(finn, "offer"))
    assert page.heading == "The person with you declined the two places"
    assert "You are number 2 on the waitlist" in page.text
    assert emails() == ["offer_lapsed"]


@pytest.mark.parametrize("others", [0, 1])
def test_the_link_of_an_unanswered_offer_says_where_the_place_went(
    visitor, make, cleo, today, others
):
    cleo.event.gates[0].capacity = 1
    for _ in range(others):
        make.registration(cleo.event, **WAITS)
    let_offers_be_heard()
    today.move_to(UNTIL)
    with transaction():
        move_all_lines(now=clock.now())

    page = visitor.get(my(cleo, "offer"))

    assert "We did not get an answer in time" in page.text
    assert (WENT_ON in page.text) == bool(others)


def test_two_who_wait_together_read_that_they_wait_for_two_places(visitor, pair):
    for number, each in enumerate(pair, start=1):
        page = visitor.get(my(each))
        assert (
            f"You are number {number} on the waitlist for a place in person."
            " You wait together with someone, for two places."
        ) in page.text


def test_two_places_are_kept_for_both(visitor, offered):
    for each in offered:
        assert "They are kept for both of you. Please answer by:" in visitor.get(my(each)).text


def test_who_was_registered_by_another_says_yes_by_taking_the_place(visitor, offered):
    _eva, finn = offered
    page = visitor.get(my(finn, "offer"))
    assert "If you take the place, you agree:" in page.text

    page = visitor.get(visitor.submit(my(finn, "offer"), action=my(finn, "offer")))

    assert "Is that right?" not in page.text
    look_again()
    assert has_agreed(finn, ConsentPurpose.REGISTRATION)


def test_who_takes_both_places_says_yes_for_nobody_else(visitor, offered):
    eva, finn = offered
    assert "you agree:" not in visitor.get(my(eva, "offer")).text

    visitor.submit(my(eva, "offer"), action=my(eva, "offer"))

    look_again()
    assert (finn.status, has_agreed(finn, ConsentPurpose.REGISTRATION)) == (Status.CONFIRMED, False)


def test_before_she_takes_part_online_for_now_she_reads_until_when_the_place_is_kept(
    visitor, make, event, cleo
):
    page = visitor.get(my(cleo, "mode?to=webcast"))

    assert "The place that is offered to you stays kept until you answer." in page.text
    assert "Friday, November 27, 2026, at 10:00 am, Eastern Time" in page.text
    assert "keep your number" not in page.text

    visitor.submit(my(cleo, "mode?to=webcast"))

    look_again()
    assert (cleo.mode, queries.open_offer(cleo).state) == (Mode.WEBCAST, OfferState.OPEN)


def test_who_has_a_place_and_waits_reads_that_she_keeps_her_number(visitor, waiting):
    page = visitor.get(my(waiting, "mode?to=phone"))

    assert "You keep your number on the waitlist." in page.text
    db.session.rollback()
