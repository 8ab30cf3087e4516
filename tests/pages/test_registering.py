"""Registering on one page, as someone does it without scripts."""

from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration, Status

ADA = {"name": "Ada Q. Trialrun", "email": "ada@people.example", "mode": "in_person"}


def path(event) -> str:
    return f"/events/{event.slug}/register"


def test_three_answers_are_enough(make, visitor):
    event = make.event()

    page = visitor.get(visitor.submit(path(event), **ADA))

    assert page.heading == "Your place is booked"
    registration = db.session.query(Registration).one()
    assert (registration.name, registration.email) == ("Ada Q. Trialrun", "ada@people.example")
    assert (registration.mode, registration.status) == (Mode.IN_PERSON, Status.CONFIRMED)
