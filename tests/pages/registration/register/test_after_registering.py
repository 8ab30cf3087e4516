"""Right after registering: nothing untrue for whoever repeats it, and a wrong address put right."""

from datetime import timedelta

import pytest

from forum import links
from forum.db import db
from forum.outbox.models import Message
from forum.registration import queries
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


@pytest.mark.parametrize("mode", ["in_person", "phone", "webcast"])
def test_who_registers_on_the_day_is_told_that_it_is_today_and_where_it_says_how(
    visitor, event, today, mode
):
    today.move_to(event.starts_at - timedelta(minutes=30))

    text = register(visitor, event, mode=mode).text

    assert "This is today." in text
    assert ("Our email says how you take part today." in text) == (mode != "in_person")


def test_what_is_kept_of_the_page_says_today_only_on_the_day(visitor, new_visitor, event, today):
    today.move_to(event.starts_at - timedelta(days=1))
    address = visitor.submit(path(event), **{**ADA, "mode": "webcast"})
    stranger = new_visitor()
    assert "This is today." not in stranger.get(address).text

    today.move_to(event.starts_at - timedelta(hours=2))
    assert "This is today." in stranger.get(address).text
    today.move_to(event.ends_at)
    assert "This is today." not in stranger.get(address).text


@pytest.mark.parametrize(
    ("capacity", "hers"), [(None, ("webcast", BOOKED)), (1, ("in_person", WAITING))]
)
def test_who_repeats_it_another_way_is_told_what_somebody_new_is_told(
    make, visitor, new_visitor, capacity, hers
):
    mode, says = hers
    event = make.event(capacity=capacity)
    register(visitor, event)

    page = register(new_visitor(), event, mode=mode)

    assert outcome(page) == says  # what a first registration would come to
    assert "is booked:" not in page.text  # she may have it another way
    assert "Did you register for this event before? Then that registration stays" in page.text
    assert "also the way you take part." in page.text
    assert "If " not in page.text.partition("An email is on its way")[0]  # nobody new need doubt
    assert told() == [("confirmation", "Ada Q. Trialrun")] * 2
    assert db.session.query(Message).all()[-1].facts == {"again": True, "asked": True}


def test_a_wrong_address_is_put_right_and_what_went_there_opens_nothing(visitor, event):
    page = visitor.submit(path(event), **ADA)
    [ada] = db.session.query(Registration)
    wrong, feed = my(ada), f"/my/{links.feed_token(ada)}/calendar.ics"

    after = visitor.get(visitor.submit(page, email=RIGHT))

    assert f"We wrote to Ada Q. Trialrun at {RIGHT}." in after.text
    assert "The email address is changed. A new email is on its way there." in after.text
    assert people() == {"Ada Q. Trialrun": (RIGHT, Status.CONFIRMED)}
    assert told() == [("confirmation", "Ada Q. Trialrun")] * 2
    visitor.get(wrong, status=404)
    visitor.get(feed, status=404)
    assert visitor.get(my(db.session.query(Registration).one())).status == 200


def test_the_same_address_once_more_changes_nothing_and_says_so(visitor, event):
    page = visitor.submit(path(event), **ADA)

    after = visitor.get(visitor.submit(page, email=ADA["email"]))

    assert "This is the address that we have. Nothing has changed." in after.text
    assert told() == [("confirmation", "Ada Q. Trialrun")]


def test_who_comes_along_under_the_same_address_moves_with_her(visitor, event):
    corrected(visitor, event, companion_name="Boris")

    assert people() == {
        "Ada Q. Trialrun": (RIGHT, Status.CONFIRMED),
        "Boris": (RIGHT, Status.CONFIRMED),
    }


def test_who_comes_along_stays_where_the_email_went_if_it_is_theirs(visitor, event):
    page = visitor.submit(path(event), **ADA, companion_name="Boris")
    assert "Also for Boris: the email went to the same address" in visitor.get(page).text

    after = visitor.get(visitor.submit(page, email=RIGHT, with_companion=None))

    assert {name: email for name, (email, _status) in people().items()} == {
        "Ada Q. Trialrun": RIGHT,
        "Boris": ADA["email"],
    }
    assert "A new email is on its way there. Your own link that we sent" in after.text
    assert f"We wrote to Boris at {ADA['email']}." in after.text
    assert "Also for Boris" not in after.text


def test_who_stands_under_the_right_address_already_keeps_that_place_alone(make, visitor, event):
    before = make.registration(event, name=ADA["name"], email=RIGHT, mode="phone")

    corrected(visitor, event)

    look_again()
    [_before, mistaken] = db.session.query(Registration).order_by(Registration.id)
    assert (before.status, before.mode) == (Status.CONFIRMED, "phone")
    assert (mistaken.email, mistaken.status) == (ADA["email"], Status.CANCELLED)
    assert db.session.query(Message).filter_by(registration_id=before.id).one().facts == {
        "again": True,
        "asked": True,
    }


@pytest.mark.both_engines
def test_whoever_reads_the_wrong_mailbox_is_told_nothing_more_and_opens_nothing(
    make, visitor, event
):
    make.registration(event, name=ADA["name"], email=RIGHT)
    page = visitor.submit(path(event), **ADA, companion_name="Boris")
    [mistaken] = db.session.query(Registration).filter_by(email=ADA["email"], name=ADA["name"])
    wrong, feed = my(mistaken), f"/my/{links.feed_token(mistaken)}/calendar.ics"

    visitor.submit(page, email=RIGHT)

    visitor.get(wrong, status=404)
    visitor.get(feed, status=404)
    assert [email for email, _name in told()].count("cancellation") == 0
    look_again()
    [boris] = db.session.query(Registration).filter_by(name="Boris")
    assert (boris.email, boris.companion_of_id) == (RIGHT, None)


@pytest.mark.parametrize("mallory", ["first", "beside"])
def test_a_stranger_links_himself_to_nobody_by_putting_an_address_right(
    make, visitor, event, mallory
):
    before = make.registration(event, name=ADA["name"], email=RIGHT)
    names = {"first": ("Mallory", ADA["name"]), "beside": (ADA["name"], "Mallory")}[mallory]

    corrected(visitor, event, name=names[0], companion_name=names[1])

    look_again()
    assert (before.status, before.companion_of_id) == (Status.CONFIRMED, None)
    assert queries.companions(before) == []


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
