"""What people may tell us is asked, shown and taken along wherever the list of details says so."""

import pytest

from forum.events.models import Mode
from forum.registration.details import DETAILS, Part, Way, of
from forum.registration.my.details.page import PARTS
from tests.desk import OrganizerAtDesk
from tests.my import my
from tests.people import XHTML
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

REGISTER = "/events/forum-2027/register"
DESK = "/organize/events/forum-2027/registrations"


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027")


@pytest.fixture
def ada(make, event):
    return make.registration(event, name="Ada Trialrun", mode=Mode.WEBCAST)


@pytest.fixture
def desk(app, make, event):
    return OrganizerAtDesk(app, make.organizer())


def fields(page) -> list[str]:
    """Return the names of the fields of a page, in their order, each once."""
    main = page.one("main")
    found = [
        field.get("name")
        for field in main.iter()
        if field.tag in {XHTML + "input", XHTML + "textarea", XHTML + "select"}
    ]
    return list(dict.fromkeys(found))


def names(page) -> list[str]:
    """Return what the lists of facts on a page name."""
    return ["".join(name.itertext()) for name in page.one("main").iter(XHTML + "dt")]


def asked(way: Way) -> set[str]:
    return {detail.field for detail in DETAILS if getattr(detail, way) is not None}


def test_she_is_asked_for_all_of_it_when_she_registers(visitor, event):
    assert asked(Way.ASKED) - {*fields(visitor.get(REGISTER))} == set()


def test_the_desk_asks_for_all_of_it_on_the_phone(desk, event):
    assert asked(Way.PHONED) - {*fields(desk.get(f"{DESK}/add"))} == set()


@pytest.mark.parametrize("part", [part.value for part in Part])
def test_she_changes_it_part_by_part(visitor, ada, part):
    wanted = [detail.field for detail in of(Part(part))]

    assert [name for name in fields(visitor.get(my(ada, f"details/{part}"))) if name in wanted] == (
        wanted
    )


def test_she_reads_all_of_it_on_her_page(visitor, ada):
    page = visitor.get(my(ada, "details"))

    assert names(page) == [str(detail.label) for part in PARTS for detail in of(Part(part))]


def test_the_desk_reads_on_a_persons_page_what_it_works_with(desk, ada):
    shown = names(desk.get(f"{DESK}/{ada.public_id}"))

    wanted = [str(d.desk_label) for d in DETAILS if d.desk_label and d.is_on_page]
    assert [label for label in wanted if label not in shown] == []


@pytest.fixture
def webcast(make):
    return make.webcast(slug="webcast-2026-12")


def test_who_registers_for_a_webcast_is_asked_for_nothing_of_a_place(visitor, webcast):
    page = visitor.get("/events/webcast-2026-12/register")

    assert {"food", "companion_food", "pair_rule", "sessions"} & {*fields(page)} == set()
    assert {"needs", "companion_needs"} - {*fields(page)} == set()
    for words in ("wheelchair", "near the door", "food", "waitlist", "building"):
        assert words not in page.text, words
    assert "For example: captions, ASL, large print." in page.text


def test_the_desk_asks_for_nothing_of_a_place_for_a_webcast(desk, webcast):
    page = desk.get(f"{DESK.replace('forum-2027', webcast.slug)}/add")

    assert {"food", "pair_rule"} & {*fields(page)} == set()
    assert "needs" in fields(page)


def test_her_page_of_a_webcast_asks_for_food_only_where_she_has_told_it(make, visitor, webcast):
    ada = make.registration(webcast, mode=Mode.WEBCAST)
    hollis = make.registration(webcast, mode=Mode.WEBCAST, food="No nuts")

    for person, is_there in ((ada, False), (hollis, True)):
        assert ("food" in fields(visitor.get(my(person, "details/help")))) is is_there
        assert ("Food" in names(visitor.get(my(person, "details")))) is is_there
        assert "companion_food" not in fields(visitor.get(my(person, "companions/")))

    visitor.submit(my(hollis, "details/help"), food="")
    assert "Food" not in names(visitor.get(my(hollis, "details")))


def test_an_empty_box_is_no_word_of_hers(make, visitor, ada):
    known = dict(zip(names(visitor.get(my(ada, "details"))), said(visitor, ada), strict=True))

    assert (known["First time"], known["Certificate"]) == ("Not said", "No")
    assert "First time" not in visitor.get(my(ada, "data")).text


def test_a_number_that_may_be_of_two_countries_is_asked_about(make, visitor, event):
    ada = make.registration(event, timezone="America/Mexico_City")
    address = my(ada, "details/reach")

    page = visitor.submit(address, phone="55 1234 5678", status=422)

    [asked] = page.errors()
    assert asked == (
        "Is it +1 551-234-5678 or +52 55 1234 5678? Type it again with its + and country code."
    )
    assert page.form()["phone"] == "55 1234 5678"
    visitor.submit(address, phone="+52 55 1234 5678")
    look_again()
    assert ada.phone == "+525512345678"


def test_a_number_that_is_known_already_is_not_asked_about_again(make, visitor, event):
    ada = make.registration(event, timezone="America/Mexico_City", phone="+15512345678")

    visitor.submit(my(ada, "details/reach"), name="Ada Q.")

    look_again()
    assert (ada.name, ada.phone) == ("Ada Q.", "+15512345678")


def said(visitor, person) -> list[str]:
    """Return what the list of her details says, in its order."""
    main = visitor.get(my(person, "details")).one("main")
    return ["".join(each.itertext()).strip() for each in main.iter(XHTML + "dd")]
