"""Right after registering: nothing untrue for whoever repeats it, and a wrong address put right."""

from datetime import timedelta

import pytest

from forum import links
from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import Registration, Status
from tests.my import my
from tests.registering import ADA, BOOKED, WAITING, outcome, path, register
from tests.stored import look_again, told

pytestmark = pytest.mark.sqlite_is_enough
RIGHT = "ada.trialrun@people.example"


@pytest.fixture
def event(make):
    return make.event()


def people() -> dict[str, tuple[str | None, Status]]:
    """Return the address and the status of everybody by the name."""
    look_again()
    return {each.name: (each.email, each.status) for each in db.session.query(Registration)}


def corrected(visitor, event, **answers):
    """Register, and put the address right; return the page that follows."""
    page = visitor.submit(path(event), **{**ADA, **answers})
    return visitor.get(visitor.submit(page, email=RIGHT))


def test_both_people_are_named_with_the_address_that_each_is_written_to(visitor, event):
    both = {"companion_name": "Boris Trialrun", "companion_email": "boris@people.example"}
    page = register(visitor, event, **both)

    assert "Two emails are on their way" in page.text
    assert "We wrote to Ada Q. Trialrun at ada@people.example." in page.text
    assert "We wrote to Boris Trialrun at boris@people.example." in page.text


def test_on_another_device_or_an_hour_later_the_page_names_nobody(
    visitor, new_visitor, event, today
):
    address = visitor.submit(path(event), **ADA)
    assert "Trialrun" in visitor.get(address).text

    assert "Trialrun" not in new_visitor().get(address).text
    today.shift(timedelta(minutes=61))
    late = visitor.get(address)
    assert ("Trialrun" in late.text, "Change it" in late.text) == (False, False)


@pytest.mark.parametrize(
    ("capacity", "hers"), [(None, ("webcast", BOOKED)), (1, ("in_person", WAITING))]
)
def test_who_repeats_it_another_way_is_told_no_outcome_as_hers(
    make, visitor, new_visitor, capacity, hers
):
    mode, says = hers
    event = make.event(capacity=capacity)
    register(visitor, event)

    page = register(new_visitor(), event, mode=mode)

    assert outcome(page) == says  # what a first registration would come to
    assert "If you registered before, nothing has changed." in page.text
    assert told() == [("confirmation", "Ada Q. Trialrun")] * 2
    assert db.session.query(Message).all()[-1].facts == {"again": True}


def test_a_wrong_address_is_put_right_and_what_went_there_opens_nothing(visitor, event):
    page = visitor.submit(path(event), **ADA)
    [ada] = db.session.query(Registration)
    wrong, feed = my(ada), f"/my/{links.feed_token(ada)}/calendar.ics"

    after = visitor.get(visitor.submit(page, email=RIGHT))

    assert f"We wrote to Ada Q. Trialrun at {RIGHT}." in after.text
    assert people() == {"Ada Q. Trialrun": (RIGHT, Status.CONFIRMED)}
    assert told() == [("confirmation", "Ada Q. Trialrun")] * 2
    visitor.get(wrong, status=404)
    visitor.get(feed, status=404)
    assert visitor.get(my(db.session.query(Registration).one())).status == 200


def test_who_comes_along_under_the_same_address_moves_with_her(visitor, event):
    corrected(visitor, event, companion_name="Boris")

    assert people() == {
        "Ada Q. Trialrun": (RIGHT, Status.CONFIRMED),
        "Boris": (RIGHT, Status.CONFIRMED),
    }


def test_who_stands_under_the_right_address_already_keeps_that_place_alone(make, visitor, event):
    before = make.registration(event, name=ADA["name"], email=RIGHT, mode="phone")

    corrected(visitor, event)

    look_again()
    [_before, mistaken] = db.session.query(Registration).order_by(Registration.id)
    assert (before.status, before.mode) == (Status.CONFIRMED, "phone")
    assert (mistaken.email, mistaken.status) == (ADA["email"], Status.CANCELLED)
    assert db.session.query(Message).filter_by(registration_id=before.id).one().facts == {
        "again": True
    }


def test_a_stranger_who_corrects_anothers_address_changes_and_learns_nothing(
    visitor, new_visitor, event
):
    register(visitor, event)
    said = corrected(new_visitor(), event).text
    assert people() == {"Ada Q. Trialrun": (ADA["email"], Status.CONFIRMED)}

    fresh = corrected(new_visitor(), event, name="Nobody", email="nobody@people.example").text
    assert said == fresh.replace("to Nobody", "to Ada Q. Trialrun")


@pytest.mark.parametrize("happens", ["an hour", "her own change", "three corrections"])
def test_later_only_her_own_page_changes_the_address(visitor, new_visitor, event, today, happens):
    page = visitor.submit(path(event), **ADA)
    form = visitor.get(page).form()
    [ada] = db.session.query(Registration)
    if happens == "an hour":
        today.shift(timedelta(minutes=61))
    elif happens == "her own change":
        visitor.submit(my(ada, "mode?to=webcast"), action=my(ada, "mode"))
    else:
        for number in (1, 2):
            visitor.post(page, {**form, "email": f"ada{number}@people.example"})
    look_again()
    before = people()

    visitor.post(page, {**form, "email": RIGHT})

    assert people() == before
    assert RIGHT not in str(before)


def test_what_is_no_address_is_said_and_changes_nothing(visitor, event):
    page = visitor.submit(path(event), **ADA)

    again = visitor.submit(page, status=422, email="ada")

    assert again.errors() == ["Enter an email address like name@example.org"]
    assert people() == {"Ada Q. Trialrun": (ADA["email"], Status.CONFIRMED)}
