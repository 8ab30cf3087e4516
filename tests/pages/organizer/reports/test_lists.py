"""Lists for a purpose: letters, badges, the door, the next invitation, statistics."""

import csv
import io

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.events.models import Mode
from forum.privacy.models import Consent
from forum.registration.models import CareState, Role, Status

pytestmark = pytest.mark.sqlite_is_enough

LISTS = "/organize/events/forum-2027/lists"
NAMES = ("letters", "badges", "check-in", "next-invitation", "statistics")


def take(desk, name, **answers):
    address = f"{LISTS}/{name}"
    chosen = {**desk.get(address).form(address), "format": "csv", **answers}
    return desk.client.post(address, data=chosen)


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_they_are_named_on_one_page(desk):
    page = desk.get(LISTS)

    assert [f"{LISTS}/{name}" in page.links().values() for name in NAMES] == [True] * 5


@pytest.mark.parametrize("name", [name for name in NAMES if name != "check-in"])
def test_without_a_passkey_nothing_leaves(desk, people, name):
    address = f"{LISTS}/{name}"
    token = {"csrf_token": desk.get("/organize/me/").form()["csrf_token"]}

    assert desk.client.get(address).location.startswith("/organize/confirm")
    assert desk.post(address, token, status=403).heading == "Confirm that it is you"


def test_names_for_the_door_need_no_passkey_but_what_would_help_does(desk, people):
    address = f"{LISTS}/check-in"
    asked = desk.get(address).form(address)

    assert "Active Person" in desk.post(address, asked, status=200).text
    page = desk.post(address, {**asked, "with_needs": "y", "is_large": "y"}, status=403)

    assert page.heading == "Confirm that it is you"
    assert "wheelchair" not in page.text


@pytest.mark.both_engines
@pytest.mark.parametrize("name", NAMES)
def test_taking_one_is_written_down_and_looking_is_not(desk, passkey, people, name):
    desk.get(f"{LISTS}/{name}")
    exported = select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)
    assert db.session.scalars(exported).all() == []

    assert take(desk, name).status_code == 200

    db.session.rollback()
    assert db.session.scalars(exported).one().facts["what"] == name


def test_letters_go_to_those_who_are_written_to(make, desk, passkey, people, event):
    make.registration(event, name="Greta Nomail", email=None)

    assert rows(take(desk, "letters")) == [
        {
            "Name": "Active Person",
            "Email": "active@people.example",
            "Language": "en",
            "How": "In person",
        }
    ]


def test_the_next_invitation_goes_to_those_who_agreed_and_still_do(
    make, desk, passkey, people, event
):
    make.registration(event, name="Never Agreed")
    assert [row["Name"] for row in rows(take(desk, "next-invitation"))] == ["Active Person"]

    with transaction():
        for consent in db.session.scalars(select(Consent)):
            consent.withdrawn_at = clock.now()

    assert rows(take(desk, "next-invitation")) == []


def test_a_cell_that_looks_like_a_formula_is_only_shown(make, desk, passkey, event):
    make.registration(event, name="=HYPERLINK(1)")

    assert rows(take(desk, "letters"))[0]["Name"] == "'=HYPERLINK(1)"


def test_badges_are_for_those_who_may_come_and_say_nothing_more(make, desk, passkey, people, event):
    make.registration(event, name="Far Away", mode=Mode.WEBCAST)
    make.registration(event, name="In Line", status=Status.WAITLISTED)

    text = take(desk, "badges").text

    names = ["Active Person", "Paused Person", "Held Person"]
    assert [name in text for name in names] == [True] * 3
    never = ["Remembered Person", "Far Away", "In Line", "Spring Forum", "Patient"]
    assert [name in text for name in never] == [False] * 5


def test_the_door_list_is_in_the_order_of_last_names(make, desk, passkey, event):
    for name in ("Zoe Abel", "Ada de la Cruz", "Bo Babel"):
        make.registration(event, name=name, needs="wheelchair")

    text = take(desk, "check-in").text

    assert text.index("Zoe Abel") < text.index("Bo Babel") < text.index("Ada de la Cruz")
    assert "wheelchair" not in text


def test_needs_stand_on_it_only_when_asked_for(desk, passkey, people):
    text = take(desk, "check-in", with_needs="y", is_large="y").text

    assert text.count("wheelchair") == 3
    assert "Remembered Person" not in text
    assert "door--large" in text


def test_small_numbers_are_not_said(make, desk, passkey, people, event):
    for _each in range(5):
        make.registration(event, mode=Mode.WEBCAST, roles=(Role.CAREGIVER,))

    page = desk._read(take(desk, "statistics"), 200)

    assert "In personfewer than 5fewer than 5fewer than 5" in page.text
    assert "Online5fewer than 5" in page.text
    assert "Patientfewer than 5" in page.text
    assert "Loved one5" in page.text


def test_someone_remembered_is_not_counted(make, desk, passkey, event):
    for state in (*[CareState.ACTIVE] * 4, CareState.REMEMBERED):
        make.registration(event, mode=Mode.WEBCAST, care_state=state)

    assert "Onlinefewer than 5" in desk._read(take(desk, "statistics"), 200).text


def test_a_list_that_is_not_there_is_not_found(desk, passkey):
    desk.get(f"{LISTS}/everyone", status=404)
