"""Coming together: each has an own place, own emails and an own yes."""

import re

import pytest

from forum.db import db
from forum.events.models import Event, Mode
from forum.outbox.models import Message
from forum.privacy.consents import has_agreed
from forum.privacy.models import ConsentPurpose
from forum.registration.models import PairRule, Registration, Source, Status
from tests.my import my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(
        make.event(capacity=2), name="Ada Q. Trialrun", email="ada@people.example"
    )


@pytest.fixture
def boris(make, ada) -> Registration:
    return make.registration(ada.event, name="Boris Trialrun", companion_of=ada, mode=Mode.WEBCAST)


def add(visitor, registration, status: int = 303, **answers):
    """Add someone on the page "Someone with me"."""
    return visitor.submit(my(registration, "companions/"), status=status, **answers)


def the_other(ada) -> Registration:
    look_again()
    return db.session.query(Registration).filter_by(companion_of_id=ada.id).one()


@pytest.mark.both_engines
def test_she_adds_someone_who_gets_a_place_and_emails_of_his_own(visitor, ada):
    page = visitor.get(
        add(
            visitor,
            ada,
            companion_name=" Boris  Trialrun ",
            companion_email="BORIS@people.example",
            companion_mode="webcast",
        )
    )

    assert "Done. An email of their own tells that person how it stands." in page.text
    boris = the_other(ada)
    assert (boris.name, boris.email, boris.mode, boris.status) == (
        "Boris Trialrun",
        "boris@people.example",
        Mode.WEBCAST,
        Status.CONFIRMED,
    )
    assert [m.registration_id for m in db.session.query(Message)] == [boris.id]
    visitor.submit(my(boris), action=my(boris, "agree"))
    said = visitor.get(my(ada, "companions/")).text
    assert "Boris TrialrunOnline Place booked" in said


def test_without_an_address_and_a_mode_he_shares_hers(visitor, ada):
    add(visitor, ada, companion_name="Boris", pair_rule="either")

    boris = the_other(ada)
    assert (boris.email, boris.mode) == ("ada@people.example", Mode.IN_PERSON)
    assert {boris.pair_rule, ada.pair_rule} == {PairRule.EITHER}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"companion_name": " "}, "Enter the name of the person"),
        ({"companion_name": "B" * 201}, "Use 200 characters or fewer"),
        ({"companion_name": "🌷" * 2500}, "Use 200 characters or fewer"),
        (
            {"companion_name": "ada q. TRIALRUN"},
            "This is your own name. Enter the name of the person with you.",
        ),
        (
            {"companion_name": "Boris", "companion_email": "boris"},
            "Enter an email address like name@example.org",
        ),
        (
            {"companion_name": "Boris", "companion_email": "borís@people.example"},
            "Before the @, use only letters from a to z, numbers and signs, without accents",
        ),
        ({"companion_name": "Boris", "companion_mode": "helicopter"}, "Choose from the list"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nobody_is_added(visitor, ada, answers, sentence):
    page = add(visitor, ada, status=422, **answers)

    assert page.errors() == [sentence]
    assert page.form()["companion_name"] == " ".join(answers["companion_name"].split())
    assert db.session.query(Registration).count() == 1
    assert emails() == []


def test_one_person_comes_along_and_a_second_may_register_alone(visitor, ada):
    form = visitor.get(my(ada, "companions/")).form()
    visitor.post(my(ada, "companions/"), {**form, "companion_name": "Boris"})

    assert visitor.get(my(ada, "companions/")).all("form") == []
    late = visitor.post(my(ada, "companions/"), {**form, "companion_name": "Carl"}, status=422)
    assert "Someone is with you already." in late.text


def test_a_double_click_adds_one_person(visitor, ada):
    form = {**visitor.get(my(ada, "companions/")).form(), "companion_name": "Boris"}

    for _ in range(2):
        visitor.client.post(my(ada, "companions/"), data=form)

    assert the_other(ada).name == "Boris"
    assert len(emails()) == 1


def test_whether_the_person_was_registered_before_is_not_told(visitor, make, ada):
    other = make.registration(ada.event, name="Ed", email="ed@people.example")
    eve = make.registration(make.event(), name="Eve")

    known = visitor.get(add(visitor, ada, companion_name="Ed", companion_email="ed@people.example"))
    unknown = visitor.get(
        add(visitor, eve, companion_name="Nobody", companion_email="nobody@people.example")
    )

    said = "Done. An email of their own tells that person how it stands."
    assert said in known.text
    assert said in unknown.text
    look_again()
    assert (other.name, other.mode, other.status) == ("Ed", Mode.IN_PERSON, Status.CONFIRMED)


@pytest.mark.parametrize("page", ["", "companions/", "pause", "data"])
def test_no_page_of_hers_tells_whether_he_was_registered_before(visitor, make, page):
    make.registration(make.event(), name="Ed", email="ed@people.example")
    said = []
    for event in db.session.query(Event).all(), [make.event()]:
        eve = make.registration(event[0], name="Eve", email=f"eve{len(said)}@people.example")
        ed = {"companion_name": "Ed", "companion_email": "ed@people.example"}
        visitor.get(add(visitor, eve, pair_rule="together", **ed))
        said.append(visitor.get(my(eve, page)).text)
        for own in (eve.public_id, eve.uid, r"\d"):
            said[-1] = re.sub(own, "", said[-1])

    assert said[0] == said[1]


def test_a_program_that_fills_in_everything_adds_nobody(visitor, ada):
    page = add(visitor, ada, status=422, companion_name="Boris", website="https://spam.example")

    assert page.heading == "We could not take this"
    assert db.session.query(Registration).count() == 1


@pytest.mark.parametrize("mark", ["", "forged", None])
def test_a_form_that_we_did_not_sign_is_asked_for_once_more(visitor, ada, mark):
    page = add(visitor, ada, status=422, companion_name="Boris", mark=mark)

    assert page.errors() == ["We could not save this. Please press the button again."]
    assert visitor.post(my(ada, "companions/"), page.form()) == my(ada, "companions/")


def test_both_see_who_comes_with_whom_and_nothing_else_of_the_other(visitor, ada, boris):
    ada.needs = "A wheelchair"
    db.session.commit()

    visitor.submit(my(boris), action=my(boris, "agree"))
    assert "Boris Trialrun" in visitor.get(my(ada, "companions/")).text
    page = visitor.get(my(boris, "companions/"))

    assert "Ada Q. Trialrun" in page.text
    assert "wheelchair" not in page.text
    assert "ada@people.example" not in page.text
    assert not any(my(ada) in address for address in page.links().values())


def test_he_is_asked_whether_it_is_right_and_says_yes(visitor, ada, boris):
    page = visitor.get(my(boris))
    assert "Ada Q. Trialrun registered you. Is that right?" in page.text
    assert page.links()["No, cancel it"] == my(boris, "cancel")

    back = visitor.get(visitor.submit(my(boris), action=my(boris, "agree")))

    assert "Thank you. Your registration stays as it is." in back.text
    assert "registered you" not in back.text
    look_again()
    assert has_agreed(boris, ConsentPurpose.REGISTRATION)
    assert not has_agreed(ada, ConsentPurpose.REGISTRATION)


def test_whom_the_desk_registered_is_asked_in_the_organizers_name(visitor, boris):
    boris.source = Source.ORGANIZER
    db.session.commit()

    page = visitor.get(my(boris))

    asked = "The organizers registered you, together with Ada Q. Trialrun. Is that right?"
    assert asked in page.text
    assert "Trialrun registered you" not in page.text


def test_she_who_registered_is_not_asked(visitor, ada, boris):
    assert "registered you" not in visitor.get(my(ada)).text


def test_he_says_no_and_she_keeps_her_place(visitor, ada, boris):
    visitor.submit(my(boris, "cancel"))

    look_again()
    assert (boris.status, ada.status) == (Status.CANCELLED, Status.CONFIRMED)
    assert "registered you" not in visitor.get(my(boris)).text
