"""A session of the forum that is planned."""

import pytest


@pytest.fixture
def session(make, event):
    return make.session(event, title="Bones and strength", room=make.room(name="Harbor Room"))
