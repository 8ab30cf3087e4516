"""What a silence has kept from somebody, the note after it brings."""

import pytest

from forum import clock, emails
from forum.care import actions
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration import actions as registering
from forum.registration.models import Status
from tests.actions.care.caring import do
from tests.actions.notices.slips import WEEK, mail_goes_out, moves, sent_to
from tests.stored import told

pytestmark = pytest.mark.sqlite_is_enough
FREE = "A place has become free in a session that you waited for, and it is yours."


def circle_of(make, event, *people):
    """Return a session with one place, chosen by people in their order."""
    circle = make.session(event, capacity=1, is_streamed=False, quiet_title="Circle of chairs")
    for each in people:
        do(registering.choose_sessions, db.session.merge(each), (circle.id,))
    return circle


def notes():
    """Return the notes as they would be written now, and why they would not be."""
    found = db.session.query(Message).filter(Message.email == "pause_over").order_by(Message.id)
    return [emails.preview(each, clock.now()) for each in found]


@pytest.mark.both_engines
def test_the_note_after_a_pause_says_that_a_place_in_a_session_has_become_hers(app, make):
    event = make.event()
    boris, ada = (make.registration(event, name=name) for name in ("Boris", "Ada"))
    make.welcome(ada)
    circle_of(make, event, boris, ada)
    do(actions.pause, db.session.merge(ada), None)
    do(registering.choose_sessions, db.session.merge(boris), ())
    mail_goes_out(app)
    assert ("session_place", "Ada") in told()

    do(actions.resume, db.session.merge(ada))

    [note] = notes()
    for text in (note.letter.text, note.letter.html):
        assert (FREE in text, "Circle of chairs" in text) == (True, True)
    mail_goes_out(app)
    do(actions.pause, db.session.merge(ada), None)
    do(actions.resume, db.session.merge(ada))
    for text in (notes()[-1].letter.text, notes()[-1].letter.html):
        assert (FREE in text, "Circle of chairs" in text) == (False, False)  # it has been said


def test_a_place_in_a_session_that_she_has_given_back_is_in_no_note(app, make):
    event = make.event()
    boris, ada = (make.registration(event, name=name) for name in ("Boris", "Ada"))
    make.welcome(ada)
    circle_of(make, event, boris, ada)
    do(actions.pause, db.session.merge(ada), None)
    do(registering.choose_sessions, db.session.merge(boris), ())
    mail_goes_out(app)
    do(registering.choose_sessions, db.session.merge(ada), ())

    do(actions.resume, db.session.merge(ada))

    assert "Circle of chairs" not in notes()[0].letter.text


def test_a_note_about_her_other_event_goes_when_a_place_in_a_session_there_is_hers(app, make):
    event, webcast = make.event(), make.webcast()
    box = {"name": "Ada", "email": "ada@people.example"}
    boris = make.registration(event, name="Boris")
    ada = make.registration(event, **box)
    elsewhere = make.registration(webcast, mode=Mode.WEBCAST, **box)
    make.welcome(ada)
    circle_of(make, event, boris, ada)
    do(actions.pause, db.session.merge(elsewhere), None)
    do(registering.choose_sessions, db.session.merge(boris), ())
    mail_goes_out(app)

    do(actions.resume, db.session.merge(elsewhere))

    assert [(FREE in each.letter.text, each.why_not) for each in notes()] == [
        (False, None),
        (True, None),
    ]


def test_who_waits_and_was_told_a_wrong_day_before_her_pause_reads_the_right_one_after_it(
    app, make, today
):
    event, petra = make.event(capacity=0), make.organizer()
    webcast = make.webcast()
    box = {"name": "Greta", "email": "greta@people.example"}
    greta = make.registration(event, status=Status.WAITLISTED, **box)
    elsewhere = make.registration(webcast, mode=Mode.WEBCAST, **box)
    as_it_was = event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(registering.send_link, greta.email)
    mail_goes_out(app)
    do(actions.pause, db.session.merge(elsewhere), None)
    moves(event, petra, as_it_was, today)
    mail_goes_out(app)
    assert [email for email, _entry in sent_to(greta)] == ["my_link"]

    do(actions.resume, db.session.merge(elsewhere))
    mail_goes_out(app)

    assert [email for email, _entry in sent_to(greta)] == ["my_link", "pause_over"]
