"""Everyone who is registered, narrowed and searched."""

import pytest

from forum.accounts.models import OrganizerRole
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from tests.desk import OrganizerAtDesk, names, queries_for

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.both_engines
def test_the_list_is_narrowed_by_all_that_is_chosen(make, desk, event):
    make.registration(event, name="Ada", roles=("patient",))
    make.registration(event, name="Boris", mode=Mode.WEBCAST, roles=("patient", "clinician"))
    make.registration(event, name="Cora", mode=Mode.WEBCAST, status=Status.CANCELLED)
    make.registration(event, name="Dora", mode=Mode.WEBCAST, care_state=CareState.PAUSED)
    make.registration(event, name="Eva", email=None)
    address = "/organize/events/forum-2027/registrations"

    assert names(desk.get(address)) == ["Ada", "Boris", "Cora", "Dora", "Eva"]
    assert names(desk.get(f"{address}?mode=webcast&status=confirmed")) == ["Boris", "Dora"]
    assert names(desk.get(f"{address}?care=paused")) == ["Dora"]
    assert names(desk.get(f"{address}?role=clinician")) == ["Boris"]
    assert names(desk.get(f"{address}?reach=phone_only")) == ["Eva"]
    assert names(desk.get(f"{address}?role=nonsense&page=x")) == names(desk.get(address))


@pytest.mark.parametrize("words", ["TRIAL", "  ada q. ", "ADA@PEOPLE"])
def test_someone_is_found_by_part_of_name_or_address(make, desk, event, words):
    make.registration(event, name="Ada Q. Trialrun", email="ada@people.example")
    make.registration(event, name="Boris", email="boris@people.example")

    page = desk.submit("/organize/events/forum-2027/registrations/search", words=words, status=200)

    assert names(page) == ["Ada Q. Trialrun"]


def test_a_percent_sign_finds_nobody(make, desk, event):
    make.registration(event)

    page = desk.submit("/organize/events/forum-2027/registrations/search", words="%", status=200)

    assert "No one by that name or address" in page.text


@pytest.mark.parametrize("address", ["registrations", ""])
def test_a_longer_list_asks_the_database_no_more(make, desk, event, address):
    path = f"/organize/events/forum-2027/{address}"
    make.registration(event)
    desk.get(path)
    one = queries_for(desk, path)
    make.registration(event, care_state=CareState.PAUSED)
    make.registration(event, status=Status.WAITLISTED, email=None)

    assert queries_for(desk, path) == one


def test_a_viewer_sees_nobodys_answers(app, make, event):
    ada = make.registration(event, needs="wheelchair")
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    for tail in ("", f"/{ada.public_id}", "/search", "/export", "/add"):
        viewer.get(f"/organize/events/forum-2027/registrations{tail}", status=403)
