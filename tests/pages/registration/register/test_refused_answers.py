"""What cannot be taken is said in a sentence, and nothing that was typed is lost."""

from datetime import timedelta

import pytest
import time_machine

from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import Registration
from tests.conftest import TODAY
from tests.people import words
from tests.registering import ADA, BOOKED, outcome, path, refused

pytestmark = pytest.mark.sqlite_is_enough

TOO_LONG = "Use 2,000 characters or fewer"


def open_parts(page) -> list[str]:
    """Return the titles of the parts of the form that stand open."""
    return [
        words(part[0])
        for part in page.all("details")
        if part.get("class") == "fold" and part.get("open") is not None
    ]


def test_what_she_filled_in_is_still_in_sight_when_the_form_comes_back(make, visitor):
    event = make.event()
    assert open_parts(visitor.get(path(event))) == []

    page = refused(visitor, event, name="", needs="A chair with a back", companion_name="Boris")

    assert open_parts(page) == [
        "If you like, tell us more someone with you, needs, food",
        "Someone comes with you",
        "What would help you",
    ]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": " "}, "Enter your name"),
        ({"name": "\N{ZERO WIDTH SPACE}\N{HANGUL FILLER}"}, "Enter a name that can be seen"),
        ({"name": "\N{COMBINING ACUTE ACCENT}"}, "Enter a name that can be seen"),
        ({"companion_name": "\N{BRAILLE PATTERN BLANK}"}, "Enter a name that can be seen"),
        ({"name": "A" * 201}, "Use 200 characters or fewer"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "ada"}, "Enter an email address like name@example.org"),
        ({"email": "ada b@people.example"}, "Enter an email address like name@example.org"),
        ({"email": "ada@people.example, b@x.example"}, None),
        ({"email": "a" * 250 + "@people.example"}, "Enter a shorter email address"),
        (
            {"email": "adá@people.example"},
            "Before the @, use only letters from a to z, numbers and signs, without accents",
        ),
        ({"mode": None}, "Choose how you will take part"),
        ({"mode": "helicopter"}, "Choose how you will take part"),
        (
            {"roles": ["patient", "unsaid"]},
            "Choose who you are, or “I would rather not say”, not both",
        ),
        ({"roles": ["queen"]}, "Choose from the list"),
        (
            {"phone": "12"},
            "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad",
        ),
        ({"phone": "1" * 101}, "Enter a shorter phone number"),
        ({"companion_email": "boris@people.example"}, "Enter the name of the person, too"),
        (
            {"companion_name": "Boris", "companion_email": "boris"},
            "Enter an email address like name@example.org",
        ),
        (
            {"companion_name": "ada q. trialrun"},
            "This is your own name. Enter the name of the person with you.",
        ),
        ({"companion_name": "Boris", "companion_mode": "helicopter"}, "Choose from the list"),
        ({"companion_name": "🌷" * 2500}, "Use 200 characters or fewer"),
        ({"name": "🌷" * 2500}, "Use 200 characters or fewer"),
        ({"sessions": ["999"]}, None),
        ({"sessions": ["9" * 40]}, None),
        ({"sessions": ["x"]}, None),
        ({"needs": "🌷" * 2001}, TOO_LONG),
        ({"food": "x" * 2001}, TOO_LONG),
        ({"question": "x" * 10_000}, TOO_LONG),
        ({"quiet_days": ["someday"]}, "Choose from the list"),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list"),
        ({"timezone": "../../etc/passwd"}, "Choose a time zone from the list"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence_and_nothing_is_written(
    make, visitor, answers, sentence
):
    event = make.event()
    make.session(event, capacity=20)

    page = refused(visitor, event, **answers)

    [said] = page.errors()
    assert sentence is None or said == sentence
    assert page.text.count(said) == 2  # in the summary, and beside the field
    assert page.title == "Error: Register"
    assert db.session.query(Registration).count() == 0
    assert db.session.query(Message).count() == 0


def test_what_was_typed_is_kept_and_the_folded_parts_with_it_are_open(make, visitor):
    event = make.event()
    answers = {"phone": "12", "needs": "Large print", "roles": ["patient"], "question": "Why?"}

    page = refused(visitor, event, **answers)

    form = page.form()
    assert {name: form[name] for name in ADA} == ADA
    assert (form["phone"], form["needs"], form["roles"]) == ("12", "Large print", ["patient"])
    is_open = [fold.get("open") is not None for fold in page.all("details")]
    assert is_open == [True, True, False, True, False]


def test_a_refused_form_can_be_put_right_and_sent(make, visitor):
    event = make.event()
    page = refused(visitor, event, email="ada")

    address = visitor.post(path(event), {**page.form(), "email": "ada@people.example"})

    assert outcome(visitor.get(address)) == BOOKED


def test_no_letters_that_no_one_types(make, visitor):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}

    visitor.post(path(event), {**form, "name": "Ada\0"}, status=400)
    visitor.post(path(event), {**form, "needs": "x" * 300_000}, status=413)

    assert db.session.query(Registration).count() == 0


def test_without_the_form_token_there_is_a_way_on(make, visitor):
    page = visitor.post(path(make.event()), ADA, status=400)

    assert page.links()


def test_a_program_that_fills_in_everything_is_given_the_phone_number(make, visitor):
    page = refused(visitor, make.event(), website="https://spam.example")

    assert "617-555-0142" in page.text
    assert db.session.query(Registration).count() == 0


def test_a_form_that_comes_back_at_once_is_asked_for_again(app, make, visitor):
    event = make.event()
    app.testing = False

    with time_machine.travel(TODAY, tick=False) as still:
        form = {**visitor.get(path(event)).form(), **ADA}
        page = visitor.post(path(event), form, status=422)
        still.shift(timedelta(seconds=3))
        address = visitor.post(path(event), page.form())

    assert page.errors() == ["Nothing is lost. To send it, please press Register once more."]
    assert outcome(visitor.get(address)) == BOOKED


def test_a_form_that_lay_open_for_three_weeks_is_taken(make, visitor, today):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}
    today.shift(timedelta(days=21))

    assert outcome(visitor.get(visitor.post(path(event), form))) == BOOKED


def test_a_forged_mark_is_replaced_and_nothing_else_is_lost(make, visitor):
    event = make.event()

    page = refused(visitor, event, mark="forged")

    assert page.form()["name"] == "Ada Q. Trialrun"
    assert outcome(visitor.get(visitor.post(path(event), page.form()))) == BOOKED


def test_too_many_at_once_are_asked_to_wait_with_a_number_to_call(make, visitor, monkeypatch):
    event = make.event()
    form = visitor.get(path(event)).form()

    for _ in range(60):
        visitor.post(path(event), form, status=422)

    visitor.post(path(event), form, status=429)
