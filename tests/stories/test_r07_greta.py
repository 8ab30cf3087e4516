"""r07 Greta: a telephone, no email, and someone at the desk who calls her."""

import pytest

from tests.stories.organizers import DESK

TASKS = "/organize/tasks"


@pytest.fixture
def petra(petra, days):
    """Petra has Greta on the phone, early: before registration opens."""
    days.come("2027-01-04 10:00")
    petra.come_back()
    return petra


@pytest.fixture
def greta(petra):
    """Return Greta's page at the desk."""
    form = petra.get(f"{DESK}/registrations/add")
    return petra.press(
        form,
        "Register this person",
        name="Greta Nomail",
        phone="617-555-0170",
        mode="phone",
        before_opening="y",
    )


def test_petra_registers_greta_on_the_phone_and_it_is_written_down(greta):
    assert greta.heading == "Greta Nomail"
    assert "Phone only" in greta.text
    assert "617-555-0170" in greta.text
    history = greta.text.partition("History")[2]
    assert "Petra Sandboxer" in history
    assert "opening" in history


def test_no_mail_is_ever_written_to_greta(greta, days, settings):
    days.come("2027-05-20 10:00")

    assert not (settings.instance / "mail").exists()


def test_what_others_read_in_a_reminder_greta_is_told_by_petra(greta, days, petra):
    assert "Please call: Greta Nomail" not in petra.get(TASKS).text

    days.come("2027-04-17 10:30")
    petra.come_back()
    tasks = petra.get(TASKS)

    assert "Greta Nomail" in tasks.text
    assert "617-555-0170" in tasks.text
    petra.press(tasks, "Done: Greta Nomail")
    assert "Please call: Greta Nomail" not in petra.get(TASKS).text


def test_greta_would_rather_come_and_takes_her_offer_on_the_phone(greta, days, petra, someone):
    """She keeps her line to listen by until she has the seat."""
    petra.press(petra.get(f"{DESK}/places/in_person"), "Save", capacity="1")
    days.come("2027-01-25 09:30")
    ada = someone("Ada Q. Trialrun")
    ada.register(mode="in_person")
    petra.come_back()
    asked = petra.follow(petra.find("Greta Nomail"), "Change how they take part")
    waits = petra.press(asked, "Change", mode="in_person")
    assert "Waits for a place" in waits.text

    days.come("2027-02-10 10:00")
    ada.press(ada.open(ada.mail[0].link("Cancel your place")), "Cancel my place")
    days.work()
    petra.come_back()
    tasks = petra.get(TASKS)
    assert "Greta Nomail" in tasks.text
    assert "A place is offered to them: In person." in tasks.text

    answer = petra.follow(petra.find("Greta Nomail"), "Answer for them")
    person = petra.press(answer, "Save the answer", answer="take")

    assert "The place is booked." in person.text
    assert "Waits for a place" not in person.text
    assert "Greta Nomail" in petra.paper("badges").text
    assert [mail.kind for mail in someone("Greta Nomail").mail] == []
