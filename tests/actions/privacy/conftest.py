"""Ada, of whom we hold something personal."""

import pytest


@pytest.fixture
def forum(make):
    event = make.event(capacity=1)
    make.session(event, capacity=10)
    return event


@pytest.fixture
def ada(make, forum):
    return make.registration(forum, name="Ada", needs="wheelchair", phone="+16175550100")
