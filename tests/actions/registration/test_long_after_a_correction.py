"""That an email went to a mistyped address is known as long as the email is: it reached nobody."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.care.queries import was_welcomed
from forum.db import db
from forum.outbox.models import Message
from forum.privacy import housekeeping
from forum.registration.models import AddressChange, Status
from forum.registration.my.details import address_actions
from forum.registration.register.correcting_actions import correct_at_desk
from forum.registration.telling import tell
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, mail_goes_out, sent_to
from tests.mail.incoming.keeping import blocks, came_back
from tests.stored import fresh, look_again

MONTH_AND_MORE = timedelta(days=40)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def time_passes(today):
    """Return a way to let a month pass, after which changes of address are purged."""

    def time_passes() -> None:
        today.shift(MONTH_AND_MORE)
        housekeeping.purge(now=clock.now())
        look_again()
        assert db.session.query(AddressChange).all() == []

    return time_passes


@pytest.fixture
def event(make):
    return make.event(capacity=1)


@pytest.fixture
def ione(make, event):
    return make.registration(event, name="Ione", mode="phone")


FIRST = {Status.CONFIRMED: "confirmation", Status.WAITLISTED: "waitlist"}


@pytest.fixture(params=sorted(FIRST))
def ada(request, make, ione):
    """Ada comes with Ione, or waits; her address is mistyped."""
    if request.param == Status.WAITLISTED:
        make.registration(ione.event)
    wrong = {"email": "adda@people.example", "status": request.param}
    return make.registration(ione.event, name="Ada", companion_of=ione, **wrong)


@pytest.fixture
def corrected(app, ada, ione, petra, today):
    """Her first word goes to a stranger; she is on hold when her address is put right."""
    do(tell, FIRST[ada.status], ada, "1")
    mail_goes_out(app)
    today.shift(MINUTE)
    do(care.remember, fresh(ione), by=petra)
    today.shift(MINUTE)
    do(correct_at_desk, fresh(ada), "ada@people.example", by=petra)
    mail_goes_out(app)
    return ada


def test_who_was_held_as_her_address_was_put_right_is_told_at_last_how_she_stands(
    app, corrected, petra, time_passes
):
    first = FIRST[fresh(corrected).status]
    assert [email for email, _entry in sent_to(corrected)] == [first]

    time_passes()
    assert not was_welcomed(fresh(corrected))
    do(care.end_hold, fresh(corrected), by=petra)
    mail_goes_out(app)

    assert [email for email, _entry in sent_to(corrected)] == [first, first]


def test_what_comes_back_long_after_is_not_held_against_the_right_address(corrected, time_passes):
    time_passes()

    came_back(db.session.query(Message).order_by(Message.id).first())

    assert (blocks(), fresh(corrected).email) == ([], "ada@people.example")


def test_who_has_taken_an_address_himself_stays_there_long_after(
    make, event, ione, petra, time_passes
):
    boris = make.registration(event, name="Boris", companion_of=ione)
    do(address_actions.ask, fresh(boris), fresh(ione).email)
    do(address_actions.confirm, db.session.query(AddressChange).one())
    time_passes()

    do(correct_at_desk, fresh(ione), "ione@new.example", by=petra)

    assert fresh(boris).email != fresh(ione).email == "ione@new.example"


def test_whose_address_was_corrected_has_not_taken_it_and_goes_along_with_the_next_correction(
    make, event, ione, petra
):
    boris = make.registration(event, name="Boris", companion_of=ione)
    do(address_actions.ask, fresh(boris), "boris@new.example")
    do(address_actions.confirm, db.session.query(AddressChange).one())
    assert fresh(boris).email_taken_at is not None

    do(correct_at_desk, fresh(boris), fresh(ione).email, by=petra)
    do(correct_at_desk, fresh(ione), "ione@new.example", by=petra)

    assert (fresh(boris).email, boris.email_taken_at) == ("ione@new.example", None)
