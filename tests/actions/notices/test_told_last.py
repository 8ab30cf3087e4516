"""Whoever was told another day last, by whichever way, is told the right one."""

import pytest

from forum.care import actions as care
from forum.care import call_actions
from forum.care.rules import TaskAnswer
from forum.db import db
from forum.events.models import Mode
from forum.incoming import actions as incoming
from forum.registration import actions
from tests.actions.care.caring import do
from tests.actions.notices.slips import WEEK, is_told, mail_goes_out, moves, sent_to
from tests.stored import open_tasks, tasks


@pytest.fixture
def petra(make):
    return make.organizer()


def test_whoever_paused_and_changed_something_between_two_notices_gets_the_right_day_after_it(
    app, make, petra, today
):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.registration(event, name="Boris")
    make.welcome(ada)
    as_it_was = event.starts_at
    do(care.pause, db.session.merge(ada), None)
    moves(event, petra, as_it_was + WEEK, today)
    is_told(event, petra, today)
    mail_goes_out(app)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)
    assert sent_to(ada)[1:] == [("mode_changed", True)]  # her entry says the second day

    moves(event, petra, as_it_was, today)
    is_told(event, petra, today)
    mail_goes_out(app)
    do(care.resume, db.session.merge(ada))
    mail_goes_out(app)

    assert sent_to(ada)[1:] == [("mode_changed", True), ("pause_over", True)]


def test_whoever_changed_something_before_a_notice_that_never_left_gets_the_right_day(
    app, make, petra, today
):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)

    is_told(event, petra, today)  # the desk stops all emails: that was a slip
    moves(event, petra, as_it_was, today)
    is_told(event, petra, today)
    mail_goes_out(app)

    assert sent_to(ada)[1:] == [("mode_changed", True), ("notice", True)]


def test_whose_first_email_named_the_second_day_hears_when_it_is_the_first_again(
    app, make, petra, today
):
    event = make.event()
    ione = make.registration(event, name="Ione")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    make.registration(event, name="Boris")
    as_it_was = event.starts_at
    do(care.remember, db.session.merge(ione), by=petra)
    moves(event, petra, as_it_was + WEEK, today)
    is_told(event, petra, today)
    mail_goes_out(app)
    [question] = tasks()
    do(care.settle, question, TaskAnswer.WRITE, by=petra)
    mail_goes_out(app)
    assert sent_to(jasper) == [("confirmation", True)]

    moves(event, petra, as_it_was, today)
    is_told(event, petra, today)
    mail_goes_out(app)

    assert sent_to(jasper) == [("confirmation", True), ("notice", True)]


def test_who_was_called_about_the_second_day_is_written_to_when_it_is_the_first_again(
    app, make, petra, today
):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    make.block(ada.email)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    is_told(event, petra, today)
    [call] = [each for each in tasks() if each.about == "notice"]
    do(call_actions.done, call, shown={call.id}, by=petra)
    do(incoming.lift, ada.email, by=petra)

    moves(event, petra, as_it_was, today)
    is_told(event, petra, today)
    mail_goes_out(app)

    assert sent_to(ada) == [("confirmation", False), ("notice", True)]


def test_nobody_is_called_about_a_day_that_is_again_as_she_knows_it(make, petra, today):
    event = make.event()
    make.registration(event, name="Greta", email=None, phone="+16175550142")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    is_told(event, petra, today)
    moves(event, petra, as_it_was, today)

    is_told(event, petra, today)

    assert open_tasks() == []


def test_who_was_called_about_the_second_day_is_called_when_it_is_the_first_again(
    make, petra, today
):
    event = make.event()
    make.registration(event, name="Greta", email=None, phone="+16175550142")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    is_told(event, petra, today)
    [call] = tasks()
    do(call_actions.done, call, shown={call.id}, by=petra)
    moves(event, petra, as_it_was, today)

    is_told(event, petra, today)

    assert [each.task.about for each in open_tasks()] == ["notice"]


def test_who_reads_the_day_anew_without_a_word_of_the_change_still_gets_the_notice(
    app, make, petra, today
):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    moves(event, petra, event.starts_at + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)

    is_told(event, petra, today)
    mail_goes_out(app)

    assert sent_to(ada)[1:] == [("mode_changed", True), ("notice", True)]
