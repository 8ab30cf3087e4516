"""An organizer reads the desk in the language that she has chosen, wherever she goes."""

import pytest
from sqlalchemy.exc import OperationalError

from forum.db import db
from forum.outbox.models import Message
from tests.desk import EVENT, OrganizerAtDesk, at
from tests.pages.organizer.whole_desk import WholeDesk
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

SWITCH = "/organize/language"
TODAY = "/organize/"


@pytest.fixture
def in_spanish(desk):
    assert desk.submit(TODAY, action=SWITCH, lang="es") == TODAY
    return desk


def language(page):
    return page.tree.get("lang")


@pytest.mark.both_engines
def test_the_switch_shows_the_same_page_and_is_kept_for_her(desk, petra, event):
    page = f"{EVENT}/registrations?status=confirmed"

    led_to = desk.submit(page, action=SWITCH, lang="es")

    assert led_to == page
    assert language(desk.get(page)) == "es"
    assert fresh(petra).language == "es"


def test_what_she_has_chosen_overrules_the_address_that_she_chose_it_on(in_spanish):
    assert in_spanish.submit(f"{TODAY}?lang=es", action=SWITCH, lang="en") == TODAY
    assert language(in_spanish.get(TODAY)) == "en"


def test_every_page_of_the_desk_is_in_her_language(app, make, event, petra, in_spanish):
    whole = WholeDesk(make, event, petra)
    whole.fill()

    found = {path: language(in_spanish.get(path)) for path in whole.pages(app)}

    assert {path for path, said in found.items() if said != "es"} == set()


def test_no_address_of_the_desk_says_her_language_any_more(in_spanish):
    links = in_spanish.get(TODAY).links().values()

    assert [each for each in links if each.startswith("/organize") and "lang=" in each] == []


def test_the_pages_for_everyone_open_in_her_language(in_spanish, event):
    links = in_spanish.get(f"{EVENT}/").links().values()

    assert "/events/forum-2027/?lang=es" in links


@pytest.mark.parametrize(
    ("path", "status"), [("/organize/nowhere", 404), (f"{EVENT}/agenda/99999", 404)]
)
def test_a_page_of_what_went_wrong_is_in_her_language(in_spanish, path, status):
    assert language(in_spanish.get(path, status=status)) == "es"


def test_a_database_that_fails_says_so_in_her_language(in_spanish, monkeypatch):
    def fail(*_given, **_named):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("forum.accounts.queries.sign_in_of", fail)

    assert language(in_spanish.get(TODAY, status=503)) == "es"


def test_a_form_that_is_refused_and_a_form_that_is_done_answer_in_her_language(
    in_spanish, make, event
):
    ada = make.registration(event)
    address = at(ada, "/details/reach")

    assert language(in_spanish.submit(address, name="", status=422)) == "es"
    led_to = in_spanish.submit(address, name="Ada T.")
    assert "lang=" not in led_to
    assert language(in_spanish.get(led_to)) == "es"


def test_after_signing_out_she_reads_in_her_language_and_so_she_does_elsewhere(
    app, in_spanish, petra
):
    led_to = in_spanish.submit(TODAY, action="/organize/sign-out")

    assert language(in_spanish.get(led_to)) == "es"
    assert language(OrganizerAtDesk(app, petra).get(TODAY)) == "es"


def test_the_link_to_sign_in_is_mailed_in_her_language(in_spanish, visitor, petra):
    visitor.submit("/organize/sign-in", email=petra.email)

    sent = db.session.query(Message).filter_by(email="sign_in").one()
    assert sent.facts["language"] == "es"


def test_the_pages_for_everyone_do_not_follow_her(in_spanish, event):
    assert language(in_spanish.get("/events/forum-2027/")) == "en"


def test_a_language_that_we_do_not_speak_changes_nothing(desk, petra):
    desk.submit(TODAY, action=SWITCH, lang="fr")

    assert fresh(petra).language is None
