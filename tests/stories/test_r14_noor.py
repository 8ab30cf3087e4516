"""r14 Noor: a patient and a clinician. One person, one mail, and the words she chooses."""

import pytest

from tests.registering import BOOKED, outcome


@pytest.fixture
def noor(days, someone):
    days.come("2027-01-25 09:30")
    noor = someone("Noor Both")
    noor.register(mode="in_person", roles=["patient", "clinician"])
    return noor


def test_noor_has_two_roles_and_still_one_mail(noor, days, petra):
    days.come("2027-04-24 08:15")

    assert noor.kinds == ["confirmation", "reminder", "reminder"]
    petra.come_back()
    [row] = petra.export()
    assert row["Role"] == "Patient, Clinician"


def test_noor_registers_again_as_a_clinician_and_is_still_one_person(noor, days, petra):
    days.come("2027-01-26 09:30")

    page = noor.register(mode="in_person", roles=["clinician"])
    days.work()

    assert outcome(page) == BOOKED
    petra.come_back()
    assert [row["Role"] for row in petra.export()] == ["Patient, Clinician"]
    assert noor.kinds == ["confirmation", "confirmation"]
    assert noor.mail[0].entry.uid == noor.mail[1].entry.uid


def test_noors_illness_is_named_nowhere_although_she_is_a_clinician_too(noor, days):
    days.work()

    assert noor.newest.entry.summary == "Lantern spring day"
    assert noor.newest.subject == "Your place on Saturday, April 24, 2027: Lantern spring day"
