"""Registering on one page, as tests fill it in."""

from forum.db import db
from forum.registration.models import Registration

ADA = {"name": "Ada Q. Trialrun", "email": "ada@people.example", "mode": "in_person"}
"""The three answers that are enough."""
THANKS = "Thank you. Your place is booked"
WAITS = "Thank you. You are on the waitlist"
BOOKED, WAITING = "You chose: ", "You are on the waitlist, number "


def outcome(page) -> str:
    """Return what the page after registering says, in its heading and in its first sentence."""
    [said] = [each for each in (BOOKED, WAITING) if each in page.text]
    assert page.heading == {BOOKED: THANKS, WAITING: WAITS}[said]
    return said


def path(event) -> str:
    """Return the address of an event's form."""
    return f"/events/{event.slug}/register"


def register(visitor, event, **answers):
    """Fill in the form, send it, and read the page that follows."""
    return visitor.get(visitor.submit(path(event), **{**ADA, **answers}))


def refused(visitor, event, **answers):
    """Fill in the form in a way that is refused, and read the page that says why."""
    return visitor.submit(path(event), status=422, **{**ADA, **answers})


def the_registration() -> Registration:
    """Return the only one there is."""
    return db.session.query(Registration).one()
