"""An organizer, and the event that is planned."""

import pytest


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    return make.event()
