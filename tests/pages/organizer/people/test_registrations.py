"""Everyone who is registered, narrowed."""

import pytest

from forum.accounts.models import OrganizerRole
from forum.db import db
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from tests.desk import OrganizerAtDesk, names, queries_for
from tests.stored import registered

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


@pytest.mark.both_engines
def test_people_stand_as_people_order_them(make, desk, event):
    for name in ("Boris Zapata", "María Álvarez", "Dr. Ada Lee, MD (she/her)", "Cora Lee Jr."):
        make.registration(event, name=name)
    people = registered()
    people[0].name = "Boris Abbott"
    db.session.commit()

    page = desk.get("/organize/events/forum-2027/registrations")

    assert names(page) == [
        "Boris Abbott",
        "María Álvarez",
        "Dr. Ada Lee, MD (she/her)",
        "Cora Lee Jr.",
    ]


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

    for tail in ("", f"/{ada.public_id}", "/export", "/add"):
        viewer.get(f"/organize/events/forum-2027/registrations{tail}", status=403)
