"""Whoever was written to while a slip stood is told what is right, once it is right again."""

import pytest

from forum import clock, emails
from forum.care import actions as care
from forum.care import call_actions
from forum.db import db, transaction
from forum.events.models import Mode
from forum.events.rules import stream_fingerprint
from forum.outbox.models import Message
from forum.planning import room_actions
from forum.registration import actions
from forum.registration.models import Status
from forum.registration.telling import tell
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
from tests.actions.planning.plans import does, postponed
from tests.stored import look_again, open_tasks, tasks, told


@pytest.fixture
def petra(make):
    return make.organizer()


def last_letter():
    """Return the email that was posted last, as it would be written now."""
    message = db.session.query(Message).order_by(Message.id.desc()).first()
    preview = emails.preview(message, clock.now())
    assert preview.why_not is None
    return preview.letter


def test_whoever_changed_something_under_a_wrong_day_gets_the_right_one(app, make, petra, today):
    event = make.event()
    ada, _boris = make.registration(event, name="Ada"), make.registration(event, name="Boris")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)

    moves(event, petra, as_it_was, today)
    letter = last_letter()
    mail_goes_out(app)

    assert letter.subject == f"Correction for Saturday, April 24, 2027: {event.quiet_title}"
    for text in (letter.text, letter.html):
        assert "What you see here is right." in text
        assert "Earlier, we may have told you another date" in text
        assert ("as you asked" in text) is False
    assert told() == [("mode_changed", "Ada"), ("details_changed", "Ada")]
    assert [message.has_invitation for message in db.session.query(Message)] == [True, True]


def test_whoever_waits_and_was_told_a_wrong_day_is_told_the_right_one(app, make, petra, today):
    event = make.event(capacity=0)
    ada = make.registration(event, name="Ada", mode=Mode.WEBCAST)
    greta = make.registration(event, name="Greta", status=Status.WAITLISTED)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    with transaction():
        actions.send_link(greta.email, now=clock.now())
    mail_goes_out(app)

    moves(event, petra, as_it_was, today)

    assert told() == [("my_link", "Greta"), ("waitlist", "Greta")]
    assert ada.status == Status.CONFIRMED


def test_what_a_notice_has_told_or_will_tell_is_not_told_besides(app, make, petra, today):
    event = make.event()
    ada = make.registration(event, name="Ada")
    moves(event, petra, event.starts_at + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)

    moves(event, petra, event.starts_at + WEEK, today)  # a notice will say so
    assert told() == [("mode_changed", "Ada")]

    is_told(event, petra, today)
    moves(event, petra, event.starts_at + WEEK, today)
    assert told() == [("mode_changed", "Ada"), ("notice", "Ada")]


def test_whoever_listens_by_phone_and_was_told_a_wrong_number_gets_the_right_one(
    app, make, petra, today
):
    event, room = make.event(), make.room()
    make.session(event, room=room)
    ada = make.registration(event, name="Ada", mode=Mode.WEBCAST)

    def dials(number: str) -> None:
        today.shift(MINUTE)
        look_again()
        seen = stream_fingerprint(room)
        given = {"stream_url": room.stream_url, "dial_in": number, "seen": seen}
        does(room_actions.change_room, room, **given, by=petra)
        today.shift(MINUTE)

    right = room.dial_in
    dials("+1-617-555-0199")
    do(actions.change_mode, db.session.merge(ada), Mode.PHONE)
    mail_goes_out(app)
    dials(right)

    assert told() == [("mode_changed", "Ada"), ("details_changed", "Ada")]


def test_whoever_was_told_the_day_that_it_is_again_postponed_to_hears_of_it(
    app, make, petra, today
):
    event = make.event()
    as_it_was = event.starts_at
    make.registration(event, name="Boris")
    moves(event, petra, as_it_was + 2 * WEEK, today)
    ada = make.registration(event, name="Ada", registered_at=clock.now())
    make.welcome(ada)
    moves(event, petra, as_it_was, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)
    today.shift(5 * MINUTE)
    look_again()

    postponed(event, petra)
    mail_goes_out(app)

    assert sent_to(ada)[1:] == [("mode_changed", True), ("details_changed", True)]


def test_whoever_was_called_while_a_slip_stood_is_called_again(make, petra, today):
    event = make.event()
    greta = make.registration(event, name="Greta", email=None, phone="+16175550142")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(lambda now: tell("confirmation", greta, "x", now=now))
    [task] = tasks()
    do(call_actions.done, task, shown={task.id}, by=petra)  # the card said the second day

    moves(event, petra, as_it_was, today)

    [again] = open_tasks()
    assert (again.task.registration.name, again.task.about) == ("Greta", "details_changed")
    do(call_actions.done, again.task, shown={again.task.id}, by=petra)
    moves(event, petra, as_it_was + WEEK, today)
    moves(event, petra, as_it_was, today)
    assert open_tasks() == []


def test_whoever_was_told_a_wrong_hour_of_her_session_is_told_the_right_one(
    app, make, petra, today
):
    event = make.event()
    session = make.session(event, capacity=1, is_streamed=False, room=make.room())
    ada, boris = (make.registration(event, name=name) for name in ("Ada", "Boris"))
    for each in (boris, ada):
        do(actions.choose_sessions, db.session.merge(each), (session.id,))
    as_it_was = session.starts_at
    moves_session(session, petra, as_it_was + 120 * MINUTE, today)
    do(actions.choose_sessions, db.session.merge(boris), ())
    mail_goes_out(app)
    assert sent_to(ada) == [("session_place", False)]

    moves_session(session, petra, as_it_was, today)
    letter = last_letter()
    mail_goes_out(app)

    assert sent_to(ada) == 2 * [("session_place", False)]
    assert letter.subject == f"Correction for Saturday, April 24, 2027: {event.quiet_title}"
    for text in (letter.text, letter.html):
        assert "What you see here is right." in text
        assert "has become free" not in text
        assert "8:15 am to 9:00 am, Eastern Time" in text


def test_a_slip_made_twice_before_any_mail_leaves_is_put_right_once(app, make, petra, today):
    event = make.event()
    ada = make.registration(event, name="Ada")
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)
    for day in (as_it_was, as_it_was + WEEK, as_it_was):
        moves(event, petra, day, today)

    mail_goes_out(app)

    assert sent_to(ada) == [("mode_changed", True), ("details_changed", True)]


def test_the_correction_to_who_waits_says_that_it_is_one(app, make, petra, today):
    event = make.event(capacity=0)
    greta = make.registration(event, name="Greta", status=Status.WAITLISTED)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    with transaction():
        actions.send_link(greta.email, now=clock.now())
    mail_goes_out(app)
    moves(event, petra, as_it_was, today)

    letter = last_letter()

    assert letter.subject == f"Correction for Saturday, April 24, 2027: {event.quiet_title}"
    for text in (letter.text, letter.html):
        assert "What you see here is right." in text
        assert "Earlier, we may have told you another" in text
        assert "You are still on the waitlist." in text


def test_no_correction_of_ours_breaks_a_pause_and_the_note_after_it_brings_the_entry(
    app, make, petra, today
):
    event = make.event()
    ada = make.registration(event, name="Ada")
    make.welcome(ada)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.change_mode, db.session.merge(ada), Mode.WEBCAST)
    mail_goes_out(app)
    do(care.pause, db.session.merge(ada), None)

    moves(event, petra, as_it_was, today)
    mail_goes_out(app)
    assert sent_to(ada)[1:] == [("mode_changed", True)]

    do(care.resume, db.session.merge(ada))
    letter = last_letter()
    for text in (letter.text, letter.html):
        assert "Earlier, we may have told you another date" in text
    mail_goes_out(app)
    assert sent_to(ada)[1:] == [("mode_changed", True), ("pause_over", True)]


def test_a_wrong_day_of_a_session_that_goes_along_is_put_right_with_the_events(
    app, make, petra, today
):
    event = make.event()
    session = make.session(event, capacity=1, is_streamed=False, room=make.room())
    ada, boris = (make.registration(event, name=name) for name in ("Ada", "Boris"))
    for each in (boris, ada):
        do(actions.choose_sessions, db.session.merge(each), (session.id,))
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(actions.choose_sessions, db.session.merge(boris), ())
    today.shift(60 * MINUTE)  # places that come of themselves wait while it may be a slip
    mail_goes_out(app)
    assert sent_to(ada) == [("session_place", False)]

    moves(event, petra, as_it_was, today)
    mail_goes_out(app)

    assert sent_to(ada) == [("session_place", False), ("details_changed", True)]
