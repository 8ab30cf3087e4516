"""r08 Hollis: in hospital, and nobody has to say so. Quiet until May 1, with the place kept."""

import pytest

MAY = {"ends": "day", "until": "2027-05-01"}


@pytest.fixture
def hollis(days, someone):
    days.come("2027-01-25 09:30")
    hollis = someone("Hollis Paused")
    hollis.register(mode="in_person", roles=["patient"])
    days.come("2027-04-02 11:00")
    return hollis


def pause(hollis):
    """Ask for quiet with the link of the one mail that has come."""
    mine = hollis.open(hollis.newest.link("Open your page"))
    quiet = hollis.way(mine, "Pause emails")
    boxes = {"how_long": "day", "day-month": "May", "day-day": "1", "day-year": "2027"}
    return hollis.press(quiet, "Send me no emails", **boxes)


def test_hollis_asks_for_quiet_and_hears_nothing_until_the_note_with_the_promise(hollis, days):
    page = pause(hollis)
    assert "No emails until Saturday, May 1, 2027" in page.text
    assert "Your place in person is booked" in page.text

    days.come("2027-05-01 07:00")
    assert hollis.kinds == ["confirmation"]
    days.come("2027-05-20 10:00")

    assert hollis.kinds == ["confirmation", "pause_over"]
    note = hollis.newest
    assert f"{note.came_at:%m-%d %H:%M}" == "05-01 14:00"  # ten in the morning in Boston
    assert "We are writing to you again." in note.words
    assert "This event took place while your emails were paused." in note.words
    assert "We promise the recordings by Friday, May 7, 2027." in note.words
    assert "watch" not in note.words
    assert (note.calendar, "hospital" in note.everything) == (None, False)


def test_petra_pauses_hollis_in_one_step_for_someone_who_called(hollis, days, petra):
    petra.come_back()
    asked = petra.follow(petra.find("Hollis Paused"), "Pause emails")

    person = petra.press(asked, "Pause emails", **MAY)

    assert "Paused" in person.text
    days.come("2027-04-25 10:00")
    assert hollis.kinds == ["confirmation"]


def test_the_place_of_hollis_is_kept_with_badge_and_lunch_but_no_letter(hollis, petra):
    pause(hollis)
    petra.come_back()

    assert "Hollis Paused" in petra.paper("badges").text
    assert "Hollis Paused" in petra.paper("check-in").text
    assert "Hollis" not in petra.letters()


def test_hollis_comes_home_early_and_is_written_to_again(hollis, days):
    pause(hollis)
    days.come("2027-04-10 10:00")

    mine = hollis.open(hollis.newest.link("Open your page"))
    page = hollis.press(hollis.follow(mine, "Send me emails again"), "Send me emails again")
    days.come("2027-04-24 08:00")

    assert "No emails until" not in page.text
    assert hollis.kinds == ["confirmation", "pause_over", "reminder", "reminder"]
    assert "Your emails were paused. Your place is still booked." in hollis.mail[1].words


def test_what_hollis_does_herself_is_answered_even_in_quiet_time(hollis, days):
    pause(hollis)

    mine = hollis.open(hollis.newest.link("Open your page"))
    ways = hollis.way(mine, "Take part another way")
    hollis.press(hollis.way(ways, "Take part online instead"), "Take part online instead")
    days.work()

    assert hollis.kinds == ["confirmation", "mode_changed"]
