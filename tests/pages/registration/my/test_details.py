"""Changing one's own details: few answers at a time, nothing typed lost, no one overwritten."""

import pytest

from forum import links
from forum.audit.models import AuditEntry
from forum.db import db
from tests.my import my
from tests.people import words as words_of
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough

PARTS = ("reach", "about", "help", "mail")


def test_her_details_stand_in_four_parts_each_with_its_own_change(visitor, ada):
    page = visitor.get(my(ada, "details"))

    assert [words_of(h2) for h2 in page.one("main").iter("{http://www.w3.org/1999/xhtml}h2")] == [
        "Name and phone number",
        "Email address",
        "About you",
        "What would help you",
        "Emails, language and time zone",
        "Your link and your data",
    ]
    for words in ("Ada Q. Trialrun", "617-555-0100", "A wheelchair", "Tuesday"):
        assert words in page.text


def test_the_pages_are_bare_and_kept_by_no_cache(visitor, ada):
    for more in ("details", *(f"details/{part}" for part in PARTS), "address", "link"):
        page = visitor.get(my(ada, more))
        assert page.response.headers["Cache-Control"] == "no-store"
        assert "ancer" not in page.title


def test_opening_them_changes_nothing(visitor, ada):
    before = (ada.version, ada.sequence, ada.link_version)

    for more in ("details", *(f"details/{part}" for part in PARTS), "address", "link"):
        visitor.get(my(ada, more))

    look_again()
    assert (ada.version, ada.sequence, ada.link_version) == before
    assert emails() == []


def test_each_form_comes_with_what_we_know_and_sent_as_it_is_changes_nothing(visitor, ada):
    before = ada.version

    for part in PARTS:
        visitor.submit(my(ada, f"details/{part}"))

    look_again()
    assert (ada.version, db.session.query(AuditEntry).count()) == (before, 0)


def test_she_changes_her_name_and_number(visitor, ada):
    back = visitor.submit(my(ada, "details/reach"), name="  Ada   Byron ", phone="(617) 555-0199")

    assert "Your answers are saved." in visitor.get(back).text
    look_again()
    assert (ada.name, ada.phone) == ("Ada Byron", "+16175550199")


def test_she_changes_her_answers(visitor, ada):
    visitor.submit(my(ada, "details/help"), needs="", food="No nuts", question="Sleep?")

    look_again()
    assert (ada.needs, ada.food, ada.question, ada.note) == ("", "No nuts", "Sleep?", "")


def test_she_changes_what_she_is(visitor, ada):
    visitor.submit(my(ada, "details/about"), roles=["other", "caregiver"], wants_certificate="y")

    look_again()
    assert (ada.roles, ada.wants_certificate) == (("caregiver", "other"), True)


def test_she_changes_how_we_write_and_her_calendar_follows(visitor, ada):
    back = visitor.submit(
        my(ada, "details/mail"),
        titles="full",
        language="es",
        timezone="America/Phoenix",
        quiet_days=["wed", "mon"],
    )

    assert "An email brings your calendar up to date." in visitor.get(back).text
    look_again()
    assert (ada.is_discreet, ada.language) == (False, "es")
    assert (ada.timezone, ada.quiet_days) == ("America/Phoenix", ("mon", "wed"))
    assert emails() == ["details_changed"]


def test_someone_who_is_no_clinician_after_all_is_told_of_the_neutral_words(visitor, make):
    ada = make.registration(make.event(), roles=("clinician",), is_discreet=False)

    back = visitor.submit(my(ada, "details/about"), roles=["patient"])

    assert "Our emails now use neutral words." in visitor.get(back).text


@pytest.mark.parametrize(
    ("part", "answers", "sentence"),
    [
        ("reach", {"name": " "}, "Enter a name"),
        ("reach", {"name": "x" * 201}, "Use 200 characters or fewer"),
        (
            "reach",
            {"phone": "12"},
            "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad",
        ),
        ("help", {"needs": "😀" * 2001}, "Use 2,000 characters or fewer"),
        ("about", {"roles": ["queen"]}, "Choose from the list"),
        ("mail", {"timezone": "Mars/Olympus"}, "Choose a time zone from the list"),
        ("mail", {"quiet_days": ["someday"]}, "Choose from the list"),
        ("mail", {"titles": None}, "Choose one of the two"),
        ("mail", {"language": None}, "Choose a language"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_and_changes_nothing(visitor, ada, part, answers, sentence):
    before = ada.version

    page = visitor.submit(my(ada, f"details/{part}"), status=422, **answers)

    assert page.errors() == [sentence]
    assert page.title.startswith("Error: ")
    look_again()
    assert ada.version == before


def test_what_she_typed_is_kept_when_another_answer_is_wrong(visitor, ada):
    page = visitor.submit(my(ada, "details/reach"), name="Ada Byron", phone="12", status=422)

    assert (page.form()["name"], page.form()["phone"]) == ("Ada Byron", "12")


@pytest.mark.parametrize(("titles", "is_discreet"), [("forged", True), ("full", False)])
def test_a_forged_choice_of_titles_is_the_neutral_one(visitor, ada, titles, is_discreet):
    visitor.submit(my(ada, "details/mail"), titles=titles, language="xx")

    look_again()
    assert (ada.is_discreet, ada.language) == (is_discreet, "en")


def test_a_name_that_is_taken_is_said_beside_the_field(visitor, make, ada):
    make.registration(ada.event, name="Boris", email="ada@people.example")

    page = visitor.submit(my(ada, "details/reach"), name="boris", status=422)

    assert page.errors() == [
        (
            "This name and email address are already registered. To change that registration,"
            " use “Send me my link again”."
        )
    ]


def test_the_second_of_two_tabs_sees_both_versions_and_decides(visitor, ada):
    address = my(ada, "details/help")
    second_tab = visitor.get(address).form()
    visitor.submit(address, needs="Large print")

    page = visitor.post(address, {**second_tab, "needs": "ASL"}, status=409)

    assert "Someone changed this while you were writing" in page.text
    assert "Large print" in page.text
    assert page.form()["needs"] == "ASL"
    look_again()
    assert ada.needs == "Large print"

    visitor.post(address, page.form())
    look_again()
    assert ada.needs == "ASL"


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1", "²"])
def test_a_forged_version_is_a_conflict_and_nothing_else(visitor, ada, version):
    page = visitor.submit(my(ada, "details/help"), needs="ASL", version=version, status=409)

    assert "Someone changed this while you were writing" in page.text


def test_a_part_that_does_not_exist_is_not_found(visitor, ada):
    visitor.get(my(ada, "details/status"), status=404)


def test_a_stranger_finds_nothing(visitor, ada):
    for more in ("details", "details/reach", "address", "link"):
        visitor.get(f"/my/{links.feed_token(ada)}/{more}", status=404)


def test_a_form_without_its_token_changes_nothing(app, ada):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(my(ada, "details/reach"), data={"name": "Eve"})

    assert answer.status_code == 400
    look_again()
    assert ada.name == "Ada Q. Trialrun"
