"""What the desk says is so at this moment, whoever reads it."""

from datetime import timedelta

import pytest

from forum.accounts.models import OrganizerRole
from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import CareState, Role, Status
from tests.desk import EVENT, OrganizerAtDesk, at
from tests.pages.organizer.outbox import failed_message
from tests.people import XHTML, words
from tests.stored import look_again


def menu(page) -> list[str]:
    (nav,) = [each for each in page.all("nav") if each.get("aria-label")]
    return [words(each) for each in nav.iter(XHTML + "a")]


@pytest.mark.parametrize("address", ["/organize/nothing-here", f"{EVENT}/registrations/nobody"])
def test_what_is_not_found_keeps_the_menu_of_the_desk(desk, event, address):
    page = desk.get(address, status=404)

    assert menu(page)[:2] == ["Today", "Events"]
    assert "Send me my link again" not in page.text


def test_what_one_may_not_open_keeps_the_menu_too(app, make, event):
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    page = viewer.get(f"{EVENT}/registrations", status=403)

    assert menu(page)[:2] == ["Today", "Events"]


def test_a_stranger_sees_no_menu_of_the_desk(visitor, event):
    page = visitor.get("/organize/nothing-here", status=404)

    assert "Events" not in page.links() or not page.links()["Events"].startswith("/organize")


def test_someone_without_an_address_is_not_said_to_get_emails(make, desk, event):
    greta = make.registration(event, name="Greta Nomail", email=None)

    page = desk.get(at(greta))

    assert "Emails go out as usual" not in page.text
    assert "There is no email address. When something changes, we call." in page.text


def test_who_has_canceled_is_not_said_to_get_emails_as_usual(make, desk, event):
    cora = make.registration(event, name="Cora", status=Status.CANCELLED)

    assert "Emails go out as usual" not in desk.get(at(cora)).text


def test_a_line_whose_only_one_has_an_offer_is_not_stuck(make, desk):
    event = make.event(slug="forum-2028", capacity=3)
    make.offer(make.registration(event, name="Wim", status=Status.WAITLISTED))

    page = desk.get("/organize/events/forum-2028/waitlist")

    assert "Places are free, and nobody can be offered them" not in page.text


def test_a_line_of_those_who_cannot_be_offered_is_stuck(make, desk):
    event = make.event(slug="forum-2028", capacity=3)
    make.offer(make.registration(event, name="Wim", status=Status.WAITLISTED))
    make.registration(event, status=Status.WAITLISTED, care_state=CareState.PAUSED)

    page = desk.get("/organize/events/forum-2028/waitlist")

    assert "Places are free, and nobody can be offered them" in page.text


HER_WORDS = (" you ", " your ", "your ", "About you", " I ")


@pytest.fixture
def overrides():
    return {"answers_need_passkey": True}


@pytest.fixture(autouse=True)
def since_lunch(desk):
    """Let a passkey have said yes in this sign-in, longer ago than it opens answers."""
    desk.say_yes(ago=timedelta(hours=2))


@pytest.mark.parametrize("part", ["about", "help", "mail"])
def test_details_at_the_desk_speak_to_the_organizer(make, desk, event, part):
    ada = make.registration(event, roles=(Role.PATIENT,), question="Why?")
    desk.say_yes()
    if part == "help":
        desk.post("/organize/looks", {**desk.get(at(ada, "/details")).form("/organize/looks")})

    pages = (desk.get(at(ada, "/details")), desk.get(at(ada, f"/details/{part}")))

    for page in pages:
        labels = [words(each) for each in page.one("main").iter() if each.tag in TOLD]
        assert [each for each in labels if any(word in f" {each} " for word in HER_WORDS)] == []


TOLD = {XHTML + tag for tag in ("label", "legend", "dt", "h1", "h2", "dd")}


def test_titles_are_changed_at_the_desk_without_a_choice_that_is_none(make, desk, event):
    ada = make.registration(event)

    desk.submit(at(ada, "/details/mail"), titles="full")

    look_again()
    assert ada.is_discreet is False


def test_the_list_of_who_told_us_what_would_help_says_what(make, desk, event):
    make.registration(event, name="Ada", needs="A wheelchair")
    desk.say_yes()
    page = desk.get(f"{EVENT}/registrations?told=needs")
    assert "A wheelchair" not in page.text

    desk.post("/organize/looks", page.form("/organize/looks"))

    assert "A wheelchair" in desk.get(f"{EVENT}/registrations?told=needs").text


def test_words_of_a_reminder_in_spanish_are_not_called_optional(desk, event):
    page = desk.get(f"{EVENT}/reminders/add")

    labels = {words(each) for each in page.all("label")}
    assert {"Your own words, in English (optional)", "The same in Spanish"} <= labels
    assert "Needed if there are words in English." in page.text


def test_a_rule_that_stays_is_not_offered_to_be_removed(make, desk, event):
    free = make.reminder(event, "P2D")
    kept = make.reminder(event, "P7D", stated={"lead": "P7D"})

    links = desk.get(f"{EVENT}/reminders").links().values()

    assert f"{EVENT}/reminders/{free.id}/remove" in links
    assert f"{EVENT}/reminders/{kept.id}/remove" not in links


def test_someone_new_at_the_desk_gets_an_email_that_says_how_to_sign_in(app, make, event):
    desk = OrganizerAtDesk(app, make.organizer(name="Petra", role=OrganizerRole.OWNER))
    desk.say_yes()

    back = desk.submit(
        "/organize/organizers/add", name="Boris", email="boris@lantern.example", role="viewer"
    )

    assert "They get an email that says how to sign in." in desk.get(back).text
    look_again()
    message = db.session.query(Message).filter_by(email="welcome").one()
    assert message.organizer.name == "Boris"


@pytest.fixture
def letters(make, event):
    ada = make.registration(event, name="Ada")
    boris = make.registration(make.event(slug="webcast-1", title="Webcast"), name="Boris")
    for person in (ada, boris):
        failed_message(make, person)
    return ada, boris


def test_the_outbox_is_read_by_event(desk, letters):
    assert outbox_names(desk, "?event=forum-2027") == ["Ada"]
    assert outbox_names(desk, "?event=webcast-1") == ["Boris"]


def test_the_outbox_is_read_by_person(desk, letters):
    ada, _boris = letters

    page = desk.get(f"/organize/outbox/?person={ada.public_id}")

    assert "Only emails to Ada." in page.text
    assert outbox_names(desk, f"?person={ada.public_id}") == ["Ada"]


def test_the_numbers_above_the_outbox_are_those_of_the_event(desk, letters):
    links = desk.get("/organize/outbox/?event=forum-2027").links()

    assert any(each.endswith("(1)") for each in links)
    assert not any(each.endswith("(2)") for each in links)


def outbox_names(desk, query: str) -> list[str]:
    page = desk.get(f"/organize/outbox/{query}")
    (body,) = page.all("tbody")
    return [words(next(row.iter(XHTML + "td")).find(XHTML + "a")) for row in body]
