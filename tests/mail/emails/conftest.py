"""Any email, to anybody, about a forum with reminders."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum import clock
from forum.emails import Letter, write
from forum.emails.kinds import KINDS, TO_ORGANIZERS, CalendarMethod
from tests.mail.occasions import facts_of, invited, person_for, to_organizer

TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0150"))
    make.reminder(event, "P7D", local_time="10:00")
    make.reminder(event, "P2D", local_time="10:00")
    make.reminder(event, "PT90M", modes=("webcast", "phone"))
    return event


@pytest.fixture
def letter_of(make, event, queue):
    """Return a way to have any email, to anybody, two days before."""

    def letter_of(name: str, /, **facts) -> Letter:
        if name in TO_ORGANIZERS:
            return to_organizer(make, name)
        with time_machine.travel(TWO_DAYS_BEFORE + timedelta(hours=3), tick=False):
            person = person_for(make, event, name, **facts)
            if KINDS[name].calendar == CalendarMethod.CANCEL:
                invited(queue, person)
            told = facts_of(make, name, person)
            letter = write(queue(name, person, facts=told), clock.now())
        assert isinstance(letter, Letter), letter
        return letter

    return letter_of
