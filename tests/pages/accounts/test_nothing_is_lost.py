"""Nothing typed is lost: what is sent after the sign-in has ended comes back after the next one."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from forum import clock
from forum.accounts.models import KeptForm
from forum.db import db
from forum.privacy import housekeeping
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form, new_link
from tests.people import Visitor
from tests.registering import ADA, path
from tests.stored import look_again, registered

ADDING = f"{EVENT}/registrations/add"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def event(make):
    return make.event(title="Spring Forum", slug="forum-2027")


@pytest.fixture
def petra(make):
    return make.organizer(name="Petra Sandboxer")


@pytest.fixture
def desk(app, event, petra):
    return OrganizerAtDesk(app, petra)


def typed(desk) -> dict[str, object]:
    return {**desk_form(desk.get(f"{EVENT}/edit")), "title": "A day by the sea"}


def sign_in(visitor, organizer) -> str:
    """Sign in with a mailed link. Returns where it leads."""
    link = new_link(organizer)
    form = visitor.get(link).form()
    return visitor.post(link, form)


def kept() -> list[KeptForm]:
    look_again()
    return list(db.session.scalars(select(KeptForm)))


def test_what_is_sent_after_half_an_hour_comes_back_filled_in(desk, petra, event, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))

    to = desk.post(f"{EVENT}/edit", sent)
    assert "Nothing is lost" in desk.get(to).text
    page = desk.get(sign_in(desk, petra))

    assert desk_form(page)["title"] == "A day by the sea"
    assert "This is what you had written" in page.text
    look_again()
    assert event.title == "Spring Forum"
    desk.post(f"{EVENT}/edit", desk_form(page))
    look_again()
    assert event.title == "A day by the sea"
    assert kept() == []


def test_what_is_sent_after_signing_out_in_another_tab_comes_back(desk, petra):
    sent = typed(desk)
    desk.post("/organize/sign-out", desk.get("/organize/").form("/organize/sign-out"))

    desk.get(desk.post(f"{EVENT}/edit", sent))

    page = desk.get(sign_in(desk, petra))
    assert desk_form(page)["title"] == "A day by the sea"


def test_a_form_in_another_tab_stays_good_for_who_has_signed_in_again(desk, petra, event):
    sent = typed(desk)
    desk.post("/organize/sign-out", desk.get("/organize/").form("/organize/sign-out"))
    sign_in(desk, petra)

    desk.post(f"{EVENT}/edit", sent)

    look_again()
    assert event.title == "A day by the sea"


def test_nobody_else_gets_it_back(desk, petra, make, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))
    desk.get(desk.post(f"{EVENT}/edit", sent))

    page = desk.get(sign_in(desk, make.organizer(email="boris@lantern.example", name="Boris")))
    if page.response.request.path != f"{EVENT}/edit":
        page = desk.get(f"{EVENT}/edit")

    assert desk_form(page)["title"] == "Spring Forum"
    desk.post(f"{EVENT}/edit", sent, status=400)
    sign_in(desk, petra)
    assert desk_form(desk.get(f"{EVENT}/edit"))["title"] == "Spring Forum"


def test_no_other_browser_of_hers_gets_it_either(app, desk, petra, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))
    desk.post(f"{EVENT}/edit", sent)

    elsewhere = OrganizerAtDesk(app, petra)

    assert desk_form(elsewhere.get(f"{EVENT}/edit"))["title"] == "Spring Forum"


def test_after_an_hour_it_is_gone(desk, petra, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))
    desk.post(f"{EVENT}/edit", sent)
    today.shift(timedelta(minutes=61))
    sign_in(desk, petra)

    page = desk.get(f"{EVENT}/edit")

    assert desk_form(page)["title"] == "Spring Forum"
    housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
    assert kept() == []


def test_the_purge_takes_what_is_too_old(desk, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))
    desk.post(f"{EVENT}/edit", sent)
    assert housekeeping.due(now=clock.now())["kept forms"] == 0
    today.shift(timedelta(minutes=61))

    assert housekeeping.purge(now=clock.now())["kept forms"] == 1


def test_it_is_kept_encrypted_and_the_address_says_nothing_of_it(desk, today):
    sent = typed(desk)
    today.shift(timedelta(minutes=31))

    to = desk.post(f"{EVENT}/edit", sent)

    assert "sea" not in to
    stored = str(db.session.execute(text("SELECT * FROM kept_form")).one())
    assert "sea" not in stored
    assert "forum-2027" not in stored


@pytest.mark.sqlite_is_enough
def test_a_button_alone_keeps_nothing(desk, make, event, today):
    ada = make.registration(event)
    button = {"csrf_token": desk.get("/organize/").form("/organize/sign-out")["csrf_token"]}
    today.shift(timedelta(minutes=31))

    desk.post(at(ada, "/link"), button)

    assert kept() == []


@pytest.mark.sqlite_is_enough
def test_what_no_page_can_show_in_its_form_is_shown_by_itself(desk, petra, make, event, today):
    ada = make.registration(event, email=None)
    button = {"csrf_token": desk.get("/organize/").form("/organize/sign-out")["csrf_token"]}
    today.shift(timedelta(minutes=31))
    desk.get(desk.post(at(ada, "/link"), {**button, "note": "Call her daughter"}))

    page = desk.get(sign_in(desk, petra))

    assert page.heading == "What you had written"
    assert "Call her daughter" in page.text
    assert page.form(at(ada, "/link"))["note"] == "Call her daughter"


@pytest.mark.sqlite_is_enough
def test_a_stranger_who_sends_a_form_of_the_desk_leaves_nothing(app, event, visitor):
    token = visitor.get("/organize/sign-in").form()["csrf_token"]

    visitor.post(f"{EVENT}/edit", {"csrf_token": token, "title": "Mine"})

    assert kept() == []


@pytest.mark.sqlite_is_enough
def test_every_page_of_the_desk_says_when_it_signs_her_out(desk):
    side = desk.get("/organize/")
    said = " ".join("".join(side.one("header").itertext()).split())

    assert "Open a page before 10:30 am, or you are signed out." in said


def expired(visitor: Visitor, address: str, answers: dict[str, object], **headers: str):
    """Send a form whose token is no longer good."""
    visitor.client.delete_cookie("s")
    response = visitor.client.post(address, data=answers, headers=headers or FROM_HERE)
    return visitor._read(response, 400)


def test_an_attendees_form_whose_token_expired_comes_back_filled_in(visitor, event):
    form = {**visitor.get(path(event)).form(), **ADA, "name": "Ada Q. Trialrun"}

    page = expired(visitor, path(event), form)
    assert "What you wrote is not lost." in page.text
    again = visitor.get(page.links()["Open the form again"])

    assert again.form()["name"] == "Ada Q. Trialrun"
    assert "This is what you had written" in again.text
    assert registered() == []
    visitor.post(path(event), again.form())
    assert [each.name for each in registered()] == ["Ada Q. Trialrun"]
    assert kept() == []


@pytest.mark.sqlite_is_enough
def test_nobody_else_finds_an_attendees_form(app, visitor, event):
    form = {**visitor.get(path(event)).form(), **ADA, "name": "Ada Q. Trialrun"}
    expired(visitor, path(event), form)

    assert Visitor(app).get(path(event)).form()["name"] == ""


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_another_site_sends_is_not_kept(visitor, event, site):
    form = {**visitor.get(path(event)).form(), **ADA}

    page = expired(visitor, path(event), form, **{"Sec-Fetch-Site": site})

    assert "What you wrote is not lost." not in page.text
    assert kept() == []


@pytest.mark.sqlite_is_enough
def test_one_connection_cannot_fill_the_table(visitor, event):
    form = {**visitor.get(path(event)).form(), **ADA}

    for _ in range(22):
        page = expired(visitor, path(event), form)

    assert "What you wrote is not lost." not in page.text
    assert len(kept()) == 20
