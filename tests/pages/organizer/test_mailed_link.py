"""Whoever holds an organizer's mailbox alone learns no name and no address (docs/adr/0024)."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from forum.accounts import guard
from forum.accounts.models import OrganizerRole, SignIn
from forum.db import db, transaction
from forum.organizer.reports.list_page import Paper
from forum.registration.models import SessionPlace, Status
from tests.desk import EVENT, OrganizerAtDesk, at
from tests.pages.organizer.whole_desk import WholeDesk
from tests.people import XHTML, Page, form_values

pytestmark = pytest.mark.sqlite_is_enough

CONFIRM = "Confirm that it is you"
CONFIRM_PAGE = "/organize/confirm"
SIGN_OUT = "/organize/me/sign-out-everywhere"
TYPED = ({"step": "look"}, {"step": "check"}, {"capacity": "20"}, {})
"""What else a form sends: a look before the step, and more places than there are; or nothing."""


@pytest.fixture
def overrides():
    return {"answers_need_passkey": True}


@pytest.fixture
def whole(desk, make, event, petra):
    """Make one of everything; no passkey has said yes."""
    whole = WholeDesk(make, event, petra)
    whole.fill()
    forget_yes()
    return whole


def forget_yes():
    with transaction():
        for sign_in in db.session.scalars(select(SignIn)):
            sign_in.passkey_at = None


@pytest.mark.both_engines
def test_no_page_that_a_mailed_link_opens_names_anybody(app, desk, whole):
    found, opened = {}, 0
    for path in whole.pages(app):
        answer = desk.client.get(path)
        if answer.status_code == 200 and names_of(answer.text):
            found[path] = names_of(answer.text)
        opened += answer.status_code == 200

    assert found == {}
    assert opened > 15


def test_no_answer_to_a_form_that_a_mailed_link_opens_names_anybody(app, desk, whole):
    with transaction():
        db.session.add_all(waiting_in(whole))
    opened = [path for path in whole.pages(app) if desk.client.get(path).status_code == 200]
    answers = {}
    for path in opened:
        for asks in ("asks=1&look=x", "step=look"):
            answers[path, asks] = desk.client.get(f"{path}?{asks}", follow_redirects=True)
        for form in forms_in(desk.get(path)):
            to, values = form.get("action") or path, form_values(form)
            for more in TYPED if to != SIGN_OUT else ():
                sent = {**values, **more}
                answers[to, str(more)] = desk.client.post(to, data=sent, follow_redirects=True)

    named = {place: names_of(each.text) for place, each in answers.items()}
    assert {place: names for place, names in named.items() if names} == {}
    assert {each.status_code for each in answers.values()} == {200, 409, 422}
    assert len(answers) > 60


def waiting_in(whole: WholeDesk) -> list[SessionPlace]:
    """Let somebody wait in a session that is full."""
    session = whole.event.sessions[0]
    session.taken = session.capacity
    waits = {"session": session, "status": Status.WAITLISTED}
    names = ("ada", "greta", "jasper")
    return [
        SessionPlace(registration=whole.people[name], wait_no=number, **waits)
        for number, name in enumerate(names, 1)
    ]


def forms_in(page: Page) -> list[ET.Element]:
    """Return the forms of the main part of a page that send something."""
    return [form for form in page.one("main").iter(XHTML + "form") if form.get("method") == "post"]


def test_more_places_in_a_session_say_how_many_and_names_come_after_the_yes(desk, whole):
    with transaction():
        db.session.add_all(waiting_in(whole))
    session = whole.event.sessions[0]
    there = desk.submit(f"{EVENT}/agenda/{session.id}", capacity="20")

    page = desk.get(there)

    assert page.heading == "People would get a place in this session"
    assert "people who wait get a place at once" in page.text
    assert names_of(page.text) == []
    leads = page.links()["Confirm that it is you"]
    assert leads.partition("?")[0] == CONFIRM_PAGE
    desk.say_yes()
    [onward] = parse_qs(urlsplit(leads).query)["next"]
    assert names_of(desk.get(onward).text) == ["Ada", "Jasper"]


def names_of(page: str) -> list[str]:
    """Return which names or addresses of attendees are anywhere in a page."""
    names = ("Ada", "Greta", "Hollis", "Ione", "Kestrel", "Jasper", "Wim", "people.example")
    return [name for name in names if name in page]


@pytest.mark.parametrize(
    "path",
    [
        "/organize/people",
        "/organize/search",
        "/organize/tasks",
        "/organize/outbox/",
        "/organize/history/",
        f"{EVENT}/registrations",
        f"{EVENT}/registrations/export",
        f"{EVENT}/waitlist",
        f"{EVENT}/emails/",
        f"{EVENT}/changes",
        f"{EVENT}/invitations",
        *(f"{EVENT}/lists/{paper}" for paper in Paper),
    ],
)
def test_who_is_registered_is_shown_after_a_passkeys_yes(desk, path):
    answer = desk.client.get(path)

    assert (answer.status_code, answer.location.partition("?")[0]) == (303, CONFIRM_PAGE)


def test_a_search_over_all_events_waits_for_the_yes_and_goes_on(make, desk, event):
    make.registration(event, name="Ada Trialrun")
    form_token = desk.get("/organize/me/").form()["csrf_token"]
    asked = {"csrf_token": form_token, "words": "Ada"}

    page = desk.post("/organize/search", asked, status=403)

    assert page.heading == CONFIRM
    assert "Ada Trialrun" not in page.text


def test_one_yes_is_enough_until_she_signs_out(make, desk, event):
    ada = make.registration(event, name="Ada Trialrun")
    desk.say_yes(ago=timedelta(hours=5))

    assert desk.get(at(ada)).heading == "Ada Trialrun"
    found = desk.submit("/organize/search", status=200, words="Ada")
    assert "Ada Trialrun" in found.text


def test_what_is_urgent_and_names_nobody_needs_none(make, desk, event):
    session = make.session(event, room=make.room(stream_url="https://live.lantern.example/one"))

    desk.submit(f"{EVENT}/agenda/{session.id}", title="Moved")
    desk.submit(f"/organize/rooms/{session.room_id}", stream_url="https://live.lantern.example/2")
    desk.submit("/organize/outbox/stop", action="/organize/outbox/stop", status=303)


def test_names_for_the_door_are_there_the_day_before_and_on_the_day(app, make, event, petra, today):
    make.registration(event, name="Ada Trialrun")
    address = f"{EVENT}/lists/check-in"
    for before, is_given in ((25, False), (23, True), (-2, True), (-9, False)):
        today.move_to(event.starts_at - timedelta(hours=before))
        desk = OrganizerAtDesk(app, petra)
        answer = desk.client.get(address)
        assert (answer.status_code == 200) == is_given, before


def test_today_says_numbers_and_names_nobody(make, desk, event):
    make.registration(event, name="Greta Nomail", email=None)
    make.registration(event, name="Jasper Left", care_state="held")

    page = desk.get("/organize/")

    assert "On hold: 1" in page.links()
    assert "Jasper Left" not in page.text
    desk.say_yes(ago=timedelta(hours=5))
    assert "Jasper Left" in desk.get("/organize/").text


def test_a_viewers_pages_need_no_passkey(app, make, event):
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    assert viewer.get(f"{EVENT}/agenda").status == 200


def test_in_a_demo_with_invented_people_it_is_off(app, monkeypatch):
    with app.test_request_context():
        monkeypatch.setattr(guard, "reads_answers", lambda: True)
        assert guard.knows_names() is True
