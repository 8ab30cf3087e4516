"""A correction waits while a second slip stands, and goes once that is put right."""

import pytest

from forum.db import db
from forum.events.models import Mode
from forum.registration import actions
from tests.actions.care.caring import do
from tests.actions.notices.slips import (
    MINUTE,
    WEEK,
    is_told,
    mail_goes_out,
    moves,
    moves_session,
    sent_to,
)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.mark.parametrize("is_slip_made_twice", [False, True])
def test_whoever_was_told_a_wrong_day_hears_the_right_one(
    app, make, petra, today, is_slip_made_twice
):
    event = make.event()
    talk = make.session(event, room=make.room(), is_streamed=False)
    ada, _boris = make.registration(event, name="Ada"), make.registration(event, name="Boris")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)
    assert sent_to(ada) == [("mode_changed", True)]  # of a day that was a slip

    moves(event, petra, as_it_was, today)  # her correction waits: no mail server answers
    moves_session(talk, petra, talk.starts_at + 30 * MINUTE, today)
    is_told(event, petra, today)  # those who come
    if is_slip_made_twice:
        moves(event, petra, as_it_was + 2 * WEEK, today)
        mail_goes_out(app)
        moves(event, petra, as_it_was, today)
    for _ in range(3):
        today.shift(120 * MINUTE)
        mail_goes_out(app)

    assert sent_to(ada)[1:] == [("details_changed", True)]
