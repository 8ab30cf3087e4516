"""A mistyped address, put right within the hour, while emails to the wrong one come back."""

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.emails import Letter
from forum.registration.register.correcting_actions import correct_address
from tests.mail.incoming.keeping import blocks, calls, came_back
from tests.stored import fresh

RIGHT = "ada.trialrun@people.example"


def put_right(event, person, email=RIGHT):
    person.form_key, person.registered_at = "a form", clock.now()
    db.session.commit()
    with transaction():
        correct_address(event, "a form", email, now=clock.now())
    return fresh(person)


def test_what_comes_back_from_the_wrong_address_leaves_the_right_one_open(
    make, event, ada, sent, written
):
    message = sent(ada)
    put_right(event, ada)

    came_back(message)

    assert fresh(ada).email == RIGHT
    assert calls() == []
    assert isinstance(written("confirmation", ada), Letter)
    assert isinstance(written("my_link", make.registration(make.event(), email=RIGHT)), Letter)
    assert blocks() == ["hard"]  # the wrong one's


def test_whoever_is_paused_is_told_at_the_right_address_that_she_is_registered(
    make, event, ada, sent, written
):
    hers = make.registration(make.event(), name="Ada", email=RIGHT)
    with transaction():
        care.pause(hers, None, now=clock.now())
    sent(ada)

    put_right(event, ada)

    assert fresh(ada).care_state == "paused"
    assert isinstance(written("confirmation", ada), Letter)
    sent(ada)
    assert not isinstance(written("confirmation", ada), Letter)
