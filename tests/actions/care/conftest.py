"""An organizer, and two who come together."""

import pytest


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def couple(make):
    """Ione, who has died, and Jasper, who came with her."""
    event = make.event(capacity=2)
    ione = make.registration(event, name="Ione", email="ione@people.example")
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    return ione, jasper
