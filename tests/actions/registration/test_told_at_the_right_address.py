"""Whose address is corrected at the desk is told there what holds now: an offer, or the end."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.outbox.models import Message
from forum.outbox.waiting_actions import have_strayed
from forum.planning import actions as planning
from forum.registration import actions
from forum.registration.models import Offer, Status
from forum.registration.places import waiting
from forum.registration.register import correcting_actions
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, mail_goes_out, sent_to
from tests.actions.planning.plans import does
from tests.mail.incoming.keeping import came_back
from tests.stored import fresh, look_again, open_tasks


@pytest.fixture
def petra(make):
    return make.organizer()


def is_corrected(person, petra) -> None:
    do(correcting_actions.correct_at_desk, db.session.merge(person), "a@people.example", by=petra)


def heard(person, since: int) -> list[str]:
    return [email for email, _entry in sent_to(person)][since:] + [
        each.task.about for each in open_tasks()
    ]


@pytest.fixture
def greta(app, make, petra, today):
    event = make.event(capacity=1)
    ada = make.registration(event, name="Ada")
    greta = make.registration(event, name="Greta", status=Status.WAITLISTED)
    do(actions.cancel, db.session.merge(ada))
    mail_goes_out(app)
    assert sent_to(greta) == [("offer", False)]
    today.shift(MINUTE)
    return greta


def test_whose_offer_went_to_a_stranger_hears_of_it_at_her_right_address(app, greta, petra):
    is_corrected(greta, petra)
    mail_goes_out(app)
    assert heard(greta, 1) == ["offer"]


def test_whose_offer_went_to_a_stranger_has_as_much_time_as_anybody(app, greta, petra, today):
    today.shift(timedelta(hours=40))
    is_corrected(greta, petra)
    mail_goes_out(app)
    [offer] = db.session.query(Offer)
    assert offer.ends_at >= clock.now() + timedelta(hours=47)

    for _ in range(2):
        today.shift(timedelta(hours=23))
        do(lambda now: waiting.move_lines(greta.event_id, now=now))
        mail_goes_out(app)

    assert heard(greta, 1) == ["offer"]
    assert fresh(greta).wants_offers


def test_whose_offer_reached_her_at_last_is_not_called_about_the_one_that_comes_back(
    app, greta, petra, today
):
    [lost] = db.session.query(Message).filter_by(email="offer")
    is_corrected(greta, petra)
    mail_goes_out(app)
    today.shift(MINUTE)

    came_back(lost)

    assert heard(greta, 1) == ["offer"]


def test_whose_offer_reached_her_at_last_loses_her_turn_by_not_answering(app, greta, petra, today):
    [lost] = db.session.query(Message).filter_by(email="offer")
    is_corrected(greta, petra)
    mail_goes_out(app)
    came_back(lost)

    today.shift(timedelta(days=4))
    do(lambda now: waiting.move_lines(greta.event_id, now=now))

    assert not fresh(greta).wants_offers


def test_whose_offer_went_to_a_stranger_until_it_was_over_keeps_her_turn(app, greta, petra, today):
    make_wrong(greta)

    today.shift(timedelta(days=4))
    do(lambda now: waiting.move_lines(greta.event_id, now=now))

    assert fresh(greta).wants_offers


def make_wrong(person) -> None:
    """Let the address of somebody be corrected, without a word of any offer."""
    with transaction():
        have_strayed(person, clock.now())


def test_whose_word_of_the_end_went_to_a_stranger_is_told_that_it_is_off(app, make, petra, today):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    look_again()
    does(planning.cancel_event, event, version=event.version, by=petra)
    mail_goes_out(app)
    assert sent_to(ada)[1:] == [("event_cancelled", False)]
    today.shift(MINUTE)

    is_corrected(ada, petra)
    mail_goes_out(app)

    assert heard(ada, 2) == ["pause_over"]
