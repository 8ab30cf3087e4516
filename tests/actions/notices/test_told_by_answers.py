"""Whoever read the hour of her session in an answer of ours, such as the first one, was told it."""

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.telling import tell
from tests.actions.care.caring import do
from tests.actions.notices.slips import MINUTE, mail_goes_out, moves_session, sent_to

BEFORE_NOW = "P365D"


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def circle(make):
    event = make.event()
    return make.session(event, capacity=5, is_streamed=False, room=make.room())


def told_in_a_slip(circle, person, petra, email, today):
    """Write to somebody while her session stands at a wrong hour, and put that right."""
    do(actions.choose_sessions, db.session.merge(person), (circle.id,))
    as_it_was = circle.starts_at
    moves_session(circle, petra, as_it_was + 120 * MINUTE, today)
    do(tell_it, email, db.session.merge(person))
    return as_it_was


def test_the_first_email_names_her_sessions_and_is_put_right(app, make, petra, circle, today):
    ada = make.registration(circle.event, name="Ada")
    as_it_was = told_in_a_slip(circle, ada, petra, "confirmation", today)
    mail_goes_out(app)

    moves_session(circle, petra, as_it_was, today)
    mail_goes_out(app)

    assert sent_to(ada) == [("confirmation", True), ("session_place", False)]


@pytest.mark.parametrize("blocks", ["sessions", "bring"])
def test_what_an_answer_says_because_a_reminder_was_due_is_put_right(
    app, make, circle, today, blocks
):
    petra = make.organizer()
    make.reminder(circle.event, BEFORE_NOW, blocks=(blocks,))
    ada = make.registration(circle.event, name="Ada")
    as_it_was = told_in_a_slip(circle, ada, petra, "details_changed", today)
    mail_goes_out(app)

    moves_session(circle, petra, as_it_was, today)
    mail_goes_out(app)

    expected = [("session_place", False)] if blocks == "sessions" else []
    assert sent_to(ada) == [("details_changed", True), *expected]


def test_the_first_email_to_who_watches_names_no_session(app, make, petra, circle, today):
    ada = make.registration(circle.event, name="Ada", mode=Mode.WEBCAST)
    moves_session(circle, petra, circle.starts_at + 120 * MINUTE, today)
    do(tell_it, "confirmation", db.session.merge(ada))
    mail_goes_out(app)

    moves_session(circle, petra, circle.starts_at - 120 * MINUTE, today)
    mail_goes_out(app)

    assert sent_to(ada) == [("confirmation", True)]


def tell_it(email, person, *, now):
    tell(email, person, "again", now=now)
