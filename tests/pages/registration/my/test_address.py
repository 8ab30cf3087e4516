"""Moving to another email address: asked, confirmed from the mailbox, or taken out."""

from datetime import timedelta

import pytest

from forum import links
from forum.db import db
from forum.registration.models import AddressChange
from tests.my import my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough


def asked() -> AddressChange:
    look_again()
    return db.session.query(AddressChange).order_by(AddressChange.id.desc()).first()


def confirming(change: AddressChange) -> str:
    return f"/my/address/{links.token('address', change.public_id, 1)}"


@pytest.mark.both_engines
def test_she_moves_to_a_new_address_by_its_own_link(visitor, ada):
    back = visitor.submit(my(ada, "address"), email=" Ada.New@People.Example ")

    assert "Please open it within 48 hours, and press the button there." in visitor.get(back).text
    assert "ada.new@people.example" in visitor.get(my(ada, "details")).text
    link = confirming(asked())
    page = visitor.get(link)
    assert (page.heading, asked().done_at) == ("Use this address", None)
    assert "Ada Q." not in page.text
    home = visitor.get(visitor.submit(link))
    assert "Your new email address is confirmed." in home.text
    look_again()
    assert ada.email == "ada.new@people.example"
    assert visitor.get(link).heading == "This address is confirmed"


def test_a_new_address_is_asked_about_in_its_one_spelling(visitor, ada):
    visitor.submit(my(ada, "address"), email="new@bu\N{COMBINING DIAERESIS}cher.example")

    assert asked().new_email == "new@b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example"


def test_her_links_from_before_keep_working(visitor, ada):
    visitor.submit(my(ada, "address"), email="new@people.example")
    before = my(ada)
    visitor.submit(confirming(asked()))

    assert visitor.get(before).status == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your new email address"),
        ("ada", "Enter an email address like name@example.org"),
        (
            "añña@people.example",
            "Before the @, use only letters from a to z, numbers and signs, without accents",
        ),
        ("a" * 300 + "@people.example", "Enter a shorter email address"),
    ],
)
def test_an_address_that_cannot_be_is_told_at_the_form(visitor, ada, typed, sentence):
    page = visitor.submit(my(ada, "address"), email=typed, status=422)

    assert page.errors() == [sentence]
    assert emails() == []


def test_the_answer_never_tells_whether_others_use_the_address(visitor, make, ada):
    make.registration(ada.event, name="Ada Q. Trialrun", email="known@people.example")

    said = [
        visitor.get(visitor.submit(my(ada, "address"), email=email)).text.replace(email, "X")
        for email in ("unknown@people.example", "known@people.example")
    ]

    assert said[0] == said[1]


def test_the_address_that_she_has_is_nothing_to_do(visitor, ada):
    back = visitor.submit(my(ada, "address"), email="ADA@people.example")

    assert "We write to this address already." in visitor.get(back).text
    assert emails() == []


def test_a_link_that_we_did_not_sign_is_not_found(visitor, ada):
    visitor.get("/my/address/unknown", status=404)
    visitor.get(f"/my/address/{links.my_token(ada)}", status=404)


def test_an_expired_link_says_so_plainly(visitor, ada, today):
    visitor.submit(my(ada, "address"), email="new@people.example")
    link, form = confirming(asked()), visitor.get(confirming(asked())).form()
    today.shift(timedelta(hours=49))

    assert visitor.get(link).heading == "This link no longer works"
    page = visitor.post(link, form, status=422)
    assert "This link no longer works." in page.text
    look_again()
    assert ada.email == "ada@people.example"


def test_a_mailbox_that_two_share_says_who_keeps_it(visitor, make, ada):
    boris = make.registration(ada.event, name="Boris", email="ada@people.example")

    page = visitor.get(my(ada, "address"))
    assert "Someone who shares this address with you keeps it." in page.text
    visitor.submit(my(ada, "address"), email="new@people.example")
    visitor.submit(confirming(asked()))

    look_again()
    assert boris.email == "ada@people.example"


def test_her_other_events_are_named_and_offered_only_where_there_are_any(visitor, make, ada):
    assert "Also for my other events" not in visitor.get(my(ada, "address")).text
    make.registration(make.webcast(), name="ada q. trialrun", email="ada@people.example")

    page = visitor.get(my(ada, "address"))

    assert "Also for my other events" in page.text
    assert "Lantern webcast \N{EN DASH} December" in page.text
    assert "for_others" not in page.form()


def test_someone_with_a_number_may_be_called_instead(visitor, ada):
    action = my(ada, "address/remove")
    back = visitor.submit(my(ada, "address"), action=action)

    assert "If something changes, we call you." in visitor.get(back).text
    look_again()
    assert (ada.email, emails()) == (None, ["address_changed"])
    assert visitor.get(my(ada, "address")).heading == "Add an email address"


def test_without_a_number_the_address_stays(visitor, make):
    ada = make.registration(make.event(), email="ada@people.example")
    page = visitor.get(my(ada, "address"))

    assert "Add a phone number" in page.links()
    back = visitor.post(my(ada, "address/remove"), page.form())
    assert "Without an email address, we need it to reach you" in visitor.get(back).text
    look_again()
    assert ada.email == "ada@people.example"
