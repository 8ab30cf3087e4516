"""Links that confirm an address open nothing once her own link was made anew."""

import pytest

from forum import links
from forum.db import transaction
from forum.registration.models import AddressChange
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions, address_queries
from tests.rush import NOW
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

THEIRS = "theirs@people.example"


@pytest.fixture
def ada(make):
    return make.registration(make.event())


def ask(registration) -> AddressChange:
    with transaction():
        return address_actions.ask(registration, THEIRS, now=NOW)


def press(app, change: AddressChange):
    app.config["WTF_CSRF_ENABLED"] = False
    token = links.token(address_queries.PURPOSE, change.public_id, 1)
    return app.test_client().post(f"/my/address/{token}")


def renew(registration) -> None:
    with transaction():
        details.renew_link(registration, now=NOW)


def test_whoever_asked_through_a_shared_link_gets_nothing_after_a_new_one(app, ada):
    change, before = ask(ada), ada.email
    renew(ada)

    answer = press(app, change)

    look_again()
    assert (answer.status_code, ada.email) == (422, before)
    assert links.my_token(ada) not in answer.text


def test_a_link_that_was_used_does_not_show_a_page_with_a_newer_link(app, ada):
    change = ask(ada)
    assert press(app, change).location.endswith(f"/my/{links.my_token(ada)}/")
    look_again()
    renew(ada)

    answer = press(app, change)

    assert answer.status_code == 422
    assert "Location" not in answer.headers


def test_pressed_twice_it_opens_her_page_twice(app, ada):
    change = ask(ada)

    answers = [press(app, change) for _ in range(2)]

    look_again()
    assert [each.location for each in answers] == [f"/my/{links.my_token(ada)}/"] * 2


def test_a_mailbox_that_is_hers_no_more_opens_nothing(app, ada):
    change = ask(ada)
    press(app, change)
    look_again()
    with transaction():
        newer = address_actions.ask(ada, "mine@people.example", now=NOW)
    press(app, newer)
    look_again()

    assert press(app, change).status_code == 422
