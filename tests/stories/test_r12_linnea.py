"""r12 Linnea: booked in person, and too tired at 07:40 on the morning of the day."""

import pytest

from tests.stories.organizers import DESK


@pytest.fixture
def linnea(days, someone):
    days.come("2027-01-25 09:30")
    linnea = someone("Linnea Switch")
    linnea.register(mode="in_person", roles=["patient"])
    days.come("2027-04-24 07:40")
    return linnea


def switch(linnea):
    """Take the link in her newest mail to the page with one button, and press it."""
    chosen = linnea.open(linnea.newest.link("Take part another way"))
    assert chosen.heading == "Take part online instead"
    return linnea.press(chosen, "Take part online instead")


def test_linnea_switches_with_one_button_from_the_link_in_her_mail(linnea, days):
    booked = linnea.mail[0].entry

    page = switch(linnea)
    days.work()

    assert "How you take part: Online" in page.text
    mail = linnea.newest
    assert (mail.kind, mail.method) == ("mode_changed", "REQUEST")
    assert (mail.entry.uid, mail.entry.sequence) == (booked.uid, booked.sequence + 1)
    assert "Harborlight" not in mail.entry.location
    assert linnea.open(mail.link("Open your page")).heading == "Today. Starts in 50 minutes"


def test_at_nine_linnea_joins_from_her_bed(linnea, days):
    switch(linnea)
    days.come("2027-04-24 08:50")

    page = linnea.open(linnea.newest.link("Join"))
    assert page.heading == "Join"
    streams = [each.get("action") for each in page.all("form")]
    stream = [each for each in streams if "/sessions/" in each][-1]  # the first runs over next door
    answer = linnea.post(stream, page.form(stream))

    assert answer.startswith("https://live.lantern.example/")


def test_linneas_seat_and_lunch_are_free_at_once(linnea, petra):
    petra.come_back()
    before = petra.get(f"{DESK}/").text

    switch(linnea)

    after = petra.get(f"{DESK}/").text
    assert "In person 1 200" in before
    assert "In person 0 200" in after
    assert "Online 1 No limit" in after
    assert ("1 badge and meal" in before, "badge" in after) == (True, False)


def test_linnea_can_change_until_midnight_and_not_after(linnea, days):
    link = linnea.mail[0].link("Take part another way")
    form = linnea.open(link).form()
    days.come("2027-04-24 23:50")
    assert "This event is over." in linnea.open(link).text

    answer = linnea.open(linnea.post(link, form))

    assert "Changed. This event is over, so no email follows." in answer.text
    days.come("2027-04-25 00:10")
    assert "can no longer be changed" in linnea.post(link, form, status=409).text
