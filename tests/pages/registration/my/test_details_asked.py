"""What people may tell us is asked, shown and taken along wherever the list of details says so."""

import pytest

from forum.events.models import Mode
from forum.registration.details import DETAILS, Part, Way, of
from forum.registration.my.details.page import PARTS
from tests.desk import OrganizerAtDesk
from tests.my import my
from tests.people import XHTML

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
