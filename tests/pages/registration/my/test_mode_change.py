"""Attending another way: at once where a place is free, else with a number on the waitlist."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration, Status
from tests.my import my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def full(make):
    """Make an event whose one room is full, and two who wait for it."""
    event = make.event(capacity=1)
    make.registration(event)
    for _ in range(2):
        make.registration(event, status=Status.WAITLISTED)
    return event


def press(visitor, registration, to: str):
    """Open the page with the choice made, press its one button, and see her page."""
    action = my(registration, "mode")
    form = visitor.get(my(registration, f"mode?to={to}")).form(action)
    return visitor.get(visitor.post(action, form))


def test_she_changes_to_the_webcast_with_one_button(visitor, ada):
    page = visitor.get(my(ada, "mode?to=webcast"))
    assert (page.heading, page.form(my(ada, "mode"))["to"]) == (
        "Take part online instead",
        "webcast",
    )

    back = press(visitor, ada, "webcast")

    assert "Changed. An email with the details is on its way." in back.text
    assert "Your place online is booked." in back.text
    look_again()
    assert (ada.mode, ada.status, ada.sequence) == (Mode.WEBCAST, Status.CONFIRMED, 1)
    assert emails() == ["mode_changed"]


def test_pressing_twice_changes_once(visitor, ada):
    action = my(ada, "mode")
    form = visitor.get(my(ada, "mode?to=phone")).form(action)

    pages = [visitor.get(visitor.post(action, form)) for _ in range(2)]

    assert "You already take part this way. Nothing was changed." in pages[1].text
    assert emails() == ["mode_changed"]


def test_without_a_choice_the_page_lists_the_other_ways(visitor, full, make):
    ada = make.registration(full, mode=Mode.WEBCAST)

    page = visitor.get(my(ada, "mode"))

    assert page.heading == "Take part another way"
    assert page.links()["Listen by phone instead"] == my(ada, "mode?to=phone")
    assert page.links()["Wait for a place in person All places in person are taken."] == my(
        ada, "mode?to=in_person"
    )


def test_a_full_room_says_her_number_and_that_her_place_stays_hers(visitor, full, make):
    ada = make.registration(full, mode=Mode.WEBCAST)

    page = visitor.get(my(ada, "mode?to=in_person"))

    assert page.heading == "Wait for a place in person"
    for words in (
        "All places in person are taken. You would be number 3 on the waitlist.",
        "Your place online stays yours.",
        "You then have at least two days to answer. Can you take part at short notice?",
    ):
        assert words in page.text

    back = press(visitor, ada, "in_person")

    assert (
        "You are number 3 on the waitlist for a place in person. Your place online stays yours."
        in back.text
    )
    assert "Your place online is booked." in back.text
    look_again()
    assert (ada.mode, ada.status, ada.waits_for) == (
        Mode.WEBCAST,
        Status.CONFIRMED,
        Mode.IN_PERSON,
    )
    assert emails() == ["waitlist"]


def test_one_who_waits_already_is_told_her_number(visitor, full, make):
    ada = make.registration(full, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, wait_no=99)

    page = visitor.get(my(ada, "mode?to=in_person"))

    assert "You are number 3 on the waitlist for a place in person." in page.text
    assert page.all("form") == []


def test_someone_on_the_waitlist_attends_online_meanwhile_and_keeps_her_number(visitor, full, make):
    ada = make.registration(full, status=Status.WAITLISTED)

    page = visitor.get(my(ada, "mode?to=webcast"))
    assert page.heading == "Take part online for now"
    assert "You have a place at once, and keep your number on the waitlist." in page.text
    back = press(visitor, ada, "webcast")

    assert "Your place online is booked." in back.text
    assert "You are number 3 on the waitlist for a place in person." in back.text
    look_again()
    assert (ada.status, ada.mode, ada.waits_for) == (
        Status.CONFIRMED,
        Mode.WEBCAST,
        Mode.IN_PERSON,
    )


def test_a_room_that_fills_up_while_she_reads_gives_her_a_number(visitor, make):
    event = make.event(capacity=1)
    ada = make.registration(event, mode=Mode.WEBCAST)
    form = visitor.get(my(ada, "mode?to=in_person")).form(my(ada, "mode"))
    make.registration(event)

    page = visitor.get(visitor.post(my(ada, "mode"), form))

    assert "You are number 1 on the waitlist for a place in person." in page.text
    look_again()
    assert ada.mode == Mode.WEBCAST


@pytest.mark.parametrize("to", ["", "helicopter", "IN_PERSON", "webcast ", "🌷" * 2500, "1"])
def test_a_forged_choice_brings_the_page_with_a_sentence(visitor, ada, to):
    form = visitor.get(my(ada, "mode?to=webcast")).form(my(ada, "mode"))

    page = visitor.post(my(ada, "mode"), {**form, "to": to}, status=422)

    assert (
        "This event does not offer this way to take part. Nothing was changed. Choose"
        " another way below."
    ) in page.text
    assert "Take part online instead" in page.links()
    look_again()
    assert (ada.mode, ada.sequence) == (Mode.IN_PERSON, 0)


@pytest.mark.parametrize("to", ["helicopter", "%3Cscript%3E", "webcast%20"])
def test_a_link_that_was_cut_off_or_made_up_leads_to_all_ways(visitor, ada, to):
    page = visitor.get(my(ada, f"mode?to={to}"))

    assert "This event does not offer this way to take part." in page.text
    assert "Take part online instead" in page.links()


def test_a_way_that_the_event_does_not_have_is_refused(visitor, make):
    ada = make.registration(make.event(modes=(Mode.IN_PERSON, Mode.WEBCAST)))
    form = visitor.get(my(ada, "mode?to=webcast")).form(my(ada, "mode"))

    page = visitor.post(my(ada, "mode"), {**form, "to": "phone"}, status=422)

    assert (
        "This event does not offer this way to take part. Nothing was changed. Choose"
        " another way below."
    ) in page.text


def test_the_way_she_has_chosen_is_not_asked_again(visitor, ada):
    page = visitor.get(my(ada, "mode?to=in_person"))

    assert "You have chosen this way already." in page.text
    assert page.all("form") == []


def test_after_the_end_no_other_way_is_offered_and_what_she_sends_late_is_told_as_it_is(
    visitor, ada, today
):
    """The page lay open while it ended: until midnight her change counts, and nothing follows."""
    midnight = ada.event.ends_at.replace(hour=4, minute=0) + timedelta(days=1)
    today.move_to(ada.event.ends_at - timedelta(minutes=1), tick=False)
    form = visitor.get(my(ada, "mode?to=webcast")).form(my(ada, "mode"))

    today.move_to(midnight - timedelta(minutes=1))
    page = visitor.get(my(ada, "mode?to=webcast"))
    assert (page.heading, page.all("form")) == ("Take part another way", [])
    assert "This event is over. You do not need to do anything." in page.text
    assert "calendar" not in page.text
    back = visitor.get(visitor.post(my(ada, "mode"), form))
    assert "Changed. This event is over, so no email follows." in back.text
    look_again()
    assert ada.mode == Mode.WEBCAST


def test_after_midnight_nothing_can_be_changed_any_more(visitor, ada, today):
    today.move_to(ada.event.ends_at.replace(hour=4, minute=0) + timedelta(days=1))

    assert (
        "This can no longer be changed. Please call us if you need help."
        in visitor.get(my(ada, "mode?to=webcast")).text
    )
    form = {**visitor.get("/find").form(), "to": "webcast"}
    late = visitor.post(my(ada, "mode"), form, status=409)
    assert "can no longer be changed" in late.text
    look_again()
    assert ada.mode == Mode.IN_PERSON


def test_a_place_that_is_given_up_after_the_end_is_refused_in_plain_words(visitor, ada, today):
    today.move_to(ada.event.ends_at - timedelta(minutes=1), tick=False)
    form = visitor.get(my(ada, "cancel")).form(my(ada, "cancel"))
    today.move_to(ada.event.ends_at + timedelta(minutes=1))

    late = visitor.post(my(ada, "cancel"), form, status=409)

    assert "This event is over. You do not need to do anything." in late.text
    look_again()
    assert (ada.status, emails()) == (Status.CONFIRMED, [])


@pytest.mark.parametrize("where", ["cancel", "companions/", "mode", "reminders", "sessions/"])
def test_between_the_end_and_midnight_nothing_is_offered_that_is_over(visitor, ada, today, where):
    today.move_to(ada.event.ends_at + timedelta(minutes=1))
    mine, page = visitor.get(my(ada)), visitor.get(my(ada, where))

    assert "This event is over. You do not need to do anything." in page.text
    assert "instead" not in mine.text + page.text
    assert "You can change this until" not in mine.text
    look_again()
    assert (ada.mode, emails()) == (Mode.IN_PERSON, [])


@pytest.mark.both_engines
def test_whoever_gives_up_a_place_that_someone_waits_for_reads_it_before(visitor, full, make):
    inside = db.session.query(Registration).filter_by(status=Status.CONFIRMED).one()
    waits = db.session.query(Registration).filter_by(status=Status.WAITLISTED).first()
    alone = make.registration(make.webcast(), mode=Mode.WEBCAST)

    asked = [visitor.get(my(each, "cancel")).text for each in (inside, waits, alone)]

    said = ("you would have to wait, too", "at the end of the waitlist", "or register again")
    assert [[each in text for each in said] for text in asked] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_someone_reached_by_phone_only_is_promised_no_email(visitor, make):
    greta = make.registration(make.event(), email=None)

    assert "email" not in press(visitor, greta, "phone").text.partition("When")[0]


def test_cancelling_offers_the_other_ways_first(visitor, full, make):
    ada = make.registration(full, mode=Mode.WEBCAST)

    links = visitor.get(my(ada, "cancel")).links()

    assert links["Listen by phone instead"] == my(ada, "mode?to=phone")
    assert "Wait for a place in person" not in links
    assert db.session.query(Registration).count() == 4
