"""Lists for a purpose: letters, badges, the door, the next invitation, statistics."""

import csv
import io

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode
from forum.organizer.reports.list_page import Paper
from forum.privacy.models import Consent
from forum.registration.models import CareState, Role, Status
from tests.people import XHTML, words

pytestmark = pytest.mark.sqlite_is_enough

LISTS = "/organize/events/forum-2027/lists"
NAMES = ("letters", "badges", "check-in", "catering", "next-invitation", "statistics")


def take(desk, name, **answers):
    address = f"{LISTS}/{name}"
    chosen = {**desk.get(address).form(address), "format": "csv", **answers}
    return desk.client.post(address, data=chosen)


def rows(response):
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_they_are_named_on_one_page(desk):
    page = desk.get(LISTS)

    assert [f"{LISTS}/{name}" in page.links().values() for name in NAMES] == [True] * 6


@pytest.mark.parametrize("paper", [Paper.LETTERS, Paper.NEXT_INVITATION])
def test_a_file_holds_what_its_page_says_and_nothing_else(desk, people, paper):
    desk.say_yes()
    told = {
        "Name": "name",
        "Email": "email address",
        "Phone": "phone number",
        "Language": "language",
        "How": "way to take part",
        "Place": "have a place",
    }
    page = desk.get(f"{LISTS}/{paper}")
    [said] = [words(each) for each in page.all("li") if words(each).startswith("A file")]

    holds = [heading for heading, named in told.items() if named in said]

    assert holds == list(rows(take(desk, paper))[0])


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
    waiting = {"email": "boris@people.example", "status": Status.WAITLISTED}
    make.registration(event, name="Boris Waiting", **waiting)

    active, boris = rows(take(desk, "letters"))

    assert active == {
        "Name": "Active Person",
        "Email": "active@people.example",
        "Language": "en",
        "How": "In person",
        "Place": "Has a place",
    }
    assert (boris["Name"], boris["Place"]) == ("Boris Waiting", "On the waitlist")


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


@pytest.fixture
def guests(make, event):
    """Let four come who eat something else, and three who are not there."""
    for name, food, more in (
        ("Ada Miller", "Vegetarian", {"needs": "A wheelchair"}),
        ("Boris Adler", " vegetarian. ", {}),
        ("Cleo Zorn", "No nuts", {"care_state": CareState.PAUSED}),
        ("Dora", None, {}),
        ("Edda", "Vegan", {"care_state": CareState.REMEMBERED}),
        ("Frida", "Vegan", {"status": Status.CANCELLED}),
        ("Greta", "Vegan", {"mode": Mode.WEBCAST}),
    ):
        make.registration(event, name=name, food=food, **more)


def table_rows(page):
    return [" | ".join(words(cell) for cell in row) for row in page.tree.iter(XHTML + "tr")]


def test_the_caterer_reads_how_many_eat_what_and_nobody_s_name(desk, passkey, guests):
    address = f"{LISTS}/catering"
    page = desk.submit(address, status=200)

    assert table_rows(page) == [
        "What they told us | People",
        "Vegetarian | 2",
        "No nuts | 1",
        "What they told us | People",
        "A wheelchair | 1",
    ]
    assert "4 people come in person." in page.text
    assert "Ada Miller" not in page.text


def test_names_stand_on_the_caterers_list_only_when_asked_for(desk, passkey, guests):
    page = desk.submit(f"{LISTS}/catering", with_names="y", status=200)

    assert table_rows(page)[:3] == [
        "What they told us | People | Who",
        "Vegetarian | 2 | Boris Adler, Ada Miller",
        "No nuts | 1 | Cleo Zorn",
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)).one()
    assert entry.facts == {"what": "catering", "names": True}


def test_the_caterers_list_is_a_file_too(desk, passkey, guests):
    assert rows(take(desk, "catering"))[0] == {
        "About": "Food",
        "What they told us": "Vegetarian",
        "People": "2",
    }
    assert rows(take(desk, "catering", with_names="y"))[2] == {
        "About": "What would help",
        "What they told us": "A wheelchair",
        "People": "1",
        "Who": "Ada Miller",
    }
    assert take(desk, "catering", format="xlsx").data.startswith(b"PK")


OF_WHO_COMES = ("badges", "check-in", "catering")


@pytest.mark.usefixtures("passkey")
@pytest.mark.parametrize(
    ("is_canceled", "why"),
    [
        (False, "Nobody comes in person to this event."),
        (True, "The event is canceled: nobody comes."),
    ],
)
def test_where_nobody_comes_no_list_of_who_comes_is_offered_or_made(
    desk, people, event, is_canceled, why
):
    if is_canceled:
        event.status = EventStatus.CANCELLED
    else:  # as once it went online
        for person in people.values():
            person.mode = Mode.WEBCAST
        db.session.delete(next(each for each in event.gates if each.mode == Mode.IN_PERSON))
    db.session.commit()

    page = desk.get(LISTS)

    links = page.links()
    offered = [name for name in NAMES if f"{LISTS}/{name}" in links.values()]
    assert offered == ["letters", "next-invitation", "statistics"]
    assert "Export registrations" in links
    assert why in page.text
    asked = [desk.client.get(f"{LISTS}/{name}").location for name in OF_WHO_COMES]
    assert asked == [LISTS] * len(OF_WHO_COMES)
    assert [row["Name"] for row in rows(take(desk, "letters"))] == ["Active Person"]
