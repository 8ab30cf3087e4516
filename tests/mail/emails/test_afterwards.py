"""What emails say once the event is over: what it was and whom to call, nothing of how to join."""

from dataclasses import replace

import pytest
import time_machine

from forum.db import db
from forum.emails import Letter
from forum.emails.kinds import KINDS, Afterwards, Subject
from forum.emails.letter import Silence
from forum.events.models import Mode
from tests.mail.occasions import facts_of, person_for

pytestmark = pytest.mark.sqlite_is_enough

AFTERWARDS = [
    name
    for name, kind in KINDS.items()
    if kind.afterwards != Afterwards.NEVER and not kind.is_invitation
    if kind.subject != Subject.ADDRESS
]
"""Those about an event that may be over. Invitations are to the next one."""
OF_JOINING = [
    "How you take part",
    "join",
    "Take part another way",
    "/mode",
    "/cancel",
    "Good to know",
]


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium"))
    make.reminder(event, "P7D", local_time="10:00")
    return event


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", AFTERWARDS)
def test_once_it_is_over_nobody_is_told_how_to_join(make, event, written, name, mode):
    person = person_for(make, event, name, mode=mode)
    facts = facts_of(make, name, person)

    with time_machine.travel(person.event.ends_at, tick=False):
        letter = written(name, person, facts=facts)

    assert isinstance(letter, Letter), letter
    order = ["Hello Ada", "When", "8:15 am to 4:30 pm, Eastern Time", "/my/", "Who to call"]
    places = [letter.text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    assert [words for words in OF_JOINING if words in letter.text or words in letter.html] == []


def test_what_is_for_afterwards_waits_until_the_event_is_over(make, event, written, monkeypatch):
    monkeypatch.setitem(KINDS, "my_link", replace(KINDS["my_link"], afterwards=Afterwards.ONLY))
    person = make.registration(event)

    assert written("my_link", person) == Silence("The event is not over yet.")
    with time_machine.travel(event.ends_at, tick=False):
        assert isinstance(written("my_link", person), Letter)


def test_a_link_that_is_asked_for_afterwards_says_that_it_is_over_and_where_recordings_are(
    make, event, written
):
    person = make.registration(event)
    event.details = {"promised_by": "2027-05-07"}
    db.session.commit()
    with time_machine.travel(event.ends_at, tick=False):
        letter = written("my_link", person)

    for words in (letter.text, letter.html):
        assert "It opens your page. This event is over." in words
        assert "see and change everything" not in words
        assert "We promise the recordings by Friday, May 7, 2027." in words
        assert f"/events/{event.slug}/" in words
