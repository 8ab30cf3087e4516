"""The address is right after all: whoever missed something by it is told what it was."""

import pytest

from forum import clock
from forum.db import db, transaction
from forum.incoming import actions
from forum.outbox.models import Message
from forum.registration import actions as registering
from forum.registration.models import OfferState, Registration, Status
from forum.registration.my.details import address_actions
from forum.registration.register.correcting_actions import correct_at_desk
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, mail_goes_out, sent_to
from tests.actions.registration.asking import asks, register
from tests.mail.incoming.keeping import calls, came_back
from tests.stored import fresh

ADA = "ada@people.example"


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def goes(app, relay, post_to, today):
    """Return a way to let the mail leave, and have the last email of a kind."""
    post_to(relay.port)

    def goes(email="") -> Message:
        mail_goes_out(app)
        today.shift(MINUTE)
        sent = db.session.query(Message).filter_by(email=email)
        return sent.order_by(Message.id.desc()).first()

    return goes


def comes_with(event) -> Registration:
    """Let Ada register by the form: she is written to."""
    register(event, asks("Ada", ADA, phone="+16175550100"), now=clock.now())
    return db.session.query(Registration).filter_by(name="Ada").one()


def is_right(petra, today) -> None:
    today.shift(MINUTE)
    with transaction():
        assert actions.lift(ADA, now=clock.now(), by=petra)
    today.shift(MINUTE)


def heard(person) -> list[str]:
    return [email for email, _entry in sent_to(person)]


@pytest.mark.parametrize("first", ["confirmation", "waitlist"])
def test_who_was_never_told_how_she_stands_is_told_first(make, petra, goes, today, first):
    ada = comes_with(make.event(capacity=int(first == "confirmation")))
    came_back(goes(first))

    is_right(petra, today)
    goes()

    assert (calls(), heard(ada)) == ([], [first, first])


def test_whose_first_word_waited_meanwhile_gets_it_once(make, petra, goes, today):
    ada = comes_with(make.event())
    make.block(ADA)

    is_right(petra, today)
    goes()

    assert heard(ada) == ["confirmation"]


def test_whose_cancellation_did_not_arrive_has_it_taken_out_of_her_calendar(
    make, petra, goes, today
):
    ada = comes_with(make.event())
    goes()
    do(registering.cancel, fresh(ada), by=petra)
    came_back(goes("cancellation"))

    is_right(petra, today)
    last = goes("cancellation")

    assert heard(ada) == ["confirmation", "cancellation", "cancellation"]
    assert last.facts == {"by_desk": True}


def test_whose_cancellation_was_not_sent_is_not_to_be_called_about_it_any_more(
    make, petra, goes, today
):
    ada = comes_with(make.event())
    lost = goes("confirmation")
    do(registering.cancel, fresh(ada))
    came_back(lost)
    goes()
    assert calls() == [("Ada", "cancellation")]

    is_right(petra, today)
    goes()

    assert (calls(), heard(ada)) == ([], ["confirmation", "cancellation"])


def test_who_has_canceled_is_not_to_be_called_about_an_address_that_is_right(
    make, petra, goes, today
):
    ada = comes_with(make.event())
    came_back(goes("confirmation"))
    do(registering.cancel, fresh(ada))
    assert calls() == [("Ada", "returned"), ("Ada", "cancellation")]

    is_right(petra, today)

    assert calls() == [("Ada", "cancellation")]  # nobody has written it: her address was blocked


def test_who_registered_while_emails_did_not_arrive_need_not_be_called_once_they_do(
    make, petra, goes, today
):
    make.block(ADA)
    ada = comes_with(make.event())
    assert calls() == [("Ada", "confirmation")]

    is_right(petra, today)
    goes()

    assert (calls(), heard(ada)) == ([], ["confirmation"])


def test_who_is_registered_again_is_not_told_that_she_is_canceled(make, petra, goes, today):
    event = make.event()
    ada = comes_with(event)
    goes()
    do(registering.cancel, fresh(ada))
    came_back(goes("cancellation"))
    again = make.registration(fresh(event), name="Ada", email=ADA)
    make.welcome(again)

    is_right(petra, today)
    goes()

    assert heard(ada) == ["confirmation", "cancellation"]


def test_whose_cancellation_went_to_a_mistyped_address_has_it_at_the_right_one(make, petra, goes):
    ada = comes_with(make.event())
    do(registering.cancel, fresh(ada), by=petra)
    goes()

    do(correct_at_desk, fresh(ada), "ada@right.example", by=petra)
    goes()

    assert heard(ada) == ["cancellation", "cancellation"]


def test_who_lost_her_turn_without_hearing_of_it_is_told(make, sent, petra, goes, today):
    ada = make.registration(make.event(), name="Ada", email=ADA, status=Status.WAITLISTED)
    offer = make.offer(ada, state=OfferState.LAPSED)
    ada.wants_offers = False
    sent(ada, "waitlist")
    sent(ada, "offer_lapsed", facts={"offer": offer.id}, returned_at=clock.now())
    make.block(ADA)

    is_right(petra, today)
    goes()

    assert heard(ada) == ["waitlist", "offer_lapsed", "offer_lapsed"]


@pytest.fixture
def promoted(make, sent, today):
    """Ada waited, and has a place now; the email that says so came back."""
    ada = make.registration(make.event(), name="Ada", email=ADA)
    make.block(ADA)
    today.shift(MINUTE)
    sent(ada, "promoted", returned_at=clock.now())
    return ada


@pytest.fixture
def has_waited(promoted, sent):
    sent(promoted, "waitlist")
    return promoted


def test_who_waited_and_has_a_place_now_is_told_that_it_became_hers(
    has_waited, petra, goes, today, relay
):
    is_right(petra, today)
    goes()

    said = relay.deliveries[-1].octets.decode()
    assert heard(has_waited)[-1] == "pause_over"
    assert "You have a place now" in said


def test_who_had_heard_nothing_at_all_is_told_that_she_has_a_place(promoted, petra, goes, today):
    is_right(petra, today)
    goes()

    assert heard(promoted) == ["promoted", "confirmation"]


def test_whoever_takes_a_new_address_is_told_once_how_she_stands(make, petra, goes, today):
    ada = comes_with(make.event())
    came_back(goes("confirmation"))
    with transaction():
        change = address_actions.ask(fresh(ada), "ada@new.example", now=clock.now())
    today.shift(MINUTE)
    do(address_actions.confirm, change)
    db.session.query(Message).filter(Message.email.contains("address")).delete()
    db.session.commit()
    goes()

    assert heard(ada) == ["confirmation", "details_changed"]
