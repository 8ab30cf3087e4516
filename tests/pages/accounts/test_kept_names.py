"""What was typed about a person is not for whoever holds an organizer's mailbox alone."""

from datetime import timedelta

import pytest

from tests.desk import OrganizerAtDesk, at, new_link

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def overrides():
    return {"answers_need_passkey": True}


def test_what_was_noted_on_a_call_waits_for_a_passkeys_yes(app, make, today):
    event, petra = make.event(slug="forum-2027"), make.organizer()
    desk = OrganizerAtDesk(app, petra)
    ada = make.registration(event, name="Ada Trialrun", email=None)
    button = {"csrf_token": desk.get("/organize/").form("/organize/sign-out")["csrf_token"]}
    desk.say_yes()
    today.shift(timedelta(minutes=31))
    desk.get(desk.post(at(ada, "/link"), {**button, "note": "Ada Trialrun is in the hospice"}))

    link = new_link(petra)
    to = desk.post(link, desk.get(link).form())
    before = desk.client.get(to, follow_redirects=True)
    desk.say_yes()

    assert "Confirm that it is you" in before.text
    assert "Ada Trialrun" not in before.text
    assert "Ada Trialrun is in the hospice" in desk.get(to).text
