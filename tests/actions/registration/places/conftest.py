"""One place in the room, and the one who has it."""

import pytest

pytest.register_assert_rewrite("tests.actions.registration.places.line")


@pytest.fixture
def event(make):
    """Return an event with one place in the room, which is taken."""
    return make.event(capacity=1)


@pytest.fixture
def seated(make, event):
    return make.registration(event, name="Ada")
