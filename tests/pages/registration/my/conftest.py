"""Ada, whose own pages these are, and someone who waits."""

import pytest

from forum.events.models import Mode
from forum.registration.models import Registration


@pytest.fixture
def ada(make) -> Registration:
    """Make someone who told us this and that."""
    return make.registration(
        make.event(),
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
        roles=("patient",),
        quiet_days=("tue",),
    )


@pytest.fixture
def waiting(make) -> Registration:
    """Make someone who has a place online, and waits for one in the room."""
    event = make.event(capacity=0)
    return make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
