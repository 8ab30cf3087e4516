"""A place is offered: one button takes it, another leaves it."""

from datetime import UTC, datetime

import pytest

from forum import clock
from forum.db import transaction
from forum.events.models import Mode
from forum.registration.models import OfferState, PairRule, Registration, Status
from tests.lines import move_all_lines
from tests.my import my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough

UNTIL = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.fixture
def event(make):
    return make.event(capacity=2)


@pytest.fixture
def cleo(make, event) -> Registration:
    """Make someone who waits for the room, and is offered a place there until Friday."""
    make.registration(event)
    cleo = make.registration(event, status=Status.WAITLISTED, timezone="America/Los_Angeles")
    make.offer(cleo, ends_at=UNTIL)
    return cleo


def take(visitor, registration, **answers):
    """Press "Take the place" on the offer's page."""
    return visitor.submit(my(registration, "offer"), action=my(registration, "offer"), **answers)


def test_her_page_begins_with_the_offer_and_says_until_when_in_both_zones(visitor, cleo):
    page = visitor.get(my(cleo))

    assert page.text.index("A place in person is free for you") < page.text.index("When")
    for words in (
        "It is kept for you. Please answer by: Friday, November 27, 2026, at 7:00 am, Pacific",
        "Friday, November 27, 2026, at 10:00 am, Eastern Time",
    ):
        assert words in page.text
    assert "on the waitlist for a place" not in page.text
    assert page.links()["No, thank you"] == my(cleo, "offer/decline")


def test_looking_at_an_offer_answers_nothing(visitor, cleo):
    for more in ("", "offer", "offer/decline", "waiting", "waiting/leave"):
        visitor.client.get(my(cleo, more))
        visitor.client.head(my(cleo, more))

    look_again()
    assert (cleo.status, cleo.waits_for) == (Status.WAITLISTED, Mode.IN_PERSON)
    assert emails() == []


@pytest.mark.parametrize("where", ["", "offer"])
def test_one_button_takes_the_place(visitor, cleo, where):
    page = visitor.get(visitor.submit(my(cleo, where), action=my(cleo, "offer")))

    assert "The place is booked. An email with the details is on its way." in page.text
    assert "Your place in person is booked." in page.text
    assert "free for you" not in page.text
    look_again()
    assert (cleo.status, cleo.mode, cleo.waits_for) == (Status.CONFIRMED, Mode.IN_PERSON, None)
    assert emails() == ["confirmation"]


def test_a_double_click_takes_it_once_and_says_so_calmly(visitor, cleo):
    form = visitor.get(my(cleo, "offer")).form(my(cleo, "offer"))

    pages = [visitor.get(visitor.post(my(cleo, "offer"), form)) for _ in range(3)]

    assert "This place is booked already. You do not need to do anything." in pages[2].text
    assert emails() == ["confirmation"]
    assert visitor.get(my(cleo, "offer")).heading == "The place is booked"


def test_an_offer_whose_time_is_over_can_still_be_looked_at(visitor, cleo, today):
    form = visitor.get(my(cleo, "offer")).form(my(cleo, "offer"))
    today.move_to(UNTIL)

    page = visitor.get(visitor.post(my(cleo, "offer"), form))

    assert page.heading == "This offer has ended"
    assert "We did not get an answer in time." in page.text
    look_again()
    assert cleo.status == Status.WAITLISTED


def test_who_left_an_offer_unanswered_says_that_she_still_waits(visitor, cleo, today):
    today.move_to(UNTIL)
    with transaction():
        move_all_lines(now=clock.now())

    page = visitor.get(my(cleo))
    assert (
        "We did not hear from you about the last place. We will not offer you another one"
        " until you tell us that you still want one."
    ) in page.text
    back = visitor.get(visitor.submit(my(cleo, "offer"), action=my(cleo, "waiting/again")))

    assert "Thank you. We will write to you when it is your turn." in back.text
    look_again()
    assert cleo.wants_offers is True


def test_she_says_no_and_waits_on_at_the_end_of_the_line(visitor, make, event, cleo):
    make.registration(event, status=Status.WAITLISTED)

    page = visitor.get(my(cleo, "offer/decline"))
    assert page.heading == "Decline this place"
    page = visitor.get(visitor.submit(my(cleo, "offer/decline"), stay="yes"))

    assert "Thank you. The place goes to the next person." in page.text
    assert "You are number 2 on the waitlist for a place in person." in page.text
    look_again()
    assert (cleo.status, cleo.wants_offers) == (Status.WAITLISTED, True)


def test_she_says_no_and_leaves_the_line(visitor, make):
    event = make.event(capacity=1)
    ed = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.offer(ed, ends_at=UNTIL)
    assert "Your place online stays yours." in visitor.get(my(ed, "offer/decline")).text

    page = visitor.get(visitor.submit(my(ed, "offer/decline"), stay="no"))

    assert "Your place online is booked." in page.text
    assert "waitlist" not in page.text
    look_again()
    assert (ed.status, ed.mode, ed.waits_for) == (Status.CONFIRMED, Mode.WEBCAST, None)


def test_who_has_no_other_place_is_told_that_leaving_the_line_is_the_end(visitor, cleo):
    assert (
        "If you leave the waitlist, your registration is canceled. You can register again."
        in visitor.get(my(cleo, "offer/decline")).text
    )

    visitor.submit(my(cleo, "offer/decline"), stay="no")

    look_again()
    assert cleo.status == Status.CANCELLED


def test_who_has_no_other_place_stops_waiting_by_cancelling(visitor, cleo):
    answer = visitor.client.get(my(cleo, "waiting/leave"))

    assert (answer.status_code, answer.location) == (303, my(cleo, "cancel"))


@pytest.mark.parametrize("stay", [None, "", "perhaps", "🌷" * 2500])
def test_a_forged_answer_declines_nothing(visitor, cleo, stay):
    assert visitor.submit(my(cleo, "offer/decline"), stay=stay) == my(cleo, "offer/decline")

    look_again()
    assert cleo.status == Status.WAITLISTED
    assert visitor.get(my(cleo, "offer")).heading == "A place in person is free for you"


def test_taking_the_room_says_which_place_is_given_up(visitor, make):
    event = make.event(capacity=1)
    ed = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.offer(ed, ends_at=UNTIL)

    assert (
        "Your place online becomes free for someone else then." in visitor.get(my(ed, "offer")).text
    )
    take(visitor, ed)

    look_again()
    assert (ed.mode, ed.status, ed.waits_for) == (Mode.IN_PERSON, Status.CONFIRMED, None)


@pytest.fixture
def pair(make):
    event = make.event(capacity=2)
    facts = {"status": Status.WAITLISTED, "pair_rule": PairRule.TOGETHER}
    eva = make.registration(event, name="Eva Sampleton", **facts)
    finn = make.registration(event, name="Finn Sampleton", companion_of=eva, **facts)
    make.offer(eva, partner=finn, ends_at=UNTIL)
    return eva, finn


def test_an_offer_for_a_pair_is_for_both_and_either_may_take_it(visitor, pair):
    eva, finn = pair
    for each in pair:
        page = visitor.get(my(each, "offer"))
        assert page.heading == "Two places in person are free, for both of you"

    take(visitor, finn)

    look_again()
    assert {each.status for each in (eva, finn)} == {Status.CONFIRMED}


def test_one_of_a_pair_leaves_and_the_other_keeps_the_offer(visitor, pair):
    eva, finn = pair
    assert "If you leave, only you leave" in visitor.get(my(eva, "offer/decline")).text

    visitor.submit(my(eva, "offer/decline"), stay="no")

    look_again()
    assert eva.status == Status.CANCELLED
    assert visitor.get(my(finn, "offer")).heading == "A place in person is free for you"


@pytest.fixture
def either(make):
    event = make.event(capacity=1)
    facts = {"status": Status.WAITLISTED, "pair_rule": PairRule.EITHER}
    eva = make.registration(event, name="Eva Sampleton", **facts)
    finn = make.registration(event, name="Finn Sampleton", companion_of=eva, **facts)
    make.offer(eva, ends_at=UNTIL)
    return eva, finn


def test_of_two_who_do_not_mind_one_is_chosen(visitor, either):
    eva, finn = either
    page = visitor.get(my(eva, "offer"))
    assert "Who takes the place? Eva Sampleton Finn Sampleton" in page.text

    back = visitor.get(take(visitor, eva, taker=finn.public_id))

    assert "The place is booked." in back.text
    look_again()
    assert (eva.status, finn.status) == (Status.WAITLISTED, Status.CONFIRMED)
    form = page.form(my(eva, "offer"))
    again = visitor.get(visitor.post(my(eva, "offer"), {**form, "taker": finn.public_id}))
    assert "This place is booked already. You do not need to do anything." in again.text


@pytest.mark.parametrize("taker", [None, "", "someone"])
def test_without_a_word_who_takes_it_she_is_asked_once_more(visitor, either, make, taker):
    stranger = make.registration(make.event()).public_id
    for each in (taker, stranger):
        page = visitor.submit(
            my(either[0], "offer"), action=my(either[0], "offer"), taker=each, status=422
        )
        assert page.errors() == ["Choose who takes the place"]
        assert page.title.startswith("Error: ")

    look_again()
    assert {each.status for each in either} == {Status.WAITLISTED}


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (OfferState.DECLINED, "You declined this place"),
        (OfferState.WITHDRAWN, "This offer is no longer open"),
        (OfferState.LAPSED, "This offer has ended"),
    ],
)
def test_the_link_in_an_old_email_says_what_became_of_the_offer(
    visitor, make, waiting, state, heading
):
    make.offer(waiting, state=state, ends_at=UNTIL)

    page = visitor.get(my(waiting, "offer"))

    assert page.heading == heading
    assert "You are number 1 on the waitlist for a place in person." in page.text


def test_without_any_offer_the_page_says_how_it_stands(visitor, waiting):
    page = visitor.get(my(waiting, "offer"))

    assert page.heading == "There is no offer now"
    assert "You are number 1 on the waitlist for a place in person." in page.text


def test_an_offer_is_not_shown_after_its_time_even_before_the_worker_has_come_by(
    visitor, cleo, today
):
    today.move_to(UNTIL)

    assert clock.now() >= UNTIL
    assert "free for you" not in visitor.get(my(cleo)).text


def test_nowhere_is_who_has_an_offer_a_number_on_the_waitlist(visitor, make):
    """She has a place online, waits for one in person, and it is kept for her."""
    event = make.event(capacity=1)
    eva = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.offer(eva, ends_at=UNTIL)

    for where in ("", "mode", "mode?to=in_person", "waiting", "waiting/leave", "offer", "cancel"):
        assert "You are number" not in visitor.get(my(eva, where)).text, where
    asked = visitor.get(my(eva, "mode?to=in_person"))
    assert "A place in person is free for you" in asked.text
    assert asked.links()["See the offer"] == my(eva, "offer")
