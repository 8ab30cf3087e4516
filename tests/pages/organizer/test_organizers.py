"""Who may work at the desk, and who decides it."""

from sqlalchemy import select

from forum.accounts.models import Organizer, OrganizerRole
from forum.db import db
from tests.desk import OrganizerAtDesk


def test_an_owner_adds_someone(desk):
    desk.say_yes()
    desk.submit(
        "/organize/organizers/add",
        name="Rowan",
        email="Rowan@Lantern.example",
        role="viewer",
    )

    added = db.session.scalars(select(Organizer).where(Organizer.name == "Rowan")).one()
    assert (added.email, added.role) == ("rowan@lantern.example", OrganizerRole.VIEWER)


def test_an_address_is_used_once(desk):
    desk.say_yes()
    page = desk.submit(
        "/organize/organizers/add",
        name="Again",
        email=desk.organizer.email.upper(),
        role="viewer",
        status=422,
    )

    assert page.errors() == ["Someone with this address is already an organizer."]


def test_the_last_owner_stays(desk):
    desk.say_yes()
    address = f"/organize/organizers/{desk.organizer.id}"

    page = desk.submit(address, role="viewer", status=422)

    assert page.errors() == ["This is the only active owner. Make someone else an owner first."]


def test_a_coordinator_does_not_decide_who_works_here(app, make, event):
    coordinator = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.COORDINATOR))

    coordinator.get("/organize/organizers/", status=403)
    assert "Organizers" not in coordinator.get("/organize/").links()
