"""What she sees and erases behind one link, when she is registered more than once."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Registration, Status
from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

SHARED = "both@people.example"


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(make.event(), name="Ada Trialrun", email=SHARED)


@pytest.fixture
def others(make, ada) -> list[Registration]:
    """Return hers besides: a webcast, and an older one that she canceled and told us more in."""
    old = {"status": Status.CANCELLED, "roles": ("patient",), "needs": "A bed in reach"}
    webcast = make.webcast(title="A webcast on sleep", quiet_title="A webcast")
    return [
        make.registration(webcast, name="Ada TRIALRUN", email=SHARED, mode=Mode.WEBCAST),
        make.registration(ada.event, name="Ada Trialrun", email=SHARED, **old),
    ]


@pytest.fixture
def boris(make, ada) -> Registration:
    """Return her husband, who reads the same mailbox."""
    return make.registration(ada.event, name="Boris Trialrun", email=SHARED, companion_of=ada)


def names() -> list[str]:
    look_again()
    return sorted(each.name for each in db.session.query(Registration))


@pytest.mark.both_engines
def test_whoever_erases_all_of_hers_is_told_so_and_her_husband_stays(visitor, ada, others, boris):
    page = visitor.get(my(ada, "erase"))
    assert "Boris" not in page.text
    form = {**page.form(), "also": [each.public_id for each in others]}

    goodbye = visitor.post(my(ada, "erase"), form, status=200)

    assert goodbye.heading == "Everything is erased"
    assert "We hold nothing more under this name and email address." in goodbye.text
    assert names() == ["Boris Trialrun"]


def test_each_of_hers_is_named_with_its_day_and_how_it_stands(visitor, ada, others):
    page = visitor.get(my(ada, "erase"))

    assert "A webcast" in page.text
    assert "Place booked." in page.text
    assert "Canceled." in page.text


def test_one_press_behind_a_link_that_was_forwarded_erases_nothing_else(visitor, ada, others):
    page = visitor.get(my(ada, "erase"))
    assert "also" not in page.form()
    assert "Tick each that is to be erased, too. What is not ticked stays." in page.text

    goodbye = visitor.post(my(ada, "erase"), page.form(), status=200)

    assert goodbye.heading == "Your registration is erased"
    assert "These registrations of yours stay as they are." in goodbye.text
    assert names() == ["Ada TRIALRUN", "Ada Trialrun"]


def test_what_is_given_up_is_said_of_this_one_and_of_each_that_is_ticked(
    visitor, make, ada, others
):
    own, more = "You give up your place.", "a place there is given up, too."
    waitlist = "you leave its waitlist, too."
    said = visitor.get(my(ada, "erase")).text
    assert (own in said, more in said, waitlist in said) == (True, True, False)
    make.registration(make.event(capacity=0), name=ada.name, email=SHARED, status=Status.WAITLISTED)
    assert waitlist in visitor.get(my(ada, "erase")).text
    others[0].status = Status.CANCELLED
    db.session.commit()
    assert more not in visitor.get(my(ada, "erase")).text


def test_what_she_does_not_tick_stays_and_is_said_to_stay(visitor, ada, others):
    form = {**visitor.get(my(ada, "erase")).form(), "also": [others[1].public_id]}

    goodbye = visitor.post(my(ada, "erase"), form, status=200)

    assert goodbye.heading == "Your registrations are erased"
    assert "This registration of yours stays as it is." in goodbye.text
    assert "A webcast" in goodbye.text
    assert names() == ["Ada TRIALRUN"]


def test_nobody_erases_another_person_by_naming_them(visitor, ada, boris):
    form = {**visitor.get(my(ada, "erase")).form(), "also": [boris.public_id]}

    visitor.post(my(ada, "erase"), form, status=200)

    assert names() == ["Boris Trialrun"]


def test_the_link_of_a_canceled_registration_names_and_erases_none_but_itself(
    visitor, make, ada, others
):
    old = others[1]
    for where in ("erase", "data"):
        assert "A webcast" not in visitor.get(my(old, where)).text
    form = {**visitor.get(my(old, "erase")).form(), "also": [ada.public_id]}

    goodbye = visitor.post(my(old, "erase"), form, status=200)

    assert goodbye.heading == "Your registration is erased"
    assert "A webcast" not in goodbye.text
    assert names() == ["Ada TRIALRUN", "Ada Trialrun"]


def test_a_canceled_link_says_goodbye_alike_whether_or_not_she_is_registered_again(visitor, make):
    people = [
        {"name": f"Cleo {number}", "email": f"cleo.{number}@people.example"} for number in (1, 2)
    ]
    old = [make.registration(make.event(), status=Status.CANCELLED, **each) for each in people]
    make.registration(old[1].event, **people[1])
    pages = [my(each, "erase") for each in old]
    forms = [visitor.get(page).form() for page in pages]

    said = [
        visitor.post(page, form, status=200).text for page, form in zip(pages, forms, strict=True)
    ]

    assert said[0] == said[1]


def test_who_has_died_is_not_told_of_by_what_is_not_listed(visitor, ada, others):
    others[0].care_state = CareState.REMEMBERED
    db.session.commit()

    form = {**visitor.get(my(ada, "erase")).form(), "also": [others[1].public_id]}

    goodbye = visitor.post(my(ada, "erase"), form, status=200)

    assert goodbye.heading == "Your registrations are erased"
    assert "A webcast" not in goodbye.text
    assert names() == ["Ada TRIALRUN"]


def test_her_data_says_what_it_is_of_and_names_the_others_without_what_she_told_there(
    visitor, ada, others, boris
):
    page = visitor.get(my(ada, "data"))

    assert page.heading == "What we hold about you"
    assert "All about this registration of yours:Lantern spring day" in page.text
    assert "A webcastPlace booked" in page.text
    assert "Lantern spring dayCanceled" in page.text
    assert "A bed in reach" not in page.text
    assert my(others[0]) not in page.response.text
    assert visitor.client.get(my(ada, "data.json")).json["others"] == [
        {"event": "A webcast", "status": "confirmed"},
        {"event": "Lantern spring day", "status": "cancelled"},
    ]


def test_the_links_to_the_others_go_to_her_mailbox(visitor, ada, others):
    to = visitor.submit(my(ada, "data"), action=my(ada, "newer"))

    assert visitor.get(to).heading == "Look in your mailbox"
    sent = {each.registration_id for each in db.session.query(Message)}
    assert sent == {ada.id, others[0].id}


def test_afterwards_nobody_is_told_that_she_gives_up_a_place_or_can_cancel(visitor, ada):
    assert "You give up your place." in visitor.get(my(ada, "erase")).text
    ada.event.starts_at = clock.now() - timedelta(days=2)
    ada.event.ends_at = clock.now() - timedelta(days=1, hours=12)
    db.session.commit()

    page = visitor.get(my(ada, "erase"))

    assert "You give up your place." not in page.text
    assert "cancel your place instead" not in page.text


def test_who_comes_back_finds_in_the_form_what_she_had_told_us_and_chosen(visitor, make):
    event = make.event()
    circle = make.session(event, capacity=5)
    cleo = make.registration(
        event,
        name="Cleo Trialrun",
        email="cleo@people.example",
        phone="+16175550100",
        roles=("patient",),
        needs="A bed in reach",
        quiet_days=("tue",),
        is_first_time=True,
    )
    visitor.submit(my(cleo, "sessions/"), sessions=[str(circle.id)])
    visitor.submit(my(cleo, "cancel"))

    to = visitor.submit(my(cleo), action=my(cleo, "register"))
    page = visitor.get(to)
    assert "We filled in what you told us before" in page.text
    visitor.post(to, page.form())

    look_again()
    back = db.session.query(Registration).filter_by(status=Status.CONFIRMED).one()
    assert (back.phone, back.roles, back.needs, back.quiet_days, back.is_first_time) == (
        "+16175550100",
        ("patient",),
        "A bed in reach",
        ("tue",),
        True,
    )
    assert [each.session_id for each in back.session_places] == [circle.id]
