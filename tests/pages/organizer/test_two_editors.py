"""Two who edit the same at once: the second is shown both versions, and overwrites nothing."""

from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration.models import SessionPlace, Status
from forum.registration.places import waiting
from tests.desk import OrganizerAtDesk, at, desk_form


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027")


def again():
    db.session.rollback()
    db.session.expire_all()


def test_a_form_from_before_someone_was_ended_does_not_let_them_in_again(app, make, event):
    boris = make.organizer(email="boris@lantern.example", name="Boris")
    petra, linnea = (OrganizerAtDesk(app, make.organizer(role=OrganizerRole.OWNER)) for _ in "12")
    for owner in (petra, linnea):
        owner.say_yes()
    address = f"/organize/organizers/{boris.id}"
    stale = desk_form(linnea.get(address))

    petra.submit(address, is_active=None)
    page = linnea.post(address, {**stale, "name": "Boris B."}, status=409)

    again()
    assert (boris.is_active, boris.name) == (False, "Boris")
    assert "Someone else has changed this since you opened it" in page.text
    assert "Boris B." in page.text
    linnea.post(address, {**desk_form(page), "is_active": []})
    again()
    assert (boris.is_active, boris.name) == (False, "Boris B.")


def test_sessions_that_she_chose_meanwhile_are_not_taken_from_her(app, make, event):
    circle = make.session(event, capacity=5, title="Circle")
    walk = make.session(event, capacity=5, title="Walk")
    ada = make.registration(event)
    petra = OrganizerAtDesk(app, make.organizer())
    stale = desk_form(petra.get(at(ada, "/sessions")))
    place = SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED)
    circle.taken = 1
    db.session.add(place)
    db.session.commit()

    page = petra.post(at(ada, "/sessions"), {**stale, "sessions": [str(walk.id)]}, status=409)

    again()
    assert [each.session_id for each in db.session.query(SessionPlace)] == [circle.id]
    petra.post(at(ada, "/sessions"), {**desk_form(page), "sessions": [str(walk.id)]})
    again()
    assert {each.session_id: each.status for each in db.session.query(SessionPlace)} == {
        circle.id: Status.CANCELLED,
        walk.id: Status.CONFIRMED,
    }


def test_who_has_said_meanwhile_that_she_wants_to_be_asked_is_not_given_a_place_unasked(
    app, make, event
):
    until = clock.now() + timedelta(days=20)
    ada = make.registration(
        event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, auto_take_until=until
    )
    petra = OrganizerAtDesk(app, make.organizer())
    address = at(ada, "/waiting")
    stale = desk_form(petra.get(address))
    with transaction():
        waiting.set_waiting(ada, short_notice=None, auto_take_until=None, now=clock.now())

    page = petra.post(address, {**stale, "short_notice": "24"}, status=409)

    again()
    assert (ada.short_notice, ada.auto_take_until) == (None, None)
    assert "Someone else has changed this since you opened it" in page.text
    asked = {f"auto_take-{part}": "" for part in ("month", "day", "year")}
    petra.post(address, {**desk_form(page), **asked})
    again()
    assert (ada.short_notice, ada.auto_take_until) == (24, None)
