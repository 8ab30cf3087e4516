"""The desk's page of changes: what waits, whom it concerns, the email, and sending it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events import agenda_actions
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from tests.desk import OrganizerAtDesk
from tests.notices import plan_of

CHANGES = "/organize/events/forum-2027/changes"
SEND = f"{CHANGES}/send"


@pytest.fixture
def event(make):
    return make.event(title="Spring Forum", slug="forum-2027")


@pytest.fixture
def petra(make, event):
    return make.organizer(name="Petra Sandboxer")


@pytest.fixture
def desk(app, petra):
    return OrganizerAtDesk(app, petra)


@pytest.fixture
def moved(make, event, petra):
    """Return a session that has moved by half an hour since it was told."""
    session = make.session(event, title="Bones and strength", room=make.room(name="Harbor Room"))
    hour = timedelta(minutes=30)
    plan = plan_of(session, starts_at=session.starts_at + hour, ends_at=session.ends_at + hour)

    def move():
        with transaction():
            version = session.version
            agenda_actions.change_session(session, plan, version=version, by=petra, now=clock.now())
        return session

    return move


def test_a_quiet_event_has_nothing_to_tell(make, desk, event):
    make.registration(event)
    page = desk.get(CHANGES)
    assert "Nothing to tell" in page.text
    assert "No notice has been sent for this event" in page.text


def test_the_desk_shows_what_changed_whom_it_concerns_and_sends_it_on_a_word(
    make, desk, event, moved
):
    make.registration(event, name="Ada Trialrun")
    make.registration(event, name="Boris Trialrun", mode=Mode.WEBCAST)
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    make.registration(event, name="Jasper", care_state=CareState.HELD)
    make.registration(event, name="Flora", status=Status.CANCELLED)
    moved()

    page = desk.get(CHANGES)

    assert "1 change is not told yet" in page.text
    assert "Before: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time" in page.text
    assert "2 people are written to: In person 1, Online 1." in page.text
    for reason, name in [
        ("No email address: they are put on the list of calls 1", "Greta Nomail"),
        ("Paused: they asked for silence 1", "Hollis"),
        ("Held: someone must ask them first 1", "Jasper"),
        ("Remembered: nothing goes out any more 1", "Ione"),
        ("They have canceled 1", "Flora"),
    ]:
        assert f"{reason} {name}" in page.text
    ask = desk.post(SEND, page.form(CHANGES), status=200)
    assert "2 people are written to" in ask.text
    assert db.session.scalars(select(Message)).all() == []

    assert desk.post(SEND, ask.form(SEND)) == CHANGES

    page = desk.get(CHANGES)
    assert "2 emails are on their way." in page.text
    assert "Nothing to tell" in page.text
    assert "Sent by Petra Sandboxer. Emails sent: 0, waiting: 3, not sent: 0." in page.text
