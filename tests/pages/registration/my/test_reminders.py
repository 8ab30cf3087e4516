"""Reminders are stopped and started again, on her page and from a mail program."""

import pytest

from forum import links
from forum.registration.models import Status
from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough


def test_reminders_are_stopped_and_started_again(visitor, ada):
    for value, words in (
        ("off", "You will get no more reminders."),
        ("on", "You will get reminders again."),
    ):
        address = visitor.submit(my(ada, "reminders"), reminders=value)
        assert words in visitor.get(address).text
        look_again()
        assert ada.wants_reminders is (value == "on")


def test_a_mail_program_stops_reminders_with_one_post(app, ada):
    stranger = app.test_client(use_cookies=False)

    answer = stranger.post(
        links.unsubscribe_link(ada), data={"List-Unsubscribe": "One-Click"}
    )  # RFC 8058 3.1

    assert answer.status_code == 200
    look_again()
    assert not ada.wants_reminders
    assert ada.status == Status.CONFIRMED


def test_a_person_stops_reminders_with_a_button(visitor, ada):
    address = links.unsubscribe_link(ada).removeprefix("http://localhost:8000")
    page = visitor.get(address)

    done = visitor.post(address, page.form(), status=200)

    assert (page.heading, done.heading) == ("Stop reminders", "Reminders are stopped")


def test_an_unsubscribe_link_that_we_did_not_sign_is_not_found(app, visitor, ada):
    visitor.get("/unsubscribe/unknown", status=404)
    assert app.test_client().post(f"/unsubscribe/{links.my_token(ada)}").status_code == 404
