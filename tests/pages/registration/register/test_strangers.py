"""A stranger learns nothing of who is registered, and agrees to nothing in her name."""

import pytest

from forum.db import db
from forum.events.models import SessionStatus
from forum.privacy.models import Consent, ConsentPurpose
from tests.markup import parse
from tests.people import Page
from tests.registering import ADA, path, register

pytestmark = pytest.mark.sqlite_is_enough
TYPED = "to Nobody", "to Ada Q. Trialrun"


def test_a_stranger_learns_nothing_from_repeating_her_request(make, visitor, new_visitor):
    event = make.event(capacity=1)
    register(visitor, event)

    page = register(new_visitor(), event)
    unknown = register(new_visitor(), event, name="Nobody", email="nobody@people.example")

    assert page.text == unknown.text.replace(*TYPED).replace("nobody@people.example", ADA["email"])


@pytest.mark.parametrize("chosen", ["full", "withdrawn", "of another event", "nothing"])
@pytest.mark.parametrize(("capacity", "mode"), [(5, "in_person"), (0, "in_person"), (5, "webcast")])
def test_no_choice_of_sessions_tells_a_stranger_who_is_registered(
    make, new_visitor, chosen, capacity, mode
):
    event = make.event(capacity=capacity)
    sessions = {
        "full": make.session(event, capacity=1, taken=1).id,
        "withdrawn": make.session(event, capacity=5, status=SessionStatus.CANCELLED).id,
        "of another event": make.session(make.event(), capacity=5).id,
        "nothing": 999_999,
    }
    register(new_visitor(), event)

    answers = []
    for name, email in (("Ada Q. Trialrun", ADA["email"]), ("Nobody", "nobody@people.example")):
        stranger = new_visitor()
        form = stranger.get(path(event)).form()
        asked = {"name": name, "email": email, "mode": mode, "sessions": [sessions[chosen]]}
        answer = stranger.client.post(path(event), data={**form, **asked}, follow_redirects=True)
        said = Page(answer, parse(answer.text)).text
        answers.append((answer.status_code, said.replace(f"{name} at {email}", "them")))

    known, unknown = answers
    assert known == unknown


def test_a_stranger_who_repeats_her_request_agrees_to_nothing_in_her_name(
    make, visitor, new_visitor
):
    event = make.event()
    register(visitor, event)

    register(new_visitor(), event, next_invitation="y")

    assert [each.purpose for each in db.session.query(Consent)] == [ConsentPurpose.REGISTRATION]
