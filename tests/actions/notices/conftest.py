"""Petra, who changes a session of an event, and tells it."""

import pytest

from tests.notices import Desk


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def session(make, event):
    return make.session(event, room=make.room())


@pytest.fixture
def petra(make):
    return Desk(make.organizer())
