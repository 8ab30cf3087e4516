"""r11 Kestrel: in Los Angeles, waits with Lark. Either of them is fine."""

from zoneinfo import ZoneInfo

import pytest

from tests.registering import WAITING, outcome
from tests.stories.organizers import DESK

PACIFIC = ZoneInfo("America/Los_Angeles")
LOS_ANGELES = "America/Los_Angeles"


@pytest.fixture
def ada(days, someone, petra):
    """Ada has the one place that there is."""
    days.come("2027-01-25 09:30")
    petra.come_back()
    petra.press(petra.get(f"{DESK}/places/in_person"), "Save", capacity="1")
    ada = someone("Ada Q. Trialrun")
    ada.register(mode="in_person")
    return ada


@pytest.fixture
def kestrel(ada, someone, days):
    kestrel = someone("Kestrel Waiting")
    page = kestrel.register(
        mode="in_person",
        timezone=LOS_ANGELES,
        roles=["patient"],
        companion_name="Lark Waiting",
        companion_email="lark@people.example",
        pair_rule="either",
    )
    assert outcome(page) == WAITING
    assert "You are on the waitlist, number 1: In person." in page.text
    days.work()
    return kestrel


@pytest.fixture
def lark(kestrel, someone):
    return someone("Lark Waiting")


@pytest.fixture
def linnea(lark, someone):
    """Linnea is the next in line."""
    linnea = someone("Linnea Switch")
    linnea.register(mode="in_person")
    return linnea


def give_up(attendee, days):
    """Cancel with the link of her newest mail."""
    page = attendee.open(attendee.mail[0].link("Cancel your place"))
    attendee.press(page, "Cancel my place")
    days.work()


def taker(page, name: str) -> str:
    """Return the choice that says that the one of this name takes the place."""
    labels = {each.get("for"): "".join(each.itertext()) for each in page.all("label")}
    return next(
        each.get("value")
        for each in page.all("input")
        if each.get("name") == "taker" and name in labels[each.get("id")]
    )


def answered(attendee):
    """Open the offer in her newest mail."""
    return attendee.open(attendee.newest.link("Answer the offer"))


def test_kestrels_offer_is_open_for_two_days_and_does_not_end_in_her_night(
    kestrel, ada, days, petra
):
    """Ada gives up her place when it is half past eight in the evening in Los Angeles."""
    days.come("2027-02-10 20:30", LOS_ANGELES)

    give_up(ada, days)

    offer = kestrel.newest
    assert (offer.kind, offer.calendar) == ("offer", None)
    assert "Please answer by Saturday, February 13, 2027, 8:00 am, Pacific Time" in offer.words
    assert "Saturday, February 13, 2027, 11:00 am, Eastern Time" in offer.words


def test_kestrel_says_who_of_the_two_comes_and_takes_the_place_with_one_button(kestrel, ada, days):
    days.come("2027-02-10 10:00", LOS_ANGELES)
    give_up(ada, days)

    page = answered(kestrel)
    assert page.heading == "A place in person is free for you"
    booked = kestrel.press(page, "Take the place", taker=taker(page, "Kestrel"))
    days.work()

    assert "Your place in person is booked" in booked.text
    assert (kestrel.newest.kind, kestrel.newest.method) == ("confirmation", "REQUEST")


def test_lark_may_take_the_place_that_was_offered_to_kestrel(kestrel, lark, ada, days, petra):
    """Either of them is fine: whoever can come takes it, and the other waits on."""
    days.come("2027-02-10 10:00", LOS_ANGELES)
    give_up(ada, days)

    page = answered(kestrel)
    kestrel.press(page, "Take the place", taker=taker(page, "Lark"))
    days.work()

    assert (lark.newest.kind, lark.newest.method) == ("confirmation", "REQUEST")
    mine = kestrel.open(kestrel.newest.link("Open your page"))
    assert "You are number 1" in mine.text


def test_an_offer_that_nobody_answers_goes_to_the_next_and_kestrel_may_wait_on(
    kestrel, lark, linnea, ada, days
):
    days.come("2027-02-10 10:00", LOS_ANGELES)
    give_up(ada, days)
    days.come("2027-02-12 09:59", LOS_ANGELES)
    assert (kestrel.newest.kind, linnea.kinds) == ("offer", ["waitlist"])

    days.come("2027-02-15 12:00", LOS_ANGELES)

    lapsed = kestrel.newest
    assert lapsed.kind == "offer_lapsed"
    assert f"{lapsed.came_at.astimezone(PACIFIC):%m-%d %H:%M}" == "02-12 10:00"
    assert [mail.kind for mail in (lark.newest, linnea.newest)] != ["waitlist", "waitlist"]
    mine = kestrel.open(lapsed.link("Open your page"))
    assert (
        "We did not hear from you about the last place. We will not offer you another one"
        " until you tell us that you still want one."
    ) in mine.text
    again = kestrel.press(mine, "I still want a place")
    assert "We did not hear from you about the last place" not in again.text


def test_kestrel_declines_and_goes_to_the_end_of_the_line(kestrel, lark, linnea, ada, days):
    days.come("2027-02-10 10:00", LOS_ANGELES)
    give_up(ada, days)

    asked = kestrel.follow(answered(kestrel), "No, thank you")
    page = kestrel.press(asked, "Keep me on the waitlist, at the end")
    days.work()

    assert "You are number 1" not in page.text
    assert "offer" in (lark.kinds + linnea.kinds)


def test_until_a_day_that_she_chose_a_place_is_taken_for_kestrel_without_asking(kestrel, ada, days):
    mine = kestrel.open(kestrel.newest.link("Open your page"))
    chosen = {"auto_take-month": "April", "auto_take-day": "10", "auto_take-year": "2027"}
    kestrel.press(kestrel.way(mine, "My waitlist choices"), "Save", **chosen)
    days.come("2027-02-10 23:30", LOS_ANGELES)

    give_up(ada, days)

    assert kestrel.kinds == ["waitlist", "promoted"]
    assert kestrel.newest.entry.sequence >= 0
    assert kestrel.newest.method == "REQUEST"


def test_in_the_last_three_days_nobody_is_offered_a_place_unasked_and_petra_sees_why(
    kestrel, ada, days, petra
):
    days.come("2027-04-22 10:05")
    give_up(ada, days)
    petra.come_back()

    assert kestrel.kinds == ["waitlist"]
    waitlist = petra.get(f"{DESK}/waitlist")
    why = "It is less than three days to the event, and they did not ask for short notice."
    assert waitlist.text.count(why) == 2


def test_kestrel_who_can_come_at_short_notice_is_asked_until_her_last_hour(kestrel, ada, days):
    mine = kestrel.open(kestrel.newest.link("Open your page"))
    kestrel.press(kestrel.way(mine, "My waitlist choices"), "Save", short_notice="12")
    days.come("2027-04-22 10:05")

    give_up(ada, days)

    assert kestrel.newest.kind == "offer"
    assert "Please answer by Friday, April 23, 2027, 5:15 pm, Pacific Time" in (
        kestrel.newest.words
    )
