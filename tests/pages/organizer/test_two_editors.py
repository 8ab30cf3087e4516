"""Two who edit the same at once: the second is shown both versions, and overwrites nothing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration.models import SessionPlace, Status
from forum.registration.places import waiting
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form


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
    assert "This was changed since you opened it" in page.text
    assert "May sign in No" in page.text
    assert desk_form(page)["name"] == "Boris B."
    linnea.post(address, desk_form(page))
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
    assert "This was changed since you opened it" in page.text
    asked = {f"auto_take-{part}": "" for part in ("month", "day", "year")}
    petra.post(address, {**desk_form(page), **asked})
    again()
    assert (ada.short_notice, ada.auto_take_until) == (24, None)


def test_what_she_did_not_touch_stays_as_somebody_else_has_saved_it(app, make, event):
    room = make.room(name="Harbor Room")
    session = make.session(event, title="Bones and strength")
    petra, linnea = (OrganizerAtDesk(app, make.organizer()) for _ in "12")
    address = f"{EVENT}/agenda/{session.id}"
    opened = desk_form(linnea.get(address))
    petra.submit(address, starts="11:35", ends="12:20", room=str(room.id))

    page = linnea.post(address, {**opened, "title": "Strong bones"}, status=409)

    told = page.text
    assert "What you entered" not in told
    assert "is now: Starts 11:35Ends 12:20Room Harbor Room" in told
    shown = desk_form(page)
    assert (shown["title"], shown["starts"], shown["room"]) == (
        "Strong bones",
        "11:35",
        str(room.id),
    )
    linnea.post(address, shown)
    again()
    local = session.starts_at.astimezone(ZoneInfo(event.timezone))
    assert (session.title, f"{local:%H:%M}", session.room_id) == ("Strong bones", "11:35", room.id)


def test_only_what_both_have_changed_is_shown_as_two_versions(app, make, event):
    petra, linnea = (OrganizerAtDesk(app, make.organizer()) for _ in "12")
    address = f"{EVENT}/edit"
    opened = desk_form(linnea.get(address))
    petra.submit(address, title="By Petra", description="A day for all.")

    typed = {**opened, "title": "By Linnea", "day_hours": "07:00-17:00"}
    page = linnea.post(address, typed, status=409)

    told = page.text
    assert "Saved now Title By Petra What you entered Title By Linnea" in told
    assert "it is now: Description A day for all." in told
    again()
    linnea.post(address, desk_form(page))
    again()
    stands = (event.title, event.description, event.day_hours)
    assert stands == ("By Linnea", "A day for all.", "07:00-17:00")


def test_a_correction_of_her_phone_number_leaves_the_name_that_she_gave_meanwhile(app, make, event):
    ada = make.registration(event, name="Ada", phone="617-555-0100")
    petra, linnea = (OrganizerAtDesk(app, make.organizer()) for _ in "12")
    address = at(ada, "/details/reach")
    opened = desk_form(linnea.get(address))
    petra.submit(address, name="Ada Lovelace")

    page = linnea.post(address, {**opened, "phone": "617-555-0111"}, status=409)
    linnea.post(address, desk_form(page))

    again()
    assert (ada.name, ada.phone) == ("Ada Lovelace", "+16175550111")


def test_a_second_refusal_still_knows_what_she_touched(app, make, event):
    petra, linnea = (OrganizerAtDesk(app, make.organizer()) for _ in "12")
    address = f"{EVENT}/edit"
    opened = desk_form(linnea.get(address))
    petra.submit(address, title="By Petra")

    wrong = linnea.post(address, {**opened, "day_hours": "always"}, status=422)
    page = linnea.post(address, {**desk_form(wrong), "day_hours": "07:00-17:00"}, status=409)
    linnea.post(address, desk_form(page))

    again()
    assert (event.title, event.day_hours) == ("By Petra", "07:00-17:00")
